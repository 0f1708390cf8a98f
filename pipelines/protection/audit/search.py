"""Search: finds proofs without a solver, by walks from answer set to answer set."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipelines.protection.audit.moves import over_moves
from pipelines.protection.audit.problem import Ints, Problem
from pipelines.protection.audit.proofs import Proofs
from pipelines.protection.audit.work import Work

# Work at effort 1. It is bounded by counts alone, never by a clock: a seed gives the same verdict on any machine.
ROUNDS = 200
STEPS = 40  # of a walk off the edges of bands
REPAIR_STEPS = 200  # of a walk back into all bands
START_STEPS = 400  # of a walk into all bands from a solution in parts of leaders
HARVEST_EVERY = 5  # steps
PARTNERS_AFTER = 4  # rounds without news; a free move proves more, so it gets the first rounds
HOPELESS_AFTER = 2  # rounds without news
STOP_AFTER = 20  # rounds without news
CANDIDATES = 200  # leaders looked at in one step
STUCK = 0.3  # by so much more weighs a sum that stays out of its band


class Walker:
    """Walks at random, by a seed, from answer set to answer set."""

    def __init__(self, problem: Problem, seed: int, work: Work) -> None:
        self.problem = problem
        self.work = work
        self.random = np.random.default_rng(seed)

    def walk(self, lo: Ints, hi: Ints, start: Ints, steps: int) -> Ints:
        """Walk from the answer set `start` towards sums within lo..hi (attributes, cells): mend one sum a step.

        Each step moves the leader, to the pattern, that does the least harm to the other sums. It may end outside.
        """
        problem = self.problem
        answers = start.copy()
        yes = problem.yes_of(answers)
        weight = np.ones(lo.shape)
        for _ in range(steps):
            broken = np.argwhere((yes < lo) | (yes > hi))
            if not len(broken) or not self.work.step():
                break
            attribute, cell = broken[self.random.integers(len(broken))]
            upward = yes[attribute, cell] < lo[attribute, cell]
            is_movable = (problem.membership == cell).any(axis=1) & (problem.patterns[answers, attribute] != upward)
            leaders = self.random.permutation(np.flatnonzero(is_movable))[:CANDIDATES]
            harm = over_moves(problem, answers, leaders, weight * _harm_per_step(yes, lo, hi), np.add)
            cost = harm + self.random.random((len(leaders), len(problem.patterns))) / 2
            cost[~problem.can[leaders] | (problem.patterns[:, attribute] != upward)] = np.inf
            cheapest = cost.min(initial=np.inf)
            if np.isfinite(cheapest):
                at, pattern = np.argwhere(cost == cheapest)[0]
                leader = leaders[at]
                step = problem.patterns[pattern] - problem.patterns[answers[leader]]
                yes[:, problem.membership[leader]] += step[:, None]
                answers[leader] = pattern
            if cheapest >= 0:  # stuck: what stays broken weighs more
                weight[tuple(broken.T)] += STUCK
        return answers


class Search(Walker):
    """Walks at random, by a seed, and lets `proofs` harvest the answer sets on the way."""

    def __init__(self, problem: Problem, proofs: Proofs, seed: int, effort: float, work: Work) -> None:
        super().__init__(problem, seed, work)
        self.proofs = proofs
        self.effort = effort

    def wander(self, is_hopeless: Callable[[], bool]) -> None:
        """Pull the sums of some unproven leaders off the edges of their bands, mend the rest, harvest; again.

        Where nothing new comes for the first time, `is_hopeless` is asked: if it is, this stops.
        """
        problem = self.problem
        proofs = self.proofs
        quiet = 0
        was_asked = False
        last_news = (0, 0)
        for _ in range(int(ROUNDS * self.effort)):
            is_unproven = proofs.unproven.any(axis=1) | proofs.unproven_scores.any(axis=0)
            if not is_unproven.any() or quiet > STOP_AFTER or self.work.ran_out:
                return
            goal_lo, goal_hi = self._off_the_edges(np.flatnonzero(is_unproven))
            answers = proofs.answers
            for _ in range(STEPS // HARVEST_EVERY):
                answers = self.walk(goal_lo, goal_hi, answers, HARVEST_EVERY)
                proofs.harvest(answers)
            proofs.harvest(self.walk(problem.lo, problem.hi, answers, REPAIR_STEPS))
            if quiet >= PARTNERS_AFTER:
                proofs.find_partners()
            news = (len(proofs.certificates), sum(map(len, proofs.partners.values())))
            quiet = quiet + 1 if news == last_news else 0
            last_news = news
            if quiet == HOPELESS_AFTER and proofs.unproven.any() and not was_asked:
                was_asked = True
                if is_hopeless():
                    return

    def _off_the_edges(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Bands (attributes, cells) to walk to: those of some of these profiles narrower by one at either edge."""
        lo = self.problem.lo
        hi = self.problem.hi
        sizes = self.proofs.goals.sizes
        some = self.proofs.first[numbers[self.random.random(len(numbers)) < self.random.random()]]
        is_wanted = np.isin(np.arange(len(sizes)), self.problem.membership[some])
        inner_lo = lo + (is_wanted & (lo > 0))
        inner_hi = hi - (is_wanted & (hi < sizes))
        is_possible = inner_lo <= inner_hi
        return np.where(is_possible, inner_lo, lo), np.where(is_possible, inner_hi, hi)


def _harm_per_step(yes: Ints, lo: Ints, hi: Ints) -> Ints:
    """By how much one less, the same, one more takes each sum further from its band: (3, attributes, cells)."""
    one_less = (yes <= lo) * 1 - (yes > hi)
    one_more = (yes >= hi) * 1 - (yes < lo)
    return np.stack([one_less, 0 * yes, one_more])
