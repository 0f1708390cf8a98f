"""Figures: what may be said about one attribute or mean, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.counting import Counts, Ints

NOT_SAID = -1  # in place of a count; of a mean it is NaN


@dataclass(frozen=True)
class Figures:
    """One attribute or mean per cell of a publication; lo and hi are NOT_SAID, of means NaN, where nothing is said."""

    publication_class: str
    n: Ints  # respondents it is about
    leaders: Ints | None  # the same on the roster
    status: NDArray[np.object_]  # published, or why not
    lo: NDArray[Any]
    hi: NDArray[Any]
    step: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # of means: points of the grid

    def withheld(self) -> Figures:
        """The same with every published figure withheld as saying too little."""
        nothing = np.full(len(self.n), np.nan)
        status = np.where(self.status == "published", "says_nothing", self.status)
        return replace(self, status=status, lo=nothing, hi=nothing, step=nothing)


def without_a_band(publication_class: str, counts: Counts, status: str) -> Figures:
    """How many it is about, per cell, and no band anywhere, for one reason (`status`)."""
    nothing = np.full(len(counts.eligible), NOT_SAID, dtype=np.int64)
    same = np.full(len(counts.eligible), status, dtype=object)
    return Figures(publication_class, counts.eligible, counts.leaders, same, nothing, nothing)
