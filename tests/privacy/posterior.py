"""How well a reader who knows roster and publication can guess: two readers, who differ in what they expect beforehand.

The even reader holds every answer set that fits alike. The open reader does not know how common an answer is: every
division of the board over the patterns is alike, and so are the answer sets of a division. In a range near nobody or
everybody the even reader leans to the middle, for there are more answer sets there; the open one does not.

An answer set gives every leader a pattern; it fits when all its sums lie within what was told. `sampled` walks at
random: one leader takes a pattern, or two leaders swap theirs, by the reader's odds. On the way sums may lie outside,
the further the less likely, or the walk would stay where it began; only answer sets that fit are counted. `enumerated`
writes all out, on tiny boards.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import factorial, prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.protection.audit import Problem
from pipelines.protection.audit.goals import Goals
from pipelines.protection.audit.means import POINT
from pipelines.protection.audit.proofs import Proofs
from pipelines.protection.audit.prove import ITERATIONS, NODES, first_answers
from pipelines.protection.audit.search import Search
from pipelines.protection.audit.solver import CountModel
from pipelines.protection.audit.work import Allowed, Work

CHAINS = 128  # in each of two halves
TRIES = 4  # starts at random for the second half
WALK_STEPS = 2000  # from a random start to an answer set that fits
FORGET = 60  # sweeps that only lead away from the start, and find how strictly sums are held
ROUND = 50  # sweeps between two looks at how far the halves are apart
NEAR = 0.04  # far enough
STRICT, STEP = 3.0, 0.1  # log-odds against a sum that lies one outside; changed so much a sweep
FEWEST, MOST = 0.2, 0.4  # share of the chains that should fit at the end of a sweep
SCORE = 1 / (25 * POINT)  # what a thousandth of a score outside weighs, of one leader's answer
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Points = NDArray[np.float64]
Expects = Literal["even", "open"]


@dataclass(frozen=True)
class Guess:
    """What the reader holds likely."""

    chance: Points  # (leaders, attributes) of yes
    apart: Points  # (attributes,) by how much the two halves of the chains differ at most, over the leaders
    sweeps: int


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
        self.attributes = problem.patterns.shape[1]
        self.unit = np.ones((len(self.lo), 1))
        for number in range(len(problem.means)):
            self.unit[self.attributes + 3 * number :][:2] = SCORE
        self.membership = problem.membership[:, told[problem.membership].any(axis=0)]
        self.can = problem.can

    def outside(self, sums: Ints, cells: Ints, rows: slice = slice(None)) -> Points:
        """By how much sums (.., sums, cells) of these cells lie outside, all together."""
        excess = np.abs(sums - sums.clip(self.lo[rows, cells], self.hi[rows, cells]))
        total: Points = (excess * self.unit[rows]).sum(axis=(-2, -1))
        return total

    def outside_with(self, others: Ints, cells: Ints) -> Points:
        """The same (chains, patterns) when one leader with a pattern joins the others (chains, sums, cells)."""
        attributes, scores = slice(self.attributes), slice(self.attributes, None)
        low, high = self.lo[attributes, cells], self.hi[attributes, cells]
        as_no = others[:, attributes]
        as_yes = as_no + 1
        of_no = np.abs(as_no - as_no.clip(low, high)).sum(axis=2)
        of_yes = np.abs(as_yes - as_yes.clip(low, high)).sum(axis=2)
        total: Points = of_no.sum(axis=1)[:, None] + (of_yes - of_no) @ self.weights[:, attributes].T
        if len(self.lo) == self.attributes:
            return total
        joined = others[:, None, scores] + self.weights[:, scores, None]
        return total + self.outside(joined, cells, scores)

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
        self.outside = bounds.outside(self.sums, np.arange(bounds.lo.shape[1]))
        self.strict = STRICT
        kinds = np.arange(bounds.can.shape[1])
        self.having = (starts[:, :, None] == kinds).sum(axis=1)  # (chains, patterns) leaders with each

    @property
    def fits(self) -> Flags:
        """Which chains are at an answer set that fits."""
        fitting: Flags = self.outside < SCORE / 2
        return fitting

    def learn(self) -> None:
        """Hold sums more strictly where too few chains fit, and less where nearly all do."""
        self.sweep()
        share = self.fits.mean()
        self.strict += STEP * (int(share < FEWEST) - int(share > MOST))

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
        """One leader takes a pattern by its odds; these odds (chains, patterns), 0 where the pattern does not fit."""
        bounds = self.bounds
        cells = bounds.membership[leader]
        before = self.answers[:, leader]
        sums = self.sums[:, :, cells]
        rest = self.outside - bounds.outside(sums, cells)
        others = sums - bounds.weights[before][:, :, None]
        outside = rest[:, None] + bounds.outside_with(others, cells)
        each = np.arange(len(before))
        self.having[each, before] -= 1
        odds = np.exp(self.strict * (outside.min(axis=1, keepdims=True) - outside)) * bounds.can[leader]
        odds *= self.having + 1.0 if self.expects == "open" else 1.0
        odds /= odds.sum(axis=1, keepdims=True)
        taken = (odds.cumsum(axis=1) > self.random.random((len(odds), 1))).argmax(axis=1)
        self.having[each, taken] += 1
        self.sums[:, :, cells] = others + bounds.weights[taken][:, :, None]
        self.outside = outside[each, taken]
        self.answers[:, leader] = taken
        return odds * (outside < SCORE / 2)

    def _swap(self, one: int, other: int) -> None:
        """Two leaders swap patterns by the odds of that; what they share does not change."""
        bounds = self.bounds
        first, second = self.answers[:, one].copy(), self.answers[:, other].copy()
        step = (bounds.weights[second] - bounds.weights[first])[:, :, None]
        is_own = bounds.membership[one] != bounds.membership[other]
        change = np.zeros(len(first))
        for leader, sign in ((one, 1), (other, -1)):
            cells = bounds.membership[leader][is_own]
            sums = self.sums[:, :, cells]
            change += bounds.outside(sums + sign * step, cells) - bounds.outside(sums, cells)
        swaps = np.log(1 - self.random.random(len(first))) < -self.strict * change
        swaps &= bounds.can[one, second] & bounds.can[other, first]
        for leader, sign in ((one, 1), (other, -1)):
            self.sums[:, :, bounds.membership[leader][is_own]] += sign * step * swaps[:, None, None]
        self.outside = self.outside + change * swaps
        self.answers[:, one] = np.where(swaps, second, first)
        self.answers[:, other] = np.where(swaps, first, second)


def sampled(problem: Problem, sweeps: int, expects: Expects = "even", seed: int = 1) -> Guess | None:
    """What a reader holds likely, after at most so many `sweeps`; None where the solver finds nowhere to begin.

    One half of the chains begins at the solver's answer set, the other where walks from random answers ended.
    """
    model = CountModel(problem, problem.published_cells)
    found = first_answers(problem, model, Allowed(NODES, ITERATIONS))
    if found is None:
        return None
    random = np.random.default_rng(seed)
    starts = np.stack([*[found] * CHAINS, *_other_starts(problem, found, random)])
    chains = Chains(Bounds(problem), starts, expects, random)
    for _ in range(FORGET):
        chains.learn()
    tally = np.zeros((len(found), 2 * CHAINS, len(problem.patterns)))
    profile = problem.profiles(problem.published_cells)[1]
    for number in range(sweeps):
        chains.sweep(tally)
        if (number + 1) % ROUND == 0:
            halves = [_alike(part.sum(axis=1), profile) @ problem.patterns for part in np.split(tally, 2, axis=1)]
            apart = np.abs(halves[0] - halves[1]).max(axis=0)
            if apart.max() < NEAR:
                break
    return Guess(sum(halves) / 2, apart, number + 1)


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
    search = Search(problem, Proofs(problem, Goals.of(problem), found), int(random.integers(2**31)), 1.0, Work())
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
