"""School years: what each of them fixed with its first publication, what that leaves out, and what a steward can do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pipelines import vault
from pipelines.counting import COARSE, Structure
from pipelines.ground.period import Wave
from pipelines.ground.schemas import UNKNOWN
from pipelines.ground.settings import Home
from pipelines.ground.told import Label, Told
from pipelines.instruments import Dimension, Instrument, load_instrument, load_roster_words, stored_instrument

Why = Literal["later", "nowhere"]  # on the roster of a later wave of the year; on none of them


@dataclass(frozen=True)
class Fixed:
    """A dimension as a school year has it."""

    dimension: Dimension
    groups: tuple[str, ...]  # merged levels, in their order
    wider: tuple[str, ...]  # those of its coarse form, where the year has a table of it
    is_told: bool  # whether the year has a table of it
    gap: Label  # what leaders without a group are called

    def told(self) -> Iterator[Told]:
        """Its groups by their labels, and why there is no table where there is none."""
        about: dict[str, object] = {"group": self.dimension.label}
        yield _listed("year_groups", self._labels(self.groups), about)
        if not self.is_told:
            yield Told("year_one_group" if len(self.groups) == 1 else "year_not_planned", also=about)
        elif self.wider:
            yield _listed("year_wider", self._labels(self.wider), about)

    def _labels(self, groups: Sequence[str]) -> list[Label]:
        return [self.dimension.level(group, {UNKNOWN: self.gap}) for group in groups]


@dataclass(frozen=True)
class Absent:
    """A dimension that a school year was fixed without, though its plan has figures by it."""

    dimension: Dimension
    why: Why
    waves: tuple[Wave, ...]  # of the year that have it all the same


@dataclass(frozen=True)
class Unknown:
    """Measures that are told of nobody in a school year, for it lacks the dimensions that say whom they are about."""

    lacks: tuple[Dimension, ...]
    measures: tuple[str, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class SchoolYear:
    """What a school year fixed, once, before any answer was counted."""

    name: str  # 2026/27
    waves: tuple[Wave, ...]
    expected: float  # answers, by the roster it was fixed with
    fixed: tuple[Fixed, ...]
    absent: tuple[Absent, ...]
    unknown: tuple[Unknown, ...]

    def told(self) -> list[Told]:
        """All of it, line by line, and last what can be done about what is absent."""
        lines = [line for one in self.fixed for line in one.told()]
        nowhere = [one.dimension.label for one in self.absent if one.why == "nowhere"]
        if nowhere:
            lines.append(_listed("year_without", nowhere))
        for one in self.absent:
            if one.why == "later":
                also: dict[str, object] = {"group": one.dimension.label, "waves": ", ".join(one.waves)}
                lines.append(Told("year_later", also=also))
        for group in self.unknown:
            about: dict[str, object] = {"group": _joined([one.label for one in group.lacks])}
            lines.append(_listed("year_unknown", group.labels, about))
        return [*lines, Told("year_mend")] if self.absent else lines


def school_years(home: Home) -> list[SchoolYear]:
    """Every school year whose groups and tables are fixed, oldest first; none before the first publication."""
    return [
        _school_year(home, name, Structure.of(structure)) for name, structure in vault.kept_structures(home).items()
    ]


def _school_year(home: Home, name: str, structure: Structure) -> SchoolYear:
    stored = [wave for wave in vault.stored_waves(home) if wave.school_year == name]
    published = [one for one in vault.publications(home) if one.wave.school_year == name]
    waves = tuple(sorted({*stored, *(one.wave for one in published)}))
    levels = {wave: vault.read_about(home, wave).get("levels", {}) for wave in stored}
    instrument = _instrument(home, stored, [vault.counted_under(home, one) for one in published])
    gap = load_roster_words(home.instruments).gap
    wanted = _in_plan(instrument, structure)
    absent = [one for one in instrument.dimensions if one.code in wanted - structure.merges.keys()]
    later = {one.code: tuple(wave for wave in stored if one.code in levels[wave]) for one in absent}
    return SchoolYear(
        name=name,
        waves=waves,
        expected=structure.expected,
        fixed=tuple(_fixed(one, structure, gap) for one in instrument.dimensions if one.code in structure.merges),
        absent=tuple(Absent(one, "later" if later[one.code] else "nowhere", later[one.code]) for one in absent),
        unknown=tuple(_unknown(instrument, absent)),
    )


def _instrument(home: Home, stored: Sequence[Wave], counted: Sequence[dict[str, Any] | None]) -> Instrument:
    """By which the newest wave of a year is read; where its answers are gone, by which it was counted."""
    if stored:
        return stored_instrument(vault.read_about(home, stored[-1])["instrument"])
    under = [one for one in counted if one]
    return stored_instrument(under[-1]["instrument"]) if under else load_instrument(home.instruments)


def _in_plan(instrument: Instrument, structure: Structure) -> set[str]:
    """The dimensions by which, or of whose groups, a board of this size may be told figures."""
    tier = instrument.plan.tier_for(structure.expected)
    tables = {column for table in tier.tables for column in table.split("+")}
    measures = (instrument.attribute(measure.attribute) for measure in instrument.plan.measure)
    return tables | {column for measure in measures for column in measure.eligible}


def _fixed(dimension: Dimension, structure: Structure, gap: Label) -> Fixed:
    code = dimension.code
    fine = structure.merges[code]
    coarse = structure.merges.get(code + COARSE, {})
    groups = tuple(dict.fromkeys(fine.values()))
    wider = tuple(dict.fromkeys(coarse[level] for level in fine if level in coarse))
    in_tables = {column for table in structure.tables for column in table}
    is_wider_told = code + COARSE in in_tables
    return Fixed(dimension, groups, wider if is_wider_told else (), code in in_tables or is_wider_told, gap)


def _unknown(instrument: Instrument, absent: Sequence[Dimension]) -> Iterator[Unknown]:
    """The planned measures that are about a group which the year cannot tell, by what is lacking."""
    planned = [instrument.attribute(measure.attribute) for measure in instrument.plan.measure]
    lacking = {one.code: tuple(group.code for group in absent if group.code in one.eligible) for one in planned}
    for codes in dict.fromkeys(filter(None, lacking.values())):
        lacks = tuple(group for group in absent if group.code in codes)
        of_it = [one for one in planned if lacking[one.code] == codes]
        yield Unknown(lacks, tuple(one.code for one in of_it), tuple(Label(one.nl, one.en) for one in of_it))


def _listed(kind: str, labels: Sequence[Label], also: dict[str, object] | None = None) -> Told:
    return Told(kind, len(labels), also={"listed": _joined(labels), **(also or {})})


def _joined(labels: Sequence[Label]) -> Label:
    return Label(", ".join(one.nl for one in labels), ", ".join(one.en for one in labels))
