"""Grouped: one wave, every leader in the groups of the school year, with yes or no to everything that is counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting.attributes import yes_no
from pipelines.counting.cells import Layout, lay_out
from pipelines.counting.groups import Structure
from pipelines.counting.record import Flags, Record
from pipelines.ground.period import Wave
from pipelines.instruments import Attribute, Instrument, Policy

SCORE = "score:"  # how a column with scores begins in a list of who was counted


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
        """Who is counted and what is counted of them, for the steward and later audits; stays in the vault."""
        return pl.concat(
            [
                self.people.select("leader_key", *self.structure.merges),
                self.yes_no.drop("leader_key"),
                self.scores.select(pl.col(self._planned_scales()).name.prefix(SCORE)),
                pl.DataFrame({"had_memory": self.had_memory}),
            ],
            how="horizontal",
        )

    @cached_property
    def layout(self) -> Layout:
        """The cells of the publication, and who sits in which."""
        return lay_out(self.structure.tables, self.people, self.roster)

    def as_counted(self, respondents: pl.DataFrame) -> Grouped:
        """The same wave as a publication counted it (`respondents`: its frozen list of who was counted)."""
        codes = [attribute.code for attribute in self.planned if attribute.code in respondents.columns]
        scores = [name for name in respondents.columns if name.startswith(SCORE)]
        return replace(
            self,
            people=respondents.select("leader_key", *self.structure.merges),
            yes_no=respondents.select("leader_key", *codes),
            scores=respondents.select("leader_key", pl.col(scores).name.map(lambda name: name.removeprefix(SCORE))),
            had_memory=respondents["had_memory"].to_numpy(),
        )

    def _planned_scales(self) -> list[str]:
        return [mean.scale for mean in self.instrument.plan.mean if mean.scale in self.scores.columns]


def group(record: Record, flags: Flags, structure: Structure) -> Grouped:
    """Put every leader of the newest wave into the groups of the school year."""
    now = record.now
    scores = now.answers.select("leader_key").join(now.scores, on="leader_key", how="left", maintain_order="left")
    flagged = flags[now.wave]
    memory = now.answers.select("leader_key").join(flagged, on="leader_key", how="left", maintain_order="left")
    today = structure.with_crosswalks(now.instrument.on(now.wave.first_day))
    people = today.place(now.answers)
    roster = None if now.roster is None else today.place(now.roster)
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
