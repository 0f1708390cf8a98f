"""What the published interval of a mean leaves open, for the audit: in closed form, for one set of answers at a time.

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
EDGE = 1e-3  # points; scores are kept to a thousandth, and the upper edge of a step belongs to the next


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

    def room(self, answers: Ints) -> tuple[Points, Points] | None:
        """For each leader the range of scores that fits everything published; None when these answers do not fit.

        Answers: (leaders,) patterns. The range is that of one leader while all others take any score of theirs; NaN
        where the leader has no score.
        """
        counted, cells = self.group >= 0, len(self.low)
        group, answers = self.group[counted], answers[counted]
        least, most, is_open = self.lowest[answers], self.highest[answers], self.is_open[answers]
        own = np.stack([np.bincount(group, edge, cells) for edge in (least, most)])
        floor, ceiling = self._window(np.bincount(group, minlength=cells))
        low, high, used = np.maximum(own[0], floor), np.minimum(own[1], ceiling), np.unique(group)
        is_told, total = ~np.isnan(self.low), np.array([low[used].sum(), high[used].sum()])
        if (is_told & (np.bincount(group, is_open, cells) > self.most_open)).any():
            return None
        if not self._wide(low[used], high[used], own[:, used]):
            return None
        floor_all, ceiling_all = -np.inf, np.inf
        if is_told[self.whole] and (group != self.whole).all():
            floor_all, ceiling_all = (float(edge[self.whole]) for edge in self._window(np.full(cells, len(group))))
            fitting = np.maximum(total[:1], floor_all), np.minimum(total[1:], ceiling_all)
            if is_open.sum() > self.most_open[self.whole] or not self._wide(*fitting, total[:, None]):
                return None
        others_low, others_high = own[0][group] - least, own[1][group] - most
        rest_low, rest_high = total[0] - low[group], total[1] - high[group]
        top = np.minimum(most, np.minimum(ceiling[group] - others_low, ceiling_all - rest_low - others_low))
        bottom = np.maximum(least, np.maximum(floor[group] - others_high, floor_all - rest_high - others_high))
        room = np.full((2, len(counted)), np.nan)
        room[:, counted] = np.where(is_open, np.nan, bottom), np.where(is_open, np.nan, top)
        return room[0], room[1]

    def _window(self, counted: NDArray[Any]) -> tuple[Points, Points]:
        """Between which sums of given scores the interval of each cell is the published one."""
        is_told, n = ~np.isnan(self.low), counted.astype(float)
        top = n * (self.low + self.step) - np.where(self.low + self.step < 100, EDGE, 0)
        return np.where(is_told, n * self.low, -np.inf), np.where(is_told, top, np.inf)

    def _wide(self, low: Points, high: Points, own: NDArray[Any]) -> bool:
        """Whether each window surely holds an attainable sum: it is a gap wide, or nothing was taken off it."""
        return bool(((high - low >= self.gap) | ((low <= own[0]) & (high >= own[1]))).all())
