"""Foresee: which differences a board will be able to see, from numbers of leaders and the plan alone.

The same contrast as in a publication, of ranges as they will mostly be drawn: with the expected answers in their
middle. Law: docs/method.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.instruments import Contrasts, Plan, Policy, Tier
from pipelines.publication.contrasts import Doubt, Side, contrast, in_points, rest_of

RESPONSES = (0.6, 0.7, 0.8, 0.9)  # shares of the leaders who answer
SHARE = 0.7  # of yes: about as many as have a rock; a difference is as hard to see at .3, and a little harder between
GROUPS = (10, 15, 20, 30, 50, 100, 250)  # leaders


@dataclass(frozen=True)
class Foreseen:
    """The smallest difference that will usually be told, by share that answers; None: even a large one may not be."""

    responses: tuple[float, ...]
    groups: dict[int, tuple[float | None, ...]]  # leaders in a group -> its difference from the rest of the board
    change: tuple[float | None, ...]  # of the whole board, between two waves


def foresee(leaders: int, regions: int, plan: Plan, policy: Policy, numbers: Contrasts) -> Foreseen:
    """What a board of so many leaders will see: of its average region, and of groups up to half of the board."""
    sizes = sorted({round(leaders / regions), *(size for size in GROUPS if 2 * size <= leaders)} - {leaders})
    tier = plan.tier_for(policy.expected_response * leaders)
    doubt = Doubt(*policy.silent_odds, policy.response_floor, numbers.sure, numbers.relevant, numbers.power)
    in_time = replace(doubt, retest=numbers.retest)
    whole, of_group = _width(tier, "total"), _width(tier, "region")
    groups: dict[int, tuple[float | None, ...]] = {}
    for size in sizes if of_group and whole else ():
        told = []
        for response in RESPONSES:
            board, group = _expected(leaders, response, whole or 0), _expected(size, response, of_group or 0)
            told.append(_noticeable(group, rest_of(board, group, _expected(0, response, 0)), doubt, numbers))
        groups[size] = tuple(told)
    boards = [_expected(leaders, response, whole or 0) for response in RESPONSES]
    return Foreseen(RESPONSES, groups, tuple(_noticeable(board, board, in_time, numbers) for board in boards))


def _width(tier: Tier, table: str) -> int | None:
    """The narrowest band that the tier allows in a table; None where it has no such table."""
    return min((min(block.widths) for block in tier.block if table in block.tables), default=None)


def _expected(leaders: int, response: float, width: int) -> Side:
    """A published range with the expected answers in its middle."""
    n = float(round(response * leaders))
    half = (max(width, 1) - 1) / 2
    edges = max(SHARE * n - half, 0.0), min(SHARE * n + half, n), n, float(leaders)
    return Side(*(np.array([[edge]]) for edge in edges))


def _noticeable(a: Side, b: Side, doubt: Doubt, numbers: Contrasts) -> float | None:
    size = float(in_points(contrast(a, b, doubt).noticeable)[0])
    return size if size < numbers.large else None
