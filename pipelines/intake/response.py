"""Response: how many answered in each group, of how many; counts only, never a leader's row."""

from __future__ import annotations

import polars as pl

from pipelines.instruments import Dimension
from pipelines.intake.understand import Conformed

SCHEMA = {"group": pl.String, "level": pl.String, "leaders": pl.Int64, "answered": pl.Int64}


def response(conformed: Conformed) -> pl.DataFrame:
    """One row per group and level, in the order of the instrument; `leaders` are null without a roster."""
    answers = conformed.imported.answers
    dimensions = [dimension for dimension in conformed.instrument.dimensions if dimension.code in answers.columns]
    rows = []
    for dimension in dimensions:
        answered = _sizes(answers, dimension)
        listed = answered if conformed.roster is None else _sizes(conformed.roster, dimension)
        for level in _in_order(dimension, listed):
            leaders = None if conformed.roster is None else listed[level]
            rows.append((dimension.code, level, leaders, answered.get(level, 0)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _sizes(people: pl.DataFrame, dimension: Dimension) -> dict[str, int]:
    return dict(people[dimension.code].value_counts().iter_rows())


def _in_order(dimension: Dimension, sizes: dict[str, int]) -> list[str]:
    """The levels there are: those the instrument lists in its order, then the others by name."""
    listed = [level for level in dimension.levels if level in sizes]
    return [*listed, *sorted(set(sizes) - set(listed))]
