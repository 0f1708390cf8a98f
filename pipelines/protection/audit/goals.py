"""Goals: what has to be proven of a problem, before anything is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.protection.audit.problem import Flags, Ints, Problem


@dataclass(frozen=True)
class Goals:
    """Which groups need a certificate, and how far the sum of each cell must be able to go."""

    first: Ints  # (profiles,) the first leader of each profile
    profile: Ints  # (leaders,)
    groups: Flags  # (profiles, attributes) to be proven: what public logic settles by itself is not told by bands
    sizes: Ints  # (cells,) leaders
    cells_checked: int
    up: Ints  # (attributes, cells) m yes in each large cell, or as many as logic allows when that is fewer
    down: Ints  # the same for m no

    @classmethod
    def of(cls, problem: Problem) -> Goals:
        """The goals of a problem."""
        first, profile = problem.profiles(problem.published_cells)
        can_yes = problem.can @ (problem.patterns == 1)
        can_no = problem.can @ (problem.patterns == 0)
        sizes = problem.sizes
        is_large = sizes >= problem.smallest_cell
        return cls(
            first=first,
            profile=profile,
            groups=(can_yes & can_no)[first],
            sizes=sizes,
            cells_checked=int(is_large.sum()) * len(problem.lo),
            up=np.minimum(problem.per_cell(can_yes), problem.m) * is_large,
            down=sizes - np.minimum(problem.per_cell(can_no), problem.m) * is_large,
        )


@dataclass(frozen=True)
class Doubt:
    """Whether a leader can say yes (or no: `is_yes` false), or a cell can have as many of them as its goal."""

    attribute: int
    is_yes: bool
    leader: int | None = None
    cell: int | None = None
