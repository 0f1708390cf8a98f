"""Proves, for the steward about to publish, that no leader's answer follows from the bands (invariants I5 and I6).

The reader to fear knows who sits in which cell; only the answers are secret. The proofs are other *answer sets*, one
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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_milp import CountModel, Flags, Ints, Move, NoAnswer

# Work at effort 1. It is bounded by counts, so a seed always gives the same verdict; the clock is only a guard.
ROUNDS, PATIENCE, STEPS, REPAIR_STEPS, NODES, GUARD_SECONDS = 200, 20, 40, 200, 2000, 120
HARVEST_EVERY = 5  # steps
PARTNERS_AFTER = 4  # rounds without a new proof; a free move is the stronger proof, so it is tried first
CANDIDATES = 200  # leaders looked at per step


@dataclass(frozen=True)
class Problem:
    """What a reader of the publication knows about one family of attributes, and the truth."""

    membership: Ints  # (leaders, tables) cell ids, a disjoint range per table; every table of the plan, withheld too
    lo: Ints  # (attributes, cells) inclusive band; a withheld cell has 0
    hi: Ints  # (attributes, cells); a withheld cell has its size
    patterns: NDArray[np.int8]  # (patterns, attributes) 0/1: the answers that logic allows one leader
    can: Flags  # (leaders, patterns) what the reader holds possible for whom
    answers: Ints  # (leaders,) the true patterns
    k: int
    m: int = 2
    smallest_cell: int = 5

    def per_cell(self, values: NDArray[np.integer] | Flags) -> Ints:
        """Sum leaders x attributes into attributes x cells."""
        cells, tables = self.membership.ravel(), self.membership.shape[1]
        sums = [np.bincount(cells, np.repeat(column, tables), self.lo.shape[1]) for column in values.T]
        return np.stack(sums).astype(np.int64)

    def fits(self, answers: Ints) -> bool:
        """Whether the reader must hold these answers possible."""
        yes = self.per_cell(self.patterns[answers])
        allowed = self.can[np.arange(len(answers)), answers]
        return bool(allowed.all() and (self.lo <= yes).all() and (yes <= self.hi).all())


@dataclass(frozen=True)
class Certificate:
    """Proof for one profile and attribute: a free move `to_pattern`, or exchange partners with a witness each."""

    leader: int
    attribute: int
    witness: Ints
    to_pattern: int | None = None
    partners: tuple[tuple[int, Ints], ...] = ()


def certificate_holds(problem: Problem, certificate: Certificate) -> bool:
    """Check a certificate against the rows; trusts nothing of the search."""
    leader, attribute = certificate.leader, certificate.attribute
    swaps = [(witness, [leader, partner], [partner, leader]) for partner, witness in certificate.partners]
    if certificate.to_pattern is None and len({who[1] for _, who, _ in swaps} - {leader}) < problem.k - 1:
        return False
    pairs = [(witness, who, witness[whose]) for witness, who, whose in swaps]
    if certificate.to_pattern is not None:
        pairs = [(certificate.witness, [leader], np.array([certificate.to_pattern]))]
    for before, who, patterns in pairs:
        after = before.copy()
        after[who] = patterns
        values = problem.patterns[[before[leader], after[leader]], attribute]
        if values[0] == values[1] or not problem.fits(before) or not problem.fits(after):
            return False
    return True


@dataclass(frozen=True)
class Verdict:
    """What the audit proved. Groups are profiles x attributes; cells are attributes x cells of the plan."""

    groups: int
    free_moves: int
    exchanges: int
    undecided: int
    unsafe: int
    cells_checked: int
    cells_unsafe: int
    cells_undecided: int
    solver_calls: int
    certificates: tuple[Certificate, ...]

    @property
    def is_safe(self) -> bool:
        """Everything is proven; anything less fails closed."""
        is_complete = self.free_moves + self.exchanges == self.groups == len(self.certificates)
        return is_complete and not (self.undecided or self.unsafe or self.cells_undecided or self.cells_unsafe)

    @property
    def is_leak(self) -> bool:
        """Something is proven to have no proof: more effort will not help, wider bands may."""
        return self.unsafe + self.cells_unsafe > 0


def audit(problem: Problem, *, seed: int = 0, effort: float = 1.0) -> Verdict:
    """Prove every group and every cell, cheapest way first; stop at the first that fails."""
    _refuse_nonsense(problem)
    search = _Search(problem, seed, effort)
    search.harvest(problem.answers)  # the closed form: all free moves at the true answers at once
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
        cells_undecided=int(search.unproven_cells().any(axis=0).sum()) - cells_unsafe,
        solver_calls=search.solver_calls,
        certificates=tuple(search.certificates),
    )


def _refuse_nonsense(problem: Problem) -> None:
    """An answer about anything but the real publication would be worse than none."""
    if sum(len(np.unique(column)) for column in problem.membership.T) != len(np.unique(problem.membership)):
        raise ValueError("audit: two tables share a cell id")
    if problem.k < 2 or problem.m < 1:
        raise ValueError("audit: k must be at least 2 and m at least 1")
    if not problem.fits(problem.answers):
        raise ValueError("audit: the true answers do not fit the publication")


class _Search:
    """The current answer set, and the proofs found on the way to it."""

    def __init__(self, problem: Problem, seed: int, effort: float) -> None:
        self.problem, self.effort, self.random = problem, effort, np.random.default_rng(seed)
        self.deadline = time.monotonic() + GUARD_SECONDS * effort
        known = np.hstack([problem.membership, problem.can])
        _, self.first, profile = np.unique(known, axis=0, return_index=True, return_inverse=True)
        self.profile: Ints = profile.ravel()
        self.everyone, self.attributes = np.arange(len(known)), np.arange(len(problem.lo))
        self.model = CountModel(problem.membership, problem.can, problem.patterns, self.profile)
        self.solver_calls = 0
        self.certificates: list[Certificate] = []
        self.partners: defaultdict[tuple[int, int], dict[int, Ints]] = defaultdict(dict)
        # What public logic settles by itself is not told by the publication: nothing to prove there.
        can_yes, can_no = [(problem.can @ (problem.patterns == value)) for value in (1, 0)]
        self.unproven: Flags = (can_yes & can_no)[self.first]
        self.groups = int(self.unproven.sum())
        # I6: m yes and m no in each cell that is large enough, or as many as logic allows when that is fewer.
        self.sizes = problem.per_cell(np.ones((len(known), 1), int))[0]
        is_large = self.sizes >= problem.smallest_cell
        self.cells_checked = int(is_large.sum()) * len(self.attributes)
        self.must_reach = np.minimum(problem.per_cell(can_yes), problem.m) * is_large
        self.must_fall_to = self.sizes - np.minimum(problem.per_cell(can_no), problem.m) * is_large
        self.least = self.most = problem.per_cell(problem.patterns[problem.answers])

    def harvest(self, answers: Ints) -> None:
        """Take every proof that an answer set gives, if it fits; it becomes the current one."""
        if not self.problem.fits(answers):
            return
        self.answers = answers.copy()
        yes = self.problem.per_cell(self.problem.patterns[answers])
        self.least, self.most = np.minimum(self.least, yes), np.maximum(self.most, yes)
        changes = self.problem.patterns != self.problem.patterns[answers][:, None]
        news = self._free(yes)[:, :, None] & changes & self.unproven[self.profile][:, None]
        for leader, pattern, attribute in np.argwhere(news).tolist():
            if self.unproven[self.profile[leader], attribute]:
                self._certify(Certificate(leader, attribute, self.answers, pattern))

    def _certify(self, certificate: Certificate) -> None:
        if certificate_holds(self.problem, certificate):
            self.certificates.append(certificate)
            self.unproven[self.profile[certificate.leader], certificate.attribute] = False

    def _moves(self, answers: Ints, leaders: Ints, table: NDArray[np.generic], combine: np.ufunc) -> NDArray[np.generic]:
        """Combine `table` (down, stay, up; attribute; cell) over what a leader's move to a pattern touches."""
        per_leader = combine.reduce(table[:, :, self.problem.membership[leaders]], axis=3)
        step = self.problem.patterns - self.problem.patterns[answers[leaders]][:, None]
        picked = per_leader[step + 1, self.attributes, np.arange(len(leaders))[:, None, None]]
        return combine.reduce(picked, axis=2)  # (leaders, patterns)

    def _room(self, yes: Ints) -> Flags:
        return np.stack([yes > self.problem.lo, np.ones_like(yes, bool), yes < self.problem.hi])

    def _free(self, yes: Ints) -> Flags:
        """Moves (leader to pattern) of one leader alone that leave everything published true."""
        return self._moves(self.answers, self.everyone, self._room(yes), np.logical_and) & self.problem.can

    def find_partners(self) -> None:
        """Collect exchange partners in the current answer set for all that lacks a free move."""
        values = self.problem.patterns[self.answers]
        room = self._room(self.problem.per_cell(values))
        for number, attribute in np.argwhere(self.unproven).tolist():
            leader = int(self.first[number])
            mine = self.partners[number, attribute]
            other_value = values[:, attribute] != values[leader, attribute]
            for partner in np.flatnonzero(self._exchangeable(leader, values, room) & other_value):
                # All leaders of the partner's profile will do: swap their names in the witness.
                for namesake in np.flatnonzero(self.profile == self.profile[partner]).tolist():
                    if namesake != leader and len(mine) < self.problem.k - 1:
                        mine.setdefault(namesake, self._swapped(self.answers, partner, namesake))
            if len(mine) >= self.problem.k - 1:
                self._certify(Certificate(leader, attribute, self.answers, partners=tuple(mine.items())))

    def _exchangeable(self, leader: int, values, room: Flags) -> Flags:
        """Leaders who can swap patterns with this one while everything published stays true."""
        rows, can = self.problem.membership, self.problem.can
        step = (values - values[leader])[:, :, None]
        attributes = self.attributes[:, None]
        mine, theirs = room[1 + step, attributes, rows[leader]], room[1 - step, attributes, rows[:, None]]
        is_shared = (rows == rows[leader])[:, None]
        fits = ((mine & theirs) | is_shared).all(axis=(1, 2))
        return fits & can[leader, self.answers] & can[:, self.answers[leader]]

    def wander(self) -> None:
        """..."""
        lo, hi = self.problem.lo, self.problem.hi
        edge_lo, edge_hi = (lo > 0) & (lo < hi), (hi < self.sizes) & (lo < hi)
        dry, score = 0, None
        for _ in range(int(ROUNDS * self.effort)):
            if dry > PATIENCE or not self.unproven.any() or time.monotonic() > self.deadline: return
            numbers = np.flatnonzero(self.unproven.any(axis=1))
            some = numbers[self.random.random(len(numbers)) < self.random.random()]
            wanted = np.zeros(len(self.sizes), bool)
            wanted[self.problem.membership[self.first[some]]] = True
            inner_lo, inner_hi = lo + (wanted & edge_lo), hi - (wanted & edge_hi)
            narrow = inner_lo > inner_hi
            inner_lo[narrow], inner_hi[narrow] = lo[narrow], hi[narrow]
            answers = self.answers
            for _ in range(STEPS // HARVEST_EVERY):
                answers = self.walk(inner_lo, inner_hi, answers, HARVEST_EVERY)
                self.harvest(answers)
            self.harvest(self.walk(lo, hi, answers, REPAIR_STEPS))
            if dry >= PARTNERS_AFTER: self.find_partners()
            before, score = score, (int(self.unproven.sum()), sum(map(len, self.partners.values())))
            dry = dry + 1 if before == score else 0

    def walk(self, lo: Ints, hi: Ints, start: Ints, steps: int) -> Ints:
        """Walk from `start` towards answers within lo..hi: mend one broken sum a step, at the least harm to others."""
        answers, patterns = start.copy(), self.problem.patterns
        yes, weight = self.problem.per_cell(patterns[answers]), np.ones(lo.shape)

        def harm(yes):
            return weight * (np.maximum(lo - yes, 0) + np.maximum(yes - hi, 0))

        for _ in range(steps):
            broken = (yes < lo) | (yes > hi)
            if not broken.any(): break
            attribute, cell = self.random.choice(np.argwhere(broken))
            upward = yes[attribute, cell] < lo[attribute, cell]
            leaders = np.flatnonzero((self.problem.membership == cell).any(axis=1) & (patterns[answers, attribute] != upward))
            leaders = self.random.permutation(leaders)[:CANDIDATES]
            now = harm(yes)
            table = np.stack([harm(yes - 1) - now, 0 * now, harm(yes + 1) - now])
            cost = self._moves(answers, leaders, table, np.add) + self.random.random((len(leaders), len(patterns))) / 2
            cost[~self.problem.can[leaders] | (patterns[:, attribute] != upward)] = np.inf
            if np.isfinite(cost).any():
                at, pattern = np.unravel_index(cost.argmin(), cost.shape)
                leader = leaders[at]
                yes[:, self.problem.membership[leader]] += (patterns[pattern] - patterns[answers[leader]])[:, None]
                answers[leader] = pattern
                if cost[at, pattern] < 0: continue
            weight[broken] += 0.3
        return answers

    def ask(self, lo, hi, move):
        self.solver_calls += 1
        found = self.model.solve(lo, hi, move, int(NODES * self.effort), self.deadline - time.monotonic())
        if isinstance(found, NoAnswer): return found
        self.harvest(found)
        self.find_partners()
        return None

    def prove_groups(self) -> NoAnswer | None:
        while self.unproven.any():
            group = min(np.argwhere(self.unproven).tolist(), key=lambda group: len(self.partners[tuple(group)]))
            failed = self.prove_group(*group)
            if failed: return failed
        return None

    def prove_group(self, number, attribute):
        lo, hi, leader = self.problem.lo, self.problem.hi, int(self.first[number])
        can, value = np.flatnonzero(self.problem.can[leader]).tolist(), self.problem.patterns[:, attribute]
        pairs = [(no, yes) for no in can for yes in can if value[no] < value[yes]]
        outcomes = []
        for no, yes in pairs:
            outcomes.append(self.ask(lo, hi, Move(leader, no, yes)))
            if not self.unproven[number, attribute]: return None
        partners = self.partners[number, attribute]
        for no, yes in pairs:
            known = -1
            while len(partners) > known:
                known = len(partners)
                others = ~np.isin(np.arange(len(self.first)), self.profile[list(partners)])
                outcome = self.ask(lo, hi, Move(leader, no, yes, others))
                if not self.unproven[number, attribute]: return None
            outcomes.append(outcome)
        return NoAnswer.IMPOSSIBLE if all(o is NoAnswer.IMPOSSIBLE for o in outcomes) else NoAnswer.UNDECIDED

    def unproven_cells(self) -> Flags:
        return np.stack([self.most < self.must_reach, self.least > self.must_fall_to])

    def prove_cells(self) -> NoAnswer | None:
        for side, attribute, cell in np.argwhere(self.unproven_cells()).tolist():
            at = (attribute, cell)
            lo, hi = self.problem.lo.copy(), self.problem.hi.copy()
            if side == 0: lo[at] = max(lo[at], self.must_reach[at])
            else: hi[at] = min(hi[at], self.must_fall_to[at])
            if self.unproven_cells()[side, attribute, cell]:
                self.harvest(self.walk(lo, hi, self.answers, int(REPAIR_STEPS * self.effort)))
            if self.unproven_cells()[side, attribute, cell]:
                outcome = self.ask(lo, hi, None)
                if self.unproven_cells()[side, attribute, cell]: return outcome or NoAnswer.UNDECIDED
        return None

    @staticmethod
    def _swapped(answers, one, other):
        swapped = answers.copy()
        swapped[[one, other]] = answers[[other, one]]
        return swapped
