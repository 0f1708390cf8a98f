"""Whole rows of answers go to other leaders: what the rules withhold must stay the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.counting import Grouped, count
from pipelines.protection.bands import suppress

JUDGED = ("has_rock", "mentor_used", "at_risk")  # everybody of either class, and a group of its own


def withheld_by_rules(material: Grouped, rounds: int, seed: int = 7) -> set[str]:
    """Everything these rules say, once per different outcome."""
    judged = [attribute for attribute in material.planned if attribute.code in JUDGED]
    random, seen = np.random.default_rng(seed), set()
    for _ in range(rounds):
        order = random.permutation(material.yes_no.height)
        told = count(replace(material, yes_no=material.yes_no[order]))
        words = [suppress(material.layout.cells, told[a.code].eligible, k).tolist() for a in judged for k in (5, 10)]
        seen.add(str((material.structure.merges, material.structure.tables, words)))
    return seen
