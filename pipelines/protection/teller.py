"""Teller: tells one family at some steps of its plan and some draw of edges; size and rules say of which cells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.counting import EVERYBODY, Counts, Family, Grouped, Ints, sum_scores
from pipelines.ground.dice import Dice
from pipelines.instruments import Attribute
from pipelines.protection.bands import (
    MEAN_FACTOR,
    PHASES,
    WAY_FACTOR,
    band,
    band_edges,
    mean_interval,
    mean_step,
    number_of_bins,
    spare_counts,
    suppress,
)
from pipelines.protection.figures import NOT_SAID, Figures
from pipelines.protection.published import Means
from pipelines.protection.steps import MEAN, Step, is_in_plan

Flags = NDArray[np.bool_]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Amounts:
    """What is to be told of a family, cell by cell: how many say yes, how many have a score, and their sum."""

    yes: Ints  # (attributes, cells)
    scored: Ints  # (scales, cells)
    total: Points  # (scales, cells), points

    @classmethod
    def of(cls, grouped: Grouped, counts: Mapping[str, Counts], family: Family) -> Amounts:
        """What was answered."""
        shape = (-1, grouped.layout.cells.height)
        sums = [sum_scores(grouped.layout, grouped.scores[scale]) for scale in family.scales]
        return cls(
            np.array([counts[one.code].yes for one in family.members], np.int64).reshape(shape),
            np.array([scored for scored, _ in sums], np.int64).reshape(shape),
            np.array([total for _, total in sums], np.float64).reshape(shape),
        )


@dataclass(frozen=True)
class Told:
    """Bands and intervals of a family; NOT_SAID, of means NaN, where nothing is told."""

    lo: Ints  # (attributes, cells)
    hi: Ints
    intervals: Points  # (scales, 3, cells): low, high, step

    @property
    def means(self) -> Means:
        """Where the interval of each mean begins, and its step."""
        return [(low, step) for low, _, step in self.intervals]


class Teller:
    """Which cells of one family may be told, and how; all but the amounts follows from numbers of leaders.

    Whether too many left a question open is the one thing it asks of answers.
    """

    def __init__(
        self,
        grouped: Grouped,
        counts: Mapping[str, Counts],
        family: Family,
        *,
        with_means: bool,
        is_made_up: bool = False,
    ) -> None:
        self.grouped = grouped
        self.counts = counts
        self.family = family
        self.policy = grouped.policy
        self.plan = grouped.instrument.plan
        cells = grouped.layout.cells
        self.table_of = cells["table_id"].to_numpy()
        self.names = cells.select("table_id", "level_1", "level_2").rows()
        self.width_share = self.plan.tier_for(grouped.structure.tier_from).width_share
        self.is_made_up = is_made_up  # nobody answered: whether many left a question open is not to be asked
        self.planned = {measure.attribute: measure for measure in self.plan.measure}
        self.whos = [self.planned[member.code].who for member in family.members]
        # One size for the whole family: what one attribute withholds could be worked out from another.
        self.k = max((self.policy.k(member.publication_class) for member in family.members), default=0)
        self.statuses = [suppress(cells, counts[one.code].eligible, self.k) for one in family.members]
        self.may = np.array(
            [
                self._may(one.code) & (status == "published")
                for one, status in zip(family.members, self.statuses, strict=True)
            ],
            bool,
        ).reshape(-1, cells.height)
        self.mean_statuses = [self._mean_status(scale) for scale in family.scales]
        self.with_means = with_means

    def share_told(self, table: str, width: int) -> float:
        """Of the family's groups in a table, the share that is large enough for bands of so many counts."""
        here = self.table_of == table
        groups = told = 0
        for one, status in zip(self.family.members, self.statuses, strict=True):
            n = self.counts[one.code].eligible[here]
            bins = [number_of_bins(size, self._width(width, size)) for size in n.tolist()]
            groups += int((n > 0).sum())
            told += int(((np.array(bins) > 1) & (status[here] == "published")).sum())
        return told / groups if groups else 0.0

    def most_told(self, steps: Sequence[Step]) -> int:
        """How many bands these steps can have at most: in every cell that is large enough."""
        factor = np.array(WAY_FACTOR)[self.grouped.layout.cells["way"].to_numpy()]
        return sum(
            int((self._may(one.code) & np.isin(self.table_of, list(widths)) & (sizes >= self.k * factor)).sum())
            for one, widths in zip(self.family.members, self._widths(steps), strict=True)
            for sizes in [self.counts[one.code].eligible]
        )

    def tell(self, steps: Sequence[Step], amounts: Amounts, dice: Dice, *about: str | int) -> Told:
        """Bands and intervals at these steps; `about` names the draw."""
        lo = np.full(self.may.shape, NOT_SAID, np.int64)
        hi = lo.copy()
        widths = self._widths(steps)
        for attribute, cell in np.argwhere(self.may).tolist():
            width = widths[attribute].get(self.table_of[cell])
            if width:
                code = self.family.members[attribute].code
                n = int(self.counts[code].eligible[cell])
                width = self._width(width, n)
                spare = spare_counts(n, width)
                picks = dice.picks(spare, number_of_bins(n, width), *about, code, *self.names[cell])
                held = band(band_edges(n, width, picks), int(amounts.yes[attribute, cell]))
                if held:
                    lo[attribute, cell], hi[attribute, cell] = held
        return Told(lo, hi, self._intervals(steps, amounts, dice, *about))

    def _widths(self, steps: Sequence[Step]) -> list[dict[str, int]]:
        """Per attribute the tables it is told of, each with the fewest counts a band holds."""
        return [
            {step.table: step.width for step in steps if step.who == who or (step.who, who) == ("main", "lead")}
            for who in self.whos
        ]

    def _width(self, width: int, n: int) -> int:
        return max(width, math.ceil(self.width_share * n))

    def _intervals(self, steps: Sequence[Step], amounts: Amounts, dice: Dice, *about: str | int) -> Points:
        told = {step.table for step in steps if step.who == MEAN}
        edges = np.full((len(self.family.scales), 3, len(self.names)), np.nan)
        for number, scale in enumerate(self.family.scales):
            may = np.isin(self.table_of, self._tables_of(scale)) & (self.mean_statuses[number] == "published")
            ways = self.grouped.layout.cells["way"].to_numpy()
            # An open answer must not lift the minimum.
            is_scored = amounts.scored[number] >= self._mean_k(scale) * np.array(MEAN_FACTOR)[ways]
            for cell in np.flatnonzero(may & is_scored & (scale in told) & self.with_means).tolist():
                n = int(self.counts[EVERYBODY].eligible[cell])
                step = mean_step(n, self.plan.mean_steps)
                if step is None:
                    continue
                phase = dice.picks(1, PHASES, *about, scale, *self.names[cell])[0]
                unanswered = n - int(amounts.scored[number, cell])
                interval = mean_interval(n, unanswered, float(amounts.total[number, cell]), self.policy, step, phase)
                if interval:
                    edges[number, :, cell] = interval
        return edges

    def figures(self, told: Told, plan: Sequence[Step]) -> tuple[dict[str, Figures], dict[str, Figures]]:
        """What may be said, per attribute and per scale, with the word for every cell that stays withheld.

        The word follows from the plan, never from how it was told: not_planned where the plan has none, says_nothing
        where its band would, and protects for all else that is not told, too many open answers included.
        """
        counts = {
            one.code: self._count_figures(one, told.lo[at], told.hi[at], at, plan)
            for at, one in enumerate(self.family.members)
        }
        everybody = self.counts[EVERYBODY]
        means: dict[str, Figures] = {}
        for at, scale in enumerate(self.family.scales):
            low, high, step = told.intervals[at]
            is_planned = (
                np.isin(self.table_of, self._tables_of(scale))
                & self.with_means
                & any(step.table == scale for step in plan if step.who == MEAN)
            )
            has_room = np.array([mean_step(int(n), self.plan.mean_steps) is not None for n in everybody.eligible])
            words = _words(self.mean_statuses[at], ~np.isnan(low), is_planned, has_room)
            publication_class = self.grouped.instrument.scale(scale).publication_class
            means[scale] = Figures(publication_class, everybody.eligible, everybody.leaders, words, low, high, step)
        return counts, means

    def _count_figures(self, attribute: Attribute, lo: Ints, hi: Ints, at: int, plan: Sequence[Step]) -> Figures:
        counts = self.counts[attribute.code]
        widths = self._widths(plan)[at]
        is_planned = self._in_plan(self.planned[attribute.code].tables) & np.isin(self.table_of, list(widths))
        has_room = np.array(
            [
                number_of_bins(int(n), self._width(widths.get(table, 1), int(n))) > 1
                for n, table in zip(counts.eligible, self.table_of, strict=True)
            ]
        )
        words = _words(self.statuses[at], lo != NOT_SAID, is_planned, has_room)
        return Figures(attribute.publication_class, counts.eligible, counts.leaders, words, lo, hi)

    def _may(self, code: str) -> Flags:
        """The cells that the plan gives to an attribute; none where too many of the whole board left it open."""
        counts = self.counts[code]
        is_answered = counts.unanswered[0] <= self.policy.open_limit * counts.eligible[0]
        return self._in_plan(self.planned[code].tables) & bool(is_answered or self.is_made_up)

    def _mean_status(self, scale: str) -> NDArray[np.object_]:
        sizes = self.counts[EVERYBODY].eligible
        return suppress(self.grouped.layout.cells, sizes, self._mean_k(scale), MEAN_FACTOR)

    def _mean_k(self, scale: str) -> int:
        return self.policy.k(self.grouped.instrument.scale(scale).publication_class)

    def _tables_of(self, scale: str) -> Sequence[str]:
        return next(mean.tables for mean in self.plan.mean if mean.scale == scale)

    def _in_plan(self, words: Sequence[str]) -> Flags:
        """The cells that the publication plan gives to a measure."""
        return np.isin(self.table_of, [table for table in set(self.table_of) if is_in_plan(table, words)])


def _words(status: NDArray[np.object_], is_said: Flags, is_planned: Flags, has_room: Flags) -> NDArray[np.object_]:
    """The status of each cell: whether the plan has it, as by size, and why it is not told where size allows it."""
    unsaid = np.where(has_room, "protects", "says_nothing")
    word = np.where((status == "published") & ~is_said, unsaid, status)
    words: NDArray[np.object_] = np.where(is_planned, word, "not_planned")
    return words
