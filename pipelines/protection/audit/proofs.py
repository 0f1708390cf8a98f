"""Proofs: what has been proven so far, and what each answer set that fits adds to it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.protection.audit.check import Certificate, Checker
from pipelines.protection.audit.goals import Goals
from pipelines.protection.audit.moves import can_swap, free_moves, room
from pipelines.protection.audit.problem import Flags, Ints, Problem

HALF_SCALE = 50.0  # points; no score may be narrowed down to less


class Proofs:
    """Three things are to be proven, and every answer set that fits may prove some of each.

    Groups: of each profile and attribute, that no group of fewer than k leaders with such a leader has a fixed
    number of yes; by a certificate.
    Cells: that the sum of each attribute in each large cell can have m yes, and m no; by the largest and smallest
    sum seen.
    Scores: that no leader's score is narrowed down to less than half the scale; by the lowest and highest seen.
    """

    def __init__(self, problem: Problem, goals: Goals, answers: Ints) -> None:
        self.problem = problem
        self.goals = goals
        self.answers = answers  # the current answer set; at first any that fits
        self.first, self.profile = goals.first, goals.profile
        self.unproven: Flags = goals.groups.copy()  # (profiles, attributes)
        self.certificates: list[Certificate] = []
        self.checker = Checker(problem)
        # Of a profile and an attribute: the partners found, each with the answer set in which it can swap.
        self.partners: defaultdict[tuple[int, int], dict[int, Ints]] = defaultdict(dict)
        self.least = problem.yes_of(answers)  # (attributes, cells): smallest sum seen
        self.most = self.least.copy()
        self.lowest = np.full((len(problem.means), len(self.first)), np.nan)  # (means, profiles): lowest score seen
        self.highest = self.lowest.copy()

    @property
    def unproven_cells(self) -> Flags:
        """Whether (up, down; attributes; cells) still lacks an answer set with enough yes, or enough no."""
        return np.stack([self.most < self.goals.up, self.least > self.goals.down])

    def is_unproven_cell(self, down: int, attribute: int, cell: int) -> bool:
        """The same of one of them."""
        if down:
            return bool(self.least[attribute, cell] > self.goals.down[attribute, cell])
        return bool(self.most[attribute, cell] < self.goals.up[attribute, cell])

    @property
    def unproven_scores(self) -> Flags:
        """Whether (means, profiles) a score was not seen to be possible over half the scale or more.

        A mean tells nothing of who was not counted in it, such as somebody whose answers came late.
        """
        is_unproven: Flags = ~(self.highest - self.lowest >= HALF_SCALE)
        for number, mean in enumerate(self.problem.means):
            is_unproven[number] &= mean.group[self.first] >= 0
        return is_unproven

    def harvest(self, answers: Ints) -> None:
        """Make an answer set the current one if it fits, and take every proof it gives."""
        problem = self.problem
        if not problem.fits(answers):
            return
        self.answers = answers.copy()
        yes = problem.yes_of(answers)
        self.least = np.minimum(self.least, yes)
        self.most = np.maximum(self.most, yes)
        self._widen_scores(answers)
        # Leaders of one profile and pattern can all do the same: the first stands for them.
        kinds = self.profile * len(problem.patterns) + answers
        leaders = np.sort(np.unique(kinds, return_index=True)[1])
        changes = problem.patterns != problem.patterns[answers[leaders]][:, None]  # (leaders, patterns, attributes)
        is_free = free_moves(problem, answers, yes, leaders)
        is_new = is_free[:, :, None] & changes & self.unproven[self.profile[leaders]][:, None]
        at, pattern, attribute = np.nonzero(is_new)
        if problem.means:
            fits_means = self._fit_means(leaders[at], pattern)
            at, pattern, attribute = at[fits_means], pattern[fits_means], attribute[fits_means]
        group = self.profile[leaders[at]] * self.unproven.shape[1] + attribute
        for one in np.sort(np.unique(group, return_index=True)[1]).tolist():
            self._certify(Certificate(int(leaders[at[one]]), int(attribute[one]), self.answers, int(pattern[one])))

    def _fit_means(self, leaders: Ints, patterns: Ints) -> Flags:
        """Whether the published means still leave room after each of these leaders alone went to a pattern.

        That is the same for all who come from one pattern in one group of each mean: asked once, not leader by leader.
        """
        groups = [mean.group[leaders] for mean in self.problem.means]
        alike = np.stack([self.answers[leaders], patterns, *groups], axis=1)
        _, first, kind = np.unique(alike, axis=0, return_index=True, return_inverse=True)
        fits = [self._means_allow(int(leaders[one]), int(patterns[one])) for one in first]
        return np.array(fits, bool)[kind.ravel()]

    def _means_allow(self, leader: int, pattern: int) -> bool:
        """Whether the published means still leave room after a leader went to a pattern."""
        after = self.answers.copy()
        after[leader] = pattern
        return all(mean.room(after) is not None for mean in self.problem.means)

    def find_partners(self) -> None:
        """Collect exchange partners in the current answer set for all that is unproven."""
        problem = self.problem
        values = problem.patterns[self.answers]
        has_room = room(problem, problem.per_cell(values))
        for number, attribute in np.argwhere(self.unproven).tolist():
            leader = int(self.first[number])
            partners = self.partners[number, attribute]
            differs = values[:, attribute] != values[leader, attribute]
            for partner in np.flatnonzero(differs & can_swap(problem, self.answers, has_room, leader)).tolist():
                self._add_partner(partners, leader, partner)
            if len(partners) >= problem.k - 1:
                self._certify(Certificate(leader, attribute, self.answers, partners=tuple(partners.items())))

    def _add_partner(self, partners: dict[int, Ints], leader: int, partner: int) -> None:
        """Add a partner, and all of its profile: in the witness they change names with it. Never more than k - 1."""
        for namesake in np.flatnonzero(self.profile == self.profile[partner]).tolist():
            if namesake != leader and namesake not in partners and len(partners) < self.problem.k - 1:
                witness = self.answers.copy()
                witness[[partner, namesake]] = self.answers[[namesake, partner]]
                partners[namesake] = witness

    def _certify(self, certificate: Certificate) -> None:
        """Keep a certificate that holds; a free move is another answer set, so it may widen scores too."""
        if self.checker.holds(certificate):
            self.certificates.append(certificate)
            number = self.profile[certificate.leader]
            self.unproven[number, certificate.attribute] = False
            if certificate.to_pattern is not None and self.unproven_scores[:, number].any():
                after = certificate.witness.copy()
                after[certificate.leader] = certificate.to_pattern
                self._widen_scores(after)

    def _widen_scores(self, answers: Ints) -> None:
        """Widen what scores were seen possible, by an answer set that fits."""
        for number, mean in enumerate(self.problem.means):
            scores = mean.room(answers)
            if scores:
                lowest, highest = scores
                np.fmin.at(self.lowest[number], self.profile, lowest)
                np.fmax.at(self.highest[number], self.profile, highest)

    def swap_names(self) -> None:
        """Push the sums as far as they go when leaders whom the reader cannot tell apart swap answers.

        Closed form: of each profile, as many of its yes (or no) as fit go to its leaders in the cell.
        """
        profile, cell, leaders = self._leaders_inside
        cells = self.least.shape[1]
        for attribute, value in enumerate(self.problem.patterns[self.answers].T):
            yes = self._per_profile(value == 1)[profile]
            no = self._per_profile(value == 0)[profile]
            most = np.bincount(cell, np.minimum(leaders, yes), cells)
            least = np.bincount(cell, leaders - np.minimum(leaders, no), cells)
            self.most[attribute] = np.maximum(self.most[attribute], most)
            self.least[attribute] = np.minimum(self.least[attribute], least)

    def _per_profile(self, of_leader: NDArray[np.bool_]) -> NDArray[Any]:
        """How many leaders of each profile are among these (leaders,)."""
        return np.bincount(self.profile, of_leader, len(self.first))

    @cached_property
    def _leaders_inside(self) -> tuple[Ints, Ints, Ints]:
        """Profile, cell and number of leaders, for each profile that has any in a cell."""
        tables = self.problem.membership.shape[1]
        cells = self.problem.lo.shape[1]
        place = np.repeat(self.profile, tables) * cells + self.problem.membership.ravel()
        places, leaders = np.unique(place, return_counts=True)
        return places // cells, places % cells, leaders
