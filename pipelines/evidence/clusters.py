"""Clusters: which rows belong together, such as the answers of one leader, and what leaving one of them out moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MOST_ALIKE = 0.9  # rows of a cluster never count as more alike than this: something is always learned from each


class Clusters:
    """Rows by the value they share; sums and products over each cluster at once."""

    def __init__(self, values: Sequence[Any] | NDArray[Any]) -> None:
        _, number, size = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
        self.number: NDArray[np.int64] = number.ravel()  # of the cluster of each row
        self.size: NDArray[np.int64] = size
        self._order = np.argsort(self.number, kind="stable")
        self._start = np.cumsum(size) - size

    def __len__(self) -> int:
        return len(self.size)

    def sums(self, values: Array) -> Array:
        """The sum of (rows, ...) over each cluster: (clusters, ...)."""
        if not len(self):
            return np.zeros((0, *values.shape[1:]))
        return np.add.reduceat(values[self._order], self._start, axis=0)

    def products(self, left: Array, right: Array) -> Array:
        """left'right of each cluster, (clusters, terms, terms); those of one size are multiplied together."""
        out = np.zeros((len(self), left.shape[1], right.shape[1]))
        for size in np.unique(self.size):
            alike = np.flatnonzero(self.size == size)
            rows = self._order[self._start[alike, None] + np.arange(size)]
            out[alike] = left[rows].transpose(0, 2, 1) @ right[rows]
        return out

    def likeness(self, residual: Array) -> float:
        """How much of its variance (0 to MOST_ALIKE) a residual (rows,) shares within a cluster, by all pairs."""
        squares = float((residual**2).sum())
        pairs = float((self.size * (self.size - 1)).sum())
        if squares <= 0 or pairs <= 0:
            return 0.0
        together = float((self.sums(residual) ** 2).sum()) - squares
        return float(np.clip(together / pairs * len(residual) / squares, 0, MOST_ALIKE))

    def weighed(self, x: Array, likeness: float) -> Array:
        """R^-1 x but for a factor, where any two rows of a cluster are correlated by `likeness`.

        What a cluster has in common then counts less than what changes within it, as in a random-effects regression.
        """
        of_sum = likeness / (1 + (self.size - 1) * likeness)
        return np.asarray(x - (self.sums(x) * of_sum[:, None])[self.number], dtype=np.float64)


def left_out(information: Array, products: Array, scores: Array, *, tolerance: float = 0.0) -> Array:
    """CR3, sum of d d' with d = (H - H_g)^-1 s_g: what leaving out each cluster moves, to first order.

    information: (terms, terms); products: (clusters, terms, terms), the part of each; scores: (clusters, terms). With
    a `tolerance` (of the largest eigenvalue) a cluster that alone says what a term is moves nothing of it.
    """
    rest = information - products
    if tolerance:
        inverse = np.linalg.pinv(rest, rcond=tolerance, hermitian=True)
        moved: Array = np.asarray((inverse @ scores[:, :, None])[:, :, 0], dtype=np.float64)
    else:
        moved = np.asarray(np.linalg.solve(rest, scores[:, :, None])[:, :, 0], dtype=np.float64)
    return np.asarray(moved.T @ moved, dtype=np.float64)
