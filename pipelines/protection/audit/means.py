"""Means: what the published interval of a mean leaves open, in closed form, for one answer set at a time.

A reader knows how an interval is made: the sum of all given scores, divided by everybody in the cell, falls in its
lowest step; the rest of the interval is room for those who gave no score, as much as the rules allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Points = NDArray[np.float64]
POINT = 1000  # thousandths, in which scores are kept
EDGE = 1e-3  # points; scores are kept to a thousandth, and the upper edge of a step belongs to the next


@dataclass(frozen=True)
class Window:
    """Which sums of scores fit the published mean of one cell, and how many of its leaders may have none."""

    cell: int
    floor: float
    ceiling: float
    most_open: int


@dataclass(frozen=True)
class ScaleMean:
    """One scale (0-100) whose mean is published for the whole board, or for groups of it that do not overlap."""

    lowest: Points  # (patterns,) score that goes with a pattern; 0 where it is open
    highest: Points
    is_open: Flags  # (patterns,) whether no score goes with a pattern
    whole: int  # cell of the whole board
    group: Ints  # (leaders,) cell of the finer table, or `whole` where there is none; -1: was not counted
    low: Points  # (cells,) where the published interval begins; NaN where it is withheld
    step: Points
    most_open: Ints  # (cells,) more than this many without a score, and nothing would have been published
    gap: float  # points between two attainable scores: a window that is not wider may hold no sum at all

    @property
    def is_published(self) -> Flags:
        """Cells (cells,) whose interval is published."""
        return ~np.isnan(self.low)

    def room(self, answers: Ints) -> tuple[Points, Points] | None:
        """For each leader the range of scores that fits everything published; None when these answers do not fit.

        Answers: (leaders,) patterns. The range is that of one leader while all others take any score of theirs; NaN
        where the leader has no score.
        """
        counted = self.group >= 0
        cells = len(self.low)
        group = self.group[counted]
        patterns = answers[counted]
        lowest = self.lowest[patterns]
        highest = self.highest[patterns]
        is_open = self.is_open[patterns]
        # Sums of each group: the least and most its patterns allow, and what the published interval leaves of that.
        least = np.bincount(group, lowest, cells)
        most = np.bincount(group, highest, cells)
        floor, ceiling = self._window(np.bincount(group, minlength=cells))
        fitting_least = np.maximum(least, floor)
        fitting_most = np.minimum(most, ceiling)
        used = np.unique(group)
        too_open = np.bincount(group, is_open, cells) > self.most_open
        if (self.is_published & too_open).any():
            return None
        if not self._holds_a_sum(fitting_least[used], fitting_most[used], least[used], most[used]):
            return None
        board_least = fitting_least[used].sum()
        board_most = fitting_most[used].sum()
        board = self._board_window(group, is_open, board_least, board_most)
        if board is None:
            return None
        board_floor, board_ceiling = board
        # A leader may take what others in the group, and the other groups, leave under the ceiling or over the floor.
        others_least = least[group] - lowest
        others_most = most[group] - highest
        other_groups_least = board_least - fitting_least[group]
        other_groups_most = board_most - fitting_most[group]
        under_ceiling = np.minimum(ceiling[group] - others_least, board_ceiling - other_groups_least - others_least)
        over_floor = np.maximum(floor[group] - others_most, board_floor - other_groups_most - others_most)
        room = np.full((2, len(counted)), np.nan)
        room[0, counted] = np.where(is_open, np.nan, np.maximum(lowest, over_floor))
        room[1, counted] = np.where(is_open, np.nan, np.minimum(highest, under_ceiling))
        return room[0], room[1]

    def _board_window(self, group: Ints, is_open: Flags, least: float, most: float) -> tuple[float, float] | None:
        """Between which sums the whole board lies by its own interval, beside those of its groups; None: nowhere.

        `least`, `most`: what its groups leave open.
        """
        if not self.is_published[self.whole] or (group == self.whole).any():
            return -np.inf, np.inf
        floors, ceilings = self._window(np.full(len(self.low), len(group)))
        floor = float(floors[self.whole])
        ceiling = float(ceilings[self.whole])
        if is_open.sum() > self.most_open[self.whole]:
            return None
        if not self._holds_a_sum(np.maximum(least, floor), np.minimum(most, ceiling), least, most):
            return None
        return floor, ceiling

    def windows(self) -> list[Window]:
        """Of each published interval, which sums of scores it leaves possible; the whole board's over its groups."""
        sizes = np.bincount(self.group[self.group >= 0], minlength=len(self.low))
        if not (self.group == self.whole).any():
            sizes[self.whole] = (self.group >= 0).sum()
        floor, ceiling = self._window(sizes)
        return [
            Window(cell, float(floor[cell]), float(ceiling[cell]), int(self.most_open[cell]))
            for cell in np.flatnonzero(self.is_published).tolist()
        ]

    def _window(self, counted: NDArray[Any]) -> tuple[Points, Points]:
        """Between which sums of given scores the interval of each cell is the published one; (cells,) counted."""
        n = counted.astype(float)
        upper_edge = self.low + self.step
        top = n * upper_edge - np.where(upper_edge < 100, EDGE, 0)
        return np.where(self.is_published, n * self.low, -np.inf), np.where(self.is_published, top, np.inf)

    def _holds_a_sum(self, low: Any, high: Any, least: Any, most: Any) -> bool:
        """Whether each window low..high surely holds an attainable sum.

        It does when it is a gap wide, or when nothing was taken off what patterns allow, least..most.
        """
        return bool(((high - low >= self.gap) | ((low <= least) & (high >= most))).all())
