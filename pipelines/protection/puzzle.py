"""The puzzle a reader can try to solve: one family of attributes in all publications of a wave together.

Whoever was not counted in one of the publications sits, in its tables, in a cell of which nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting import Family, Grouped, Ints, Layout, eligible, table_id
from pipelines.instruments import attainable_scores
from pipelines.protection.audit import Problem, ScaleMean
from pipelines.protection.bands import most_open
from pipelines.protection.logic import Logic, family_logic
from pipelines.protection.published import Means, Points, Publication


@dataclass(frozen=True)
class Puzzle:
    """What a reader knows about a family before the newest publication; nobody's answers are in it. See Problem."""

    membership: Ints  # (leaders, tables of all publications), the newest first
    lo: Ints
    hi: Ints
    patterns: NDArray[np.int8]
    can: NDArray[np.bool_]
    k: int
    m: int
    means: tuple[ScaleMean, ...]  # told before
    blank: tuple[ScaleMean, ...]  # those of the newest publication, of which nothing is told yet

    def with_figures(self, lo: Ints, hi: Ints, means: Means) -> Problem:
        """The problem once bands (attributes, cells; -1: withheld) and means of the newest publication are told too."""
        is_said = lo >= 0
        place = np.pad(is_said, ((0, 0), (0, self.lo.shape[1] - lo.shape[1])))
        all_lo = self.lo.copy()
        all_hi = self.hi.copy()
        all_lo[place] = lo[is_said]
        all_hi[place] = hi[is_said]
        newest = (_with_intervals(blank, edges) for blank, edges in zip(self.blank, means, strict=True))
        all_means = (*self.means, *(mean for mean in newest if _is_said(mean)))
        return Problem(self.membership, all_lo, all_hi, self.patterns, self.can, self.k, self.m, means=all_means)


def puzzle_of(grouped: Grouped, family: Family, earlier: Sequence[Publication], logic: Logic | None = None) -> Puzzle:
    """The puzzle of one family: who will be counted in the wave, and all that was told of it before.

    `logic`: of the family, where it is known already.
    """
    policy = grouped.policy
    respondents = _everybody(grouped, family, earlier)
    layers = [(grouped.people["leader_key"], grouped.layout)]
    layers += [(one.respondents["leader_key"], one.layout) for one in earlier]
    membership, starts, cells = _memberships(respondents["leader_key"], layers)
    logic = logic or family_logic(grouped, family)
    can = logic.without_memory[None, :] | respondents["had_memory"].to_numpy()[:, None]
    hi = np.tile(np.bincount(membership.ravel(), minlength=cells), (len(family.members), 1))
    lo = np.zeros_like(hi)
    blank = [_blank_means(grouped, family, logic, membership, at, start, cells) for at, start in enumerate(starts)]
    means: list[ScaleMean] = []
    for at, publication in enumerate(earlier, start=1):
        low, high, intervals = publication.figures(family)
        rows, columns = np.nonzero(low >= 0)
        lo[rows, columns + starts[at]] = low[rows, columns]
        hi[rows, columns + starts[at]] = high[rows, columns]
        said = (_with_intervals(one, edges, starts[at]) for one, edges in zip(blank[at], intervals, strict=True))
        means += [mean for mean in said if _is_said(mean)]
    classes = [attribute.publication_class for attribute in family.members]
    classes += [grouped.instrument.scale(scale).publication_class for scale in family.scales]
    return Puzzle(
        membership=membership,
        lo=lo,
        hi=hi,
        patterns=logic.patterns,
        can=can,
        k=max(map(policy.k, classes)),
        m=policy.m,
        means=tuple(means),
        blank=tuple(blank[0]),
    )


def _everybody(grouped: Grouped, family: Family, earlier: Sequence[Publication]) -> pl.DataFrame:
    """Whoever is counted now or was counted before, and whom the family is about."""
    respondents = grouped.respondents
    for publication in earlier:
        others = publication.respondents.join(respondents, on="leader_key", how="anti", maintain_order="left")
        respondents = pl.concat([respondents, others], how="diagonal")
    if not family.members:
        return respondents
    return respondents.filter(eligible(respondents, family.members[0]))


def _memberships(everybody: pl.Series, layers: Sequence[tuple[pl.Series, Layout]]) -> tuple[Ints, list[int], int]:
    """Cell of everybody in each table of each publication; where its cells begin; how many cells there are."""
    blocks: list[Ints] = []
    starts: list[int] = []
    start = 0
    for keys, layout in layers:
        block, width = _places(everybody, keys, layout)
        blocks.append(block + start)
        starts.append(start)
        start += width
    return np.hstack(blocks), starts, start


def _places(everybody: pl.Series, keys: pl.Series, layout: Layout) -> tuple[Ints, int]:
    """Cell of everybody in each table of one publication, and how many cells it takes: one more per table."""
    cells = layout.cells.height
    tables = len(layout.tables)
    block = np.tile(np.arange(cells, cells + tables), (len(everybody), 1))
    rows = pl.DataFrame({"leader_key": everybody}).join(
        pl.DataFrame({"leader_key": keys}).with_row_index("at"), on="leader_key", how="left", maintain_order="left"
    )["at"]
    block[rows.is_not_null().to_numpy()] = layout.respondents[rows.drop_nulls().to_numpy()]
    return block, cells + tables


def _blank_means(
    grouped: Grouped, family: Family, logic: Logic, membership: Ints, at: int, whole: int, cells: int
) -> list[ScaleMean]:
    """The means of publication number `at`, whose cells begin at `whole`; nothing is told of them yet."""
    tables = [table_id(table) for table in grouped.structure.tables]
    columns = membership[:, at * len(tables) : (at + 1) * len(tables)]
    sizes = np.bincount(columns.ravel(), minlength=cells)
    is_in = columns[:, 0] == whole
    means: list[ScaleMean] = []
    for number, code in enumerate(family.scales):
        planned = next(mean.tables for mean in grouped.instrument.plan.mean if mean.scale == code)
        groups = [tables.index(name) for name in planned if name != "total" and name in tables]
        attainable = attainable_scores(grouped.instrument, grouped.instrument.scale(code))
        means.append(
            ScaleMean(
                logic.lowest[:, number],
                logic.highest[:, number],
                logic.is_open[:, number],
                whole=whole,
                group=np.where(is_in, columns[:, groups[0] if groups else 0], -1),
                low=np.full(cells, np.nan),
                step=np.full(cells, np.nan),
                most_open=np.array([most_open(int(size), grouped.policy) for size in sizes]),
                gap=float(np.diff(attainable).max()),
            )
        )
    return means


def _with_intervals(mean: ScaleMean, edges: tuple[Points, Points], start: int = 0) -> ScaleMean:
    """A mean with its intervals (cells of one publication, the first of which is number `start`)."""
    lows, steps = edges
    low = np.full(len(mean.low), np.nan)
    step = np.full(len(mean.low), np.nan)
    low[start : start + len(lows)] = lows
    step[start : start + len(steps)] = steps
    return replace(mean, low=low, step=step)


def _is_said(mean: ScaleMean) -> bool:
    return not np.isnan(mean.low).all()
