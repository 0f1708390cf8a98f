"""Versions of a vault file: what each changed, and how an older file is read as if it were new.

A step is pure and works on the facts of a file (its table `about`); tables have kept the names of their columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipelines.ground.errors import Refused
from pipelines.instruments import earlier_meaning, plan_in_blocks

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
    policies = [
        {key: value for key, value in policy.items() if key != "repair_steps"} for policy in instrument["policies"]
    ]
    return facts | {"instrument": {**instrument, "plan": plan_in_blocks(instrument["plan"]), "policies": policies}}


STEPS: Mapping[int, Callable[[Facts], Facts]] = {
    1: _logic_by_trying,
    2: _words_in_file,
    3: _meaning_in_file,
    4: _no_word_about_pairs,
    5: _plan_in_blocks,
}
