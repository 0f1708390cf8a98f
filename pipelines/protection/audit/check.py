"""Check: what a proof is, whether one holds, and the verdict; without a line of the search."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.protection.audit.goals import Doubt, Goals
from pipelines.protection.audit.problem import Ints, Problem
from pipelines.protection.audit.work import Work


@dataclass(frozen=True)
class Certificate:
    """Proof for one attribute of one profile of leaders, shown on one of them.

    Either a free move: in the `witness`, an answer set that fits, the leader alone can change `to_pattern`. Or exchange
    `partners`: for each another leader, and a witness in which the two can swap patterns.
    """

    leader: int
    attribute: int
    witness: Ints  # (leaders,)
    to_pattern: int | None = None
    partners: tuple[tuple[int, Ints], ...] = ()


class Checker:
    """Recomputes proofs from the rows; the sums of a witness only once, since one witness proves many leaders free."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._witness = np.empty(0, np.int64)
        self._yes = np.empty(0, np.int64)
        self._is_witness_fitting = False

    def holds(self, certificate: Certificate) -> bool:
        """Whether this proves what it says. A witness that was checked must not be written to."""
        leader = certificate.leader
        attribute = certificate.attribute
        if certificate.to_pattern is not None:
            return self._changes(attribute, certificate.witness, [leader], [certificate.to_pattern])
        others = {partner for partner, _ in certificate.partners} - {leader}
        return len(others) >= self.problem.k - 1 and all(
            self._changes(attribute, witness, [leader, partner], [int(witness[partner]), int(witness[leader])])
            for partner, witness in certificate.partners
        )

    def _changes(self, attribute: int, before: Ints, leaders: list[int], patterns: list[int]) -> bool:
        """Whether the first leader's answer differs on the attribute, before and after, and both answer sets fit.

        After: these leaders have these patterns.
        """
        problem = self.problem
        if before is not self._witness:
            self._witness = before
            self._yes = problem.yes_of(before)
            self._is_witness_fitting = problem.allows(before, self._yes)
        after = before.copy()
        after[leaders] = patterns
        yes_after = self._yes.copy()
        for leader in leaders:
            step = problem.patterns[after[leader]] - problem.patterns[before[leader]]
            yes_after[:, problem.membership[leader]] += step[:, None]
        old, new = problem.patterns[[before[leaders[0]], after[leaders[0]]], attribute]
        return bool(old != new) and self._is_witness_fitting and problem.allows(after, yes_after)


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
    work: Work  # with that of others, where they share it
    certificates: tuple[Certificate, ...]
    doubt: Doubt | None = None  # what failed, to be asked first of other bands of the family

    @property
    def is_safe(self) -> bool:
        """Everything is proven; anything less fails closed."""
        is_complete = self.free_moves + self.exchanges == self.groups == len(self.certificates)
        is_open = self.undecided or self.unsafe or self.cells_undecided or self.cells_unsafe or self.scores_unproven
        return is_complete and not is_open and not self.work.ran_out

    @property
    def is_leak(self) -> bool:
        """Something is proven to have no proof: more effort will not help, wider bands may."""
        return self.unsafe + self.cells_unsafe > 0


NOTHING_PROVEN = Verdict(
    0,
    0,
    0,
    undecided=1,
    unsafe=0,
    cells_checked=0,
    cells_unsafe=0,
    cells_undecided=0,
    scores_unproven=0,
    work=Work(),
    certificates=(),
)


def failed(goals: Goals, work: Work, groups: int, cells: int, doubt: Doubt | None = None) -> Verdict:
    """The verdict where so many groups and cells are proven to have no proof, and nothing else was looked at."""
    known = int(goals.groups.sum())
    return replace(
        NOTHING_PROVEN,
        groups=known,
        undecided=known - groups,
        unsafe=groups,
        cells_checked=goals.cells_checked,
        cells_unsafe=cells,
        work=replace(work),
        doubt=doubt,
    )
