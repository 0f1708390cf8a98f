"""The shapes of an instrument: what a steward may write in TOML, and what every step may ask of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from pipelines.errors import Refused

Class = Literal["coverage", "outcome"]
DatedValue = TypeVar("DatedValue", bound="Dated")


class Model(BaseModel):
    """Unknown keys are mistakes: a typing error must not silently change what is published."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Model):
    """Anything with a code and a label in both languages."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    nl: str
    en: str
    definition_nl: str = ""
    definition_en: str = ""
    source: str = ""


class About(Model):
    """Which instrument, which version."""

    code: str
    version: str
    nl: str
    en: str
    licence: str = ""
    note_nl: str = ""
    note_en: str = ""


class Word(Model):
    """One word of the field, explained once."""

    code: str
    kind: str
    nl: str
    en: str
    definition_nl: str = ""
    definition_en: str = ""
    source: str = ""


class Pillar(Named):
    """One of the ways support is organised."""

    support: tuple[Literal["emotional", "instrumental"], ...] = ()
    asks_monthly: bool = False
    question_nl: str
    question_en: str


class Rock(Named):
    """Somebody who has the leader's back."""

    question_nl: str
    question_en: str
    who: tuple[Named, ...] = ()


class Question(Named):
    """A single-choice question of the steward's own."""

    answers: tuple[str, ...]


class Item(Model):
    """One item of a scale; `reversed` means that a high answer is a low score."""

    code: str
    nl: str
    en: str
    reversed: bool = False
    min: float | None = None
    max: float | None = None


class Scale(Named):
    """A scale scored 0-100 from items, or the mean of other scales (`composite`)."""

    min: float = 1
    max: float = 5
    higher_is: Literal["better", "worse"]
    publication_class: Class = Field(alias="class")
    composite: tuple[str, ...] = ()
    labels_nl: tuple[str, ...] = ()
    labels_en: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


class Attribute(Named):
    """A yes/no property of a leader that is counted, e.g. has_rock; see docs/instruments.md."""

    publication_class: Class = Field(alias="class")
    family: str
    from_: str | None = Field(default=None, alias="from")
    equals: str | None = None
    at_least: float | str | None = None
    at_most: float | str | None = None
    any_of: tuple[str, ...] = ()
    rule: Literal["at_risk"] | None = None
    eligible: dict[str, tuple[str, ...]] = {}
    implies: tuple[str, ...] = ()


class Family(Model):
    """Logic between attributes that a reader knows, e.g. "low_support & high_stress => at_risk"."""

    logic: tuple[str, ...] = ()
    without_memory: tuple[str, ...] = ()


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
    fewest_pairs: int = Field(ge=30)
    outcomes: tuple[str, ...] = ()
    retention_waves: int = Field(ge=1)
    repair_steps: tuple[int, ...]

    def k(self, publication_class: Class) -> int:
        """Fewest leaders in a cell that may be shown."""
        return self.k_coverage if publication_class == "coverage" else self.k_outcome


class Dimension(Named):
    """A property of the post that groups leaders, known from the roster."""

    levels: tuple[str, ...] = ()
    labels_nl: dict[str, str] = {}
    labels_en: dict[str, str] = {}
    coarse: dict[str, str] = {}


class Tier(Model):
    """Which tables a board of a given number of expected respondents may have."""

    expected_from: int
    one_way: tuple[str, ...]
    two_way: tuple[tuple[str, str], ...]
    width_coverage: int = Field(ge=3)
    width_outcome: int = Field(ge=5)
    width_share: float = Field(ge=0.02)


class PlannedMeasure(Model):
    """Tables in which one attribute may appear: total, one_way, two_way or named tables."""

    attribute: str
    tables: tuple[str, ...]


class Plan(Model):
    """The publication plan: fixed before any answer is read."""

    fine_cover: float = Field(ge=0, le=1)
    tier: tuple[Tier, ...]
    measure: tuple[PlannedMeasure, ...]

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


class Profile(Model):
    """How one survey tool writes its export."""

    code: str
    nl: str
    en: str
    separators: str = ";,\t"
    columns: dict[str, str] = {}
    drop: tuple[str, ...] = ()
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    answers: dict[str, str] = {}


class Instrument(Model):
    """Everything that was loaded; stored with each wave, so that a wave is always read by its own rules."""

    about: About
    words: tuple[Word, ...]
    pillars: tuple[Pillar, ...]
    rocks: tuple[Rock, ...]
    questions: tuple[Question, ...]
    scales: tuple[Scale, ...]
    attributes: tuple[Attribute, ...]
    families: dict[str, Family]
    thresholds: tuple[Threshold, ...]
    targets: tuple[Target, ...]
    policies: tuple[Policy, ...]
    dimensions: tuple[Dimension, ...]
    plan: Plan
    benchmarks: tuple[Benchmark, ...]
    profiles: tuple[Profile, ...]

    def policy(self, day: dt.date) -> Policy:
        """The policy in force on a day."""
        return in_force(self.policies, day, "policy.toml")

    def threshold_values(self, day: dt.date) -> dict[str, float]:
        """Threshold code -> value in force on a day (points, 0-100)."""
        codes = dict.fromkeys(threshold.code for threshold in self.thresholds)
        return {c: in_force([t for t in self.thresholds if t.code == c], day, "thresholds.toml").value for c in codes}

    def attribute(self, code: str) -> Attribute:
        """One attribute by its code."""
        return next(attribute for attribute in self.attributes if attribute.code == code)

    def dimension(self, code: str) -> Dimension | None:
        """One dimension by its code."""
        return next((dimension for dimension in self.dimensions if dimension.code == code), None)

    def choices(self) -> dict[str, tuple[str, ...]]:
        """Single-choice column -> the codes it may hold."""
        columns: dict[str, tuple[str, ...]] = {q.code: q.answers for q in self.questions}
        for pillar in self.pillars:
            columns[f"pillar_{pillar.code}"] = ("none", "available", "used")
            if pillar.asks_monthly:
                columns[f"pillar_{pillar.code}_monthly"] = ("yes", "no")
        columns |= {f"rock_{rock.code}": ("yes", "no") for rock in self.rocks}
        return columns

    def lists(self) -> dict[str, tuple[str, ...]]:
        """Column with several codes joined by | -> the codes it may hold."""
        return {f"rock_{rock.code}_who": tuple(who.code for who in rock.who) for rock in self.rocks}

    def numbers(self) -> dict[str, tuple[float, float]]:
        """Numeric column -> the range of answers it may hold."""
        ranges = {f"pillar_{pillar.code}_quality": (1.0, 5.0) for pillar in self.pillars}
        for scale in self.scales:
            for item in scale.items:
                low = scale.min if item.min is None else item.min
                ranges[item.code] = (low, scale.max if item.max is None else item.max)
        return ranges

    def fingerprint(self, day: dt.date) -> str:
        """Hash of policy, plan and dimensions: changes when a rule of publication changes."""
        rules = [self.policy(day), self.plan, *self.dimensions, *self.attributes]
        text = json.dumps([rule.model_dump(mode="json") for rule in rules], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def in_force(values: Sequence[DatedValue], day: dt.date, file: str) -> DatedValue:
    """The newest value that holds on a day; Refused when none does yet."""
    held = [value for value in values if value.since <= day]
    if not held:
        raise Refused("instrument_not_yet_in_force", file=file, day=day.isoformat())
    return max(held, key=lambda value: value.since)
