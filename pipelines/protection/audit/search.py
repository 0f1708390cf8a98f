"""Finds proofs without a solver, for the audit: walks from answer set to answer set and keeps what each one shows."""

from __future__ import annotations

import time
from collections import defaultdict
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.protection.audit.check import Certificate, Checker, Flags, Ints, Problem

# Work at effort 1. It is bounded by counts, so a seed always gives the same verdict; the clock is only a guard.
ROUNDS, STEPS, REPAIR_STEPS, GUARD_SECONDS = 200, 40, 200, 120
HARVEST_EVERY = 5  # steps
PARTNERS_AFTER, STOP_AFTER = 4, 20  # rounds without news; a free move proves more, so it gets the first rounds
CANDIDATES = 200  # leaders looked at in one step
HALF_SCALE = 50.0  # points; no score may be narrowed down to less


class Search:
    """The current answer set, and the proofs found on the way to it."""

    def __init__(self, problem: Problem, seed: int, effort: float) -> None:
        self.problem, self.effort, self.random = problem, effort, np.random.default_rng(seed)
        self.deadline = time.monotonic() + GUARD_SECONDS * effort
        self.told = problem.told
        self.first, self.profile = problem.profiles(self.told)
        self.certificates: list[Certificate] = []
        self.checker, self.answers = Checker(problem), problem.answers
        self.partners: defaultdict[tuple[int, int], dict[int, Ints]] = defaultdict(dict)
        # What public logic settles by itself is not told by the publication: nothing to prove there.
        can_yes, can_no = (problem.can @ (problem.patterns == value) for value in (1, 0))
        self.unproven: Flags = (can_yes & can_no)[self.first]
        self.groups = int(self.unproven.sum())
        # I6: m yes and m no in each cell that is large enough, or as many as logic allows when that is fewer.
        self.sizes = problem.sizes
        is_large = self.sizes >= problem.smallest_cell
        self.cells_checked = int(is_large.sum()) * len(problem.lo)
        self.goal_up = np.minimum(problem.per_cell(can_yes), problem.m) * is_large
        self.goal_down = self.sizes - np.minimum(problem.per_cell(can_no), problem.m) * is_large
        self.least, self.most = (problem.per_cell(problem.patterns[problem.answers]) for _ in range(2))
        self.lowest, self.highest = np.full((2, len(problem.means), len(self.first)), np.nan)  # scores seen possible

    def harvest(self, answers: Ints) -> None:
        """Make an answer set the current one if it fits, and take every proof it gives."""
        if not self.problem.fits(answers):
            return
        self.answers = answers.copy()
        yes = self.problem.per_cell(self.problem.patterns[answers])
        self.least, self.most = np.minimum(self.least, yes), np.maximum(self.most, yes)
        self._learn_scores(answers)
        is_free = self._moves(answers, np.arange(len(answers)), self._room(yes), np.logical_and) & self.problem.can
        changes = self.problem.patterns != self.problem.patterns[answers][:, None]
        news = is_free[:, :, None] & changes & self.unproven[self.profile][:, None]
        for leader, pattern, attribute in np.argwhere(news).tolist():
            if self.unproven[self.profile[leader], attribute]:
                self._certify(Certificate(leader, attribute, self.answers, pattern))

    def _learn_scores(self, answers: Ints) -> None:
        """Widen what scores were seen possible, by answers that fit."""
        for at, mean in enumerate(self.problem.means):
            room = mean.room(answers)
            if room:
                np.fmin.at(self.lowest[at], self.profile, room[0])
                np.fmax.at(self.highest[at], self.profile, room[1])

    def _certify(self, certificate: Certificate) -> None:
        if self.checker.holds(certificate):
            self.certificates.append(certificate)
            number = self.profile[certificate.leader]
            self.unproven[number, certificate.attribute] = False
            if certificate.to_pattern is not None and self.unproven_scores[:, number].any():
                after = certificate.witness.copy()
                after[certificate.leader] = certificate.to_pattern
                self._learn_scores(after)

    @cached_property
    def _inside(self) -> tuple[Ints, Ints, Ints]:
        """Profile, cell and number of leaders, for each profile that has any in a cell."""
        cells, tables = self.problem.lo.shape[1], self.problem.membership.shape[1]
        place = np.repeat(self.profile, tables) * cells + self.problem.membership.ravel()
        places, leaders = np.unique(place, return_counts=True)
        return places // cells, places % cells, leaders

    def swap_names(self) -> None:
        """Push the sums (I6) as far as they go when leaders whom the reader cannot tell apart swap answers.

        Closed form: of each profile, as many of its yes (or no) as fit go to its leaders in the cell.
        """
        profile, cell, leaders = self._inside
        for attribute, value in enumerate(self.problem.patterns[self.answers].T):
            yes, no = (np.bincount(self.profile, value == said, len(self.first))[profile] for said in (1, 0))
            most, least = np.minimum(leaders, yes), leaders - np.minimum(leaders, no)
            for seen, pick, sums in ((self.most, np.maximum, most), (self.least, np.minimum, least)):
                pick(seen[attribute], np.bincount(cell, sums, seen.shape[1]), out=seen[attribute], casting="unsafe")

    @property
    def unproven_scores(self) -> Flags:
        """Whether (means, profiles) a score was not seen to be possible over half the scale or more."""
        return ~(self.highest - self.lowest >= HALF_SCALE)

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
            numbers = np.flatnonzero(self.unproven.any(axis=1) | self.unproven_scores.any(axis=0))
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
