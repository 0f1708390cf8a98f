"""Versions of a vault file: what each changed, and how an older file is read as if it were new.

A step is pure and works on the facts of a file (its table `about`); tables have kept the names of their columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipelines.ground.errors import Refused
from pipelines.instruments import earlier_meaning

NEWEST = 6
Facts = dict[str, Any]


def upgraded(facts: Mapping[str, Any]) -> Facts:
    """The facts as the newest version tells them; Refused for a file of a version that is not known yet."""
    version = int(facts.get("schema_version", 1))
    if version > NEWEST:
        raise Refused("vault_newer", wave=facts.get("wave", "-"), version=version, newest=NEWEST)
    newer = dict(facts)
    for step in range(version, NEWEST):
        newer = STEPS[step](newer) | {"schema_version": step + 1}
    return newer


def _logic_by_trying(facts: Facts) -> Facts:
    """1 -> 2: logic between attributes is found by trying (decision 15), lists of an answer moved out of profiles."""
    instrument = {key: value for key, value in facts["instrument"].items() if key != "families"}
    instrument["attributes"] = [
        {key: value for key, value in attribute.items() if (key, value) != ("equals", None)}
        for attribute in instrument["attributes"]
    ]
    instrument["profiles"] = [
        {key: value for key, value in profile.items() if key not in ("lists", "ticked")}
        for profile in instrument["profiles"]
    ]
    return facts | {"instrument": instrument}


def _words_in_file(facts: Facts) -> Facts:
    """2 -> 3: `words` says of each table which columns hold numbers of words; before, they held the words."""
    return facts | {"words": {}}


def _meaning_in_file(facts: Facts) -> Facts:
    """3 -> 4: the instrument says what each figure means; before, the pages knew it by the code, or by the class."""
    instrument = dict(facts["instrument"])
    for part, kind in (("attributes", "measure"), ("scales", "scale"), ("dimensions", "dimension")):
        instrument[part] = [_with_meaning(one, kind) for one in instrument[part]]
    return facts | {"instrument": instrument}


def _with_meaning(thing: Facts, kind: str) -> Facts:
    meaning = earlier_meaning(kind, thing["code"], thing.get("class"))
    if kind == "dimension":
        return {**thing, "roles": meaning.roles}
    if kind == "scale":  # which way is better, a scale said always
        return {**thing, "topic": meaning.topic}
    return {**thing, "higher_is": meaning.higher_is, "topic": meaning.topic, "roles": meaning.roles}


def _no_word_about_pairs(facts: Facts) -> Facts:
    """4 -> 5: no word is told about leaders who answered twice, so a policy has no fewest_pairs (decision 29)."""
    policies = [
        {key: value for key, value in policy.items() if key != "fewest_pairs"}
        for policy in facts["instrument"]["policies"]
    ]
    return facts | {"instrument": {**facts["instrument"], "policies": policies}}


def _plan_in_blocks(facts: Facts) -> Facts:
    """5 -> 6: a tier is a list of blocks, a measure says which it is in, and no rule widens bands (decision 32)."""
    instrument = facts["instrument"]
    plan = dict(instrument["plan"])
    plan["tier"] = [_tier_in_blocks(tier) for tier in plan["tier"]]
    plan["measure"] = [
        {key: value for key, value in measure.items() if key != "aside"}
        | {"who": "aside" if measure.get("aside") else "main"}
        for measure in plan["measure"]
    ]
    policies = [
        {key: value for key, value in policy.items() if key != "repair_steps"} for policy in instrument["policies"]
    ]
    return facts | {"instrument": {**instrument, "plan": plan, "policies": policies}}


def _tier_in_blocks(tier: Facts) -> Facts:
    """The tables a tier had, at the widths it had: the total, dimensions, pairs, and what stood aside."""
    width = tier["width_coverage"]
    widths = [width, width + 2, width + 4]
    pairs = ["+".join(pair) for pair in tier["two_way"]]
    tables = [["total"], list(tier["one_way"]), pairs]
    blocks = [{"tables": names, "widths": widths} for names in tables if names]
    aside = {"tables": ["total", *tier["one_way"]], "who": "aside", "widths": widths}
    return {
        "expected_from": tier["expected_from"],
        "width_share": tier["width_share"],
        "block": [*blocks, aside],
    }


STEPS: Mapping[int, Callable[[Facts], Facts]] = {
    1: _logic_by_trying,
    2: _words_in_file,
    3: _meaning_in_file,
    4: _no_word_about_pairs,
    5: _plan_in_blocks,
}
