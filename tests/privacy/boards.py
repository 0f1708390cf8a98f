"""Boards of fifty or more on which everybody answers, with answers that a test chooses, published whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.homes import fixed, tables_of

REGIONS = {"Noord": 14, "Oost": 14, "Zuid": 11, "West": 11}
HARD = {"stress": (5, 1), "support": (1, 5), "turnover_intention": (5, 2)}  # answers of who is meant, and of the others
Answers = Mapping[str, pl.Series]


@dataclass
class Board:
    """The leaders of a board and what they answer but for what a test changes; the same for the same size."""

    people: pl.DataFrame
    roster: pl.DataFrame
    region: np.ndarray = field(default_factory=lambda: np.array([]))

    @property
    def leaders(self) -> int:
        return self.people.height

    def items(self, scale: str) -> list[str]:
        """The statements of a scale, or of all whose code begins so."""
        return [name for name in self.people.columns if name.startswith(f"{scale}_") and name[-1].isdigit()]

    def scale(self, scale: str, is_so: np.ndarray) -> dict[str, pl.Series]:
        """Answers to a scale, far to one side for some leaders and to the other for the rest."""
        yes, no = HARD[scale]
        answers = {}
        for item in self.items(scale):
            if item == "stress_2":  # turned
                answers[item] = pl.Series(item, np.where(is_so, str(6 - yes), str(6 - no)))
            else:
                answers[item] = pl.Series(item, np.where(is_so, str(yes), str(no)))
        return answers

    def pillar(self, code: str, is_used: np.ndarray) -> dict[str, pl.Series]:
        """Who uses a pillar."""
        name = f"pillar_{code}"
        answers = {
            name: pl.Series(name, np.where(is_used, "used", "none")),
            f"{name}_quality": pl.Series(f"{name}_quality", np.where(is_used, "4", "")),
        }
        monthly = f"{name}_monthly"
        if monthly in self.people.columns:
            answers[monthly] = pl.Series(monthly, np.where(is_used, "yes", ""))
        return answers


def board(folder: Path, sizes: Mapping[str, int] | None = None) -> Board:
    """A board whose leaders sit in regions of these sizes, in three bands of experience in turn."""
    sizes = REGIONS if sizes is None else sizes
    count = sum(sizes.values())
    write_sample(folder / "sample", load_instrument(), 3 * count + 80, 1, 7803)
    export = pl.read_csv(next((folder / "sample").glob("responses_*.csv")), infer_schema=False)
    roster = pl.read_csv(folder / "sample" / "roster.csv", infer_schema=False)
    items = [name for name in export.columns if name.split("_")[-1].isdigit()]
    people = export.drop_nulls(items).head(count)
    assert people.height == count
    region = np.repeat(list(sizes), list(sizes.values()))
    roster = (
        people.select("leader_key", region=pl.Series(region))
        .join(roster.drop("region"), on="leader_key", how="left")
        .with_columns(
            experience_band=pl.Series(np.array(["2-5", "6-10", "11-20"])[np.arange(count) % 3]), role=pl.lit("director")
        )
    )
    return Board(people, roster, region)


def publish(folder: Path, made: Board, waves: Sequence[tuple[str, Answers]]) -> dict[str, pl.DataFrame]:
    """Every table of the snapshot of these waves, oldest first, with what is answered otherwise in each."""
    folder.mkdir(parents=True, exist_ok=True)
    home = fixed(folder / "home")
    for name, answers in waves:
        wave = Wave(name)
        made.people.with_columns(submitted=pl.lit(str(wave.first_day)), **answers).write_csv(folder / f"{name}.csv")
        made.roster.with_columns(wave=pl.lit(name)).write_csv(folder / "roster.csv")
        import_wave(home, Source(folder / f"{name}.csv", wave, roster=folder / "roster.csv"))
        publish_wave(home, wave)
    return tables_of(home)
