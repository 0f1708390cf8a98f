"""Roster: who could have answered a wave and in which group each leader is, from the personnel records."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.schemas import UNKNOWN
from pipelines.instruments import Instrument, codes_by_answer
from pipelines.intake.answers import few_words, in_our_levels
from pipelines.intake.levels import check_declared

SCHOOL = "school_key"


def conform_roster(table: pl.DataFrame, instrument: Instrument, wave: Wave) -> pl.DataFrame:
    """Roster (all strings) -> one row per leader on the roster of one wave, with its dimensions.

    A school is only counted, so of its key a number is kept: the first row on the roster that has it.
    Raises Refused for a wave nobody is on, a double key, or a level the dimension does not know.
    """
    if "leader_key" not in table.columns:
        raise Refused("roster_without_key", column="leader_key")
    dimensions = [dimension.code for dimension in instrument.dimensions if dimension.code in table.columns]
    schools = [SCHOOL] if SCHOOL in table.columns else []
    roster = _of_wave(table.select("leader_key", *schools, *dimensions), table, wave)
    if roster.is_empty():
        raise Refused("roster_without_wave", wave=wave, column="wave")
    if roster["leader_key"].n_unique() < roster.height:
        raise Refused("roster_double_key", column="leader_key", wave=wave)
    roster = roster.with_columns(in_our_levels(roster, dimensions, instrument, codes_by_answer(instrument)))
    check_declared(roster, instrument, dimensions)
    with_gaps = [code for code in dimensions if roster[code].null_count()]
    return roster.with_columns(
        *(_first_row_of(roster[name]) for name in schools),
        *(few_words(roster[code].cast(pl.String).fill_null(UNKNOWN)) for code in with_gaps),
    )


def _of_wave(roster: pl.DataFrame, table: pl.DataFrame, wave: Wave) -> pl.DataFrame:
    """The rows of the roster that are of the wave; all of them where the `table` it is from names no waves."""
    if "wave" not in table.columns:
        return roster
    is_of_wave = (table["wave"] == wave).fill_null(value=False)
    return roster if is_of_wave.all() else roster.filter(is_of_wave)


def _first_row_of(keys: pl.Series) -> pl.Series:
    """The first row that has the same key, from 0; null for null."""
    _, first, which = np.unique(keys.hash().to_numpy(), return_index=True, return_inverse=True)
    return pl.select(pl.when(keys.is_not_null()).then(pl.Series(first[which])).alias(keys.name)).to_series()
