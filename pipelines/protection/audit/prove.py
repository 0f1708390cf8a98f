"""Prove: for the steward about to publish, that no leader's answer follows from the bands.

The reader to fear knows who sits in which cell; only the answers are secret. The proofs are answer sets, a pattern
per leader, that fit everything published as well as the true one does. The true one plays no part: whether bands are
safe follows from the bands, so that being published tells nothing beyond them.

* a free move: an answer set in which one leader can change alone. No group with that leader, of any size, then has a
  fixed number of yes;
* k-1 exchange partners: leaders to swap patterns with. A group of fewer than k leaders misses one of them, so that
  swap changes its number of yes.

Leaders whom the reader cannot tell apart (a profile) share their proof. What is not proven is never called safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipelines.protection.audit.check import NOTHING_PROVEN, Verdict, failed
from pipelines.protection.audit.doubt import first_confirmed, is_confirmed
from pipelines.protection.audit.glance import at_a_glance
from pipelines.protection.audit.goals import Doubt, Goals
from pipelines.protection.audit.problem import Ints, Problem
from pipelines.protection.audit.proofs import Proofs
from pipelines.protection.audit.search import REPAIR_STEPS, START_STEPS, Search, Walker
from pipelines.protection.audit.solver import CountModel, Exchange, Move, NoAnswer
from pipelines.protection.audit.work import Allowed, Work

# What the solver may do at effort 1; what is not proven within it stays undecided, on any machine alike.
NODES = 2000  # of one question
ITERATIONS = 400_000  # of the simplex method, in all questions of an audit together
START_SEED = 0
MOST_PAIRS = 20  # of patterns to exchange; in wider families only free moves are looked for


def audit(
    problem: Problem, *, seed: int = 0, effort: float = 1.0, doubts: Sequence[Doubt] = (), work: Work | None = None
) -> Verdict:
    """Prove every group, cell and score, the cheapest way first; stop at the first that fails.

    Where no answer set that fits was found nothing is proven. `doubts`: what made other bands of this family fail, the
    latest first; they may only make it fail sooner. `work`: that others did already, where they share what may be done.
    """
    goals = Goals.of(problem)
    seen = at_a_glance(problem, goals)
    if seen:
        return seen
    work = work or Work()
    doubt = first_confirmed(problem, goals, doubts, work)
    if doubt:
        return failed(goals, work, groups=int(doubt.cell is None), cells=int(doubt.cell is not None), doubt=doubt)
    model = CountModel(problem, problem.published_cells)
    start = first_answers(problem, model, Allowed(NODES, ITERATIONS, work))
    if start is None:
        return replace(NOTHING_PROVEN, work=replace(work))
    proofs = Proofs(problem, goals, start)
    search = Search(problem, proofs, seed, effort, work)
    prover = Prover(problem, proofs, search, model)
    proofs.harvest(start)  # closed form: all free moves at these answers at once
    search.wander(prover.is_hopeless)
    failed_group = prover.prove_groups()
    failed_cell = None if failed_group else prover.prove_cells()
    unsafe = int(failed_group is NoAnswer.IMPOSSIBLE)
    cells_unsafe = int(failed_cell is NoAnswer.IMPOSSIBLE)
    free_moves = sum(certificate.to_pattern is not None for certificate in proofs.certificates)
    return Verdict(
        groups=int(goals.groups.sum()),
        free_moves=free_moves,
        exchanges=len(proofs.certificates) - free_moves,
        undecided=int(proofs.unproven.sum()) - unsafe,
        unsafe=unsafe,
        cells_checked=goals.cells_checked,
        cells_unsafe=cells_unsafe,
        cells_undecided=int(proofs.unproven_cells.any(axis=0).sum()) - cells_unsafe,
        scores_unproven=int(proofs.unproven_scores.sum()),
        work=replace(work),
        doubt=prover.doubt,
        certificates=tuple(proofs.certificates),
    )


def first_answers(problem: Problem, model: CountModel, allowed: Allowed) -> Ints | None:
    """An answer set that fits, off the edges of the bands where that is possible: there most leaders can move."""
    if not problem.published_cells.any():
        return problem.can.argmax(axis=1)
    inner_lo = problem.lo + (problem.lo > 0)
    inner_hi = problem.hi - (problem.hi < problem.sizes)
    has_inside = inner_lo <= inner_hi
    inner = (np.where(has_inside, inner_lo, problem.lo), np.where(has_inside, inner_hi, problem.hi))
    for lo, hi in (inner, (problem.lo, problem.hi)):
        nearly = model.nearly(lo, hi, allowed)
        if nearly is NoAnswer.IMPOSSIBLE:
            continue
        if not isinstance(nearly, NoAnswer):
            walker = Walker(problem, START_SEED, allowed.work)
            for goal in ((lo, hi), (problem.lo, problem.hi)):
                nearly = walker.walk(*goal, nearly, START_STEPS)
                if problem.fits(nearly):
                    return nearly
        answers = model.solve(lo, hi, None, allowed)
        if not isinstance(answers, NoAnswer) and problem.fits(answers):
            return answers
    return None


class Prover:
    """Puts to the solver what the search has left unproven."""

    def __init__(self, problem: Problem, proofs: Proofs, search: Search, model: CountModel) -> None:
        self.problem = problem
        self.proofs = proofs
        self.search = search
        self.model = model
        self.allowed = Allowed(int(NODES * search.effort), int(ITERATIONS * search.effort), search.work)
        self.doubt: Doubt | None = None  # what failed, where asking it again of other bands may be worth while

    def is_hopeless(self) -> bool:
        """Whether the least promising group can be seen to have no proof: no search will find one."""
        return self._has_one_answer(*self._least_promising())

    def _least_promising(self) -> tuple[int, int]:
        """Profile and attribute of the unproven group with the fewest partners."""
        groups: list[list[int]] = np.argwhere(self.proofs.unproven).tolist()
        number, attribute = min(groups, key=lambda group: len(self.proofs.partners[group[0], group[1]]))
        return number, attribute

    def _has_one_answer(self, number: int, attribute: int) -> bool:
        """Whether a profile can have but one answer to an attribute, by the bands of that attribute alone."""
        leader = int(self.proofs.first[number])
        if self.proofs.partners[number, attribute]:
            return False
        is_yes = bool(self.problem.patterns[self.proofs.answers[leader], attribute])
        doubt = Doubt(attribute, not is_yes, leader=leader)
        if not is_confirmed(self.problem, self.proofs.goals, doubt, self.allowed.work):
            return False
        self.doubt = doubt
        return True

    def prove_groups(self) -> NoAnswer | None:
        """Let the solver settle the groups that are left, the least promising first; None when all are proven."""
        proofs = self.proofs
        while proofs.unproven.any():
            number, attribute = self._least_promising()
            if self._has_one_answer(number, attribute):
                return NoAnswer.IMPOSSIBLE
            failed = self._prove_group(number, attribute)
            if failed:
                return failed
        return None

    def _prove_group(self, number: int, attribute: int) -> NoAnswer | None:
        """Find a free move for a profile and an attribute, else partners one by one; None when proven."""
        problem = self.problem
        leader = int(self.proofs.first[number])
        outcomes = {self._ask(problem.lo, problem.hi, Move(leader, attribute))}
        if not self.proofs.unproven[number, attribute]:
            return None
        can = np.flatnonzero(problem.can[leader]).tolist()
        value = problem.patterns[:, attribute]
        pairs = [(no, yes) for no in can for yes in can if value[no] < value[yes]]
        if len(pairs) > MOST_PAIRS:
            return NoAnswer.UNDECIDED
        for no, yes in pairs:
            outcomes.add(self._find_partners(number, attribute, no, yes))
            if not self.proofs.unproven[number, attribute]:
                return None
        return NoAnswer.IMPOSSIBLE if outcomes == {NoAnswer.IMPOSSIBLE} else NoAnswer.UNDECIDED

    def _find_partners(self, number: int, attribute: int, no: int, yes: int) -> NoAnswer | None:
        """Ask for partners to swap these two patterns with, each of a profile of which none is known yet.

        What the solver says when it adds none any more, or when no more are needed.
        """
        proofs = self.proofs
        leader = int(proofs.first[number])
        partners = proofs.partners[number, attribute]
        while True:
            before = len(partners)
            is_new = ~np.isin(np.arange(len(proofs.first)), proofs.profile[list(partners)])
            outcome = self._ask(self.problem.lo, self.problem.hi, Exchange(leader, no, yes, is_new))
            if len(partners) == before or not proofs.unproven[number, attribute]:
                return outcome

    def prove_cells(self) -> NoAnswer | None:
        """Push the sums that never went far enough, by a walk, else by the solver; None when all are proven."""
        proofs = self.proofs
        proofs.swap_names()
        for down, attribute, cell in np.argwhere(proofs.unproven_cells).tolist():
            outcome = self._prove_cell(down, attribute, cell)
            if proofs.is_unproven_cell(down, attribute, cell):
                self.doubt = Doubt(attribute, not down, cell=cell)
                return outcome or NoAnswer.UNDECIDED
        return None

    def _prove_cell(self, down: int, attribute: int, cell: int) -> NoAnswer | None:
        """Look for an answer set in which one sum is as high as it must be able to be; with `down` 1: as low."""
        proofs = self.proofs
        if not proofs.is_unproven_cell(down, attribute, cell):
            return None
        lo = self.problem.lo.copy()
        hi = self.problem.hi.copy()
        if down:
            hi[attribute, cell] = min(hi[attribute, cell], proofs.goals.down[attribute, cell])
        else:
            lo[attribute, cell] = max(lo[attribute, cell], proofs.goals.up[attribute, cell])
        proofs.harvest(self.search.walk(lo, hi, proofs.answers, int(REPAIR_STEPS * self.search.effort)))
        proofs.swap_names()
        if not proofs.is_unproven_cell(down, attribute, cell):
            return None
        cells = self.problem.published_cells.copy()
        cells[cell] = True
        return self._ask(lo, hi, None, CountModel(self.problem, cells))

    def _ask(
        self, lo: Ints, hi: Ints, move: Move | Exchange | None, model: CountModel | None = None
    ) -> NoAnswer | None:
        """Ask the solver for an answer set and harvest it; None when it found one."""
        answers = (model or self.model).solve(lo, hi, move, self.allowed)
        if isinstance(answers, NoAnswer):
            return answers
        self.proofs.harvest(answers)
        self.proofs.find_partners()
        return None
