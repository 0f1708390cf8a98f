"""Grouped: one wave, every leader in the groups of the school year, with yes or no to everything that is counted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting.attributes import yes_no
from pipelines.counting.cells import Layout, lay_out
from pipelines.counting.groups import Structure
from pipelines.counting.record import Flags, Record
from pipelines.ground.period import Wave
from pipelines.instruments import Attribute, Instrument, Policy, stored_instrument
from pipelines.vault import StoredWave

RESPONSE_SPREAD = 0.05  # of the share of a roster that answers, from wave to wave
RESPONSE_LEAST, RESPONSE_MOST = 0.40, 0.95


@dataclass(frozen=True)
class Family:
    """Attributes and scales made from the same answers."""

    members: tuple[Attribute, ...]
    scales: tuple[str, ...]  # of which the mean is in the plan

    def without(self, codes: set[str]) -> Family:
        """The family less the attributes of which nothing is told."""
        return replace(self, members=tuple(member for member in self.members if member.code not in codes))


@dataclass(frozen=True)
class Grouped:
    """One wave, ready to be counted; leaders only inside the vault. All frames have a row per leader, in one order."""

    wave: Wave
    instrument: Instrument
    structure: Structure
    people: pl.DataFrame  # respondents with merged dimensions
    roster: pl.DataFrame | None  # everybody, likewise
    yes_no: pl.DataFrame  # leader_key and one nullable boolean per attribute that was asked
    scores: pl.DataFrame  # leader_key and scores x1000
    had_memory: NDArray[np.bool_]  # flagged answers may persist only for these

    @property
    def day(self) -> dt.date:
        """The day by which rules are looked up."""
        return self.wave.first_day

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.instrument.policy(self.day)

    @cached_property
    def planned(self) -> list[Attribute]:
        """Attributes of the publication plan."""
        return [self.instrument.attribute(measure.attribute) for measure in self.instrument.plan.measure]

    @cached_property
    def asked(self) -> list[Attribute]:
        """Those of the plan whose questions were asked."""
        return [attribute for attribute in self.planned if attribute.code in self.yes_no.columns]

    @cached_property
    def families(self) -> dict[str, Family]:
        """What was asked of the plan, by family: what shares answers is audited together."""
        members: dict[str, list[Attribute]] = {}
        for attribute in self.asked:
            members.setdefault(attribute.family, []).append(attribute)
        scales: dict[str, list[str]] = {}
        for scale in self._planned_scales():
            scales.setdefault(self.instrument.family_of(scale), []).append(scale)
        return {
            code: Family(tuple(members.get(code, ())), tuple(scales.get(code, ()))) for code in {**members, **scales}
        }

    @cached_property
    def respondents(self) -> pl.DataFrame:
        """Who is counted and in which groups, for later audits; nobody's answers, and it stays in the vault."""
        memory = pl.Series("had_memory", self.had_memory, pl.Boolean)
        return self.people.select("leader_key", *self.structure.merges).with_columns(memory)

    @cached_property
    def layout(self) -> Layout:
        """The cells of the publication, and who sits in which."""
        return lay_out(self.structure.tables, self.people, self.roster)

    def under(self) -> dict[str, Any]:
        """Under what it is counted, to group who was counted again without anybody's answers."""
        return {
            "instrument": json.loads(self.instrument.model_dump_json(by_alias=True)),
            "structure": asdict(self.structure),
            "asked": [attribute.code for attribute in self.asked],
            "scales": self._planned_scales(),
        }

    def as_counted(self, respondents: pl.DataFrame) -> Grouped:
        """The same wave as a publication counted it (`respondents`: its frozen list of who was counted)."""
        return replace(
            self,
            people=respondents.select("leader_key", *self.structure.merges),
            yes_no=_unanswered(respondents, self.yes_no),
            scores=_unanswered(respondents, self.scores),
            had_memory=respondents["had_memory"].to_numpy(),
        )

    def _planned_scales(self) -> list[str]:
        return [mean.scale for mean in self.instrument.plan.mean if mean.scale in self.scores.columns]


def group_again(wave: Wave, respondents: pl.DataFrame, under: Mapping[str, Any]) -> Grouped:
    """A wave as a publication counted it: who was counted (`respondents`), `under` what; nobody's answers."""
    structure = Structure.of(under["structure"])
    asked = pl.DataFrame(schema={"leader_key": pl.String} | dict.fromkeys(under["asked"], pl.Boolean))
    scores = pl.DataFrame(schema={"leader_key": pl.String} | dict.fromkeys(under["scales"], pl.Int32))
    return Grouped(
        wave=wave,
        instrument=stored_instrument(under["instrument"]),
        structure=structure,
        people=respondents.select("leader_key", *structure.merges),
        roster=None,
        yes_no=_unanswered(respondents, asked),
        scores=_unanswered(respondents, scores),
        had_memory=respondents["had_memory"].to_numpy(),
    )


def _unanswered(people: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """The columns of `asked` with a row for each of these leaders, all of them open."""
    return asked.clear().join(people.select("leader_key"), on="leader_key", how="right").select(asked.columns)


def group_expected(stored: StoredWave, structure: Structure, response: float, seed: int) -> Grouped:
    """A wave as it might be: leaders of its roster who may answer, in their groups, and nobody's answer read.

    Without a roster: everybody who answered. `response`: about which share answers.
    """
    today = structure.with_crosswalks(stored.instrument.on(stored.wave.first_day))
    everybody = today.place(stored.answers if stored.roster is None else stored.roster, stored.instrument)
    random = np.random.default_rng(seed)
    if stored.roster is None:
        people = everybody
    else:
        share = np.clip(random.normal(response, RESPONSE_SPREAD), RESPONSE_LEAST, RESPONSE_MOST)
        people = everybody.filter(random.random(everybody.height) < share)
    thresholds = stored.instrument.threshold_values(stored.wave.first_day)
    nobody = stored.scores.clear()
    no_flags = nobody.select("leader_key", is_flagged=pl.lit(None, pl.Boolean))
    asked = yes_no(stored.instrument, stored.answers.clear(), nobody, no_flags, thresholds)
    return Grouped(
        wave=stored.wave,
        instrument=stored.instrument,
        structure=today.known_to(people, None if stored.roster is None else everybody),
        people=people,
        roster=None if stored.roster is None else everybody,
        yes_no=_unanswered(people, asked),
        scores=_unanswered(people, stored.scores),
        had_memory=np.zeros(people.height, bool),
    )


def group(record: Record, flags: Flags, structure: Structure) -> Grouped:
    """Put every leader of the newest wave into the groups of the school year."""
    now = record.now
    scores = now.answers.select("leader_key").join(now.scores, on="leader_key", how="left", maintain_order="left")
    flagged = flags[now.wave]
    memory = now.answers.select("leader_key").join(flagged, on="leader_key", how="left", maintain_order="left")
    today = structure.with_crosswalks(now.instrument.on(now.wave.first_day))
    people = today.place(now.answers, now.instrument)
    roster = None if now.roster is None else today.place(now.roster, now.instrument)
    return Grouped(
        wave=now.wave,
        instrument=now.instrument,
        structure=today.known_to(people, roster),
        people=people,
        roster=roster,
        yes_no=yes_no(
            now.instrument, now.answers, scores, flagged, now.instrument.threshold_values(now.wave.first_day)
        ),
        scores=scores,
        had_memory=memory["had_memory"].fill_null(value=False).to_numpy(),
    )
