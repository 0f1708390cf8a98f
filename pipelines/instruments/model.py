"""The shapes of an instrument: what a steward may write in TOML, and what every step may ask of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Literal

from pydantic import Field, field_validator

from pipelines.instruments.profile import Profile
from pipelines.instruments.rules import (
    Benchmark,
    Class,
    Dimension,
    Model,
    Named,
    Plan,
    Policy,
    Purpose,
    Side,
    Target,
    Threshold,
    in_force,
)

# Beside the rules of publication and none of them: for whom the steward works, and what a figure means to a reader.
NO_RULES = {"steward", "higher_is", "topic", "roles"}
BLOCKS = ("pillars", "rocks", "questions")  # what is asked beside scales
RULE_ROLES = ("risk:stress", "risk:support")  # of the attributes that are cut from what the rule of at_risk looks at
RULE_SCALES = ("stress", "support")  # what it looks at where no attribute has these roles


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
    """One word of the field, explained once; `formerly` how an answer was worded before, for exports of then."""

    code: str
    kind: str
    nl: str
    en: str
    definition_nl: str = ""
    definition_en: str = ""
    source: str = ""
    formerly: tuple[str, ...] = ()


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
    higher_is: Side
    topic: str | None = None
    publication_class: Class = Field(alias="class")
    composite: tuple[str, ...] = ()
    labels_nl: tuple[str, ...] = ()
    labels_en: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


class Attribute(Named):
    """A yes/no property of a leader that is counted, e.g. has_rock; see docs/instruments.md."""

    publication_class: Class = Field(alias="class")
    higher_is: Side | None = None  # None: as the scale it is cut from, else by its class
    topic: str | None = None
    roles: tuple[str, ...] = ()  # places on the pages; the words stand in meaning.py
    family: str
    from_: str | None = Field(default=None, alias="from")
    equals: tuple[str, ...] = ()  # one of these answers
    contains: tuple[str, ...] = ()  # one of these codes is in a list of codes
    at_least: float | str | None = None
    at_most: float | str | None = None
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()  # columns or scales of which at least one is open
    rule: Literal["at_risk"] | None = None
    eligible: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    implies: tuple[str, ...] = ()  # never yes where one of these is not

    @field_validator("equals", "contains", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    def parts(self) -> tuple[str, ...]:
        """The attributes it is made from."""
        return (*self.any_of, *self.all_of, *self.none_of, *self.implies)


class Partition(Model):
    """Attributes of which every leader has exactly one, e.g. the fields of a map."""

    attributes: tuple[str, ...] = Field(min_length=2)


class Instrument(Model):
    """Everything that was loaded; stored with each wave, so that a wave is always read by its own rules."""

    about: About
    purposes: tuple[Purpose, ...] = ()
    words: tuple[Word, ...]
    pillars: tuple[Pillar, ...]
    rocks: tuple[Rock, ...]
    questions: tuple[Question, ...]
    scales: tuple[Scale, ...]
    attributes: tuple[Attribute, ...]
    partitions: dict[str, Partition] = Field(default_factory=dict)
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

    def on(self, day: dt.date) -> Instrument:
        """The instrument with its dimensions as they are on a day."""
        return self.model_copy(update={"dimensions": tuple(dimension.on(day) for dimension in self.dimensions)})

    def threshold_values(self, day: dt.date) -> dict[str, float]:
        """Threshold code -> value in force on a day (points, 0-100)."""
        codes = dict.fromkeys(threshold.code for threshold in self.thresholds)
        return {c: in_force([t for t in self.thresholds if t.code == c], day, "thresholds.toml").value for c in codes}

    def attribute(self, code: str) -> Attribute:
        """One attribute by its code."""
        return next(attribute for attribute in self.attributes if attribute.code == code)

    def measure_in(self, role: str) -> str | None:
        """The code of the attribute that has a role on the pages; None where none has."""
        return next((attribute.code for attribute in self.attributes if role in attribute.roles), None)

    @property
    def rule_scales(self) -> tuple[str, str]:
        """The scales of stress and of support that the rule of at_risk looks at."""
        named = [self.attribute(code).from_ for code in map(self.measure_in, RULE_ROLES) if code]
        stress, support = (named[0], named[1]) if len(named) == len(RULE_ROLES) else RULE_SCALES
        return stress or RULE_SCALES[0], support or RULE_SCALES[1]

    def scale(self, code: str) -> Scale:
        """One scale by its code."""
        return next(scale for scale in self.scales if scale.code == code)

    def parts_first(self) -> list[Attribute]:
        """The attributes, each after those it is made from."""
        ordered: dict[str, Attribute] = {}

        def add(attribute: Attribute) -> None:
            for part in attribute.parts():
                add(self.attribute(part))
            ordered[attribute.code] = attribute

        for attribute in self.attributes:
            add(attribute)
        return list(ordered.values())

    def sources(self, attribute: Attribute) -> frozenset[str]:
        """The columns, and the scales without parts, that an attribute is made from."""
        named = [*([attribute.from_] if attribute.from_ else []), *attribute.unanswered]
        named += self.rule_scales if attribute.rule else ()
        return frozenset().union(
            *map(self.parts_of, named), *(self.sources(self.attribute(part)) for part in attribute.parts())
        )

    def parts_of(self, source: str) -> frozenset[str]:
        """A column or scale itself, or the scales without parts that a composite is made from."""
        composite = next((scale.composite for scale in self.scales if scale.code == source), ())
        return frozenset().union(*map(self.parts_of, composite)) if composite else frozenset([source])

    def family_of(self, scale: str) -> str:
        """The family of the planned attributes that share answers with a scale, else one of its own."""
        planned = [self.attribute(measure.attribute) for measure in self.plan.measure]
        tied = [a.family for a in planned if self.sources(a) & self.parts_of(scale)]
        return tied[0] if tied else f"mean:{scale}"

    def dimension(self, code: str) -> Dimension | None:
        """One dimension by its code."""
        return next((dimension for dimension in self.dimensions if dimension.code == code), None)

    def dimension_in(self, role: str) -> str | None:
        """The code of the dimension that has a role on the pages; None where none has."""
        return next((dimension.code for dimension in self.dimensions if role in dimension.roles), None)

    @property
    def starters(self) -> tuple[str, str] | None:
        """The dimension of years as a school leader and its first level: who has just begun; None where none is."""
        years = self.dimension(self.dimension_in("years") or "")
        return (years.code, years.levels[0]) if years is not None and years.levels else None

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
        rules = [self.policy(day), self.plan, *self.dimensions, *self.attributes, *self.partitions.values()]
        dumped = [rule.model_dump(mode="json", exclude=NO_RULES) for rule in rules]
        text = json.dumps(dumped, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
