"""The rules of an instrument: thresholds, policy, dimensions, plan; each value dated or declared, never in code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from pipelines.ground.errors import Refused

Class = Literal["coverage", "outcome"]
Side = Literal["better", "worse"]
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
    repair_steps: tuple[int, ...]

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
    crosswalk: tuple[Crosswalk, ...] = ()

    def on(self, day: dt.date) -> Dimension:
        """The dimension as it is on a day: every crosswalk in force has put the new levels in the place of the old."""
        levels, coarse = self.levels, dict(self.coarse)
        held = [change for change in sorted(self.crosswalk, key=lambda change: change.since) if change.since <= day]
        for change in held:
            levels = tuple(n for level in levels for n in (change.new if level == change.old else (level,)))
            coarse |= {new: coarse.get(change.old, change.old) for new in change.new}
        return self.model_copy(update={"levels": levels, "coarse": coarse, "crosswalk": tuple(held)})

    def named(self) -> set[str]:
        """Levels the file names outright, so that they need not have been seen before."""
        return {*self.levels, *self.coarse, *self.labels_nl, *self.labels_en}


class Tier(Model):
    """Which tables a board of a given number of expected respondents may have."""

    expected_from: int
    one_way: tuple[str, ...]
    two_way: tuple[tuple[str, str], ...]
    width_coverage: int = Field(ge=3)
    width_outcome: int = Field(ge=5)
    width_share: float = Field(ge=0.02)


class PlannedMeasure(Model):
    """Tables in which one attribute may appear: total, one_way, two_way or named tables.

    `aside`: it is left out before any band of its family is widened.
    """

    attribute: str
    tables: tuple[str, ...]
    aside: bool = False


class PlannedMean(Model):
    """Tables in which the mean of one scale may appear; of dimensions at most one, so that its groups never overlap."""

    scale: str
    tables: tuple[str, ...]


class Plan(Model):
    """The publication plan: fixed before any answer is read."""

    fine_cover: float = Field(ge=0, le=1)
    mean_steps: tuple[float, ...] = Field(default=(1.25, 2.5, 5, 6.25, 12.5, 25), min_length=1)  # points
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


class Recognise(Model):
    """What tells that a file was written by this tool; each line must hold."""

    heads: tuple[str, ...] = ()  # a head that must be there; "Begintijd | Start time": one of these
    rows: dict[str, str] = {}  # row number -> what a cell of that row holds
    kinds: tuple[Literal["text", "xlsx", "sav", "parquet"], ...] = ()


class Profile(Model):
    """How one survey tool writes its export."""

    code: str
    nl: str
    en: str
    recognise: Recognise | None = None
    separators: str = ";,\t"
    head_rows: int = Field(default=1, ge=1, le=3)  # rows above the answers; the names stand in the first
    join_heads: bool = False  # a name is "question [option]", from two rows of heads
    columns: dict[str, str] = {}  # head -> our column, or "column|code" for a box that adds a code to a list
    drop: tuple[str, ...] = ()  # heads that are not read; a * at the end stands for any ending
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    answers: dict[str, str] = {}  # an answer in the export -> our code
    keep_user_missing: bool = False  # SPSS: read what was declared missing as an answer

    def drops(self, head: str) -> bool:
        """Whether a column is left unread."""
        return any(head == name or (name.endswith("*") and head.startswith(name[:-1])) for name in self.drop)


def in_force(values: Sequence[DatedValue], day: dt.date, file: str) -> DatedValue:
    """The newest value that holds on a day; Refused when none does yet."""
    held = [value for value in values if value.since <= day]
    if not held:
        raise Refused("instrument_not_yet_in_force", file=file, day=day.isoformat())
    return max(held, key=lambda value: value.since)
