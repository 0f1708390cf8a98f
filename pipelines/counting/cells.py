"""Cells: every cell of a publication, and which of them each leader sits in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Table = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Every cell of a publication, and who sits in which."""

    tables: tuple[Table, ...]
    cells: pl.DataFrame  # cell, table_id, way, dim_1, level_1, dim_2, level_2
    respondents: Ints  # (leaders, tables): cell of each respondent
    roster: Ints | None  # the same for the roster


def table_id(table: Table) -> str:
    """`total`, `region`, `region+experience_band`."""
    return "+".join(table) or "total"


def lay_out(tables: Sequence[Table], respondents: pl.DataFrame, roster: pl.DataFrame | None) -> Layout:
    """Number the cells of all tables; a cell exists when a respondent or a leader on the roster sits in it."""
    everybody = respondents if roster is None else pl.concat([respondents, roster], how="diagonal")
    frames: list[pl.DataFrame] = []
    answered: list[Ints] = []
    listed: list[Ints] = []
    start = 0
    for table in tables:
        levels = everybody.select(table).unique().sort(table) if table else pl.DataFrame({"": [None]})
        cells = levels.with_row_index("cell", offset=start).with_columns(pl.col("cell").cast(pl.Int64))
        columns: list[pl.Expr] = [pl.lit(table_id(table)).alias("table_id"), pl.lit(len(table)).alias("way")]
        for i in (1, 2):
            dimension = table[i - 1] if i <= len(table) else None
            columns.append(pl.lit(dimension, dtype=pl.String).alias(f"dim_{i}"))
            level = pl.lit(None, dtype=pl.String) if dimension is None else pl.col(dimension)
            columns.append(level.alias(f"level_{i}"))
        frames.append(cells.select("cell", *columns))
        answered.append(_cell_of(respondents, cells, table, start))
        if roster is not None:
            listed.append(_cell_of(roster, cells, table, start))
        start += cells.height
    return Layout(
        tables=tuple(tables),
        cells=pl.concat(frames),
        respondents=np.column_stack(answered),
        roster=np.column_stack(listed) if listed else None,
    )


def _cell_of(people: pl.DataFrame, cells: pl.DataFrame, table: Table, start: int) -> Ints:
    if not table:
        return np.full(people.height, start, dtype=np.int64)
    return people.select(table).join(cells, on=table, how="left", maintain_order="left")["cell"].to_numpy()
