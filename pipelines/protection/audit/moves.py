"""Moves: what can change in an answer set while everything published stays true, in closed form.

A move of one leader to another pattern changes, in each cell the leader sits in, the sum of each attribute by -1, 0
or +1. Tables over these three are indexed by 1 + that step: (down, stay, up; attributes; cells).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.protection.audit.problem import Flags, Ints, Problem


def room(problem: Problem, yes: Ints) -> Flags:
    """Whether each sum (attributes, cells) can take one less, the same, one more: (3, attributes, cells)."""
    return np.stack([yes > problem.lo, np.ones_like(yes, bool), yes < problem.hi])


def over_moves(
    problem: Problem, answers: Ints, leaders: Ints, per_step: NDArray[Any], combine: np.ufunc
) -> NDArray[Any]:
    """Combine `per_step` (3, attributes, cells) over all sums that a move changes: (leaders, patterns).

    An entry is the move of one of these leaders from its pattern in the answer set to another pattern.
    """
    per_leader = combine.reduce(per_step[:, :, problem.membership[leaders]], axis=3)  # (3, attributes, leaders)
    step = problem.patterns - problem.patterns[answers[leaders]][:, None]  # (leaders, patterns, attributes)
    attributes = np.arange(step.shape[2])
    picked = per_leader[1 + step, attributes, np.arange(len(leaders))[:, None, None]]
    return combine.reduce(picked, axis=2)


def free_moves(problem: Problem, answers: Ints, yes: Ints, leaders: Ints) -> Flags:
    """Whether (leaders, patterns) one of these leaders alone can go to a pattern; `yes`: the sums of the answer set."""
    fits_bands = over_moves(problem, answers, leaders, room(problem, yes), np.logical_and)
    is_free: Flags = fits_bands & problem.can[leaders]
    return is_free


def can_swap(problem: Problem, answers: Ints, has_room: Flags, leader: int) -> Flags:
    """Which leaders (leaders,) can swap patterns with this one while all sums stay in their bands.

    What the two share does not change. `has_room`: as `room` says of the answer set.
    """
    values = problem.patterns[answers]
    rows = problem.membership
    step = (values - values[leader])[:, :, None]  # (leaders, attributes, 1): from the leader's answers to the other's
    attributes = np.arange(values.shape[1])[:, None]
    fits_bands = has_room[1 + step, attributes, rows[leader]] & has_room[1 - step, attributes, rows[:, None]]
    is_shared = (rows == rows[leader])[:, None]
    both_can = problem.can[leader, answers] & problem.can[:, answers[leader]]
    is_able: Flags = (fits_bands | is_shared).all(axis=(1, 2)) & both_can
    return is_able
