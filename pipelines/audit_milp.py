"""Asks HiGHS whether an answer set exists, for the audit: the exact last resort when its own search finds none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.audit_check import Flags, Ints, Problem


class NoAnswer(Enum):
    """Why there is no answer set: proven not to exist, or not found within the limits. Never mix the two."""

    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Move:
    """A leader goes from one pattern to another; with `partners` (flags per profile) one of those goes back."""

    leader: int
    source: int
    target: int
    partners: Flags | None = None


class CountModel:
    """Integer program over z, how many leaders of a profile have a pattern, and y, which profile gives the partner.

    Leaders of one profile look the same to the reader, so counting them loses nothing and removes symmetry.
    """

    def __init__(self, problem: Problem, profile: Ints, first: Ints) -> None:
        """Take the profile of each leader and the first leader of each profile."""
        self.patterns, self.cells, self.profile = problem.patterns, problem.lo.shape[1], profile
        self.membership, self.can, self.size = problem.membership[first], problem.can[first], np.bincount(profile)
        self.z = np.arange(self.can.size).reshape(self.can.T.shape)  # columns (patterns, profiles)
        self.y = self.z.size + np.arange(len(first))

    def solve(self, lo: Ints, hi: Ints, move: Move | None, nodes: int, seconds: float) -> Ints | NoAnswer:
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
        counts = np.array(solver.getSolution().col_value)[self.z].round().astype(np.int64)
        return self._spread(counts, move) if (counts.sum(axis=0) == self.size).all() else NoAnswer.UNDECIDED

    def _program(self, lo: Ints, hi: Ints, move: Move | None) -> highspy.HighsLp:
        """Rows: the sums before, the sums after, leaders per profile, y only where z has such a leader, partners."""
        z, y, number = self.z, self.y, np.arange(len(self.y))
        after, sizes, links, partners = np.cumsum([lo.size, lo.size, len(y), len(y)]).tolist()
        entries = [self._sums(self.patterns, 0, 0), self._sums(self.patterns, after, 0)]
        entries += [_entries(sizes + number, z, 1), _entries(partners, y, 1)]
        least, most, most_y = np.zeros_like(z), self.can.T * self.size, np.zeros(len(y), bool)
        shift, wanted = np.zeros_like(lo), 0
        if move:
            home, step = self.profile[move.leader], self.patterns[move.target] - self.patterns[move.source]
            shift[:, self.membership[home]] = step[:, None]
            least[move.source, home] = 1
            if move.partners is not None:
                wanted, most_y = 1, move.partners & self.can[:, [move.source, move.target]].all(axis=1)
            entries += [self._sums(-step[None], after, z.size)]
            entries += [_entries(links + number, z[move.target], 1), _entries(links + number, y, -1)]
        row, column, value = np.hstack(entries)
        order = np.argsort(column, kind="stable")
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = z.size + len(y), partners + 1
        program.col_cost_ = np.zeros(program.num_col_)  # any answer set will do
        program.col_lower_, program.col_upper_ = _floats(least, 0 * y), _floats(most, most_y)
        program.row_lower_ = _floats(lo, lo - shift, self.size, 0 * y, wanted)
        program.row_upper_ = _floats(hi, hi - shift, self.size, self.size, wanted)
        program.integrality_ = [highspy.HighsVarType.kInteger] * program.num_col_
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = np.searchsorted(column[order], np.arange(program.num_col_ + 1)).astype(np.int32)
        program.a_matrix_.index_, program.a_matrix_.value_ = row[order].astype(np.int32), _floats(value[order])
        return program

    def _sums(self, kinds: NDArray[np.int8], first_row: int, first_column: int) -> Ints:
        """Entries by which a leader of each kind (kind x attribute: -1, 0, 1) and profile counts in the sums."""
        row = first_row + np.arange(kinds.shape[1])[:, None, None] * self.cells + self.membership
        column = first_column + np.arange(len(kinds) * len(self.size)).reshape(len(kinds), 1, -1, 1)
        entries = _entries(row, column, kinds[:, :, None, None])
        return entries[:, entries[2] != 0]

    def _spread(self, counts: Ints, move: Move | None) -> Ints:
        """Hand the counts (patterns, profiles) out over the leaders, the one who moves first."""
        answers = np.full(len(self.profile), -1)
        if move:
            answers[move.leader] = move.source
            counts[move.source, self.profile[move.leader]] -= 1
        for number, column in enumerate(counts.T):
            answers[(self.profile == number) & (answers < 0)] = np.repeat(np.arange(len(column)), column)
        return answers


def _entries(row: ArrayLike, column: ArrayLike, value: ArrayLike) -> Ints:
    return np.stack([part.ravel() for part in np.broadcast_arrays(row, column, value)]).astype(np.int64)


def _floats(*parts: ArrayLike) -> NDArray[np.float64]:
    return np.concatenate([np.ravel(part) for part in parts]).astype(float)
