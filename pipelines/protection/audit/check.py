"""What the audit is asked and answers, and the check of its proofs: without a line of the search that finds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.protection.audit.means import ScaleMean

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """What a reader of the publication knows about one family of attributes, and the truth."""

    membership: Ints  # (leaders, tables) cell ids, a disjoint range per table; every table of the plan, withheld too
    lo: Ints  # (attributes, cells) inclusive band; a withheld cell has 0
    hi: Ints  # (attributes, cells); a withheld cell has its size
    patterns: NDArray[np.int8]  # (patterns, attributes) 0/1: the answers that logic allows one leader
    can: Flags  # (leaders, patterns) which of them the reader holds possible for whom
    answers: Ints  # (leaders,) the true patterns
    k: int
    m: int = 2
    smallest_cell: int = 5
    means: tuple[ScaleMean, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not a publication: a verdict on it would be worse than none."""
        if sum(len(np.unique(table)) for table in self.membership.T) != len(np.unique(self.membership)):
            raise ValueError("audit: two tables share a cell id")
        if self.k < 2 or self.m < 1:
            raise ValueError("audit: k must be at least 2 and m at least 1")
        if not self.fits(self.answers):
            raise ValueError("audit: the true answers do not fit the publication")

    def per_cell(self, values: NDArray[np.int8] | Flags) -> Ints:
        """Sum leaders x attributes into attributes x cells."""
        cells, tables = self.membership.ravel(), self.membership.shape[1]
        sums = np.zeros((values.shape[1], self.lo.shape[1]), np.int64)
        for attribute, column in enumerate(values.T):
            sums[attribute] = np.bincount(cells, np.repeat(column, tables), self.lo.shape[1])
        return sums

    @property
    def sizes(self) -> Ints:
        """Leaders per cell."""
        return np.bincount(self.membership.ravel(), minlength=self.lo.shape[1])

    @property
    def told(self) -> Flags:
        """Cells (cells,) of which anything is published; a reader learns nothing from who sits in the others."""
        told: Flags = np.logical_or.reduce((self.lo > 0) | (self.hi < self.sizes), axis=0)
        for mean in self.means:
            told[[mean.whole, *mean.group[mean.group >= 0]]] = True
        return told

    def profiles(self, cells: Flags) -> tuple[Ints, Ints]:
        """Who looks the same to a reader, as far as these cells go: the first of each profile, everybody's profile."""
        known = np.hstack([np.where(cells[self.membership], self.membership, -1), self.can])
        _, first, profile = np.unique(known, axis=0, return_index=True, return_inverse=True)
        return first, profile.ravel()

    def fits(self, answers: Ints) -> bool:
        """Whether a reader must hold these answers possible."""
        return self.allows(answers, self.per_cell(self.patterns[answers]))

    def allows(self, answers: Ints, yes: Ints) -> bool:
        """The same, for answers of which the sums (attributes, cells) are known."""
        is_allowed = self.can[np.arange(len(self.can)), answers]
        holds = is_allowed.all() and (self.lo <= yes).all() and (yes <= self.hi).all()
        return bool(holds) and all(mean.room(answers) is not None for mean in self.means)


@dataclass(frozen=True)
class Certificate:
    """Proof for one attribute of one profile of leaders, shown on one of them.

    Either a free move of this leader alone `to_pattern`, or exchange `partners`, each with the witness for the swap.
    """

    leader: int
    attribute: int
    witness: Ints
    to_pattern: int | None = None
    partners: tuple[tuple[int, Ints], ...] = ()


class Checker:
    """Recomputes proofs from the rows; the sums of a witness only once, since one witness proves many leaders free."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self._fits = problem, False
        self._witness = self._yes = np.empty(0, np.int64)

    def holds(self, certificate: Certificate) -> bool:
        """Whether this proves what it says. A witness that was checked must not be written to."""
        leader, attribute = certificate.leader, certificate.attribute
        if certificate.to_pattern is not None:
            return self._changes(attribute, certificate.witness, [leader], [certificate.to_pattern])
        others = {partner for partner, _ in certificate.partners} - {leader}
        return len(others) >= self.problem.k - 1 and all(
            self._changes(attribute, witness, [leader, partner], [int(witness[partner]), int(witness[leader])])
            for partner, witness in certificate.partners
        )

    def _changes(self, attribute: int, before: Ints, leaders: list[int], patterns: list[int]) -> bool:
        """Whether the first leader's answer differs on the attribute, before and after, and both fit."""
        problem, after = self.problem, before.copy()
        if before is not self._witness:
            self._witness, self._yes = before, problem.per_cell(problem.patterns[before])
            self._fits = problem.allows(before, self._yes)
        after[leaders], yes = patterns, self._yes.copy()
        for leader in leaders:
            step = problem.patterns[after[leader]] - problem.patterns[before[leader]]
            yes[:, problem.membership[leader]] += step[:, None]
        old, new = problem.patterns[[before[leaders[0]], after[leaders[0]]], attribute]
        return bool(old != new) and self._fits and problem.allows(after, yes)


@dataclass(frozen=True)
class Verdict:
    """What is proven and what is not.

    Groups are profiles x attributes; cells are attributes x cells of the plan; scores are profiles x published means,
    of which the reader must not know half the scale or more to be out of the question.
    """

    groups: int
    free_moves: int
    exchanges: int
    undecided: int
    unsafe: int
    cells_checked: int
    cells_unsafe: int
    cells_undecided: int
    scores_unproven: int
    solver_calls: int
    certificates: tuple[Certificate, ...]

    @property
    def is_safe(self) -> bool:
        """Everything is proven; anything less fails closed."""
        is_complete = self.free_moves + self.exchanges == self.groups == len(self.certificates)
        is_open = self.undecided or self.unsafe or self.cells_undecided or self.cells_unsafe or self.scores_unproven
        return is_complete and not is_open

    @property
    def is_leak(self) -> bool:
        """Something is proven to have no proof: more effort will not help, wider bands may."""
        return self.unsafe + self.cells_unsafe > 0
