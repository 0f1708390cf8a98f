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
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_check import Certificate, Flags, Ints, Problem, Verdict, certificate_holds
from pipelines.audit_milp import CountModel, Move, NoAnswer

__all__ = ["Certificate", "Problem", "Verdict", "audit", "certificate_holds"]

# Work at effort 1. It is bounded by counts, so a seed always gives the same verdict; the clock is only a guard.
ROUNDS, STEPS, REPAIR_STEPS, NODES, GUARD_SECONDS = 200, 40, 200, 2000, 120
HARVEST_EVERY = 5  # steps
PARTNERS_AFTER, STOP_AFTER = 4, 20  # rounds without news; a free move proves more, so it gets the first rounds
CANDIDATES = 200  # leaders looked at in one step


def audit(problem: Problem, *, seed: int = 0, effort: float = 1.0) -> Verdict:
    """Prove every group and every cell, the cheapest way first; stop at the first that fails."""
    search = _Search(problem, seed, effort)
    search.harvest(problem.answers)  # closed form: all free moves at the true answers at once
    search.wander()
    failed = search.prove_groups()
    failed_cell = None if failed else search.prove_cells()
    unsafe, cells_unsafe = int(failed is NoAnswer.IMPOSSIBLE), int(failed_cell is NoAnswer.IMPOSSIBLE)
    free_moves = sum(certificate.to_pattern is not None for certificate in search.certificates)
    return Verdict(
        groups=search.groups,
        free_moves=free_moves,
        exchanges=len(search.certificates) - free_moves,
        undecided=int(search.unproven.sum()) - unsafe,
        unsafe=unsafe,
        cells_checked=search.cells_checked,
        cells_unsafe=cells_unsafe,
        cells_undecided=int(search.unproven_cells.any(axis=0).sum()) - cells_unsafe,
        solver_calls=search.solver_calls,
        certificates=tuple(search.certificates),
    )


class _Search:
    """The current answer set, and the proofs found on the way to it."""

    def __init__(self, problem: Problem, seed: int, effort: float) -> None:
        self.problem, self.effort, self.random = problem, effort, np.random.default_rng(seed)
        self.deadline = time.monotonic() + GUARD_SECONDS * effort
        known = np.hstack([problem.membership, problem.can])
        _, self.first, profile = np.unique(known, axis=0, return_index=True, return_inverse=True)
        self.profile: Ints = profile.ravel()
        self.model, self.solver_calls = CountModel(problem, self.profile, self.first), 0
        self.certificates: list[Certificate] = []
        self.partners: defaultdict[tuple[int, int], dict[int, Ints]] = defaultdict(dict)
        # What public logic settles by itself is not told by the publication: nothing to prove there.
        can_yes, can_no = (problem.can @ (problem.patterns == value) for value in (1, 0))
        self.unproven: Flags = (can_yes & can_no)[self.first]
        self.groups = int(self.unproven.sum())
        # I6: m yes and m no in each cell that is large enough, or as many as logic allows when that is fewer.
        self.sizes = np.bincount(problem.membership.ravel(), minlength=problem.lo.shape[1])
        is_large = self.sizes >= problem.smallest_cell
        self.cells_checked = int(is_large.sum()) * len(problem.lo)
        self.goal_up = np.minimum(problem.per_cell(can_yes), problem.m) * is_large
        self.goal_down = self.sizes - np.minimum(problem.per_cell(can_no), problem.m) * is_large
        self.least = self.most = problem.per_cell(problem.patterns[problem.answers])

    def harvest(self, answers: Ints) -> None:
        """Make an answer set the current one if it fits, and take every proof it gives."""
        if not self.problem.fits(answers):
            return
        self.answers = answers.copy()
        yes = self.problem.per_cell(self.problem.patterns[answers])
        self.least, self.most = np.minimum(self.least, yes), np.maximum(self.most, yes)
        is_free = self._moves(answers, np.arange(len(answers)), self._room(yes), np.logical_and) & self.problem.can
        changes = self.problem.patterns != self.problem.patterns[answers][:, None]
        news = is_free[:, :, None] & changes & self.unproven[self.profile][:, None]
        for leader, pattern, attribute in np.argwhere(news).tolist():
            if self.unproven[self.profile[leader], attribute]:
                self._certify(Certificate(leader, attribute, self.answers, pattern))

    def _certify(self, certificate: Certificate) -> None:
        if certificate_holds(self.problem, certificate):
            self.certificates.append(certificate)
            self.unproven[self.profile[certificate.leader], certificate.attribute] = False

    def _room(self, yes: Ints) -> Flags:
        """Whether a sum can take one less, the same, one more."""
        return np.stack([yes > self.problem.lo, np.ones_like(yes, bool), yes < self.problem.hi])

    def _moves(self, answers: Ints, leaders: Ints, table: NDArray[Any], combine: np.ufunc) -> NDArray[Any]:
        """Combine `table` (down, stay, up; attribute; cell) over all sums that a leader's move to a pattern changes."""
        per_leader = combine.reduce(table[:, :, self.problem.membership[leaders]], axis=3)
        step = self.problem.patterns - self.problem.patterns[answers[leaders]][:, None]
        picked = per_leader[1 + step, np.arange(step.shape[2]), np.arange(len(leaders))[:, None, None]]
        return combine.reduce(picked, axis=2)  # (leaders, patterns)

    def find_partners(self) -> None:
        """Collect exchange partners in the current answer set for all that is unproven."""
        values = self.problem.patterns[self.answers]
        room = self._room(self.problem.per_cell(values))
        for number, attribute in np.argwhere(self.unproven).tolist():
            leader, mine = int(self.first[number]), self.partners[number, attribute]
            differs = values[:, attribute] != values[leader, attribute]
            for partner in np.flatnonzero(differs & self._can_swap(leader, values, room)).tolist():
                # Anybody of the partner's profile will do: let them change names in the witness.
                for namesake in np.flatnonzero(self.profile == self.profile[partner]).tolist():
                    if namesake != leader and namesake not in mine and len(mine) < self.problem.k - 1:
                        mine[namesake] = self.answers.copy()
                        mine[namesake][[partner, namesake]] = self.answers[[namesake, partner]]
            if len(mine) >= self.problem.k - 1:
                self._certify(Certificate(leader, attribute, self.answers, partners=tuple(mine.items())))

    def _can_swap(self, leader: int, values: NDArray[np.int8], room: Flags) -> Flags:
        """Leaders who can swap patterns with this one while everything published stays true."""
        rows, can = self.problem.membership, self.problem.can
        step, attributes = (values - values[leader])[:, :, None], np.arange(values.shape[1])[:, None]
        has_room = room[1 + step, attributes, rows[leader]] & room[1 - step, attributes, rows[:, None]]
        is_shared = (rows == rows[leader])[:, None]  # what the two share does not change
        return (has_room | is_shared).all(axis=(1, 2)) & can[leader, self.answers] & can[:, self.answers[leader]]

    def wander(self) -> None:
        """Pull the sums of some unproven leaders off the edges of their bands, mend the rest, harvest; again."""
        lo, hi, quiet, last = self.problem.lo, self.problem.hi, 0, (0, 0)
        for _ in range(int(ROUNDS * self.effort)):
            numbers = np.flatnonzero(self.unproven.any(axis=1))
            if not len(numbers) or quiet > STOP_AFTER or time.monotonic() > self.deadline:
                return
            some = self.first[numbers[self.random.random(len(numbers)) < self.random.random()]]
            is_wanted = np.isin(np.arange(len(self.sizes)), self.problem.membership[some])
            inner_lo, inner_hi = lo + (is_wanted & (lo > 0)), hi - (is_wanted & (hi < self.sizes))
            fits = inner_lo <= inner_hi
            goal_lo, goal_hi, answers = np.where(fits, inner_lo, lo), np.where(fits, inner_hi, hi), self.answers
            for _ in range(STEPS // HARVEST_EVERY):
                answers = self.walk(goal_lo, goal_hi, answers, HARVEST_EVERY)
                self.harvest(answers)
            self.harvest(self.walk(lo, hi, answers, REPAIR_STEPS))
            if quiet >= PARTNERS_AFTER:
                self.find_partners()
            news = (len(self.certificates), sum(map(len, self.partners.values())))
            quiet, last = (quiet + 1 if news == last else 0), news

    def walk(self, lo: Ints, hi: Ints, start: Ints, steps: int) -> Ints:
        """Walk from `start` towards sums within lo..hi: mend one sum a step, at the least harm to the others."""
        answers, patterns, membership = start.copy(), self.problem.patterns, self.problem.membership
        yes, weight = self.problem.per_cell(patterns[answers]), np.ones(lo.shape)
        for _ in range(steps):
            broken = np.argwhere((yes < lo) | (yes > hi))
            if not len(broken):
                break
            attribute, cell = broken[self.random.integers(len(broken))]
            upward = yes[attribute, cell] < lo[attribute, cell]
            leaders = np.flatnonzero((membership == cell).any(axis=1) & (patterns[answers, attribute] != upward))
            leaders = self.random.permutation(leaders)[:CANDIDATES]
            harm = weight * np.stack([(yes <= lo) * 1 - (yes > hi), 0 * yes, (yes >= hi) * 1 - (yes < lo)])
            cost = self._moves(answers, leaders, harm, np.add) + self.random.random((len(leaders), len(patterns))) / 2
            cost[~self.problem.can[leaders] | (patterns[:, attribute] != upward)] = np.inf
            cheapest = cost.min(initial=np.inf)
            if np.isfinite(cheapest):
                at, pattern = np.argwhere(cost == cheapest)[0]
                leader = leaders[at]
                yes[:, membership[leader]] += (patterns[pattern] - patterns[answers[leader]])[:, None]
                answers[leader] = pattern
            if cheapest >= 0:  # stuck: what stays broken weighs more
                weight[tuple(broken.T)] += 0.3
        return answers

    def ask(self, lo: Ints, hi: Ints, move: Move | None) -> NoAnswer | None:
        """Ask the solver for an answer set and harvest it; None when it found one."""
        self.solver_calls += 1
        found = self.model.solve(lo, hi, move, int(NODES * self.effort), self.deadline - time.monotonic())
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
        lo, hi, leader, partners = (
            self.problem.lo,
            self.problem.hi,
            int(self.first[number]),
            self.partners[number, attribute],
        )
        can, value = np.flatnonzero(self.problem.can[leader]).tolist(), self.problem.patterns[:, attribute]
        pairs = [(no, yes) for no in can for yes in can if value[no] < value[yes]]
        outcomes = set()
        for no, yes in pairs:
            outcomes.add(self.ask(lo, hi, Move(leader, no, yes)))
            if not self.unproven[number, attribute]:
                return None
        for no, yes in pairs:
            known = -1
            while known < len(partners):
                known = len(partners)
                is_new = ~np.isin(np.arange(len(self.first)), self.profile[list(partners)])
                outcome = self.ask(lo, hi, Move(leader, no, yes, is_new))
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
        for down, *at in np.argwhere(self.unproven_cells).tolist():
            lo, hi, cell, which = self.problem.lo.copy(), self.problem.hi.copy(), tuple(at), (down, *at)
            if down:
                hi[cell] = min(hi[cell], self.goal_down[cell])
            else:
                lo[cell] = max(lo[cell], self.goal_up[cell])
            if self.unproven_cells[which]:
                self.harvest(self.walk(lo, hi, self.answers, int(REPAIR_STEPS * self.effort)))
            outcome = self.ask(lo, hi, None) if self.unproven_cells[which] else None
            if self.unproven_cells[which]:
                return outcome or NoAnswer.UNDECIDED
        return None
