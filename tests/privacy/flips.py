"""Flips: boards whose answers differ by one leader or two, published whole, to lay side by side.

Everybody answers, so that the figures are those a reader of the roster can say most about.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.schemas import EVIDENCE
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.homes import fixed, tables_of

WAVES = (Wave("2026Q2"), Wave("2026Q3"))
# Raw answers to one question (or two that go together) that make a leader say yes, and no, to what is counted of it.
QUESTIONS: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    ({"pillar_buddy": "used", "pillar_buddy_quality": "4", "pillar_buddy_monthly": "yes"},
     {"pillar_buddy": "none", "pillar_buddy_quality": "", "pillar_buddy_monthly": ""}),
    ({"pillar_peer_network": "used", "pillar_peer_network_quality": "2"},
     {"pillar_peer_network": "available", "pillar_peer_network_quality": ""}),
    ({"rock_emotional": "yes"}, {"rock_emotional": "no"}),
    ({"rock_instrumental": "yes"}, {"rock_instrumental": "no"}),
    ({"turnover_intention_1": "5"}, {"turnover_intention_1": "1"}),
    ({"belief_find_myself_1": "5"}, {"belief_find_myself_1": "1"}),
    ({"sharing_1": "5"}, {"sharing_1": "1"}),
    ({"loneliness_1": "5", "loneliness_2": "5"}, {"loneliness_1": "1", "loneliness_2": "1"}),
)  # fmt: skip


@dataclass(frozen=True)
class Flip:
    """Who answers otherwise, to which question, in which waves; a second leader answers the opposite of the first."""

    question: int
    leaders: tuple[int, ...]
    waves: tuple[Wave, ...]


@dataclass(frozen=True)
class Board:
    """A board of leaders who all answer every wave, and a home in which its waves wait to be published."""

    folder: Path
    size: int
    waves: tuple[Wave, ...]

    @cached_property
    def people(self) -> pl.DataFrame:
        """The answers of one wave, as an export has them; the same in every wave."""
        write_sample(self.folder / "sample", load_instrument(), 4 * self.size, 1, 7801)
        export = pl.read_csv(next((self.folder / "sample").glob("responses_*.csv")), infer_schema=False)
        items = [name for name in export.columns if name.split("_")[-1].isdigit() or name.startswith("rock_")]
        return export.drop_nulls([name for name in items if not name.endswith("who")]).head(self.size)

    @cached_property
    def roster(self) -> pl.DataFrame:
        """Where they work."""
        listed = pl.read_csv(self.folder / "sample" / "roster.csv", infer_schema=False)
        return self.people.select("leader_key").join(listed, on="leader_key", how="left").select(listed.columns)

    def answers(self, wave: Wave, flip: Flip | None) -> pl.DataFrame:
        """What is answered in a wave; the first leader of a flip changes sides, the second takes the side it left."""
        people = self.people.with_columns(submitted=pl.lit(str(wave.first_day)))
        if flip is None or wave not in flip.waves:
            return people
        yes, no = QUESTIONS[flip.question]
        key = next(iter(yes))
        says_yes = people[key][flip.leaders[0]] == yes[key]
        for number, leader in enumerate(flip.leaders):
            said = no if says_yes == (number == 0) else yes
            is_leader = pl.int_range(pl.len()) == leader
            people = people.with_columns(
                pl.when(is_leader).then(pl.lit(answer)).otherwise(name).alias(name) for name, answer in said.items()
            )
        return people

    def publish(self, name: str, flip: Flip | None = None) -> dict[str, pl.DataFrame]:
        """Every table of the snapshot, when these answers are given."""
        folder = self.folder / name
        folder.mkdir()
        home = fixed(folder / "home")
        if flip is not None:  # the plan of the school year follows from the roster: it is chosen once
            shutil.copytree(self.folder / "base" / "home" / "vault" / "school_years", home.vault / "school_years")
        for wave in self.waves:
            people = self.answers(wave, flip)
            people.write_csv(folder / f"{wave}.csv")
            self.roster.with_columns(wave=pl.lit(wave)).write_csv(folder / "roster.csv")
            import_wave(home, Source(folder / f"{wave}.csv", wave, roster=folder / "roster.csv"))
            publish_wave(home, wave)
        return tables_of(home)


def bands(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What was told of counts and means."""
    keys = ["wave", "table_id", "level_1", "level_2"]
    cells = tables["cell"].select(*keys, "measure", pl.col("lo", "hi").cast(pl.Float64), "status")
    means = tables["mean"].select(*keys, pl.col("scale").alias("measure"), "lo", "hi", "status")
    return pl.concat([cells, means]).sort(pl.all())


def differing(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    """Tables that differ beside the figures of models; of those, the tables whose rows do.

    The fingerprint follows from all that is published, those figures too, and tells nothing beside it.
    """
    one, other = ({**tables, "publication": tables["publication"].drop("fingerprint")} for tables in (one, other))
    found = [name for name in one if name not in EVIDENCE and not one[name].equals(other[name])]
    for name, schema in EVIDENCE.items():
        rows = [tables[name].select(schema.GRAIN) for tables in (one, other)]
        if not rows[0].equals(rows[1]):
            found.append(name)
    return found


def drawn_flips(board: Board, random: np.random.Generator, count: int) -> Sequence[Flip]:
    """Flips of one leader or two, in the same or other groups, over one wave or all."""
    flips = []
    for number in range(count):
        leaders = tuple(random.choice(board.size, 1 + number % 2, replace=False).tolist())
        waves = board.waves if number % 3 else board.waves[-1:]
        flips.append(Flip(int(random.integers(len(QUESTIONS))), leaders, waves))
    return flips
