"""Program: a linear program in whole numbers, put together part by part and handed to HiGHS; any solution will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.ground.later import Later
from pipelines.protection.audit.problem import Ints

if TYPE_CHECKING:
    import highspy
else:
    highspy = Later("highspy")

Floats = NDArray[np.float64]


class Program:
    """Unknown whole numbers between bounds, and weighted sums of them between bounds."""

    def __init__(self) -> None:
        self._column_bounds: list[Floats] = []  # (2, some) each: lower, upper
        self._row_bounds: list[Floats] = []
        self._entries: list[NDArray[np.int64]] = []  # (3, some) each: row, column, value
        self._columns = 0
        self._rows = 0

    def columns(self, lower: ArrayLike, upper: ArrayLike) -> Ints:
        """New unknowns between two bounds; their numbers, in the shape of the bounds."""
        bounds = _bounds(lower, upper)
        numbers = self._columns + np.arange(bounds[0].size)
        self._columns += bounds[0].size
        self._column_bounds.append(bounds.reshape(2, -1))
        return numbers.reshape(bounds.shape[1:])

    def rows(self, lower: ArrayLike, upper: ArrayLike) -> Ints:
        """New sums between two bounds, of nothing yet; their numbers, in the shape of the bounds."""
        bounds = _bounds(lower, upper)
        numbers = self._rows + np.arange(bounds[0].size)
        self._rows += bounds[0].size
        self._row_bounds.append(bounds.reshape(2, -1))
        return numbers.reshape(bounds.shape[1:])

    def add(self, row: ArrayLike, column: ArrayLike, value: ArrayLike) -> None:
        """Let unknowns count in sums, so many times each; the three are broadcast together."""
        entries = np.stack([part.ravel() for part in np.broadcast_arrays(row, column, value)]).astype(np.int64)
        self._entries.append(entries[:, entries[2] != 0])

    def as_lp(self, *, in_whole: bool) -> highspy.HighsLp:
        """The program as HiGHS takes it, in whole numbers or not."""
        row, column, value = np.hstack(self._entries)
        by_column = np.argsort(column, kind="stable")
        lp = highspy.HighsLp()
        lp.num_col_ = self._columns
        lp.num_row_ = self._rows
        lp.col_lower_, lp.col_upper_ = np.hstack(self._column_bounds)
        lp.row_lower_, lp.row_upper_ = np.hstack(self._row_bounds)
        lp.col_cost_ = np.zeros(self._columns)
        if in_whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * self._columns
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(column[by_column], np.arange(self._columns + 1)).astype(np.int32)
        lp.a_matrix_.index_ = row[by_column].astype(np.int32)
        lp.a_matrix_.value_ = value[by_column].astype(np.float64)
        return lp


def _bounds(lower: ArrayLike, upper: ArrayLike) -> Floats:
    """Lower and upper bounds of one shape: (2, ...)."""
    return np.stack(np.broadcast_arrays(lower, upper)).astype(np.float64)
