"""Asks HiGHS whether an answer set exists, for the audit: the exact last resort when its own search finds none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class NoAnswer(Enum):
    """Why there is no answer set: proven not to exist, or not found within the limits. Never mix the two."""

    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Move:
    """A leader that goes from one pattern to another; with `partners` (flags per profile) one of them goes back."""

    leader: int
    source: int
    target: int
    partners: Flags | None = None


class CountModel:
    """Integer program over z, the leaders per profile and pattern, and y, the profile that holds the partner.

    Leaders of one profile look the same to the reader, so counting them loses nothing and removes symmetry.
    """

    def __init__(self, membership: Ints, can: Flags, patterns: NDArray[np.int8], profile: Ints) -> None:
        """Take `membership` and `can` per leader, as in the audit's Problem, and the profile of each."""
        first = np.unique(profile, return_index=True)[1]
        self.membership, self.can, self.patterns = membership[first], can[first], patterns
        self.profile, self.size = profile, np.bincount(profile)

    def solve(self, lo: Ints, hi: Ints, move: Move | None, nodes: int, seconds: float) -> Ints | NoAnswer:
        """Find answers whose sums lie within lo..hi (attribute x cell), before the move and after it."""
        if nodes <= 0 or seconds <= 0:
            return NoAnswer.UNDECIDED
        solver = highspy.Highs()  # a new one each time: its time limit counts over the life of the object
        solver.silent()
        for option, value in {"threads": 1, "mip_max_nodes": nodes, "time_limit": float(seconds)}.items():
            solver.setOptionValue(option, value)
        solver.passModel(self._program(lo, hi, move))
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return NoAnswer.IMPOSSIBLE
        solution = solver.getSolution()
        if not solution.value_valid:
            return NoAnswer.UNDECIDED
        whole = np.array(solution.col_value)[: self.can.size].round().astype(np.int64).reshape(self.can.shape)
        return NoAnswer.UNDECIDED if (whole.sum(axis=1) != self.size).any() else self._spread(whole, move)

    def _program(self, lo: Ints, hi: Ints, move: Move | None) -> highspy.HighsLp:
        (attributes, cells), profiles = lo.shape, np.arange(len(self.size))
        z = np.arange(self.can.size).reshape(self.can.shape)
        y = z.size + profiles
        after, sizes, links, partner = np.cumsum([lo.size, lo.size, len(y), len(y)])
        entries: list[tuple[Ints, Ints, int]] = [(sizes + profiles[:, None], z, 1)]

        def sums(flags: Flags) -> Ints:
            """The sums (profile x row) in which a leader with these attributes counts."""
            rows = np.flatnonzero(flags)[:, None] * cells + self.membership[:, None, :]
            return rows.reshape(len(profiles), -1)

        for column, pattern in zip(z.T, self.patterns, strict=True):
            rows = sums(pattern == 1)
            entries += [(rows, column[:, None], 1), (after + rows, column[:, None], 1)]
        z_least, y_most = np.zeros_like(z), np.zeros_like(y)
        shift = np.zeros_like(lo)
        wants_partner = 0
        if move:
            step = self.patterns[move.target] - self.patterns[move.source]
            home = self.profile[move.leader]
            shift[:, self.membership[home]] = step[:, None]
            z_least[home, move.source] = 1
            if move.partners is not None:
                wants_partner = 1
                y_most = (move.partners & self.can[:, [move.source, move.target]].all(axis=1)).astype(np.int64)
            for sign in (1, -1):
                entries.append((after + sums(step == sign), y[:, None], -sign))
            entries += [(links + profiles, z[:, move.target], 1), (links + profiles, y, -1)]
        entries.append((partner + 0 * y, y, 1))

        flat = [[part.ravel() for part in np.broadcast_arrays(*entry)] for entry in entries]
        row, column, value = (np.concatenate(parts) for parts in zip(*flat, strict=True))
        order = np.lexsort((row, column))
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = z.size + y.size, int(partner) + 1
        program.col_cost_ = np.zeros(program.num_col_)
        program.col_lower_ = np.append(z_least, 0 * y).astype(float)
        program.col_upper_ = np.append(self.can * self.size[:, None], y_most).astype(float)
        fixed = [self.size, 0 * y, [wants_partner]]
        program.row_lower_ = np.concatenate([lo.ravel(), (lo - shift).ravel(), *fixed]).astype(float)
        fixed[1] = self.size
        program.row_upper_ = np.concatenate([hi.ravel(), (hi - shift).ravel(), *fixed]).astype(float)
        program.integrality_ = [highspy.HighsVarType.kInteger] * program.num_col_
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = np.searchsorted(column[order], np.arange(program.num_col_ + 1)).astype(np.int32)
        program.a_matrix_.index_ = row[order].astype(np.int32)
        program.a_matrix_.value_ = value[order].astype(float)
        return program

    def _spread(self, whole: Ints, move: Move | None) -> Ints:
        """Hand the counts out over the leaders of each profile."""
        answers = np.full(len(self.profile), -1)
        if move:
            answers[move.leader] = move.source
            whole[self.profile[move.leader], move.source] -= 1
        for number, row in enumerate(whole):
            answers[(self.profile == number) & (answers < 0)] = np.repeat(np.arange(len(row)), row)
        return answers
