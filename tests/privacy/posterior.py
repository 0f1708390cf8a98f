"""How well a reader who knows roster and publication can guess: two readers, who differ in what they expect beforehand.

The even reader holds every answer set that fits alike. The open reader does not know how common an answer is: every
division of the board over the patterns is alike, and so are the answer sets of a division. In a range near nobody or
everybody the even reader leans to the middle, for there are more answer sets there; the open one does not.

An answer set gives every leader a pattern; it fits when all its sums lie within what was told. `sampled` walks at
random over the answer sets that fit: one leader takes a pattern that still fits, by its odds for this reader, two
leaders swap theirs. Both kinds of steps leave the reader's distribution as it is. `enumerated` writes all out, on tiny
boards.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import factorial, prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.protection.audit import Problem
from pipelines.protection.audit.means import POINT
from pipelines.protection.audit.proofs import Proofs
from pipelines.protection.audit.prove import ITERATIONS, NODES, first_answers
from pipelines.protection.audit.search import Search
from pipelines.protection.audit.solver import Allowed, CountModel

CHAINS = 16  # in each of two halves
TRIES = 4  # starts at random for the second half
WALK_STEPS = 2000  # from a random start to an answer set that fits
FORGET = 0.25  # share of the sweeps that only lead away from the start
Ints = NDArray[np.int64]
Points = NDArray[np.float64]
Expects = Literal["even", "open"]


@dataclass(frozen=True)
class Guess:
    """What the reader holds likely."""

    chance: Points  # (leaders, attributes) of yes
    apart: Points  # (attributes,) by how much the two halves of the chains differ at most, over the leaders
    starts: int  # different answer sets from which they began


class Bounds:
    """Everything that was told, as sums of weights per cell between two bounds; means too, each by itself."""

    def __init__(self, problem: Problem) -> None:
        weights = [problem.patterns.T.astype(np.int64)]
        lo, hi = [problem.lo], [problem.hi]
        most = np.iinfo(np.int32).max * POINT
        for mean in problem.means:
            rows = [mean.lowest, mean.highest, mean.is_open / POINT]
            weights.append(np.round(POINT * np.array(rows)).astype(np.int64))
            low = np.full((3, problem.lo.shape[1]), -most)
            high = np.full((3, problem.lo.shape[1]), most)
            for window in mean.windows():
                high[0, window.cell] = np.floor(POINT * window.ceiling)
                low[1, window.cell] = np.ceil(POINT * window.floor)
                high[2, window.cell] = window.most_open
            lo.append(low)
            hi.append(high)
        told = problem.published_cells
        self.weights = np.vstack(weights).T  # (patterns, sums)
        self.lo, self.hi = np.vstack(lo), np.vstack(hi)  # (sums, cells)
        self.membership = problem.membership[:, told[problem.membership].any(axis=0)]
        self.can = problem.can

    def sums(self, answers: Ints) -> Ints:
        """The sums of many answer sets (sets, leaders): (sets, sums, cells)."""
        found = np.zeros((len(answers), *self.lo.shape), np.int64)
        for leader, cells in enumerate(self.membership):
            found[:, :, cells] += self.weights[answers[:, leader]][:, :, None]
        return found


class Chains:
    """Many walks at once, each on an answer set of its own."""

    def __init__(self, bounds: Bounds, starts: Ints, expects: Expects, random: np.random.Generator) -> None:
        self.bounds = bounds
        self.answers = starts.copy()
        self.expects = expects
        self.random = random
        self.sums = bounds.sums(starts)
        kinds = np.arange(bounds.can.shape[1])
        self.having = (starts[:, :, None] == kinds).sum(axis=1)  # (chains, patterns) leaders with each

    def sweep(self, tally: Points | None = None) -> None:
        """Let every leader take a pattern, and as many pairs swap; `tally` (leaders, chains, patterns): the odds."""
        leaders = self.answers.shape[1]
        for leader, one, other in zip(
            self.random.permutation(leaders), *self.random.integers(leaders, size=(2, leaders)), strict=True
        ):
            odds = self._take(int(leader))
            if tally is not None:
                tally[leader] += odds
            if one != other:
                self._swap(int(one), int(other))

    def _take(self, leader: int) -> Points:
        """One leader takes a pattern that fits, by its odds; these odds (chains, patterns)."""
        bounds = self.bounds
        cells = bounds.membership[leader]
        before = bounds.weights[self.answers[:, leader]]
        others = self.sums[:, :, cells] - before[:, :, None]
        least = (bounds.lo[:, cells] - others).max(axis=2)[:, None]
        most = (bounds.hi[:, cells] - others).min(axis=2)[:, None]
        fits = ((bounds.weights >= least) & (bounds.weights <= most)).all(axis=2) & bounds.can[leader]
        each = np.arange(len(fits))
        self.having[each, self.answers[:, leader]] -= 1
        odds = fits * (self.having + 1.0 if self.expects == "open" else 1.0)
        odds /= odds.sum(axis=1, keepdims=True)
        taken = (odds.cumsum(axis=1) > self.random.random((len(fits), 1))).argmax(axis=1)
        self.having[each, taken] += 1
        self.sums[:, :, cells] += (bounds.weights[taken] - before)[:, :, None]
        self.answers[:, leader] = taken
        return odds

    def _swap(self, one: int, other: int) -> None:
        """Two leaders swap patterns where everything still fits; what they share does not change."""
        bounds = self.bounds
        first, second = self.answers[:, one].copy(), self.answers[:, other].copy()
        step = (bounds.weights[second] - bounds.weights[first])[:, :, None]
        is_own = bounds.membership[one] != bounds.membership[other]
        fits = bounds.can[one, second] & bounds.can[other, first]
        for leader, sign in ((one, 1), (other, -1)):
            cells = bounds.membership[leader][is_own]
            after = self.sums[:, :, cells] + sign * step
            fits &= ((after >= bounds.lo[:, cells]) & (after <= bounds.hi[:, cells])).all(axis=(1, 2))
        for leader, sign in ((one, 1), (other, -1)):
            self.sums[:, :, bounds.membership[leader][is_own]] += sign * step * fits[:, None, None]
        self.answers[:, one] = np.where(fits, second, first)
        self.answers[:, other] = np.where(fits, first, second)


def sampled(problem: Problem, sweeps: int, expects: Expects = "even", seed: int = 1) -> Guess | None:
    """What a reader holds likely; None where the solver finds no answer set to begin with.

    One half of the chains begins at the solver's answer set, the other where walks from random answers ended.
    """
    model = CountModel(problem, problem.published_cells)
    found = first_answers(problem, model, Allowed(NODES, ITERATIONS))
    if found is None:
        return None
    random = np.random.default_rng(seed)
    starts = np.stack([*[found] * CHAINS, *_other_starts(problem, found, random)])
    chains = Chains(Bounds(problem), starts, expects, random)
    tally = np.zeros((len(found), 2 * CHAINS, len(problem.patterns)))
    for number in range(sweeps):
        chains.sweep(tally if number >= FORGET * sweeps else None)
    profile = problem.profiles(problem.published_cells)[1]
    halves = [_alike(part.sum(axis=1), profile) @ problem.patterns for part in np.split(tally, 2, axis=1)]
    return Guess(sum(halves) / 2, np.abs(halves[0] - halves[1]).max(axis=0), len(np.unique(starts, axis=0)))


def enumerated(problem: Problem, expects: Expects = "even") -> Points:
    """The same exactly, by every answer set there is: (leaders, attributes)."""
    leaders, kinds = problem.can.shape
    sets = (np.array(answers) for answers in product(range(kinds), repeat=leaders))
    fitting = [answers for answers in sets if problem.fits(answers)]
    # Of a division of the board there are leaders! / product of factorials answer sets: each weighs its inverse.
    weights = [prod(map(factorial, np.bincount(answers).tolist())) if expects == "open" else 1 for answers in fitting]
    chance: Points = np.average(problem.patterns[np.array(fitting)], axis=0, weights=weights)
    return chance


def _other_starts(problem: Problem, found: Ints, random: np.random.Generator) -> list[Ints]:
    """Answer sets that fit, from walks that began anywhere; the solver's where no walk came there."""
    search = Search(problem, Proofs(problem, found), int(random.integers(2**31)), 1.0)
    starts: list[Ints] = []
    for _ in range(TRIES):
        weight = random.random(problem.can.shape) * problem.can
        ended = search.walk(problem.lo, problem.hi, weight.argmax(axis=1), WALK_STEPS)
        starts.append(ended if problem.fits(ended) else found)
    return [starts[number % TRIES] for number in range(CHAINS)]


def _alike(odds: Points, profile: Ints) -> Points:
    """The odds of each pattern, the same for leaders whom the reader cannot tell apart."""
    of_profile = np.zeros((profile.max() + 1, odds.shape[1]))
    np.add.at(of_profile, profile, odds)
    shares: Points = (of_profile / of_profile.sum(axis=1, keepdims=True))[profile]
    return shares
