"""Problem: what a reader knows about one family of attributes; nobody's answers are in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.protection.audit.means import ScaleMean

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """What a reader of the publication knows about one family of attributes, whatever the truth is.

    A pattern is one leader's yes or no to every attribute of the family; an answer set (leaders,) gives everybody a
    pattern, by its number.
    """

    membership: Ints  # (leaders, tables) cell ids, a disjoint range per table; every table of the plan, withheld too
    lo: Ints  # (attributes, cells) inclusive band; a withheld cell has 0
    hi: Ints  # (attributes, cells); a withheld cell has its size
    patterns: NDArray[np.int8]  # (patterns, attributes) 0/1: the answers that logic allows one leader
    can: Flags  # (leaders, patterns) which of them the reader holds possible for whom
    k: int
    m: int = 2
    smallest_cell: int = 5
    means: tuple[ScaleMean, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not a publication: a verdict on it would be worse than none."""
        if sum(len(np.unique(table)) for table in self.membership.T) != len(np.unique(self.membership)):
            raise ValueError("audit: two tables share a cell id")
        if self.k < 2 or self.m < 1:
            raise ValueError("audit: k must be at least 2 and m at least 1")

    def per_cell(self, values: NDArray[np.int8] | Flags) -> Ints:
        """Sum leaders x attributes into attributes x cells."""
        leaders_cells = self.membership.ravel()
        tables = self.membership.shape[1]
        cells = self.lo.shape[1]
        sums = np.zeros((values.shape[1], cells), np.int64)
        for attribute, column in enumerate(values.T):
            sums[attribute] = np.bincount(leaders_cells, np.repeat(column, tables), cells)
        return sums

    def yes_of(self, answers: Ints) -> Ints:
        """How many yes an answer set has, (attributes, cells)."""
        return self.per_cell(self.patterns[answers])

    @property
    def sizes(self) -> Ints:
        """Leaders per cell."""
        return np.bincount(self.membership.ravel(), minlength=self.lo.shape[1])

    @property
    def published_cells(self) -> Flags:
        """Cells (cells,) of which anything is published; a reader learns nothing from who sits in the others."""
        is_published: Flags = np.logical_or.reduce((self.lo > 0) | (self.hi < self.sizes), axis=0)
        for mean in self.means:
            is_published[[mean.whole, *mean.group[mean.group >= 0]]] = True
        return is_published

    def profiles(self, cells: Flags) -> tuple[Ints, Ints]:
        """Who looks the same to a reader, as far as these cells (cells,) go.

        The first leader of each profile (profiles,), and the profile of everybody (leaders,).
        """
        visible = np.hstack([np.where(cells[self.membership], self.membership, -1), self.can])
        _, first, profile = np.unique(visible, axis=0, return_index=True, return_inverse=True)
        return first, profile.ravel()

    def alone(self, attribute: int) -> Problem:
        """What the bands of one attribute tell by themselves: every answer set that fits here fits there."""
        value = self.patterns[:, attribute]
        can = np.stack([self.can[:, value == 0].any(axis=1), self.can[:, value == 1].any(axis=1)], axis=1)
        patterns = np.array([[0], [1]], np.int8)
        lo, hi = self.lo[[attribute]], self.hi[[attribute]]
        return Problem(self.membership, lo, hi, patterns, can, self.k, self.m, self.smallest_cell)

    def fits(self, answers: Ints) -> bool:
        """Whether a reader must hold this answer set possible."""
        return self.allows(answers, self.yes_of(answers))

    def allows(self, answers: Ints, yes: Ints) -> bool:
        """The same, for an answer set of which the sums (attributes, cells) are known."""
        is_possible = self.can[np.arange(len(self.can)), answers]
        is_in_bands = (self.lo <= yes).all() and (yes <= self.hi).all()
        return bool(is_possible.all() and is_in_bands) and all(mean.room(answers) is not None for mean in self.means)
