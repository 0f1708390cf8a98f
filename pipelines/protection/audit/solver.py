"""Asks HiGHS whether an answer set exists, for the audit: the exact last resort when its own search finds none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.protection.audit.check import Flags, Ints, Problem


class NoAnswer(Enum):
    """Why there is no answer set: proven not to exist, or not found within the limits. Never mix the two."""

    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Move:
    """A leader changes alone, from a pattern without an attribute to one with it (or back: the same question)."""

    leader: int
    attribute: int


@dataclass(frozen=True)
class Exchange:
    """A leader goes from one pattern to another, and one of `partners` (flags per profile) goes back."""

    leader: int
    source: int
    target: int
    partners: Flags


class CountModel:
    """Integer program over z, how many leaders of a profile have a pattern, and over who changes to what.

    Leaders of one profile look the same to the reader, so counting them loses nothing and removes symmetry.
    """

    def __init__(self, problem: Problem, cells: Flags) -> None:
        """Take the cells (cells,) that matter; profiles and sums are about these alone."""
        self.first, self.profile = problem.profiles(cells)
        self.patterns, self.cells, self.size = problem.patterns, np.flatnonzero(cells), np.bincount(self.profile)
        self.row = np.where(cells, np.cumsum(cells) - 1, -1)[problem.membership[self.first]]  # (profiles, tables)
        self.can = problem.can[self.first]
        self.z = np.arange(self.can.size).reshape(self.can.T.shape)  # columns (patterns, profiles)

    def solve(self, lo: Ints, hi: Ints, move: Move | Exchange | None, nodes: int, seconds: float) -> Ints | NoAnswer:
        """Find answers whose sums lie within lo..hi (attribute x cell), before the move and after it."""
        if nodes <= 0 or seconds <= 0:
            return NoAnswer.UNDECIDED
        if (lo > hi).any():
            return NoAnswer.IMPOSSIBLE
        # Most questions are settled by the first relaxation: presolve and the jump cost more than they save (measured).
        options: dict[str, float | str] = {"threads": 1, "mip_max_nodes": nodes, "time_limit": float(seconds)}
        options |= {"presolve": "off", "mip_heuristic_run_feasibility_jump": False}
        solver = highspy.Highs()  # for each question: its clock never restarts
        solver.silent()
        for option, value in options.items():
            solver.setOptionValue(option, value)
        solver.passModel(self._program(lo, hi, move))
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return NoAnswer.IMPOSSIBLE
        if not solver.getSolution().value_valid:
            return NoAnswer.UNDECIDED
        values = np.array(solver.getSolution().col_value).round().astype(np.int64)
        counts = values[self.z]
        if (counts.sum(axis=0) != self.size).any():
            return NoAnswer.UNDECIDED
        source = None
        if isinstance(move, Move):
            source = int(self._sides(move)[0][values[self.z.size :].argmax()])
        elif move:
            source = move.source
        return self._spread(counts, move.leader if move else None, source)

    def _program(self, lo: Ints, hi: Ints, move: Move | Exchange | None) -> highspy.HighsLp:
        """Rows: the sums, leaders per profile; for an exchange also the sums after it and who may be the partner."""
        lo, hi, z = lo[:, self.cells], hi[:, self.cells], self.z
        number, nobody = np.arange(len(self.size)), np.zeros(len(self.size))
        least, most = np.zeros_like(z), self.can.T * self.size
        entries = [self._sums(self.patterns, 0, 0), _entries(lo.size + number, z, 1)]
        if move is None:
            return _linear(entries, (least, most), (lo, self.size), (hi, self.size))
        home = self.profile[move.leader]
        cells = np.sort(self.row[home][self.row[home] >= 0])
        if isinstance(move, Move):
            return self._alone(lo, hi, entries, home, cells, move)
        step, shift = (self.patterns[move.target] - self.patterns[move.source])[:, None], np.zeros_like(lo)
        shift[:, cells] = step
        least[move.source, home] = 1
        y = z.size + number
        after, links, wanted = np.cumsum([lo.size + len(y), lo.size, len(y)]).tolist()
        entries += [self._sums(self.patterns, after, 0), self._sums(-step.T, after, z.size)]
        entries += [
            _entries(links + number, z[move.target], 1),
            _entries(links + number, y, -1),
            _entries(wanted, y, 1),
        ]
        may = move.partners & self.can[:, [move.source, move.target]].all(axis=1)
        low = (lo, self.size, lo - shift, nobody, 1)
        return _linear(entries, (least, nobody, most, may), low, (hi, self.size, hi - shift, self.size, 1))

    def _sides(self, move: Move) -> tuple[Ints, Ints]:
        """The patterns between which a leader can change to change this attribute."""
        can, value = self.can[self.profile[move.leader]], self.patterns[:, move.attribute]
        return np.flatnonzero(can & (value == 0)), np.flatnonzero(can & (value == 1))

    def _alone(self, lo: Ints, hi: Ints, entries: list[Ints], home: int, cells: Ints, move: Move) -> highspy.HighsLp:
        """The program in which one leader, by columns u (from) and v (to), changes the sums of its own cells only."""
        z, number, sides = self.z, np.arange(len(self.size)), self._sides(move)
        u, v = (z.size + start + np.arange(len(side)) for start, side in zip((0, len(sides[0])), sides, strict=True))
        after, links, one_each = np.cumsum([lo.size + len(number), len(lo) * len(cells), len(u)]).tolist()
        rows = after + np.arange(len(lo))[:, None] * len(cells) + np.arange(len(cells))  # (attributes, cells)
        before = self._sums(self.patterns, 0, 0)
        is_near = np.isin(before[0] % lo.shape[1], cells) & (before[0] < lo.size)
        near = before[:, is_near]
        near[0] = rows[near[0] // lo.shape[1], np.searchsorted(cells, near[0] % lo.shape[1])]
        entries += [near]
        for column, side, sign in ((u, sides[0], -1), (v, sides[1], 1)):
            kinds = sign * self.patterns[side].T[:, None, :]
            entries += [_entries(rows[:, :, None], column[None, None, :], kinds)]
        entries += [
            _entries(links + np.arange(len(u)), z[sides[0], home], 1),
            _entries(links + np.arange(len(u)), u, -1),
        ]
        entries += [_entries(one_each, u, 1), _entries(one_each + 1, v, 1)]
        nothing, ones = np.zeros(z.size + len(u) + len(v)), np.ones(len(u) + len(v))
        low = (lo, self.size, lo[:, cells], np.zeros(len(u)), 1, 1)
        high = (hi, self.size, hi[:, cells], np.full(len(u), len(self.profile)), 1, 1)
        return _linear(entries, (nothing, self.can.T * self.size, ones), low, high)

    def _sums(self, kinds: NDArray[np.int8], first_row: int, first_column: int) -> Ints:
        """Entries by which a leader of each kind (kind x attribute: -1, 0, 1) and profile counts in the sums."""
        row = first_row + np.arange(kinds.shape[1])[:, None, None] * len(self.cells) + self.row
        column = first_column + np.arange(len(kinds) * len(self.size)).reshape(len(kinds), 1, -1, 1)
        entries = _entries(row, column, kinds[:, :, None, None] * (self.row >= 0))
        return entries[:, entries[2] != 0]

    def _spread(self, counts: Ints, leader: int | None, source: int | None) -> Ints:
        """Hand the counts (patterns, profiles) out over the leaders, the one who moves first."""
        answers = np.full(len(self.profile), -1)
        if leader is not None:
            answers[leader] = source
            counts[source, self.profile[leader]] -= 1
        for number, column in enumerate(counts.T):
            answers[(self.profile == number) & (answers < 0)] = np.repeat(np.arange(len(column)), column)
        return answers


def _linear(
    entries: list[Ints], columns: tuple[ArrayLike, ...], low: tuple[ArrayLike, ...], high: tuple[ArrayLike, ...]
) -> highspy.HighsLp:
    """The program of these entries (row, column, value); bounds of the columns: all lower ones, then all upper ones."""
    row, column, value = np.hstack(entries)
    order = np.argsort(column, kind="stable")
    program = highspy.HighsLp()
    bounds = _floats(*columns).reshape(2, -1)
    program.col_lower_, program.col_upper_ = bounds
    program.row_lower_, program.row_upper_ = _floats(*low), _floats(*high)
    program.num_col_, program.num_row_ = bounds.shape[1], len(_floats(*low))
    program.col_cost_ = np.zeros(program.num_col_)  # any answer set will do
    program.integrality_ = [highspy.HighsVarType.kInteger] * program.num_col_
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.searchsorted(column[order], np.arange(program.num_col_ + 1)).astype(np.int32)
    program.a_matrix_.index_, program.a_matrix_.value_ = row[order].astype(np.int32), _floats(value[order])
    return program


def _entries(row: ArrayLike, column: ArrayLike, value: ArrayLike) -> Ints:
    return np.stack([part.ravel() for part in np.broadcast_arrays(row, column, value)]).astype(np.int64)


def _floats(*parts: ArrayLike) -> NDArray[np.float64]:
    return np.concatenate([np.ravel(part) for part in parts]).astype(float)
