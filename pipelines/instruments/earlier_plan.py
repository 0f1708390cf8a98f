"""A publication plan as it was written before blocks, read as one that says the same in blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WIDER = (0, 2, 4)  # by how much its bands were widened when an audit refused them


def plan_in_blocks(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with its tiers in blocks; one that has them is as it was."""
    tiers = [tier if "one_way" not in tier else _tier(tier) for tier in plan.get("tier", ())]
    measures = [measure if "aside" not in measure else _measure(measure) for measure in plan.get("measure", ())]
    return {**plan, "tier": tiers, "measure": measures}


def _tier(tier: Mapping[str, Any]) -> dict[str, Any]:
    """The tables a tier had, at the widths it had: the total, dimensions, pairs, and what stood aside."""
    widths = [tier["width_coverage"] + more for more in WIDER]
    pairs = ["+".join(pair) for pair in tier["two_way"]]
    blocks: list[dict[str, Any]] = [
        {"tables": tables, "widths": widths} for tables in (["total"], list(tier["one_way"]), pairs) if tables
    ]
    blocks.append({"tables": ["total", *tier["one_way"]], "who": "aside", "widths": widths})
    kept = {key: value for key, value in tier.items() if key in ("expected_from", "width_share")}
    return {**kept, "block": blocks}


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in measure.items() if key != "aside"}
    return {**kept, "who": "aside" if measure["aside"] else "main"}
