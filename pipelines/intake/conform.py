"""Conform: typed answers become one row for each known leader; bad rows are kept and explained."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.schemas import UNKNOWN, Conformed
from pipelines.instruments import Instrument
from pipelines.instruments.checks import unknown_level
from pipelines.instruments.wording import answers as wording_of
from pipelines.intake.answers import Typed, few_words, in_our_levels

HELPERS = ("is_dated", "is_on_roster", "is_placed", "is_answered")
ROSTER_ROW = "roster_row"  # where on the roster the leader of an answer stands, so that nobody is looked up twice


@dataclass(frozen=True)
class Imported:
    """What became of an export: every row is in `answers` or in `rejected`."""

    answers: pl.DataFrame
    rejected: pl.DataFrame  # row, column, rule and the raw answers (they stay in the vault)
    data_errors: pl.DataFrame  # row, column, rule: one answer that became empty
    rows: int
    late: int
    has_keys: bool
    columns_asked: tuple[str, ...]
    early: int = 0  # sent before the wave opened
    partial: int = 0  # broke off: at least one scale that was asked is wholly open
    standing: str = "new"  # to what the vault holds; see flow_import
    profile: str = ""  # the layout it was read by
    unread: tuple[str, ...] = ()  # heads that belong to no question
    combinations: Any = None  # who could be recognised by groups alone; see levels.Combinations

    @property
    def duplicates(self) -> int:
        """Rows that were a second answer by one leader."""
        return self.rejected.filter(pl.col("rule") == "duplicate_leader").height


def conform(typed: Typed, instrument: Instrument, wave: WaveDays, roster: pl.DataFrame | None) -> Imported:
    """Typed answers -> one row per leader, with the leader's dimensions.

    Where the roster says who a leader is, `answers` also holds `roster_row`, from 0.
    """
    has_keys = "leader_key" in typed.frame
    answers = _placed(typed, instrument, roster if has_keys else None)
    answers = answers.with_columns(is_answered=pl.any_horizontal(pl.col(typed.asked).is_not_null()))
    accepted, failures = Conformed.filter(answers.select(Conformed.column_names()))
    first_rule = pl.coalesce(
        pl.when(pl.col(rule) == "invalid").then(pl.lit(rule))
        for rule in ("no_key", "bad_date", "not_on_roster", "no_group", "nothing_answered")
    )
    rejected = failures.details().select("row", rule=first_rule)
    good = accepted.sort(pl.col("submitted").fill_null(dt.date.min), "row", descending=[True, False])
    second = good.filter(~pl.col("leader_key").is_first_distinct()).select("row", rule=pl.lit("duplicate_leader"))
    rejected = pl.concat([rejected, second]).sort("row")
    column = pl.col("rule").replace_strict(
        {"bad_date": "submitted", "no_group": "dimensions", "nothing_answered": None}, default="leader_key"
    )
    # What is no answer is not kept: it could be anything.
    told = [*typed.frame, *typed.asked]
    bad = answers[rejected["row"] - 1].select("row", pl.col(told).cast(pl.String))
    raw = bad.select("row", raw=pl.struct(told).struct.json_encode())
    kept = (answers.join(rejected, on="row", how="anti") if rejected.height else answers).drop(HELPERS)
    return Imported(
        answers=kept,
        rejected=rejected.select("row", column.alias("column"), "rule").join(raw, on="row", how="left"),
        data_errors=typed.errors.drop("answer").join(rejected, on="row", how="anti"),
        rows=answers.height,
        late=kept.filter(pl.col("submitted") > wave.closes).height if wave.closes else 0,
        has_keys=has_keys,
        columns_asked=typed.asked,
        early=kept.filter(pl.col("submitted") < wave.opens).height if wave.opens else 0,
        partial=_broken_off(kept, instrument),
    )


def _broken_off(answers: pl.DataFrame, instrument: Instrument) -> int:
    blocks = [[item.code for item in scale.items if item.code in answers.columns] for scale in instrument.scales]
    is_open = [pl.all_horizontal(pl.col(block).is_null()) for block in blocks if block]
    return answers.filter(pl.any_horizontal(is_open)).height if is_open else 0


def conform_roster(table: pl.DataFrame, instrument: Instrument, wave: Wave) -> pl.DataFrame:
    """Roster (all strings) -> one row per leader on the roster of one wave, with its dimensions.

    A school is only counted, so of its key a number is kept: the first row on the roster that has it.
    Raises Refused for a wave nobody is on, a double key, or a level the dimension does not know.
    """
    if "leader_key" not in table.columns:
        raise Refused("roster_without_key", column="leader_key")
    dimensions = [d.code for d in instrument.dimensions if d.code in table.columns]
    schools = [name for name in ("school_key",) if name in table.columns]
    kept = ["leader_key", *schools, *dimensions]
    if "wave" in table.columns:
        of_wave = (table["wave"] == wave).fill_null(value=False)
        table = table.select(kept) if of_wave.all() else table.select(kept).filter(of_wave)
    if table.is_empty():
        raise Refused("roster_without_wave", wave=wave, column="wave")
    if table["leader_key"].n_unique() < table.height:
        raise Refused("roster_double_key", column="leader_key", wave=wave)
    table = table.with_columns(in_our_levels(table, dimensions, instrument, wording_of(instrument)))
    _check_levels(table, instrument, dimensions)
    table = table.with_columns(_numbered(table[name]) for name in schools)
    gaps = [code for code in dimensions if table[code].null_count()]
    return table.with_columns(few_words(table[code].cast(pl.String).fill_null(UNKNOWN)) for code in gaps)


def _numbered(keys: pl.Series) -> pl.Series:
    """The first row that has the same key, from 0; null for null."""
    _, first, which = np.unique(keys.hash().to_numpy(), return_index=True, return_inverse=True)
    return pl.select(pl.when(keys.is_not_null()).then(pl.Series(first[which])).alias(keys.name)).to_series()


def _placed(typed: Typed, instrument: Instrument, roster: pl.DataFrame | None) -> pl.DataFrame:
    """Give every row its dimensions: from the roster when there is one, else from the export."""
    if roster is not None:
        answers = typed.answers.drop(typed.dimensions)
        dimensions = [c for c in roster.columns if c not in ("leader_key", "school_key")]
        listed = roster.select("leader_key", *dimensions).with_row_index(ROSTER_ROW)
        found = answers.select("leader_key").join(listed, on="leader_key", how="left", maintain_order="left")
        answers = answers.with_columns(found.drop("leader_key"), is_on_roster=found[ROSTER_ROW].is_not_null())
    else:
        dimensions = list(typed.dimensions)
        _check_levels(typed.answers, instrument, dimensions)
        answers = typed.answers.with_columns(is_on_roster=pl.lit(value=True))
    known = pl.all_horizontal(pl.col(dimensions).is_not_null()) if dimensions else pl.lit(value=True)
    return answers.with_columns(is_placed=known | ~pl.col("is_on_roster"))


def _check_levels(table: pl.DataFrame, instrument: Instrument, dimensions: list[str]) -> None:
    for code in dimensions:
        dimension = instrument.dimension(code)
        if dimension is None or not dimension.levels:
            continue
        for level in table[code].drop_nulls().unique().sort():
            if level not in dimension.levels:
                raise unknown_level(code, level, dimension.levels)
