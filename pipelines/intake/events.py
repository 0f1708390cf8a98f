"""Outcomes: which leaders left, from a file of the personnel records; only events the policy lets in, else nothing."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.ground.errors import Refused, WrongUsage
from pipelines.ground.period import Wave

COLUMNS = ("wave", "leader_key", "event")


def conform_outcomes(table: pl.DataFrame, file: str, events: Sequence[str], wave: Wave) -> pl.DataFrame:
    """One row per leader and event (wave, leader_key, event) up to `wave`; other events are not kept.

    Raises Refused when a column is missing or a wave is not written like 2026Q3.
    """
    for column in COLUMNS:
        if column not in table.columns:
            raise Refused("outcomes_file", file=file, column=column)
    rows = table.select(COLUMNS).drop_nulls("leader_key").unique(maintain_order=True)
    try:
        for name in rows["wave"].unique():
            Wave(name or "")
    except WrongUsage as mistake:
        raise Refused("outcomes_file", file=file, column="wave") from mistake
    return rows.filter(pl.col("event").is_in(list(events)) & (pl.col("wave") <= wave))
