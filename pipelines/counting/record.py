"""Gather, for flow: everything one publication needs, from the vault; leaders are still leaders here."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import vault
from pipelines.counting import cells as aggregate
from pipelines.counting.flag import flag
from pipelines.counting.groups import COARSE, Structure
from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import Attribute, Instrument, Policy
from pipelines.protection.plan import fix_structure

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
class Material:
    """One wave, ready to be counted; leaders only inside the vault."""

    wave: Wave
    instrument: Instrument
    policy: Policy
    day: dt.date
    about: dict[str, Any]
    structure: Structure
    people: pl.DataFrame  # respondents with merged dimensions
    roster: pl.DataFrame | None
    yes_no: pl.DataFrame
    scores: pl.DataFrame  # x1000
    had_memory: NDArray[np.bool_]  # flagged answers may persist only for these

    @cached_property
    def planned(self) -> list[Attribute]:
        """Attributes of the publication plan."""
        return [self.instrument.attribute(measure.attribute) for measure in self.instrument.plan.measure]

    @cached_property
    def families(self) -> dict[str, Family]:
        """What was asked of the plan, by family: what shares answers is audited together."""
        members: dict[str, list[Attribute]] = {}
        for attribute in self.planned:
            if attribute.code in self.yes_no.columns:
                members.setdefault(attribute.family, []).append(attribute)
        scales: dict[str, list[str]] = {}
        for mean in self.instrument.plan.mean:
            if mean.scale in self.scores.columns:
                scales.setdefault(self.instrument.family_of(mean.scale), []).append(mean.scale)
        return {
            code: Family(tuple(members.get(code, ())), tuple(scales.get(code, ()))) for code in {**members, **scales}
        }

    @cached_property
    def counted(self) -> pl.DataFrame:
        """Who is counted, for the steward and later audits; stays in the vault."""
        scales = [mean.scale for mean in self.instrument.plan.mean if mean.scale in self.scores.columns]
        return pl.concat(
            [
                self.people.select("leader_key", *self.structure.merges),
                self.yes_no.drop("leader_key"),
                self.scores.select(pl.col(scales).name.prefix(SCORE)),
                pl.DataFrame({"had_memory": self.had_memory}),
            ],
            how="horizontal",
        )

    @cached_property
    def layout(self) -> aggregate.Layout:
        """The cells of the publication."""
        return aggregate.lay_out(self.structure.tables, self.people, self.roster)

    @cached_property
    def counts(self) -> dict[str, aggregate.Counts]:
        """How many leaders each cell holds, per attribute."""
        return aggregate.count(self.layout, self.people, self.roster, self.yes_no, self.planned)


def gather(home: Home, wave: Wave, *, late: bool = False) -> Material:
    """Everything one publication needs, from the vault; with `late` also what came after the first publication."""
    about = vault.read_about(home, wave)
    instrument = Instrument.model_validate(about["instrument"])
    day = wave.first_day
    policy = instrument.policy(day)
    answers = read_all(home, wave, "answers", late=late)
    roster = vault.read(home, wave, "roster") if about["has_roster"] else None
    structure = school_year_structure(home, wave, instrument.on(day), policy, answers, roster)
    structure = with_crosswalks(structure, instrument.on(day))
    flags = flags_until(home, wave, late=late)
    scores = answers.select("leader_key").join(
        read_all(home, wave, "scores", late=late), on="leader_key", how="left", maintain_order="left"
    )
    yes_no = aggregate.attributes(instrument, answers, scores, flags, instrument.threshold_values(day))
    memory = answers.select("leader_key").join(flags, on="leader_key", how="left", maintain_order="left")["had_memory"]
    people, listed = structure.place(answers), None if roster is None else structure.place(roster)
    return Material(
        wave=wave, instrument=instrument, policy=policy, day=day, about=about,
        structure=structure.known_to(people, listed), people=people, roster=listed,
        yes_no=yes_no, scores=scores,
        had_memory=memory.fill_null(value=False).to_numpy(),
    )  # fmt: skip


def as_counted(material: Material, respondents: pl.DataFrame) -> Material:
    """The material as a publication counted it (`respondents`: its frozen private table)."""
    codes = [attribute.code for attribute in material.planned if attribute.code in respondents.columns]
    scales = [name for name in respondents.columns if name.startswith(SCORE)]
    return replace(
        material,
        people=respondents.select("leader_key", *material.structure.merges),
        yes_no=respondents.select("leader_key", *codes),
        scores=respondents.select("leader_key", pl.col(scales).name.map(lambda name: name.removeprefix(SCORE))),
        had_memory=respondents["had_memory"].to_numpy(),
    )


def structure_file(home: Home, wave: Wave) -> Path:
    """Where the merges and tables of a wave's school year are kept."""
    return home.vault / "school_years" / f"{wave.school_year.replace('/', '-')}.json"


def school_year_structure(
    home: Home, wave: Wave, instrument: Instrument, policy: Policy, answers: pl.DataFrame, roster: pl.DataFrame | None
) -> Structure:
    """Merges and tables of the school year: made once from its first roster, then kept."""
    path = structure_file(home, wave)
    if path.exists():
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Structure(**{**raw, "tables": tuple(tuple(table) for table in raw["tables"])})
    people, expected = (answers, 1.0) if roster is None else (roster, policy.expected_response)
    structure = fix_structure(people, instrument, policy, expected)
    vault.write_private(path, json.dumps(asdict(structure)))
    return structure


def with_crosswalks(structure: Structure, instrument: Instrument) -> Structure:
    """The structure of the year with levels that came later: a new region has the group of the old one as parent.

    Where the old region was merged because it was too small, its parts stay in that merged group.
    """
    merges = {column: dict(levels) for column, levels in structure.merges.items()}
    for dimension in instrument.dimensions:
        fine = merges.get(dimension.code, {})
        coarse_column = f"{dimension.code}{COARSE}"
        for change in dimension.crosswalk:
            came_later = [level for level in change.new if level not in fine]
            if not fine or not came_later or change.old not in {**fine, **merges.get(coarse_column, {})}:
                continue
            coarse = merges.setdefault(coarse_column, dict(fine))
            group = fine.get(change.old, change.old)
            for level in came_later:
                fine[level] = level if group == change.old else group
                coarse[level] = coarse.get(change.old, group)
    return replace(structure, merges=merges)


def read_all(home: Home, wave: Wave, table: str, *, late: bool) -> pl.DataFrame:
    """One table of a wave, with what came late or without it."""
    frame = vault.read(home, wave, table)
    return pl.concat([frame, vault.read_late(home, wave, table)], how="diagonal") if late else frame


def flags_until(home: Home, wave: Wave, *, late: bool = False) -> pl.DataFrame:
    """The flags of a wave, with the memory of the waves before it; a skipped wave and a late answer forget."""
    previous: pl.DataFrame | None = None
    before = ""
    for name in (w for w in vault.stored_waves(home) if w <= wave):
        about = vault.read_about(home, name)
        instrument = Instrument.model_validate(about["instrument"])
        memory = previous if before == name.before and about["has_keys"] else None
        scores = read_all(home, name, "scores", late=late and name == wave)
        previous, before = flag(scores, memory, instrument.threshold_values(name.first_day)), name
    if previous is None:
        raise Refused("wave_unknown", wave=wave)
    return previous


def yes_no_of(home: Home, wave: Wave) -> pl.DataFrame:
    """The attributes of every respondent of a wave."""
    instrument = Instrument.model_validate(vault.read_about(home, wave)["instrument"])
    answers, scores = vault.read(home, wave, "answers"), vault.read(home, wave, "scores")
    flags = flags_until(home, wave)
    return aggregate.attributes(instrument, answers, scores, flags, instrument.threshold_values(wave.first_day))
