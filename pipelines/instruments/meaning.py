"""Meaning: whether more is better or worse, the topic, and the roles on the pages, of all that is counted.

The pages know these words and no code of any instrument, so the words are few; docs/instruments.md explains each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from pipelines.ground.errors import Refused
from pipelines.instruments.checks import suggest
from pipelines.instruments.model import Attribute, Instrument, Scale
from pipelines.instruments.rules import Class, Dimension, Side

TOPICS = ("support", "pillars", "strain", "asking")
STEPS = ("available", "used", "good")  # of a pillar: each holds the next
STRESS = ("high", "middle", "low")  # rows of the map
SUPPORT = ("low", "middle", "high")  # its columns
ADVICE = (
    "mentor_early",
    "buddy_monthly",
    "board_talks",
    "coach_neutral",
    "network",
    "sounding_board",
    "unmet_need",
    "asking",
    "share_what",
)


@dataclass(frozen=True)
class Meaning:
    """What one measure, scale or dimension means to a reader."""

    higher_is: Side | None = None
    topic: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Role:
    """A place on the pages: whether one attribute at the most can have it, and which way must be better there."""

    is_one: bool = True
    side: Side | None = None


OPPOSITE: Mapping[Side, Side] = {"better": "worse", "worse": "better"}
OF_CLASS: Mapping[Class, Meaning] = {
    "coverage": Meaning("better", "support"),
    "outcome": Meaning("worse", "strain"),
}
FIXED_ROLES: Mapping[str, Role] = {
    "lead": Role(),
    "headline": Role(is_one=False),
    "rock:any": Role(side="better"),
    "rock:emotional": Role(side="better"),
    "rock:instrumental": Role(side="better"),
    "risk:both": Role(side="worse"),
    "risk:support": Role(side="worse"),
    "risk:stress": Role(side="worse"),
    "risk:leaving": Role(side="worse"),
    "risk:load": Role(side="worse"),
    "risk:near": Role(side="worse"),
    "need:much": Role(side="worse"),
    "need:little": Role(side="worse"),
    "need:unmet": Role(side="worse"),
    "asks": Role(side="better"),
    "belief": Role(is_one=False, side="worse"),
    "first_years": Role(is_one=False),
    "paper": Role(is_one=False),
}
FIELDS = tuple(f"map:{stress}:{support}" for stress, support in product(STRESS, SUPPORT))
UNKNOWN_FIELD = "map:unknown"
# Roles that say nothing without the others of their set.
WHOLE = (("rock:any", "rock:emotional", "rock:instrumental"), ("need:unmet", "need:much", "need:little"), FIELDS)
# What an attribute in a role must be made of, for the published ranges between them to be true.
MADE_OF = {
    "rock:any": ("any_of", ("rock:emotional", "rock:instrumental")),
    "need:unmet": ("all_of", ("need:much", "need:little")),
}


def roles_of_attributes(instrument: Instrument) -> dict[str, Role]:
    """Every role an attribute of this instrument may have."""
    steps = [f"pillar:{pillar.code}:{step}" for pillar in instrument.pillars for step in STEPS]
    return {
        **FIXED_ROLES,
        **dict.fromkeys(steps, Role(side="better")),
        **dict.fromkeys((*FIELDS, UNKNOWN_FIELD), Role()),
        **dict.fromkeys((f"advice:{advice}" for advice in ADVICE), Role()),
    }


def roles_of_dimensions(instrument: Instrument) -> list[str]:
    """Every role a dimension of this instrument may have; those about schools are numbered in their order."""
    return ["place", "years", "board", *(f"school:{number}" for number, _ in enumerate(instrument.dimensions, 1))]


def meaning_of(instrument: Instrument, thing: Attribute | Scale | Dimension) -> Meaning:
    """What a thing means: as its file says, and where that says nothing, by its scale and its class."""
    if isinstance(thing, Dimension):
        return Meaning(roles=thing.roles)
    of_class = OF_CLASS[thing.publication_class]
    if isinstance(thing, Scale):
        return Meaning(thing.higher_is, thing.topic or of_class.topic)
    side = thing.higher_is or _side_by_scale(instrument, thing) or of_class.higher_is
    return Meaning(side, thing.topic or of_class.topic, thing.roles)


def check_meaning(instrument: Instrument) -> None:
    """Refuse what cannot be: words that do not exist, sides that contradict, roles doubled or without their set."""
    _check_topics(instrument)
    _check_words_of_roles(instrument)
    for attribute in instrument.attributes:
        by_scale = _side_by_scale(instrument, attribute)
        if by_scale and attribute.higher_is not in (None, by_scale):
            raise Refused(
                "instrument_side", file="attributes.toml", key=f"attribute.{attribute.code}", scale=attribute.from_
            )
    attributes = _held_once([(one.code, one.roles) for one in instrument.attributes], "attributes.toml", instrument)
    _held_once([(one.code, one.roles) for one in instrument.dimensions], "dimensions.toml", instrument)
    _check_sides(instrument)
    _check_sets(instrument, attributes)


def _side_by_scale(instrument: Instrument, attribute: Attribute) -> Side | None:
    """Which way is better, by the scale an attribute is cut from; None where it is cut from no scale, or both ways."""
    scale = next((scale for scale in instrument.scales if scale.code == attribute.from_), None)
    if scale is None or (attribute.at_least is None) == (attribute.at_most is None):
        return None
    return scale.higher_is if attribute.at_least is not None else OPPOSITE[scale.higher_is]


def _check_topics(instrument: Instrument) -> None:
    scales = [(f"scales/{scale.code}.toml", "scale.topic", scale.topic) for scale in instrument.scales]
    attributes = [("attributes.toml", f"attribute.{one.code}.topic", one.topic) for one in instrument.attributes]
    for file, key, topic in (*scales, *attributes):
        if topic is not None:
            _check_word(file, key, topic, TOPICS)


def _check_words_of_roles(instrument: Instrument) -> None:
    known, pillars = list(roles_of_attributes(instrument)), [pillar.code for pillar in instrument.pillars]
    for attribute in instrument.attributes:
        key = f"attribute.{attribute.code}.roles"
        for role in attribute.roles:
            kind, _, rest = role.partition(":")
            if kind == "pillar":
                _check_word("attributes.toml", key, rest.rpartition(":")[0] or rest, pillars)
            _check_word("attributes.toml", key, role, known)
    for dimension in instrument.dimensions:
        for role in dimension.roles:
            _check_word("dimensions.toml", f"{dimension.code}.roles", role, roles_of_dimensions(instrument))


def _check_word(file: str, key: str, word: str, known: Sequence[str]) -> None:
    if word not in known:
        raise Refused("instrument_reference", file=file, key=key, word=word, suggestion=suggest(word, known))


def _held_once(things: Sequence[tuple[str, tuple[str, ...]]], file: str, instrument: Instrument) -> dict[str, str]:
    """Role -> the thing that has it, of roles that one thing can have; Refused when two have."""
    known, holders = roles_of_attributes(instrument), dict[str, str]()
    for code, role in ((code, role) for code, roles in things for role in roles):
        if not known.get(role, Role()).is_one:
            continue
        if role in holders:
            raise Refused("instrument_role_twice", file=file, role=role, first=holders[role], second=code)
        holders[role] = code
    return holders


def _check_sides(instrument: Instrument) -> None:
    known = roles_of_attributes(instrument)
    for attribute in instrument.attributes:
        side = meaning_of(instrument, attribute).higher_is
        for role in attribute.roles:
            if known[role].side not in (None, side):
                raise Refused(
                    "instrument_role_side",
                    file="attributes.toml",
                    key=f"attribute.{attribute.code}",
                    role=role,
                    side=known[role].side,
                )


def _check_sets(instrument: Instrument, holders: Mapping[str, str]) -> None:
    for whole in WHOLE:
        lacking = [role for role in whole if role not in holders]
        if lacking and len(lacking) < len(whole):
            here = next(role for role in whole if role in holders)
            raise Refused(
                "instrument_role_alone",
                file="attributes.toml",
                key=f"attribute.{holders[here]}",
                role=here,
                lacking=", ".join(lacking),
            )
    for role, (how, parts) in MADE_OF.items():
        if role not in holders:
            continue
        attribute, wanted = instrument.attribute(holders[role]), [holders[part] for part in parts]
        is_made_so = set(getattr(attribute, how)) == set(attribute.parts()) == set(wanted) and not attribute.from_
        if not is_made_so:
            raise Refused(
                "instrument_role_made",
                file="attributes.toml",
                key=f"attribute.{attribute.code}",
                role=role,
                made=f'{how} = ["{wanted[0]}", "{wanted[1]}"]',
            )
    fields = set(_fields(holders))
    if fields and not any(fields == set(partition.attributes) for partition in instrument.partitions.values()):
        raise Refused("instrument_map", file="attributes.toml", role=FIELDS[0])


def _fields(holders: Mapping[str, str]) -> Iterator[str]:
    """The attributes that are fields of the map, who is in none of the nine included."""
    return (holders[role] for role in (*FIELDS, UNKNOWN_FIELD) if role in holders)
