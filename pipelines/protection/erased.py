"""Erased: answers that fit a publication, for leaders whose own answers were erased; any that fit will do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

Ints = NDArray[np.int64]


def possible_answers(
    membership: Ints, lo: Ints, hi: Ints, patterns: NDArray[np.int8], can: NDArray[np.bool_]
) -> Ints | None:
    """One pattern per erased leader, so that all counts fall in their bands; None when none fits or none was found.

    membership: (leaders, tables) cell ids. lo, hi: (attributes, cells), what the others leave open. patterns:
    (patterns, attributes) 0/1. can: (leaders, patterns), which ones a leader may have.
    """
    leaders, kinds = can.shape
    attributes, cells = lo.shape
    sits_in = np.zeros((leaders, cells))
    np.put_along_axis(sits_in, membership, 1, axis=1)
    # One yes/no per leader and pattern: each leader has exactly one, and every cell's count lies in its band.
    counts = np.einsum("lc,pa->aclp", sits_in, patterns).reshape(attributes * cells, leaders * kinds)
    patterns_of_leader = np.kron(np.eye(leaders), np.ones(kinds))
    solution = milp(
        np.zeros(leaders * kinds),
        integrality=np.ones(leaders * kinds),
        bounds=Bounds(0, can.ravel().astype(float)),
        constraints=[
            LinearConstraint(counts, lo.ravel(), hi.ravel()),
            LinearConstraint(patterns_of_leader, 1, 1),
        ],
    )
    return None if solution.x is None else solution.x.reshape(leaders, kinds).argmax(axis=1)
