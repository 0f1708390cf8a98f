"""Under codes: in the place of the agency's keys stand the vault's codes, and whoever was erased is left out."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

import polars as pl

from pipelines import vault
from pipelines.ground.settings import Home
from pipelines.intake.conform import ROSTER_ROW, Imported

KEY_OF_RAW = pl.col("raw").str.json_path_match("$.leader_key")


def with_codes(home: Home, people: pl.DataFrame) -> pl.DataFrame:
    """A roster or events with codes for keys; erased leaders still stand there, each in its row."""
    return people.with_columns(vault.leader_codes(home, people["leader_key"]))


def under_codes(home: Home, imported: Imported, roster: pl.DataFrame | None) -> Imported:
    """The import with codes for keys (`roster`: with codes already), and without erased leaders.

    A row of somebody erased is told as rejected, but its answers are kept nowhere.
    """
    if not imported.has_keys:
        return imported
    erased = vault.erased_codes(home)
    answers = _answers(home, imported.answers, roster)
    dropped = turned_away(answers.filter(pl.col("leader_key").is_in(erased)), "erased")
    return replace(
        imported,
        answers=answers.join(dropped, on="row", how="anti") if dropped.height else answers,
        rejected=pl.concat([_rejected(home, imported.rejected, erased), dropped]).sort("row"),
        data_errors=imported.data_errors.join(dropped, on="row", how="anti"),
    )


def without_erased(home: Home, people: pl.DataFrame) -> pl.DataFrame:
    """People under codes, less those who were erased."""
    erased = vault.erased_codes(home)
    return people.filter(~pl.col("leader_key").is_in(erased)) if erased else people


def turned_away(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
    """Answers as rejected rows; of these the answers are not kept: they count nowhere."""
    return rows.select("row", column=pl.lit("leader_key"), rule=pl.lit(rule), raw=pl.lit(None, pl.String))


def _answers(home: Home, answers: pl.DataFrame, roster: pl.DataFrame | None) -> pl.DataFrame:
    """Answers with codes for keys; from the roster, where it is known in which of its rows each leader stands."""
    if roster is None:
        return answers.with_columns(vault.leader_codes(home, answers["leader_key"]))
    return answers.with_columns(leader_key=roster["leader_key"].gather(answers[ROSTER_ROW])).drop(ROSTER_ROW)


def _rejected(home: Home, rejected: pl.DataFrame, erased: Collection[str]) -> pl.DataFrame:
    """Rejected rows hold the row as it came: its key too becomes a code, and of who was erased nothing is held."""
    if rejected.height:
        heads = json.loads(rejected["raw"][0])
        rows = rejected["raw"].str.json_decode(pl.Struct(dict.fromkeys(heads, pl.String))).struct.unnest()
        rows = rows.with_columns(vault.leader_codes(home, rows["leader_key"]))
        rejected = rejected.with_columns(raw=rows.select(pl.struct(pl.all()).struct.json_encode()).to_series())
    was_erased = KEY_OF_RAW.is_in(erased).fill_null(value=False)
    return rejected.with_columns(
        column=pl.when(was_erased).then(pl.lit("leader_key")).otherwise("column"),
        rule=pl.when(was_erased).then(pl.lit("erased")).otherwise("rule"),
        raw=pl.when(~was_erased).then("raw"),
    )
