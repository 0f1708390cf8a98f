"""Choice: the richest plan of a family that draws will mostly prove safe, from a roster and made-up answers alone.

Whoever knows the roster could make the same choice: it tells nothing about anybody's answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.counting import Ints
from pipelines.ground.dice import Dice
from pipelines.instruments import Draws
from pipelines.protection.audit import Doubt, Work
from pipelines.protection.draws import verdict_of
from pipelines.protection.puzzle import Puzzle
from pipelines.protection.steps import LAST_RANK, Step
from pipelines.protection.teller import Amounts, Teller

OPEN_DICE = Dice(b"klankbord: made-up answers")  # everybody may know what is made up
EFFORT = 0.5  # of the audits here: what needs more would need redraws too
MOST_LOGIT = 3.0  # base rates of made-up answers lie between .05 and .95
LEANS = (0.0, 0.5, 1.0, 2.0)  # standard deviation, in log-odds, between the groups of up to two tables
LEANING_TABLES = 2
PATTERN_MIDDLE = 0.5


@dataclass(frozen=True)
class Case:
    """One set of respondents that a roster may bring, for one family."""

    teller: Teller
    puzzle: Puzzle
    doubts: list[Doubt] = field(default_factory=list)  # what made other plans and answers fail


def choose(cases: Sequence[Case], candidates: list[list[Step]], numbers: Draws, seed: int) -> list[Step]:
    """The richest plan of which the first draw is often enough proven safe; `candidates`: see steps.candidates.

    All steps at their narrowest, if that holds. Else rank by rank, the most useful first: the steps of a rank
    together, or one by one, each at the narrowest width at which it takes no other along.
    """
    holds = _Trial(cases, numbers, seed).holds
    whole = [widths[0] for widths in candidates]
    if holds(whole):
        return whole
    chosen: list[Step] = []
    for rank in range(LAST_RANK + 1):
        of_rank = [widths for widths in candidates if widths[0].rank == rank]
        together = [widths[0] for widths in of_rank]
        if of_rank and holds([*chosen, *together]):
            chosen += together
            continue
        for widths in of_rank:
            chosen += next(([step] for step in widths if holds([*chosen, step])), [])
    return chosen


class _Trial:
    """Made-up answer sets, and whether a plan holds for enough of them."""

    def __init__(self, cases: Sequence[Case], numbers: Draws, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.sets = []
        for number in range(numbers.simulated):
            case = cases[number % len(cases)]
            self.sets.append((number, case, made_up(case, random)))
        self.at_once = numbers.at_once
        self.most_failed = int((1 - numbers.enough) * numbers.simulated)

    def holds(self, steps: Sequence[Step]) -> bool:
        """Whether the first draw of enough sets is safe; sets on which others failed are tried first."""
        failed = 0
        needed = len(self.sets) - self.most_failed
        for tried, one in enumerate(list(self.sets)):
            number, case, amounts = one
            told = case.teller.tell(steps, amounts, OPEN_DICE, "edges", number)
            if not verdict_of(case.puzzle, told, case.doubts, Work(), EFFORT).is_safe:
                failed += 1
                self.sets.remove(one)
                self.sets.insert(0, one)
            if failed > self.most_failed:
                return False
            passed = tried + 1 - failed
            if passed >= needed or (not failed and passed >= self.at_once):
                return True
        return True


def made_up(case: Case, random: np.random.Generator) -> Amounts:
    """Answers nobody gave, summed: each attribute with a base rate of its own, leaning towards some groups."""
    patterns = pattern_of_each(case.puzzle, random)
    cells = len(case.teller.names)
    tables = case.puzzle.membership.shape[1]
    places = case.puzzle.membership.ravel()

    def per_cell(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(places, np.repeat(values, tables), case.puzzle.lo.shape[1])
        return sums[:cells].astype(np.float64)

    yes = [per_cell(values) for values in case.puzzle.patterns[patterns].T.astype(float)]
    scored, total = [], []
    for mean in case.puzzle.blank:
        given = ~mean.is_open[patterns]
        lowest, highest = mean.lowest[patterns], mean.highest[patterns]
        scored.append(per_cell(given.astype(float)))
        total.append(per_cell(given * (lowest + (highest - lowest) * random.random(len(patterns)))))
    return Amounts(
        np.round(np.array(yes)).astype(np.int64).reshape(-1, cells),
        np.round(np.array(scored)).astype(np.int64).reshape(-1, cells),
        np.array(total).reshape(-1, cells),
    )


def pattern_of_each(puzzle: Puzzle, random: np.random.Generator) -> Ints:
    """A pattern per leader, drawn by log-odds that are alike for the leaders of a cell."""
    leaders, tables = puzzle.membership.shape
    attributes = puzzle.patterns.shape[1]
    lean = np.zeros((leaders, attributes)) + random.uniform(-MOST_LOGIT, MOST_LOGIT, attributes)
    spread = random.choice(LEANS)
    for table in random.choice(tables, min(LEANING_TABLES, tables), replace=False):
        effect = random.normal(0, spread, (puzzle.lo.shape[1], attributes))
        lean += effect[puzzle.membership[:, table]]
    weight = lean @ (puzzle.patterns.T - PATTERN_MIDDLE) + random.gumbel(size=(leaders, len(puzzle.patterns)))
    drawn: Ints = np.where(puzzle.can, weight, -np.inf).argmax(axis=1)
    return drawn
