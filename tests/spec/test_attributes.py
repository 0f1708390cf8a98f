"""Drawn tables for every way in which a steward may say what a yes is; an open answer is neither yes nor no."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.counting import yes_no
from pipelines.ground.errors import Refused
from pipelines.instruments import Attribute, Instrument, load_instrument
from pipelines.instruments.checks import check_families
from pipelines.instruments.references import check_references

ANSWERS = pl.DataFrame(
    {
        "leader_key": ["a", "b", "c", "d"],
        "pillar_buddy": ["none", "available", "used", None],
        "pillar_buddy_quality": [5.0, None, 4.0, 3.0],
        "rock_emotional_who": ["peer|home", "mentor", "home", None],
    }
)
SCORES = pl.DataFrame({"leader_key": ["a", "b", "c", "d"], "stress": [60_000, 59_999, None, 100_000]})
NOBODY = pl.DataFrame({"leader_key": ["a", "b", "c", "d"], "is_flagged": [False] * 4})


def attribute(code: str, **how: object) -> Attribute:
    return Attribute.model_validate({"code": code, "nl": code, "en": code, "class": "coverage", "family": "f", **how})


def with_attributes(*found: Attribute) -> Instrument:
    plan = load_instrument().plan.model_copy(update={"measure": (), "mean": ()})
    changes = {"attributes": found, "plan": plan, "partitions": {}, "targets": ()}
    return load_instrument().model_copy(update=changes)


HOW = {
    "one answer": ({"from": "pillar_buddy", "equals": "used"}, [False, False, True, None]),
    "one of several answers": ({"from": "pillar_buddy", "equals": ["available", "used"]}, [False, True, True, None]),
    "a code in a list": ({"from": "rock_emotional_who", "contains": ["peer", "mentor"]}, [True, True, False, None]),
    "at least a number": ({"from": "pillar_buddy_quality", "at_least": 4}, [True, None, True, False]),
    "at least a threshold": ({"from": "stress", "at_least": "high_stress"}, [True, False, None, True]),
    "something is open": ({"unanswered": ["stress", "pillar_buddy"]}, [False, False, True, True]),
    "good only where it is used": (
        {"from": "pillar_buddy_quality", "at_least": 4, "implies": ["used"]}, [False, False, True, False],
    ),
    "all of": ({"all_of": ["used", "rated"]}, [False, False, True, False]),
    "any of": ({"any_of": ["used", "rated"]}, [True, None, True, None]),
    "none of": ({"none_of": ["used"]}, [True, True, False, None]),
    "one and not the other": ({"all_of": ["rated"], "none_of": ["used"]}, [True, None, False, False]),
}  # fmt: skip


@pytest.mark.parametrize("how", HOW)
def test_a_yes_is_what_the_definition_says(how: str) -> None:
    definition, expected = HOW[how]
    used = attribute("used", **{"from": "pillar_buddy", "equals": "used"})
    rated = attribute("rated", **{"from": "pillar_buddy_quality", "at_least": 4})
    instrument = with_attributes(attribute("judged", **definition), used, rated)  # parts may stand below
    found = yes_no(instrument, ANSWERS, SCORES, NOBODY, {"high_stress": 60})
    assert found["judged"].to_list() == expected


def test_attributes_made_from_each_other_in_a_circle_are_refused() -> None:
    circle = [attribute("one", any_of=["two"]), attribute("two", none_of=["one"])]
    with pytest.raises(Refused, match="instrument_circle"):
        check_references(with_attributes(*circle))


def test_two_families_that_share_an_answer_are_refused() -> None:
    built_in = load_instrument()
    apart = [a.model_copy(update={"family": "apart"}) if a.code == "buddy_good" else a for a in built_in.attributes]
    with pytest.raises(Refused, match=r"instrument_family_split.*buddy_good"):
        check_families(built_in.model_copy(update={"attributes": tuple(apart)}))
