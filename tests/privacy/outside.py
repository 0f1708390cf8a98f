"""An outside auditor who reads only the exported cells, roster and facts; knows nothing of pipelines.

Written from the words of the formats alone, with another solver interface than the audit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

Row = tuple[np.ndarray, np.ndarray]  # columns and weights of one sum


def families(facts: dict[str, Any], measures: list[str]) -> list[list[str]]:
    """Attributes that the facts tie to each other, directly or through others."""
    ties = [rule.split("=>") for rule in facts["implies"]] + facts["partitions"]
    found: list[set[str]] = [{measure} for measure in measures]
    for tie in ties:
        joined = [group for group in found if group & set(tie)]
        found = [group for group in found if not group & set(tie)] + [set().union(*joined)]
    return [sorted(group) for group in sorted(found, key=sorted)]


def members(roster: pl.DataFrame, cell: dict[str, Any]) -> np.ndarray:
    """Who sits in a cell."""
    inside = np.ones(roster.height, dtype=bool)
    for column in roster.columns:
        if cell[column] is not None:
            inside &= (roster[column] == cell[column]).to_numpy()
    return inside


def who(roster: pl.DataFrame, condition: str | None) -> np.ndarray:
    """Whom an attribute is about, from its condition in the facts."""
    inside = np.ones(roster.height, dtype=bool)
    for part in condition.split(" & ") if condition else []:
        column, levels = part.split("=")
        inside &= roster[column].is_in(levels.split("|")).to_numpy()
    return inside


class Reader:
    """Somebody who knows roster, publication and facts, and asks what is still possible for one family."""

    def __init__(self, cells: pl.DataFrame, roster: pl.DataFrame, facts: dict[str, Any], family: list[str]) -> None:
        self.cells, self.roster, self.family = cells, roster, family
        self.people = np.flatnonzero(who(roster, facts["eligible"].get(family[0])))
        self.rows: list[Row] = []
        self.low: list[float] = []
        self.high: list[float] = []
        for at, measure in enumerate(family):
            told = cells.filter((pl.col("measure") == f"count:{measure}") & pl.col("lo").is_not_null())
            for cell in told.iter_rows(named=True):
                self._learn(self.yes_in(cell, at), cell["lo"], cell["hi"])
        ties = [([right, left], [1, -1], 0, np.inf) for left, right in (r.split("=>") for r in facts["implies"])]
        ties += [(partition, [1] * len(partition), 1, 1) for partition in facts["partitions"]]
        for codes, weights, low, high in ties:
            if set(codes) <= set(family):
                for person in range(len(self.people)):
                    columns = np.array([person * len(family) + family.index(code) for code in codes])
                    self._learn((columns, np.array(weights)), low, high)

    def yes_in(self, cell: dict[str, Any], at: int) -> Row:
        """The sum of an attribute over a cell."""
        inside = np.flatnonzero(members(self.roster, cell)[self.people])
        return inside * len(self.family) + at, np.ones(len(inside))

    def _learn(self, row: Row, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def holds_possible(self, row: Row, low: float, high: float) -> bool:
        """Whether there are answers that fit everything told, with this sum between low and high."""
        size = len(self.people) * len(self.family)
        matrix = vstack([self._matrix, _matrix([row], size)])
        constraints = LinearConstraint(matrix, [*self.low, low], [*self.high, high])
        found = milp(np.zeros(size), constraints=constraints, integrality=np.ones(size), bounds=Bounds(0, 1))
        return bool(found.status == 0)

    @property
    def _matrix(self) -> csr_array:
        if not hasattr(self, "_built"):
            self._built = _matrix(self.rows, len(self.people) * len(self.family))
        return self._built

    def alike(self) -> list[int]:
        """One leader of each group that the reader cannot tell apart by what is told of this family."""
        asked = self.cells.filter(pl.col("measure").is_in([f"count:{m}" for m in self.family]))
        told = asked.filter(pl.col("lo").is_not_null())
        known = [column for column in self.roster.columns if told[column].is_not_null().any()]
        rows = self.roster[self.people].with_row_index("at")
        return (rows.unique(known, keep="first", maintain_order=True) if known else rows.head(1))["at"].to_list()

    def certain(self, person: int, at: int) -> bool:
        """Whether one of the two answers of a leader is out of the question."""
        row = np.array([person * len(self.family) + at]), np.ones(1)
        return not all(self.holds_possible(row, value, value) for value in (0, 1))


def narrowed_scores(cells: pl.DataFrame, roster: pl.DataFrame, scale: str, low: float, high: float) -> int:
    """How many leaders' scores are narrowed down to less than half the scale by its published means."""
    told = list(cells.filter((pl.col("measure") == f"mean:{scale}") & pl.col("lo").is_not_null()).iter_rows(named=True))
    if not told:
        return 0
    inside = np.stack([members(roster, cell) for cell in told]).astype(float)
    sizes = inside.sum(axis=1)
    limits = LinearConstraint(inside, [c["lo"] * n for c, n in zip(told, sizes, strict=True)],
                              [c["hi"] * n for c, n in zip(told, sizes, strict=True)])  # fmt: skip
    found = 0
    for person in range(roster.height):
        goal = np.zeros(roster.height)
        goal[person] = 1
        ends = [milp(sign * goal, constraints=limits, bounds=Bounds(low, high)).fun * sign for sign in (1, -1)]
        found += ends[1] - ends[0] < (high - low) / 2
    return found


def _matrix(rows: list[Row], size: int) -> csr_array:
    numbers = np.repeat(np.arange(len(rows)), [len(columns) for columns, _ in rows])
    columns, weights = (np.concatenate([np.asarray(row[side], float) for row in rows] or [[]]) for side in (0, 1))
    return csr_array(coo_array((weights, (numbers, columns.astype(int))), shape=(len(rows), size)))
