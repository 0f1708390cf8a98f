"""Proves, for the steward about to publish, that no leader's answer follows from the bands (invariants I5 and I6).

The reader to fear knows who sits in which cell; only the answers are secret. The proofs are other *answer sets*, a
pattern per leader, that fit everything published as well as the true one does:

* a free move: an answer set in which one leader can change alone. No group with that leader, of any size, then has a
  fixed number of yes;
* k-1 exchange partners: leaders to swap patterns with. A group of fewer than k leaders misses one of them, so that
  swap changes its number of yes.

Leaders whom the reader cannot tell apart (a profile) share their proof. What is not proven is never called safe.
"""

from __future__ import annotations

import time

import numpy as np

from pipelines.protection.audit.check import Certificate, Checker, Flags, Ints, Problem, Verdict
from pipelines.protection.audit.search import REPAIR_STEPS, Search
from pipelines.protection.audit.solver import CountModel, Exchange, Move, NoAnswer

__all__ = ["Certificate", "Checker", "Problem", "Verdict", "audit"]

NODES = 2000  # of one question to the solver, at effort 1
MOST_PAIRS = 20  # of patterns to exchange; in wider families only free moves are looked for


def audit(problem: Problem, *, seed: int = 0, effort: float = 1.0) -> Verdict:
    """Prove every group, cell and score, the cheapest way first; stop at the first that fails."""
    prover = _Prover(problem, seed, effort)
    prover.harvest(problem.answers)  # closed form: all free moves at the true answers at once
    prover.wander()
    failed = prover.prove_groups()
    failed_cell = None if failed else prover.prove_cells()
    unsafe, cells_unsafe = int(failed is NoAnswer.IMPOSSIBLE), int(failed_cell is NoAnswer.IMPOSSIBLE)
    free_moves = sum(certificate.to_pattern is not None for certificate in prover.certificates)
    return Verdict(
        groups=prover.groups,
        free_moves=free_moves,
        exchanges=len(prover.certificates) - free_moves,
        undecided=int(prover.unproven.sum()) - unsafe,
        unsafe=unsafe,
        cells_checked=prover.cells_checked,
        cells_unsafe=cells_unsafe,
        cells_undecided=int(prover.unproven_cells.any(axis=0).sum()) - cells_unsafe,
        scores_unproven=int(prover.unproven_scores.sum()),
        solver_calls=prover.solver_calls,
        certificates=tuple(prover.certificates),
    )


class _Prover(Search):
    """The search, with the solver for what it leaves."""

    def __init__(self, problem: Problem, seed: int, effort: float) -> None:
        super().__init__(problem, seed, effort)
        self.model, self.solver_calls = CountModel(problem, self.told), 0

    def ask(self, lo: Ints, hi: Ints, move: Move | Exchange | None, model: CountModel | None = None) -> NoAnswer | None:
        """Ask the solver for an answer set and harvest it; None when it found one."""
        self.solver_calls += 1
        found = (model or self.model).solve(lo, hi, move, int(NODES * self.effort), self.deadline - time.monotonic())
        if isinstance(found, NoAnswer):
            return found
        self.harvest(found)
        self.find_partners()
        return None

    def prove_groups(self) -> NoAnswer | None:
        """Let the solver settle what is left, the least promising first; None when all is proven."""
        while self.unproven.any():
            groups: list[list[int]] = np.argwhere(self.unproven).tolist()
            number, attribute = min(groups, key=lambda group: len(self.partners[group[0], group[1]]))
            failed = self._prove_group(number, attribute)
            if failed:
                return failed
        return None

    def _prove_group(self, number: int, attribute: int) -> NoAnswer | None:
        """Find a free move, else partners one by one; None when proven."""
        lo, hi, leader = self.problem.lo, self.problem.hi, int(self.first[number])
        outcomes = {self.ask(lo, hi, Move(leader, attribute))}
        if not self.unproven[number, attribute]:
            return None
        can, value = np.flatnonzero(self.problem.can[leader]).tolist(), self.problem.patterns[:, attribute]
        pairs = [(no, yes) for no in can for yes in can if value[no] < value[yes]]
        if len(pairs) > MOST_PAIRS:
            return NoAnswer.UNDECIDED
        partners = self.partners[number, attribute]
        for no, yes in pairs:
            known = -1
            while known < len(partners):
                known = len(partners)
                is_new = ~np.isin(np.arange(len(self.first)), self.profile[list(partners)])
                outcome = self.ask(lo, hi, Exchange(leader, no, yes, is_new))
                if not self.unproven[number, attribute]:
                    return None
            outcomes.add(outcome)
        return NoAnswer.IMPOSSIBLE if outcomes == {NoAnswer.IMPOSSIBLE} else NoAnswer.UNDECIDED

    @property
    def unproven_cells(self) -> Flags:
        """Whether (up, down; attribute; cell) still lacks an answer set with enough yes, or enough no."""
        return np.stack([self.most < self.goal_up, self.least > self.goal_down])

    def prove_cells(self) -> NoAnswer | None:
        """Push the sums that never went far enough (I6), by a walk, else by the solver; None when all is proven."""
        self.swap_names()
        for down, *at in np.argwhere(self.unproven_cells).tolist():
            if time.monotonic() > self.deadline:
                return NoAnswer.UNDECIDED
            lo, hi, cell, which = self.problem.lo.copy(), self.problem.hi.copy(), tuple(at), (down, *at)
            if down:
                hi[cell] = min(hi[cell], self.goal_down[cell])
            else:
                lo[cell] = max(lo[cell], self.goal_up[cell])
            if self.unproven_cells[which]:
                self.harvest(self.walk(lo, hi, self.answers, int(REPAIR_STEPS * self.effort)))
                self.swap_names()
            outcome = None
            if self.unproven_cells[which]:
                about = self.told.copy()
                about[at[1]] = True
                outcome = self.ask(lo, hi, None, CountModel(self.problem, about))
            if self.unproven_cells[which]:
                return outcome or NoAnswer.UNDECIDED
        return None
