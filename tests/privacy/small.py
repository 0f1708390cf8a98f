"""Small boards written out as counting leaves them, and a reader who knows everything but the vault's key.

The reader knows the roster, the plan, the program and the odds of its draws. What is secret: the answers and the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from pipelines.counting import Family, Grouped, Structure, count
from pipelines.ground.dice import Dice
from pipelines.ground.period import PublicationId, Wave
from pipelines.instruments import load_instrument
from pipelines.protection.audit import Problem
from pipelines.protection.bands import number_of_bins, spare_counts
from pipelines.protection.draws import Draw, Proved, prove_family
from pipelines.protection.puzzle import puzzle_of
from pipelines.protection.steps import Step, candidates

WAVE = Wave("2026Q3")
NAME = PublicationId.of(WAVE, 1)
TIER = 25  # tables by region and years of experience, as no plan gives a board of fewer: harsher than what is published
INSTRUMENT = load_instrument()
REGIONS, BANDS = ("Noord", "Oost", "Zuid"), ("2-5", "6-10", "11-20")
Answers = NDArray[np.int64]  # (leaders,) a pattern each


@dataclass(frozen=True)
class Board:
    """Who sits where and what they answered to one family of attributes."""

    code: str
    grouped: Grouped
    plan: tuple[Step, ...]

    @property
    def family(self) -> Family:
        """The family."""
        return self.grouped.families[self.code]

    def answering(self, patterns: NDArray[np.int8], answers: Answers) -> Board:
        """The same leaders with other answers."""
        values = {member.code: patterns[answers, at].astype(bool) for at, member in enumerate(self.family.members)}
        keys = self.grouped.people["leader_key"]
        return replace(self, grouped=replace(self.grouped, yes_no=pl.DataFrame({"leader_key": keys, **values})))

    def publish(self, dice: Dice) -> Proved:
        """What the vault with these dice tells."""
        counts = count(self.grouped)
        return prove_family(self.grouped, counts, self.code, self.family, self.plan, Draw(NAME, dice))

    def told(self, dice: Dice) -> dict[str, list[tuple[int, int]]]:
        """The bands of each attribute, cell by cell."""
        shown = self.publish(dice).counts
        return {code: list(zip(one.lo.tolist(), one.hi.tolist(), strict=True)) for code, one in shown.items()}


def board(code: str, groups: dict[str, Sequence[str]], answers: Answers | None = None) -> Board:
    """A board of which everybody answered; `groups`: the level of each leader, per dimension."""
    leaders = len(next(iter(groups.values())))
    keys = [f"l{number:03}" for number in range(leaders)]
    people = pl.DataFrame({"leader_key": keys, **groups})
    members = [one for one in INSTRUMENT.attributes if one.family == code]
    planned = {measure.attribute for measure in INSTRUMENT.plan.measure}
    silent = {
        one.code: pl.repeat(None, leaders, dtype=pl.Boolean, eager=True) for one in members if one.code in planned
    }
    merges = {name: {level: level for level in dict.fromkeys(levels)} for name, levels in groups.items()}
    structure = Structure(TIER, TIER, merges, ((), *((name,) for name in groups)))
    grouped = Grouped(
        WAVE, INSTRUMENT, structure, people, people, pl.DataFrame({"leader_key": keys, **silent}),
        pl.DataFrame({"leader_key": keys}), np.zeros(leaders, bool),
    )  # fmt: skip
    family = grouped.families[code]
    steps = candidates(structure, INSTRUMENT.plan.tier_for(TIER), INSTRUMENT.plan, family)
    made = Board(code, grouped, tuple(widths[0] for widths in steps))
    return made if answers is None else made.answering(patterns_of(made), answers)


def patterns_of(board: Board) -> NDArray[np.int8]:
    """The patterns of answers that the logic of the family allows."""
    return puzzle_of(board.grouped, board.family, ()).patterns


def a_drawn_board(seed: int, code: str) -> Board:
    """12 to 30 leaders in up to three regions and bands of experience, with answers that lean towards some groups."""
    random = np.random.default_rng(seed)
    leaders = int(random.integers(12, 31))
    groups = {
        "region": np.array(REGIONS)[random.integers(0, random.integers(1, 4), leaders)].tolist(),
        "experience_band": np.array(BANDS)[random.integers(0, random.integers(1, 4), leaders)].tolist(),
    }
    empty = board(code, groups)
    patterns = patterns_of(empty)
    lean = (
        random.normal(0, random.choice([0, 1, 3]), len(patterns))
        + random.normal(0, random.choice([0, 2]), (3, len(patterns)))[
            np.unique(groups["region"], return_inverse=True)[1]
        ]
    )
    answers = (lean + random.gumbel(size=(leaders, len(patterns)))).argmax(axis=1)
    return empty.answering(patterns, answers)


@dataclass(frozen=True)
class Rigged(Dice):
    """Dice that fall so that some bands come out: what a reader imagines to show that an answer set is possible."""

    rung: int
    bands: dict[tuple[Any, ...], tuple[int, int]]  # attribute, table and levels -> the band that comes out
    sizes: dict[tuple[Any, ...], int]

    def falls(self, chance: float, *about: str | int | None) -> bool:
        """Every rung above the wanted one is passed over: each has a chance of that."""
        number = about[-1]
        assert chance > 0
        assert isinstance(number, int)
        return number < self.rung

    def picks(self, count: int, among: int, *about: str | int | None) -> list[int]:
        """Spare counts go where they make the wanted band a bin."""
        place = about[4:]
        n, held = self.sizes[place], self.bands.get(place)
        width = (n + 1 - count) // among
        return [0] * count if held is None else bins_with(held, n, width, count)


def bins_with(held: tuple[int, int], n: int, width: int, spare: int) -> list[int]:
    """Picks that make a band one of the bins over 0..n, each of at least `width`."""
    low, high = held
    before = low // width
    for own in range(before, -1, -1):  # bins below the band
        extra_below = low - own * width
        extra_inside = high - low + 1 - width
        rest = n - high
        above = number_of_bins(n, width) - own - 1
        extra_above = rest - above * width
        fits_below = extra_below == 0 if own == 0 else extra_below >= 0
        fits_above = extra_above == 0 if above == 0 else extra_above >= 0
        if fits_below and fits_above and extra_inside >= 0 and above >= 0:
            picks = [0] * extra_below + [own] * extra_inside + [own + 1] * extra_above
            assert len(picks) == spare == spare_counts(n, width)
            return picks
    raise AssertionError(f"{held} is no bin over 0..{n} of {width}")


def fitting(problem: Problem, random: np.random.Generator, most: int) -> Iterator[Answers]:
    """Answer sets that fit what is told, found by another solver towards random ends; different ones, up to `most`."""
    leaders, kinds = problem.can.shape
    matrix, low, high = _constraints(problem)
    seen = set()
    for _ in range(most):
        goal = random.normal(size=leaders * kinds)
        found = milp(goal, integrality=np.ones(leaders * kinds), bounds=Bounds(0, problem.can.ravel().astype(float)),
                     constraints=LinearConstraint(matrix, low, high))  # fmt: skip
        assert found.x is not None
        answers = found.x.reshape(leaders, kinds).argmax(axis=1)
        if answers.tobytes() not in seen:
            seen.add(answers.tobytes())
            yield answers


def certain(problem: Problem) -> int:
    """How many answers of single leaders follow, by another solver than the audit's; each profile is asked once."""
    leaders, kinds = problem.can.shape
    matrix, low, high = _constraints(problem)
    first = np.unique(problem.membership, axis=0, return_index=True)[1]
    found = 0
    for leader, attribute, value in product(first, range(problem.patterns.shape[1]), (0, 1)):
        upper = problem.can.astype(float)
        upper[leader, problem.patterns[:, attribute] != value] = 0
        solved = milp(np.zeros(leaders * kinds), integrality=np.ones(leaders * kinds), bounds=Bounds(0, upper.ravel()),
                      constraints=LinearConstraint(matrix, low, high))  # fmt: skip
        found += solved.status == 2
    return int(found)


def _constraints(problem: Problem) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """One pattern per leader, and every sum in its band."""
    leaders, kinds = problem.can.shape
    sits_in = np.zeros((leaders, problem.lo.shape[1]))
    np.put_along_axis(sits_in, problem.membership, 1, axis=1)
    sums = np.einsum("lc,pa->aclp", sits_in, problem.patterns).reshape(-1, leaders * kinds)
    one = np.kron(np.eye(leaders), np.ones(kinds))
    low = np.concatenate([problem.lo.ravel(), np.ones(leaders)])
    high = np.concatenate([problem.hi.ravel(), np.ones(leaders)])
    return np.vstack([sums, one]), low, high
