"""Proves, for the steward about to publish, that no leader's answer follows from the bands (invariants I5, I6).

The reader to fear knows the roster: who sits in which cell. Only the answers are secret. So the proof is made of
other *answer sets* (one pattern per leader) that fit everything published just as well as the true one:

* a free move: an answer set in which this one leader can change alone. Every group that holds the leader, of any
  size, then has at least two possible numbers of yes;
* k-1 exchange partners: leaders to swap patterns with. A group of fewer than k leaders misses one of them, so
  that swap changes its number of yes.

Leaders the reader cannot tell apart (a profile) share their proof. What is not proven is never called safe.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_milp import CountModel, Move, NoAnswer

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# How hard to try at effort 1. Work is bounded by counts, so a seed always gives the same verdict; the clock is only
# a guard, and what it cuts off is undecided.
BATCHES, SHAKES, CHANGED, REPAIR_STEPS, NODES, GUARD_SECONDS = 160, 12, .1, 150, 2000, 120
POOL = 12


@dataclass(frozen=True)
class Problem:
    """What a reader of the publication knows about one family of attributes, and the truth."""

    membership: Ints  # (leaders, tables) cell ids, a disjoint range per table; every table of the plan, withheld too
    lo: Ints  # (attributes, cells) inclusive band; a withheld cell has 0
    hi: Ints  # (attributes, cells); a withheld cell has its size
    patterns: NDArray[np.int8]  # (patterns, attributes) 0/1: the answers logic allows for one leader
    can: Flags  # (leaders, patterns) what the reader holds possible for whom; the truth always is
    answers: Ints  # (leaders,) the true pattern
    k: int
    m: int = 2
    smallest_cell: int = 5

    def counts(self, answers: Ints) -> Ints:
        """Number of yes per attribute and cell."""
        tables = self.membership.shape[1]
        columns = [np.repeat(values, tables) for values in self.patterns[answers].T]
        cells = self.membership.ravel()
        return np.stack([np.bincount(cells, column, self.lo.shape[1]) for column in columns]).astype(np.int64)

    def fits(self, answers: Ints) -> bool:
        """Whether a reader holds this answer set possible."""
        if not self.can[np.arange(len(answers)), answers].all():
            return False
        count = self.counts(answers)
        return bool(((self.lo <= count) & (count <= self.hi)).all())


@dataclass(frozen=True)
class Certificate:
    """Proof for one profile and attribute: a free move (`to_pattern`) or exchange `partners`, each with its witness."""

    leader: int
    attribute: int
    witness: Ints
    to_pattern: int | None = None
    partners: tuple[tuple[int, Ints], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the audit proved; groups are profiles x attributes, cells are attributes x cells."""

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
        """Everything is proven; anything else fails closed."""
        proven = self.free_moves + self.exchanges == self.groups == len(self.certificates)
        return proven and self.undecided + self.unsafe + self.cells_undecided + self.cells_unsafe == 0

    @property
    def is_leak(self) -> bool:
        """Something is proven to be unsafe; more effort will not help, wider bands may."""
        return self.unsafe + self.cells_unsafe > 0


def certificate_holds(problem: Problem, certificate: Certificate) -> bool:
    """Recompute a certificate from the rows; trusts nothing of the search."""
    leader, attribute = certificate.leader, certificate.attribute

    def both_fit(before: Ints, after: Ints) -> bool:
        values = problem.patterns[[before[leader], after[leader]], attribute]
        return bool(values[0] != values[1]) and problem.fits(before) and problem.fits(after)

    if certificate.to_pattern is not None:
        moved = certificate.witness.copy()
        moved[leader] = certificate.to_pattern
        return both_fit(certificate.witness, moved)
    for partner, witness in certificate.partners:
        swapped = witness.copy()
        swapped[[leader, partner]] = witness[[partner, leader]]
        if not both_fit(witness, swapped):
            return False
    return len({partner for partner, _ in certificate.partners} - {leader}) >= problem.k - 1


def audit(problem: Problem, *, seed: int = 0, effort: float = 1.0) -> Verdict:
    """Prove every group and cell, cheapest way first; stop at the first that fails, for then nothing is published."""
    _refuse_nonsense(problem)
    search = _Search(problem, seed, effort)
    search.harvest(problem.answers)
    search.centre()
    search.shake()
    failed = next((found for found in search.prove_groups() if found is not None), None)
    failed_cell = None if failed else next((found for found in search.prove_cells() if found is not None), None)
    unsafe, cells_unsafe = int(failed is NoAnswer.IMPOSSIBLE), int(failed_cell is NoAnswer.IMPOSSIBLE)
    exchanges = sum(certificate.to_pattern is None for certificate in search.certificates)
    return Verdict(
        groups=search.groups,
        free_moves=len(search.certificates) - exchanges,
        exchanges=exchanges,
        undecided=int(search.unproven.sum()) - unsafe,
        unsafe=unsafe,
        cells_checked=search.cells_checked,
        cells_unsafe=cells_unsafe,
        cells_undecided=int(search.unproven_cells().any(axis=0).sum()) - cells_unsafe,
        solver_calls=search.solver_calls,
        certificates=tuple(search.certificates),
    )


def _refuse_nonsense(problem: Problem) -> None:
    """A question that is not the publication must not get an answer."""
    ids = sum(len(np.unique(column)) for column in problem.membership.T)
    if ids != len(np.unique(problem.membership)):
        raise ValueError("audit: two tables share a cell id")
    if problem.k < 2 or problem.m < 1:
        raise ValueError("audit: k must be at least 2 and m at least 1")
    if not problem.fits(problem.answers):
        raise ValueError("audit: the true answers do not fit the publication")


class _Search:
    """Answer sets that fit, and the proofs they give."""

    def __init__(self, problem: Problem, seed: int, effort: float) -> None:
        self.problem, self.effort, self.random = problem, effort, np.random.default_rng(seed)
        self.deadline = time.monotonic() + GUARD_SECONDS * effort
        known = np.hstack([problem.membership, problem.can])
        _, self.first, profile = np.unique(known, axis=0, return_index=True, return_inverse=True)
        self.profile: Ints = profile.ravel()
        self.leaders, self.attributes = np.arange(len(known)), np.arange(problem.lo.shape[0])
        self.model: CountModel | None = None
        self.solver_calls = 0
        self.certificates: list[Certificate] = []
        self.pool: list[Ints] = []
        self.partners = defaultdict(dict)
        # What public logic alone settles is not told by the publication: nothing to prove there.
        sizes = np.bincount(problem.membership.ravel(), minlength=problem.lo.shape[1])
        sides = [problem.patterns == value for value in (1, 0)]
        possible = [(problem.can[:, :, None] & side).any(axis=1) for side in sides]  # (leaders, attributes)
        self.unproven: Flags = (possible[0] & possible[1])[self.first]
        self.groups = int(self.unproven.sum())
        # I6: m yes and m no in every cell that is large enough, or all that logic allows when that is fewer.
        wanted = [np.minimum(self._per_cell(side), problem.m) * (sizes >= problem.smallest_cell) for side in possible]
        self.at_least, self.at_most = wanted[0], sizes - wanted[1]
        self.cells_checked = int((sizes >= problem.smallest_cell).sum()) * len(self.attributes)
        self.least = self.most = problem.counts(problem.answers)

    def _per_cell(self, flags: Flags) -> Ints:
        """Count leaders x attributes flags into attributes x cells."""
        cells, tables = self.problem.lo.shape[1], self.problem.membership.shape[1]
        rows = self.problem.membership.ravel()
        return np.stack([np.bincount(rows, np.repeat(flag, tables), cells) for flag in flags.T]).astype(np.int64)

    # --- answer sets -------------------------------------------------------------------------------------------

    def harvest(self, answers: Ints) -> None:
        """Keep every proof that an answer set gives; its sums are taken from the rows again."""
        count = self.problem.counts(answers)
        if not self.problem.fits(answers):
            raise AssertionError("audit: the search left the publication")
        self.least, self.most = np.minimum(self.least, count), np.maximum(self.most, count)
        witness = answers.copy()
        self.pool = [*self.pool[1 - POOL :], witness]
        step = self.problem.patterns != self.problem.patterns[answers][:, None]
        news = self.free(answers, count, self.leaders)[:, :, None] & step & self.unproven[self.profile][:, None]
        for leader, pattern, attribute in np.argwhere(news):
            if self.unproven[self.profile[leader], attribute]:
                self.certify(Certificate(int(leader), int(attribute), witness, int(pattern)))

    def certify(self, certificate: Certificate) -> None:
        """Count a certificate only when the separate checker agrees."""
        if certificate_holds(self.problem, certificate):
            self.certificates.append(certificate)
            self.unproven[self.profile[certificate.leader], certificate.attribute] = False

    def moves(self, answers: Ints, leaders: Ints, table: NDArray, combine: np.ufunc) -> NDArray:
        """Combine `table` (down, stay, up; attribute; cell) over all that a leader's move to a pattern touches."""
        per_leader = combine.reduce(table[:, :, self.problem.membership[leaders]], axis=3)
        step = self.problem.patterns - self.problem.patterns[answers[leaders]][:, None]
        picked = per_leader[step + 1, self.attributes, np.arange(len(leaders))[:, None, None]]
        return combine.reduce(picked, axis=2)  # (leaders, patterns)

    def room(self, count: Ints) -> Flags:
        """Whether a cell can take one less, the same, one more."""
        return np.stack([count > self.problem.lo, np.ones_like(count, bool), count < self.problem.hi])

    def other(self, answers: Ints, leaders: Ints) -> Flags:
        """Patterns a leader could have instead."""
        return self.problem.can[leaders] & (np.arange(len(self.problem.patterns)) != answers[leaders][:, None])

    def free(self, answers: Ints, count: Ints, leaders: Ints) -> Flags:
        """Moves of one leader alone that leave everything published true."""
        return self.moves(answers, leaders, self.room(count), np.logical_and) & self.other(answers, leaders)

    def move(self, answers: Ints, count: Ints, leader: int, pattern: int) -> None:
        """Give a leader a pattern, in place."""
        step = self.problem.patterns[pattern] - self.problem.patterns[answers[leader]]
        count[:, self.problem.membership[leader]] += step[:, None]
        answers[leader] = pattern

    # --- step 2: centring --------------------------------------------------------------------------------------

    def centre(self) -> None:
        """Pull the sums off the edges of their bands in batches of free moves; harvest after each."""
        lo, hi = self.problem.lo, self.problem.hi
        middle, half = (lo + hi) / 2, np.maximum((hi - lo) / 2, 0.5)
        weight, answers = np.ones(lo.shape), self.problem.answers.copy()

        def price(count: Ints) -> NDArray[np.float64]:
            return weight * (((count <= lo) | (count >= hi)) + 0.15 * ((count - middle) / half) ** 2)

        for _ in range(int(BATCHES * self.effort)):
            if not self.unproven.any() or self.is_late:
                return
            count = self.problem.counts(answers)
            costs = price(count)
            pull = np.stack([price(count - 1) - costs, np.zeros_like(costs), price(count + 1) - costs])
            gain = self.moves(answers, self.leaders, pull, np.add)
            gain += self.random.gumbel(scale=0.2, size=gain.shape)
            gain[~self.free(answers, count, self.leaders)] = np.inf
            best = gain.argmin(axis=1)
            value = gain[self.leaders, best]
            batch = np.argsort(value)[: -(-int((value < 0).sum()) // 6)]
            for leader in batch:
                if self.free(answers, count, self.leaders[leader : leader + 1])[0, best[leader]]:
                    self.move(answers, count, leader, best[leader])
            if not len(batch):
                answers = self.wander(answers)
            self.harvest(answers)
            blocked = (count <= lo) | (count >= hi)
            for attribute in self.attributes:
                rows = self.problem.membership[self.unproven[self.profile, attribute]]
                cells = np.unique(rows)
                weight[attribute, cells[blocked[attribute, cells]]] *= 1.2
            weight = np.clip(weight / weight.mean(), 0.2, 30)

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.deadline

    def wander(self, answers: Ints) -> Ints:
        """Another answer set that fits, from a random change to some leaders."""
        changed = answers.copy()
        for leader in np.flatnonzero(self.random.random(len(answers)) < CHANGED):
            changed[leader] = self.random.choice(np.flatnonzero(self.problem.can[leader]))
        found = self.repaired(self.problem.lo, self.problem.hi, changed, None)
        self.stat["wok" if found is not None else "wfail"] = self.stat.get("wok" if found is not None else "wfail",0)+1
        return answers if found is None else found

    def repaired(self, lo: Ints, hi: Ints, start: Ints, move) -> Ints | None:
        """Walk from `start` to answers within lo..hi: mend one broken cell a step, at the least harm to the others."""
        answers = start.copy()
        movable = np.ones(len(answers), bool)
        if move:
            shift = np.zeros_like(lo)
            step = self.problem.patterns[move.target] - self.problem.patterns[move.source]
            shift[:, self.problem.membership[move.leader]] = step[:, None]
            lo, hi = lo - np.minimum(shift, 0), hi - np.maximum(shift, 0)
            answers[move.leader] = move.source
            movable[move.leader] = False
        if (lo > hi).any():
            return None
        count, weight = self.problem.counts(answers), np.ones(lo.shape)

        def harm(count: Ints) -> NDArray[np.float64]:
            return weight * (np.maximum(lo - count, 0) + np.maximum(count - hi, 0))

        for _ in range(int(REPAIR_STEPS * self.effort)):
            broken = np.argwhere((count < lo) | (count > hi))
            if not len(broken):
                return answers
            attribute, cell = self.random.choice(broken)
            leaders = np.flatnonzero((self.problem.membership == cell).any(axis=1) & movable)
            now = harm(count)
            table = np.stack([harm(count - 1) - now, np.zeros_like(now), harm(count + 1) - now])
            gain = self.moves(answers, leaders, table, np.add) + self.random.random((len(leaders), len(self.problem.patterns)))*.5
            up = count[attribute, cell] < lo[attribute, cell]
            gain[~self.other(answers, leaders)] = np.inf
            gain[:, self.problem.patterns[:, attribute] != up] = np.inf
            gain[self.problem.patterns[answers[leaders], attribute] == up] = np.inf
            if not np.isfinite(gain).any(): return None
            row, pattern = np.unravel_index(gain.argmin(), gain.shape)
            if gain[row, pattern] > 0: weight[broken[:, 0], broken[:, 1]] += 1
            self.move(answers, count, leaders[row], pattern)
        return None

    def find_partners(self, answers):
        count = self.problem.counts(answers)
        for number in np.flatnonzero(self.unproven.any(axis=1)):
            leader = self.first[number]
            fit = self.exchangeable(answers, count, leader)
            for attribute in np.flatnonzero(self.unproven[number]):
                v = self.problem.patterns[answers, attribute]
                mine = self.partners[number, attribute]
                for p in np.unique(self.profile[fit & (v != v[leader])]):
                    for other in np.flatnonzero(self.profile == p):
                        if other != leader and other not in mine and len(mine) < self.problem.k-1:
                            j = np.flatnonzero((self.profile == p) & fit & (v != v[leader]))[0]
                            w = answers.copy(); w[[j, other]] = answers[[other, j]]
                            mine[int(other)] = w
                if len(mine) >= self.problem.k - 1:
                    self.certify(Certificate(int(leader), int(attribute), answers, None, tuple(mine.items())))

    def exchangeable(self, answers, count, leader):
        p = self.problem
        rows, room = p.membership, self.room(count)
        values = p.patterns[answers]
        step = values - values[leader]
        same = rows == rows[leader]
        mine = room[step[:, :, None] + 1, self.attributes[:, None], rows[leader]]
        theirs = room[1 - step[:, :, None], self.attributes[:, None], rows[:, None]]
        fits = ((mine & theirs) | same[:, None]).all(axis=(1, 2))
        return fits & (step != 0).any(axis=1) & p.can[leader, answers] & p.can[:, answers[leader]]

    def shake(self):
        answers = self.pool[-1]
        for _ in range(int(SHAKES * self.effort)):
            if not self.unproven.any(): return
            self.find_partners(answers)
            answers = self.wander(answers)
            self.harvest(answers)

    def solve(self, lo, hi, move):
        if self.model is None:
            p = self.problem
            self.model = CountModel(p.membership, p.can, p.patterns, self.profile)
        self.solver_calls += 1
        return self.model.solve(lo, hi, move, int(NODES * self.effort), self.deadline - time.monotonic())

    def pairs(self, leader, attribute):
        can = np.flatnonzero(self.problem.can[leader])
        value = self.problem.patterns[:, attribute]
        return [(s, t) for s in can for t in can if not value[s] and value[t]]

    def prove_groups(self):
        while self.unproven.any():
            number, attribute = min(np.argwhere(self.unproven), key=lambda g: len(self.partners[g[0], g[1]]))
            found = self.prove(number, attribute)
            if found: yield found

    def prove(self, number, attribute):
        leader = int(self.first[number])
        lo, hi = self.problem.lo, self.problem.hi
        undecided = False
        for s, t in self.pairs(leader, attribute):
            found = self.repaired(lo, hi, self.pool[-1], Move(leader, s, t))
            if found is not None:
                self.stat["rfree"] = self.stat.get("rfree",0)+1
                self.harvest(found); self.find_partners(found)
            else: self.stat["rfail"] = self.stat.get("rfail",0)+1
            if not self.unproven[number, attribute]: return None
        for s, t in self.pairs(leader, attribute):
            found = self.solve(lo, hi, Move(leader, s, t))
            if isinstance(found, NoAnswer): undecided |= found is NoAnswer.UNDECIDED
            else:
                self.harvest(found); self.find_partners(found)
                self.stat["milpfree"] = self.stat.get("milpfree",0)+1
                if not self.unproven[number, attribute]: return None
        for s, t in self.pairs(leader, attribute):
            while True:
                open_ = np.ones(len(self.first), bool)
                for j in self.partners[number, attribute]: open_[self.profile[j]] = False
                open_[number] &= (self.profile == number).sum() > 1
                found = self.solve(lo, hi, Move(leader, s, t, open_))
                if isinstance(found, NoAnswer): undecided |= found is NoAnswer.UNDECIDED; break
                self.stat["milpex"] = self.stat.get("milpex",0)+1
                n = len(self.partners[number, attribute])
                self.harvest(found); self.find_partners(found)
                if not self.unproven[number, attribute]: return None
                assert len(self.partners[number, attribute]) > n
        return NoAnswer.UNDECIDED if undecided else NoAnswer.IMPOSSIBLE
    stat = {}

    def unproven_cells(self):
        return np.stack([self.most < self.at_least, self.least > self.at_most])

    def prove_cells(self):
        for side, attribute, cell in np.argwhere(self.unproven_cells()):
            if not self.unproven_cells()[side, attribute, cell]: continue
            lo, hi = self.problem.lo.copy(), self.problem.hi.copy()
            if side == 0: lo[attribute, cell] = max(lo[attribute, cell], self.at_least[attribute, cell])
            else: hi[attribute, cell] = min(hi[attribute, cell], self.at_most[attribute, cell])
            found = self.repaired(lo, hi, self.pool[-1], None)
            if found is None: found = self.solve(lo, hi, None)
            self.stat["cells"] = self.stat.get("cells",0)+1
            if isinstance(found, NoAnswer): yield found
            else: self.harvest(found)
