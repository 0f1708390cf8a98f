"""Export: the published cells and the counted roster, in the exact columns an outside auditor reads."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.ground.frames import dy
from pipelines.ground.schemas import Level, Tables


def auditor_cells(tables: Tables, limited: Sequence[str]) -> pl.DataFrame:
    """One row per cell x measure of one publication, from its tables cell, mean and level.

    `limited` are the attributes whose eligible group is not everybody: they get an `n:<attribute>` row too.
    """
    cell = tables["cell"]
    dimensions = _dimensions(tables["level"])
    levels = [
        pl.when(pl.col("dim_1") == column).then("level_1").when(pl.col("dim_2") == column).then("level_2").alias(column)
        for column in dimensions
    ]
    is_n = pl.col("measure") == "n"
    columns = ["publication", "wave", "table_id", *dimensions, "measure", "value", "lo", "hi", "status"]
    counts = cell.with_columns(
        *levels,
        measure=pl.when(is_n).then("measure").otherwise(pl.format("count:{}", "measure")),
        value=pl.when(is_n).then("n").cast(pl.Float64),
    ).select(columns)
    groups = cell.filter(pl.col("measure").is_in(list(limited))).with_columns(
        *levels,
        measure=pl.format("n:{}", "measure"),
        value=pl.col("n").cast(pl.Float64),
        lo=pl.lit(None, dtype=pl.Int32),
        hi=pl.lit(None, dtype=pl.Int32),
        status=pl.lit("published"),
    )
    means = tables["mean"].with_columns(
        *levels, measure=pl.format("mean:{}", "scale"), value=pl.lit(None, dtype=pl.Float64)
    )
    frames = (counts, groups, means)
    rows = [frame.select(columns).cast({pl.Int32: pl.Float64, pl.Enum: pl.String}) for frame in frames]
    return pl.concat(rows)


def auditor_roster(respondents: pl.DataFrame, level: dy.DataFrame[Level]) -> pl.DataFrame:
    """One row per respondent that a publication counted: its groups, in no order that tells who is who."""
    dimensions = _dimensions(level)
    return respondents.select(dimensions).sort(dimensions)


def _dimensions(level: pl.DataFrame) -> list[str]:
    """The dimensions of a publication, coarse forms among them."""
    return level["dimension"].unique(maintain_order=True).to_list()
