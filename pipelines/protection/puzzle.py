"""The puzzle a reader can try to solve, for flow: one family of attributes in all publications of a wave together.

Whoever was not counted in one of the publications sits, in its tables, in a cell of which nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import vault
from pipelines.counting import cells as aggregate
from pipelines.counting.record import Family, Material, as_counted
from pipelines.ground.errors import Undecided
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import Cell, Mean
from pipelines.ground.settings import Home
from pipelines.instruments import attainable_scores
from pipelines.protection import bands as protect
from pipelines.protection.audit import Problem, ScaleMean
from pipelines.protection.erased import possible_answers
from pipelines.protection.logic import Logic, logic_of

Ints = NDArray[np.int64]
Points = NDArray[np.float64]
Means = Sequence[tuple[Points, Points]]  # per scale: where the interval begins and its step (cells,), or NaN
PLACE = ["table_id", "dim_1", "level_1", "dim_2", "level_2"]


@dataclass(frozen=True)
class Told:
    """A frozen publication: who it counted, where they sat, what it told."""

    counted: pl.DataFrame
    layout: aggregate.Layout
    cell: dy.DataFrame[Cell]
    mean: dy.DataFrame[Mean]

    @classmethod
    def of(cls, home: Home, publication: PublicationId, material: Material) -> Told:
        """Read a publication of the material's wave."""
        counted = vault.read_respondents(home, publication)
        cell = vault.read_frozen(home, publication, Cell)
        mean = vault.read_frozen(home, publication, Mean)
        return cls(counted, as_counted(material, counted).layout, cell, mean)

    @property
    def told_cells(self) -> int:
        """How many bands it showed."""
        return self.cell.filter((pl.col("status") == "published") & (pl.col("measure") != "n")).height

    def bands(self, family: Family) -> tuple[Ints, Ints, Means]:
        """What was told of a family, cell by cell of the layout; -1 or NaN where nothing was."""
        lo, hi = (
            np.array([self._column(self.cell, "measure", a.code, edge, -1) for a in family.members], dtype=np.int64)
            for edge in ("lo", "hi")
        )
        shape = (len(family.members), self.layout.cells.height)
        means = [
            (
                self._column(self.mean, "scale", scale, "lo", np.nan),
                self._column(self.mean, "scale", scale, "step", np.nan),
            )
            for scale in family.scales
        ]
        return lo.reshape(shape), hi.reshape(shape), means

    def _column(self, table: pl.DataFrame, key: str, code: str, edge: str, missing: float) -> Points:
        values = np.full(self.layout.cells.height, float(missing))
        told = table.filter((pl.col(key) == code) & (pl.col("status") == "published"))
        told = told.join(self.layout.cells, on=PLACE, nulls_equal=True, how="left", maintain_order="left")
        values[told["cell"].to_numpy()] = told[edge].to_numpy()
        return values


@dataclass(frozen=True)
class Puzzle:
    """What a reader knows about a family before the newest publication, and the truth; see audit_check.Problem."""

    membership: Ints  # (leaders, tables of all publications), the newest first
    lo: Ints
    hi: Ints
    patterns: NDArray[np.int8]
    can: NDArray[np.bool_]
    answers: Ints  # -1: erased, any that fits will do
    k: int
    m: int
    publication: str  # or the wave of the one being made; for messages
    means: tuple[ScaleMean, ...]  # told before
    blank: tuple[ScaleMean, ...]  # those of the newest publication, of which nothing is told yet

    def with_told(self, lo: Ints, hi: Ints, means: Means) -> Problem:
        """The problem once bands (attributes, cells; -1: withheld) and means of the newest publication are told too."""
        cells = lo.shape[1]
        is_told = np.pad(lo >= 0, ((0, 0), (0, self.lo.shape[1] - cells)))
        all_lo, all_hi = self.lo.copy(), self.hi.copy()
        all_lo[is_told], all_hi[is_told] = lo[lo >= 0], hi[lo >= 0]
        told = (*self.means, *(m for m in map(_told, self.blank, means) if not np.isnan(m.low).all()))
        answers = self._possible(all_lo, all_hi)
        if (self.answers < 0).any() and any(mean.room(answers) is None for mean in told):
            raise Undecided("erased_unknown", publication=self.publication)
        return Problem(self.membership, all_lo, all_hi, self.patterns, self.can, answers, self.k, self.m, means=told)

    def fitting(self, means: Means) -> list[bool]:
        """Which means leave the truth some room: an interval may be so narrow that no other scores surely fit."""
        return [_told(b, m).room(self.answers) is not None for b, m in zip(self.blank, means, strict=True)]

    def _possible(self, lo: Ints, hi: Ints) -> Ints:
        gone, answers = self.answers < 0, self.answers.copy()
        if not gone.any():
            return answers
        yes = np.zeros_like(lo)
        for attribute, values in enumerate(self.patterns[answers[~gone]].T):
            places, weights = self.membership[~gone].ravel(), np.repeat(values, self.membership.shape[1])
            yes[attribute] = np.bincount(places, weights, lo.shape[1])
        found = possible_answers(self.membership[gone], lo - yes, hi - yes, self.patterns, self.can[gone])
        if found is None:
            raise Undecided("erased_unknown", publication=self.publication)
        answers[gone] = found
        return answers


def puzzle_of(material: Material, family: Family, earlier: Sequence[Told]) -> Puzzle:
    """The puzzle of one family: the material as it will be counted, and all that was told of the wave before."""
    counted, policy = material.counted, material.policy
    for told in earlier:
        new = told.counted.join(counted, on="leader_key", how="anti", maintain_order="left")
        counted = pl.concat([counted, new], how="diagonal")
    about = aggregate.eligible(counted, family.members[0]) if family.members else np.ones(counted.height, bool)
    counted = counted.filter(about)
    layers = [(material.people["leader_key"], material.layout), *((t.counted["leader_key"], t.layout) for t in earlier)]
    blocks, starts, start = [], [], 0
    for keys, layout in layers:
        block, width = _places(counted["leader_key"], keys, layout)
        blocks.append(block + start)
        starts.append(start)
        start += width
    membership = np.hstack(blocks)
    logic, answers, can = _truth(material, family, counted)
    size = np.tile(np.bincount(membership.ravel(), minlength=start), (len(family.members), 1))
    lo, hi, means = np.zeros_like(size), size.copy(), []
    blank = [_blank(material, family, logic, membership, at, starts, start) for at in range(len(layers))]
    for at, told in enumerate(earlier, start=1):
        low, high, intervals = told.bands(family)
        rows, cells = np.nonzero(low >= 0)
        lo[rows, cells + starts[at]], hi[rows, cells + starts[at]] = low[rows, cells], high[rows, cells]
        means += [
            m for m in map(_told, blank[at], intervals, [starts[at]] * len(intervals)) if not np.isnan(m.low).all()
        ]
    classes = [a.publication_class for a in family.members]
    classes += [material.instrument.scale(scale).publication_class for scale in family.scales]
    return Puzzle(
        membership, lo, hi, logic.patterns, can, answers, k=max(map(policy.k, classes)), m=policy.m,
        publication=material.wave,
        means=tuple(means), blank=tuple(blank[0]),
    )  # fmt: skip


def _places(everybody: pl.Series, keys: pl.Series, layout: aggregate.Layout) -> tuple[Ints, int]:
    """Cell of everybody in each table of one publication, and how many cells it takes: one more per table."""
    cells, tables = layout.cells.height, len(layout.tables)
    block = np.tile(np.arange(cells, cells + tables), (len(everybody), 1))
    rows = pl.DataFrame({"leader_key": everybody}).join(
        pl.DataFrame({"leader_key": keys}).with_row_index("at"), on="leader_key", how="left", maintain_order="left"
    )["at"]
    is_in = rows.is_not_null().to_numpy()
    block[is_in] = layout.respondents[rows.drop_nulls().to_numpy()]
    return block, cells + tables


def _truth(material: Material, family: Family, counted: pl.DataFrame) -> tuple[Logic, Ints, NDArray[np.bool_]]:
    """The logic of a family, the pattern of everybody counted (-1: erased) and which patterns a reader grants whom."""
    thresholds = material.instrument.threshold_values(material.day)
    logic = logic_of(material.instrument, family.members, family.scales, thresholds)
    codes = [attribute.code for attribute in family.members]
    truth = np.zeros((counted.height, len(codes)), dtype=np.int8)
    for column, code in enumerate(codes):
        truth[:, column] = counted[code].fill_null(value=False).to_numpy()
    is_erased = counted["leader_key"].str.starts_with(vault.STANDS_IN).to_numpy()
    logic = logic.with_patterns(truth[~is_erased])
    answers = (truth[:, None, :] == logic.patterns[None]).all(axis=2).argmax(axis=1)
    can = logic.without_memory[None, :] | counted["had_memory"].to_numpy()[:, None]
    can[np.flatnonzero(~is_erased), answers[~is_erased]] = True
    return logic, np.where(is_erased, -1, answers), can


def _blank(
    material: Material, family: Family, logic: Logic, membership: Ints, at: int,
    starts: Sequence[int], cells: int,
) -> list[ScaleMean]:  # fmt: skip
    """The means of one publication, of which nothing is told yet."""
    tables = [aggregate.table_id(table) for table in material.structure.tables]
    columns = membership[:, at * len(tables) : (at + 1) * len(tables)]
    whole, found = starts[at], []
    for number, code in enumerate(family.scales):
        planned = next(mean.tables for mean in material.instrument.plan.mean if mean.scale == code)
        groups = [tables.index(name) for name in planned if name != "total" and name in tables]
        is_in, nothing = columns[:, 0] == whole, np.full(cells, np.nan)
        sizes = np.bincount(columns.ravel(), minlength=cells)
        found.append(
            ScaleMean(
                logic.lowest[:, number], logic.highest[:, number], logic.is_open[:, number], whole=whole,
                group=np.where(is_in, columns[:, groups[0] if groups else 0], -1), low=nothing, step=nothing,
                most_open=np.array([protect.most_open(int(size), material.policy) for size in sizes]),
                gap=float(np.diff(attainable_scores(material.instrument, material.instrument.scale(code))).max()),
            )
        )  # fmt: skip
    return found


def _told(mean: ScaleMean, edges: tuple[Points, Points], start: int = 0) -> ScaleMean:
    """A mean with its intervals (cells of one publication, the first of which is number `start`)."""
    low, step = np.full((2, len(mean.low)), np.nan)
    low[start : start + len(edges[0])], step[start : start + len(edges[0])] = edges
    return replace(mean, low=low, step=step)
