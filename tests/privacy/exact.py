"""The whole distribution of publications of a tiny board, by writing out every count vector and every draw.

One attribute, a total and one table of groups. What is known to the reader, and nothing else, decides the likelihood of
a publication under each count vector: plan, edges, redraws, rungs and coins, as docs/proof.md has them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from pipelines.instruments import load_instrument
from pipelines.protection.audit import Problem, audit
from pipelines.protection.bands import band, band_edges, number_of_bins, spare_counts
from pipelines.protection.steps import Step, on_rungs

DRAWS = load_instrument().plan.draws
PLAN = (Step("total", "main", 5, 0), Step("region", "main", 3, 1))
Vector = tuple[int, ...]  # yes per group
Bands = tuple[tuple[int, int] | None, ...]  # of the total, then of each group; None: nothing is told


@dataclass(frozen=True)
class Tiny:
    """Groups of leaders who all answered one question."""

    sizes: tuple[int, ...]
    k: int = 5

    @cached_property
    def vectors(self) -> list[Vector]:
        """Every number of yes there may be per group."""
        return list(product(*(range(size + 1) for size in self.sizes)))

    @cached_property
    def rungs(self) -> list[tuple[float, list[int | None]]]:
        """Of each rung the chance that it is passed over, and the width of the total and of the groups."""
        return [
            (DRAWS.rung[number].skipped, [_width(steps, "total"), *[_width(steps, "region")] * len(self.sizes)])
            for number, steps in on_rungs(PLAN, DRAWS.rung)
        ]

    @cached_property
    def safe(self) -> dict[Bands, bool]:
        """Verdicts of the real audit, each asked once."""
        return {}

    def is_safe(self, bands: Bands) -> bool:
        """Whether the audit lets these bands pass."""
        if bands not in self.safe:
            leaders = sum(self.sizes)
            groups = np.repeat(np.arange(len(self.sizes)), self.sizes) + 1
            edges = [held or (0, n) for held, n in zip(bands, (leaders, *self.sizes), strict=True)]
            lo, hi = (np.array([[edge[side] for edge in edges]]) for side in (0, 1))
            membership = np.stack([np.zeros(leaders, int), groups], axis=1)
            patterns = np.array([[0], [1]], np.int8)
            problem = Problem(membership, lo, hi, patterns, np.ones((leaders, 2), bool), self.k)
            self.safe[bands] = audit(problem, seed=1).is_safe
        return self.safe[bands]

    def likelihoods(self) -> dict[Bands, dict[Vector, float]]:
        """Every publication there may be, with its chance under each count vector that can lead to it."""
        found: defaultdict[Bands, dict[Vector, float]] = defaultdict(dict)
        for vector in self.vectors:
            reached = 1.0
            for skipped, widths in self.rungs:
                drawn = dict(self._drawn(vector, widths))
                refused = sum(chance for bands, chance in drawn.items() if not self.is_safe(bands))
                tries = sum(refused**number for number in range(DRAWS.redraws))
                for bands, chance in drawn.items():
                    if self.is_safe(bands):
                        told = found[bands]
                        told[vector] = told.get(vector, 0) + reached * (1 - skipped) * tries * chance
                reached *= skipped + (1 - skipped) * refused**DRAWS.redraws
            nothing: Bands = (None,) * (1 + len(self.sizes))
            found[nothing][vector] = found[nothing].get(vector, 0) + reached
        return dict(found)

    def fitting(self, bands: Bands) -> list[Vector]:
        """The count vectors that fit what was told."""
        edges = [held or (0, n) for held, n in zip(bands, (sum(self.sizes), *self.sizes), strict=True)]
        return [
            vector
            for vector in self.vectors
            if all(low <= x <= high for x, (low, high) in zip((sum(vector), *vector), edges, strict=True))
        ]

    def _drawn(self, vector: Vector, widths: Sequence[int | None]) -> Iterator[tuple[Bands, float]]:
        """The bands that one draw of edges may give, with their chance."""
        cells = zip((sum(self.sizes), *self.sizes), (sum(vector), *vector), widths, strict=True)
        for parts in product(*(_bands_of(n, x, width).items() for n, x, width in cells)):
            yield tuple(held for held, _ in parts), prod(chance for _, chance in parts)


def _width(steps: Sequence[Step], table: str) -> int | None:
    return next((step.width for step in steps if step.table == table), None)


def _bands_of(n: int, x: int, width: int | None) -> dict[tuple[int, int] | None, float]:
    """Each band that may hold x of n, with its chance: every pick of a bin for each spare count is alike."""
    if width is None:
        return {None: 1.0}
    bins, spare = number_of_bins(n, width), spare_counts(n, width)
    held = Counter(band(band_edges(n, width, picks), x) for picks in product(range(bins), repeat=spare))
    return {one: count / bins**spare for one, count in held.items()}


def largest_odds_move(told: dict[Vector, float]) -> float:
    """By how much a publication can change the odds between two count vectors that fit it."""
    return max(told.values()) / min(told.values())


def leaders_certain(vectors: Sequence[Vector], sizes: Sequence[int]) -> int:
    """In how many groups everybody, or nobody, said yes in every one of these count vectors: their answers follow."""
    return sum(len({vector[at] for vector in vectors} - {0}) == 0 or {vector[at] for vector in vectors} == {size}
               for at, size in enumerate(sizes))  # fmt: skip
