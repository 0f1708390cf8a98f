"""Marks: rows of an export that are nobody's answer (totals, heads again, trial answers), and those left unfinished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.ground.told import Told
from pipelines.instruments import Profile

TOTALS = r"(sub|eind|grand )?(totaal|total)|gemiddeld(e)?|average|mean|som|sum|aantal|count"
TRIALS = r"test|tester|test ?persoon|proef|proef ?persoon|dummy"
KEY = "leader_key"
FIRST = 2  # cells of a row in which a word for a total stands
RULES = ("repeated_heads", "totals_row", "test_answer", "spam")  # the first that holds is told
ROWS = {"row": pl.Int64, "rule": pl.String}


@dataclass(frozen=True)
class Marks:
    """Rows of the file that say of themselves that they are no answer, or not a whole one."""

    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ROWS))  # row, rule
    unfinished: pl.Series = field(default_factory=lambda: pl.Series("row", [], pl.Int64))


def marks_of(raw: pl.DataFrame, reads: Mapping[str, str], profile: Profile, first_row: int = 1) -> Marks:
    """The rows of an export (`raw`: all columns by their heads) that its profile and its first cells mark.

    `first_row`: the row of the file in which the first answer stands.
    """
    found = [*_by_cells(raw, reads), *_by_profile(raw, profile)]
    hits = [_rows_where(raw, is_marked, first_row).with_columns(rule=pl.lit(rule)) for rule, is_marked in found]
    unfinished = [_rows_where(raw, is_marked, first_row) for is_marked in _says(raw, profile.rows.unfinished)]
    rejected = pl.concat([pl.DataFrame(schema=ROWS), *hits])
    first = rejected.sort("row", pl.col("rule").cast(pl.Enum(RULES))).unique("row", keep="first", maintain_order=True)
    open_rows = pl.concat([pl.DataFrame(schema={"row": pl.Int64}), *unfinished]).unique().sort("row")
    return Marks(first, open_rows.join(first, on="row", how="anti")["row"])


def told_of(marks: Marks, rejected: pl.DataFrame) -> tuple[Told, ...]:
    """How many of the rows that count were left unfinished."""
    count = marks.unfinished.to_frame().join(rejected, on="row", how="anti").height
    return (Told("unfinished", count),) if count else ()


def _rows_where(raw: pl.DataFrame, is_marked: pl.Expr, first_row: int) -> pl.DataFrame:
    rows = raw.select(pl.arg_where(is_marked)).to_series().cast(pl.Int64) + first_row
    return rows.alias("row").to_frame()


def _by_profile(raw: pl.DataFrame, profile: Profile) -> Iterator[tuple[str, pl.Expr]]:
    for rule, heads in (("test_answer", profile.rows.test_answer), ("spam", profile.rows.spam)):
        for is_marked in _says(raw, heads):
            yield rule, is_marked


def _says(raw: pl.DataFrame, heads: Mapping[str, tuple[str, ...]]) -> Iterator[pl.Expr]:
    """For each of these columns that the export has: whether a cell is one of these words."""
    for head, words in heads.items():
        if head in raw.columns:
            cell = pl.col(head).cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
            yield cell.is_in([word.lower() for word in words])


def _by_cells(raw: pl.DataFrame, reads: Mapping[str, str]) -> Iterator[tuple[str, pl.Expr]]:
    """What the key says, and where there is none the first cells; a key stands alone, so any sign may surround it."""
    keys = [head for head, column in reads.items() if column == KEY]
    for head in dict.fromkeys((*keys, *raw.columns[:FIRST])):
        cell = pl.col(head).cast(pl.String)
        if head in reads:
            yield "repeated_heads", cell.str.strip_chars("\ufeff \"'") == head
        yield "totals_row", cell.str.contains(rf"(?i)^\W*(?:{TOTALS})[\W\d]*$")
    for head in keys:
        yield "test_answer", pl.col(head).cast(pl.String).str.contains(rf"(?i)^\W*(?:{TRIALS})[\W\d_]*$")
