"""The logic between the attributes of a family, as a reader knows it: which answer patterns one leader can have."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from pipelines.instruments.model import Instrument

Rule = tuple[frozenset[str], frozenset[str]]  # all of these => at least one of those


def parse_rule(text: str) -> Rule:
    """`"low_support & high_stress => at_risk"` as sets of attribute codes."""
    left, right = text.split("=>")
    return frozenset(w.strip() for w in left.split("&")), frozenset(w.strip() for w in right.split("|"))


def patterns(instrument: Instrument, family: str, attributes: list[str]) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Every possible 0/1 pattern of `attributes` (patterns x attributes), and which of them need no flag memory.

    The whole family is enumerated, then projected: an attribute that was not asked still binds the others.
    """
    members = [a for a in instrument.attributes if a.family == family]
    rules: list[Rule] = []
    for attribute in members:
        if attribute.any_of:
            rules.append((frozenset([attribute.code]), frozenset(attribute.any_of)))
            rules += [(frozenset([part]), frozenset([attribute.code])) for part in attribute.any_of]
        rules += [(frozenset([attribute.code]), frozenset([implied])) for implied in attribute.implies]
    extra = instrument.families.get(family)
    rules += [parse_rule(text) for text in (extra.logic if extra else ())]
    memoryless = [parse_rule(text) for text in (extra.without_memory if extra else ())]
    codes = [attribute.code for attribute in members]
    known: dict[tuple[int, ...], bool] = {}
    for values in product((0, 1), repeat=len(codes)):
        yes = {code for code, value in zip(codes, values, strict=True) if value}
        if _holds(rules, yes):
            shown = tuple(int(code in yes) for code in attributes)
            known[shown] = known.get(shown, False) or _holds(memoryless, yes)
    return np.array(list(known), dtype=np.int8), np.array(list(known.values()), dtype=np.bool_)


def _holds(rules: list[Rule], yes: set[str]) -> bool:
    return all(not left <= yes or right & yes for left, right in rules)
