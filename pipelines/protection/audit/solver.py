"""Solver: asks HiGHS whether an answer set exists; the exact last resort when the search finds none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipelines.ground.later import Later
from pipelines.protection.audit.means import POINT, Points, ScaleMean
from pipelines.protection.audit.problem import Flags, Ints, Problem
from pipelines.protection.audit.program import Program
from pipelines.protection.audit.work import Allowed

if TYPE_CHECKING:
    import highspy
else:
    highspy = Later("highspy")


ALMOST = 1e-6  # by so much less than a whole leader is one


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
class Answer:
    """A leader, or one of its profile, says yes or no to an attribute."""

    leader: int
    attribute: int
    is_yes: bool


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
        self.patterns = problem.patterns
        self.means = problem.means
        self.cells = np.flatnonzero(cells)
        self.size = np.bincount(self.profile)  # leaders of each profile
        self.can = problem.can[self.first]  # (profiles, patterns)
        place = np.where(cells, np.cumsum(cells) - 1, -1)  # of each cell among those that matter; -1: does not
        self.place = place[problem.membership[self.first]]  # (profiles, tables)

    def nearly(self, lo: Ints, hi: Ints, allowed: Allowed) -> Ints | NoAnswer:
        """Answers whose sums lie nearly within lo..hi: in parts of leaders they would, and those are rounded."""
        if allowed.iterations <= 0 or not allowed.work.ask():
            return NoAnswer.UNDECIDED
        if (lo > hi).any():
            return NoAnswer.IMPOSSIBLE
        program, _ = self._program(lo, hi, None)
        solution = _solution(program, allowed, in_whole=False)
        return solution if isinstance(solution, NoAnswer) else self._spread(self._rounded(solution))

    def _rounded(self, solution: Points) -> Ints:
        """Counts (patterns, profiles) from parts of leaders: down, and the largest parts up."""
        parts = np.clip(solution[: self.can.size].reshape(self.can.T.shape), 0, None)
        counts = np.floor(parts + ALMOST).astype(np.int64)
        short = self.size - counts.sum(axis=0)
        rest = np.where(self.can.T, parts - counts, -1)
        rank = np.argsort(np.argsort(-rest, axis=0, kind="stable"), axis=0)
        return counts + (rank < short)

    def solve(self, lo: Ints, hi: Ints, move: Move | Exchange | Answer | None, allowed: Allowed) -> Ints | NoAnswer:
        """Find answers whose sums lie within lo..hi (attributes, cells), before the move and after it.

        What the question took is taken off `allowed`.
        """
        if allowed.nodes <= 0 or allowed.iterations <= 0 or not allowed.work.ask():
            return NoAnswer.UNDECIDED
        if (lo > hi).any():
            return NoAnswer.IMPOSSIBLE
        program, source_columns = self._program(lo, hi, move)
        found = _solution(program, allowed)
        if isinstance(found, NoAnswer):
            return found
        solution = found.round().astype(np.int64)
        counts = solution[: self.can.size].reshape(self.can.T.shape)
        if (counts.sum(axis=0) != self.size).any():
            return NoAnswer.UNDECIDED
        if move is None or isinstance(move, Answer):
            return self._spread(counts)
        if isinstance(move, Exchange):
            return self._spread(counts, move.leader, move.source)
        without, _ = self._sides(move)
        return self._spread(counts, move.leader, int(without[solution[source_columns].argmax()]))

    def _program(self, lo: Ints, hi: Ints, move: Move | Exchange | Answer | None) -> tuple[Program, Ints]:
        """The question as a program, z in front; and the columns that say from which pattern a leader moves alone."""
        lo = lo[:, self.cells]
        hi = hi[:, self.cells]
        program = Program()
        least = np.zeros_like(self.can.T, np.int64)  # (patterns, profiles)
        if isinstance(move, Exchange):
            least[move.source, self.profile[move.leader]] = 1  # the leader is among them
        z = program.columns(least, self.can.T * self.size)
        sums = program.rows(lo, hi)
        everybody = program.rows(self.size, self.size)
        self._count(program, sums, self.patterns, z, self.place)
        program.add(everybody, z, 1)
        nothing = np.empty(0, np.int64)
        if move is None:
            for mean in self.means:
                self._leave_room(program, z, mean)
        if isinstance(move, Answer):
            says_so = self.patterns[:, move.attribute] == move.is_yes
            program.add(program.rows(1, np.inf), z[says_so, self.profile[move.leader]], 1)
        elif isinstance(move, Exchange):
            self._add_exchange(program, z, lo, hi, move)
        elif isinstance(move, Move):
            return program, self._add_move(program, z, lo, hi, move)
        return program, nothing

    def _leave_room(self, program: Program, z: Ints, mean: ScaleMean) -> None:
        """Let scores that go with the patterns surely fit the published intervals of a mean.

        In thousandths of a point. A window that the patterns reach from both sides by the gap between two scores
        surely holds an attainable sum.
        """
        of_profile = mean.group[self.first]
        counted = of_profile >= 0
        for window in mean.windows():
            inside = np.flatnonzero(counted if window.cell == mean.whole else of_profile == window.cell)
            least, most, is_open = program.rows(
                [-np.inf, math.ceil(POINT * (window.floor + mean.gap)), 0],
                [math.floor(POINT * (window.ceiling - mean.gap)), np.inf, window.most_open],
            )
            for row, value in ((least, POINT * mean.lowest), (most, POINT * mean.highest), (is_open, mean.is_open)):
                program.add(row, z[:, inside], np.round(value)[:, None])

    def _add_exchange(self, program: Program, z: Ints, lo: Ints, hi: Ints, move: Exchange) -> None:
        """Let y, one of the profiles, be the partner's: all sums are in their bands after the exchange too.

        The sums after it are those before, shifted by the leader's step in its cells and back by the partner's in its.
        """
        step = self.patterns[move.target] - self.patterns[move.source]  # (attributes,)
        shift = np.zeros_like(lo)
        shift[:, self._own_cells(move.leader)] = step[:, None]
        may_be_partner = move.partners & self.can[:, [move.source, move.target]].all(axis=1)
        y = program.columns(0, may_be_partner)
        after = program.rows(lo - shift, hi - shift)
        has_target = program.rows(0, self.size)  # the partner's profile has somebody with the target pattern
        one_partner = program.rows(1, 1)
        self._count(program, after, self.patterns, z, self.place)
        self._count(program, after, -step[None], y[None], self.place)
        program.add(has_target, z[move.target], 1)
        program.add(has_target, y, -1)
        program.add(one_partner, y, 1)

    def _add_move(self, program: Program, z: Ints, lo: Ints, hi: Ints, move: Move) -> Ints:
        """Let one leader go alone from a pattern u to a pattern v: the sums of its own cells stay in their bands.

        The columns of u.
        """
        home = self.profile[move.leader]
        own = self._own_cells(move.leader)
        without, with_it = self._sides(move)
        u = program.columns(np.zeros(len(without)), 1)
        v = program.columns(np.zeros(len(with_it)), 1)
        after = program.rows(lo[:, own], hi[:, own])  # (attributes, own cells)
        has_source = program.rows(np.zeros(len(without)), len(self.profile))
        one_source = program.rows(1, 1)
        one_target = program.rows(1, 1)
        place = np.full(len(self.cells) + 1, -1)  # of each cell among the leader's own; the last entry: of none
        place[own] = np.arange(len(own))
        self._count(program, after, self.patterns, z, place[self.place])
        program.add(after[:, :, None], u, -self.patterns[without].T[:, None])
        program.add(after[:, :, None], v, self.patterns[with_it].T[:, None])
        program.add(has_source, z[without, home], 1)  # the leader's profile has somebody with the source pattern
        program.add(has_source, u, -1)
        program.add(one_source, u, 1)
        program.add(one_target, v, 1)
        return u

    def _own_cells(self, leader: int) -> Ints:
        """The cells that matter in which a leader sits, by their place."""
        place = self.place[self.profile[leader]]
        return np.sort(place[place >= 0])

    def _sides(self, move: Move) -> tuple[Ints, Ints]:
        """The patterns a leader can have without this attribute, and those with it."""
        can = self.can[self.profile[move.leader]]
        value = self.patterns[:, move.attribute]
        return np.flatnonzero(can & (value == 0)), np.flatnonzero(can & (value == 1))

    def _count(self, program: Program, rows: Ints, kinds: NDArray[np.int8], columns: Ints, place: Ints) -> None:
        """Let leaders of each kind and profile, `columns` (kinds, profiles), count in the sums of their cells.

        rows: (attributes, cells). kinds: (kinds, attributes), by how much each counts. place: (profiles, tables) of the
        cell among those of `rows`; -1: it is not among them.
        """
        if not rows.size:
            return
        value = kinds[:, :, None, None] * (place >= 0)  # (kinds, attributes, profiles, tables)
        program.add(rows[:, place], columns[:, None, :, None], value)

    def _spread(self, counts: Ints, leader: int | None = None, source: int = 0) -> Ints:
        """Hand the counts (patterns, profiles) out over the leaders; one who moves has its `source` pattern first."""
        answers = np.full(len(self.profile), -1)
        if leader is not None:
            answers[leader] = source
            counts[source, self.profile[leader]] -= 1
        for number, column in enumerate(counts.T):
            answers[(self.profile == number) & (answers < 0)] = np.repeat(np.arange(len(column)), column)
        return answers


def _solution(program: Program, allowed: Allowed, *, in_whole: bool = True) -> Points | NoAnswer:
    """The value of every column, in whole numbers or in parts; or why there is none."""
    # Most questions are settled by the first relaxation: presolve and the jump cost more than they save (measured).
    options: dict[str, float | str] = {
        "threads": 1,
        "mip_max_nodes": allowed.nodes,
        "simplex_iteration_limit": allowed.iterations,
        "presolve": "off",
        "mip_heuristic_run_feasibility_jump": False,
    }
    solver = highspy.Highs()
    solver.silent()
    for option, value in options.items():
        solver.setOptionValue(option, value)
    solver.passModel(program.as_lp(in_whole=in_whole))
    solver.run()
    allowed.iterations -= max(0, int(solver.getInfo().simplex_iteration_count))
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return NoAnswer.IMPOSSIBLE
    is_found = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal if not in_whole else True
    if not is_found or not solver.getSolution().value_valid:
        return NoAnswer.UNDECIDED
    values: Points = np.array(solver.getSolution().col_value)
    return values
