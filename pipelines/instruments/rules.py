"""The rules of an instrument: thresholds, policy, dimensions, plan; each value dated or declared, never in code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from pipelines.ground.errors import Refused
from pipelines.ground.told import Label

Class = Literal["coverage", "outcome"]
Side = Literal["better", "worse"]
Who = Literal["main", "lead", "aside"]  # which measures of a family a block is for
TOGETHER = " + "  # between the names of levels that were merged
DatedValue = TypeVar("DatedValue", bound="Dated")


class Model(BaseModel):
    """Unknown keys are mistakes: a typing error must not silently change what is published."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Named(Model):
    """Anything with a code and a label in both languages."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    nl: str
    en: str
    definition_nl: str = ""
    definition_en: str = ""
    source: str = ""


class Purpose(Named):
    """Why it is asked, as its definition; `asks` names scales, or `pillars`, `rocks` or `questions`."""

    asks: tuple[str, ...] = Field(min_length=1)


class Dated(Model):
    """A value that holds from a date on, with its reason."""

    since: dt.date
    reason_nl: str
    reason_en: str


class Threshold(Dated):
    """A cut-off on a scale: a convention, not a clinical norm."""

    code: str
    scale: str
    direction: Literal["at_least", "at_most"]
    value: float
    source: str = ""


class Target(Dated):
    """What the board itself wants to reach, as a share of leaders."""

    measure: str
    share: float = Field(ge=0, le=1)
    example: bool = False  # shows what a target looks like; published with fictional waves only


class Policy(Dated):
    """The protection rules. The lower limits below are floors: no file can go under them."""

    k_coverage: int = Field(ge=5)
    k_outcome: int = Field(ge=10)
    m: int = Field(ge=2)
    open_limit: float = Field(ge=0, le=0.10)
    expected_response: float = Field(gt=0, le=1)
    certainty: float = Field(ge=0.9, lt=1)
    silent_odds: tuple[float, float]
    response_floor: float = Field(ge=0.5, le=1)
    response_amber: float = Field(ge=0.5, le=1)
    outcomes: tuple[Literal["left"], ...] = ()  # events of leaders that may be imported; none by default
    retention_waves: int = Field(ge=1)
    steward: Literal["agency", "separation"] | None = None  # for whom the steward works; None: not laid down

    def k(self, publication_class: Class) -> int:
        """Fewest leaders in a cell that may be shown."""
        return self.k_coverage if publication_class == "coverage" else self.k_outcome


class Crosswalk(Dated):
    """A level that was split or renamed: from `since` on rosters name the new levels, and the old one is their parent.

    Waves before `since` keep the old level: they are never cut anew.
    """

    old: str
    new: tuple[str, ...] = Field(min_length=1)


class Dimension(Named):
    """A property of the post that groups leaders, known from the roster."""

    roles: tuple[str, ...] = ()  # places on the pages; the words stand in meaning.py
    levels: tuple[str, ...] = ()
    labels_nl: dict[str, str] = {}
    labels_en: dict[str, str] = {}
    coarse: dict[str, str] = {}
    first_apart: dict[str, str] = {}  # the coarse form where only in it the first level is large enough to stand alone
    crosswalk: tuple[Crosswalk, ...] = ()

    def on(self, day: dt.date) -> Dimension:
        """The dimension as it is on a day: every crosswalk in force has put the new levels in the place of the old."""
        levels, coarse = self.levels, dict(self.coarse)
        held = [change for change in sorted(self.crosswalk, key=lambda change: change.since) if change.since <= day]
        for change in held:
            levels = tuple(n for level in levels for n in (change.new if level == change.old else (level,)))
            coarse |= {new: coarse.get(change.old, change.old) for new in change.new}
        return self.model_copy(update={"levels": levels, "coarse": coarse, "crosswalk": tuple(held)})

    @property
    def label(self) -> Label:
        """What the dimension is called."""
        return Label(self.nl, self.en)

    def level(self, code: str, called: Mapping[str, Label] = MappingProxyType({})) -> Label:
        """What a level is called, one that was merged by its parts; without a label as it is written.

        `called`: level -> what it is called here, whatever the dimension says.
        """
        parts = [
            called.get(part) or Label(self.labels_nl.get(part, part), self.labels_en.get(part, part))
            for part in code.split(TOGETHER)
        ]
        return Label(TOGETHER.join(one.nl for one in parts), TOGETHER.join(one.en for one in parts))

    def named(self) -> set[str]:
        """Levels the file names outright, so that they need not have been seen before."""
        return {*self.levels, *self.coarse, *self.first_apart, *self.labels_nl, *self.labels_en}


class Block(Model):
    """One step of a plan: tables that are tried together, for which measures, and how narrow their bands are.

    `widths`: counts a band holds at least, tried from the first on; a later block never takes an earlier one along.
    """

    tables: tuple[str, ...] = Field(min_length=1)  # total, a dimension, or two of them joined by +
    who: Who = "main"
    widths: tuple[Annotated[int, Field(ge=3)], ...] = Field(min_length=1)


class Tier(Model):
    """What a board of a given number of expected respondents may publish: blocks, the most useful first."""

    expected_from: int
    width_share: float = Field(ge=0.02)
    block: tuple[Block, ...] = Field(min_length=1)

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table of the tier, each once, in the order of the blocks."""
        return tuple(dict.fromkeys(table for block in self.block for table in block.tables))

    @property
    def one_way(self) -> tuple[str, ...]:
        """Its dimensions."""
        return tuple(table for table in self.tables if table != "total" and "+" not in table)

    @property
    def two_way(self) -> tuple[tuple[str, str], ...]:
        """Its pairs of dimensions."""
        pairs = (table.split("+") for table in self.tables if "+" in table)
        return tuple((first, second) for first, second in pairs)

    @property
    def width_coverage(self) -> int:
        """The fewest counts a band about support may hold."""
        return min(min(block.widths) for block in self.block)


class Rung(Model):
    """How much of a family's plan is told when no draw of more of it was proven safe.

    `rank`: blocks up to this one (0 total, 1 first dimensions, 2 other dimensions, 3 pairs and what stands aside);
    `wider`, `at_least`: counts of a band. `skipped`: the chance, drawn by the vault's key, that it is passed over
    though it was not tried, so that a rung that was reached proves nothing about those above.
    """

    rank: int = Field(ge=0)
    wider: int = Field(default=0, ge=0)
    at_least: int = Field(default=0, ge=0)
    skipped: float = Field(ge=0.01, lt=1)


class Draws(Model):
    """How a family's plan is chosen for a school year, and how often its bands are drawn."""

    simulated: int = Field(default=20, ge=4)  # answer sets, before any answer is read
    enough: float = Field(default=0.75, gt=0.5, le=1)  # share of them that the first draw must prove safe
    at_once: int = Field(default=5, ge=1)  # so many in a row from the first on are enough, too
    redraws: int = Field(default=8, ge=1)  # draws of a rung before the next one is tried
    rung: tuple[Rung, ...] = (
        Rung(rank=3, skipped=0.05),
        Rung(rank=3, wider=2, at_least=5, skipped=0.01),
        Rung(rank=2, at_least=5, skipped=0.01),
        Rung(rank=1, at_least=7, skipped=0.01),
        Rung(rank=0, at_least=7, skipped=0.01),
    )


class PlannedMeasure(Model):
    """Tables in which one attribute may appear: total, one_way, two_way or named tables.

    `who`: the blocks it is in. The `lead` of its family has those of its own beside the main ones; what stands
    `aside` has its own only.
    """

    attribute: str
    tables: tuple[str, ...]
    who: Who = "main"


class PlannedMean(Model):
    """Tables in which the mean of one scale may appear; of dimensions at most one, so that its groups never overlap."""

    scale: str
    tables: tuple[str, ...]


class Plan(Model):
    """The publication plan: fixed before any answer is read."""

    fine_cover: float = Field(ge=0, le=1)  # share of its groups that a form of a dimension is expected to tell
    cross_cover: float = Field(default=0.5, ge=0, le=1)  # the same for two dimensions
    mean_steps: tuple[float, ...] = Field(default=(1.25, 2.5, 5, 6.25, 12.5, 25), min_length=1)  # points
    least_outcome: int = Field(default=5, ge=5)  # counts of a band about outcomes, or of a family that holds one
    draws: Draws = Draws()
    tier: tuple[Tier, ...]
    measure: tuple[PlannedMeasure, ...]
    mean: tuple[PlannedMean, ...] = ()

    def tier_for(self, expected: float) -> Tier:
        """The tier of a board with this many expected respondents."""
        return [tier for tier in sorted(self.tier, key=lambda t: t.expected_from) if tier.expected_from <= expected][-1]


class Benchmark(Model):
    """A sourced figure from elsewhere."""

    measure: str
    share: float
    year: int
    population_nl: str
    population_en: str
    source: str


def in_force(values: Sequence[DatedValue], day: dt.date, file: str) -> DatedValue:
    """The newest value that holds on a day; Refused when none does yet."""
    held = [value for value in values if value.since <= day]
    if not held:
        raise Refused("instrument_not_yet_in_force", file=file, day=day.isoformat())
    return max(held, key=lambda value: value.since)
