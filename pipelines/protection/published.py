"""Published: what was told of a wave before, for whoever lays it beside what is told now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting import Family, Grouped, Ints, Layout
from pipelines.ground.frames import dy
from pipelines.ground.schemas import Cell, Mean, Tables
from pipelines.protection.figures import NOT_SAID

Points = NDArray[np.float64]
Means = Sequence[tuple[Points, Points]]  # per scale: where the interval begins and its step (cells,), or NaN
PLACE = ["table_id", "dim_1", "level_1", "dim_2", "level_2"]


@dataclass(frozen=True)
class Publication:
    """A frozen publication: who it counted, where they sat, what it told."""

    respondents: pl.DataFrame
    layout: Layout
    cell: dy.DataFrame[Cell]
    mean: dy.DataFrame[Mean]

    @classmethod
    def of(cls, tables: Tables, respondents: pl.DataFrame, grouped: Grouped) -> Publication:
        """A publication of the same wave: its public tables, and who it counted."""
        layout = grouped.as_counted(respondents).layout
        return cls(respondents, layout, Cell.cast(tables["cell"]), Mean.cast(tables["mean"]))

    @property
    def shown_cells(self) -> int:
        """How many bands it showed."""
        return self.cell.filter((pl.col("status") == "published") & (pl.col("measure") != "n")).height

    def figures(self, family: Family) -> tuple[Ints, Ints, Means]:
        """What was told of a family: lowest and highest counts (attributes, cells), and its means."""
        shape = (len(family.members), self.layout.cells.height)
        lo = [self._column(self.cell, "measure", one.code, "lo", NOT_SAID) for one in family.members]
        hi = [self._column(self.cell, "measure", one.code, "hi", NOT_SAID) for one in family.members]
        means = [
            (
                self._column(self.mean, "scale", scale, "lo", np.nan),
                self._column(self.mean, "scale", scale, "step", np.nan),
            )
            for scale in family.scales
        ]
        return np.array(lo, dtype=np.int64).reshape(shape), np.array(hi, dtype=np.int64).reshape(shape), means

    def _column(self, table: pl.DataFrame, key: str, code: str, edge: str, missing: float) -> Points:
        values = np.full(self.layout.cells.height, float(missing))
        shown = table.filter((pl.col(key) == code) & (pl.col("status") == "published"))
        shown = shown.join(self.layout.cells, on=PLACE, nulls_equal=True, how="left", maintain_order="left")
        values[shown["cell"].to_numpy()] = shown[edge].to_numpy()
        return values
