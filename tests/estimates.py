"""What models say of boards that tests made, as the gate lets it through and as it is published."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl

from pipelines.evidence import History, estimate
from pipelines.ground.dice import Dice
from pipelines.ground.schemas import Cell, Tables
from pipelines.instruments import model_grid
from pipelines.protection import Modelled
from pipelines.protection.modelled import on_grid
from pipelines.publication.modelled import modelled_tables

KEY = b"a key of a test"


def gated(past: History) -> Modelled:
    """What models say of a board, through the gate."""
    years, first = past.instrument.starters or ("", "")
    starters = past.now.filter(pl.col(years) == first).height if years in past.now.columns else 0
    return on_grid(estimate(past, Dice(KEY)), past.respondents, starters, past.method, model_grid())


def told(past: History, cell: pl.DataFrame, publication: str = "2026Q3-1") -> Tables:
    """The same as tables, as far as the published cells carry it."""
    released = SimpleNamespace(
        modelled=gated(past), instrument=past.instrument, day=past.wave.first_day, wave=past.wave
    )
    return modelled_tables(released, cell, publication)


def with_range(cell: pl.DataFrame, measure: str, lo: int, without: int) -> pl.DataFrame:
    """The cells, where the range of a measure for the whole board shows so many with it and so many without."""
    is_it = (pl.col("measure") == measure) & (pl.col("table_id") == "total")
    hi = pl.col("n") - without
    return Cell.cast(
        cell.with_columns(
            status=pl.when(is_it).then(pl.lit("published")).otherwise(pl.col("status").cast(pl.String)),
            lo=pl.when(is_it).then(lo).otherwise("lo"),
            hi=pl.when(is_it).then(hi).otherwise("hi"),
            low=pl.when(is_it).then(lo / pl.col("n")).otherwise("low"),
            high=pl.when(is_it).then(hi / pl.col("n")).otherwise("high"),
        )
    )
