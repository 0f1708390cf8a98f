"""Writes all figures of a report as CSV for a spreadsheet or a script: one row per figure, edges as shares (0-1)."""

from __future__ import annotations

import polars as pl

from dashboard import theme
from dashboard.names import JOINER
from dashboard.report.formula import as_text
from dashboard.report.model import Report
from dashboard.report.phrases import phrases

COLUMNS = ("wave", "by", "group", "measure", "text", "low", "high", "answered", "rest", "year", "note")
TOPICS = ("waves", "groups")
EDGES = ("low", "high")
HEADS = {"group": "label"}  # where the word for a column has another key


def written(report: Report, with_withheld: bool = False) -> bytes:
    """Text that the spreadsheet of a reader opens in columns: UTF-8 with a mark at the start, its decimals and commas.

    A figure that is not shown has no row, unless `with_withheld`: then it has one with its reason and empty edges.
    """
    say = phrases(report.lang)
    rows = [row for topic in TOPICS for table in report.tables[topic] for row in table.rows]
    shown = [row for row in rows if with_withheld or row["low"] is not None]
    schema = {name: pl.Float64 if name in EDGES else pl.String for name in COLUMNS}
    frame = pl.DataFrame([{name: as_text(_unjoined(row[name])) for name in COLUMNS} for row in shown], schema=schema)
    frame = frame.unique(maintain_order=True)  # the whole board stands above the groups of every table
    has_comma = theme.numbers(report.lang)["decimal"] == ","
    named = frame.rename({name: say(f"column.{HEADS.get(name, name)}") for name in COLUMNS})
    return named.write_csv(include_bom=True, separator=";" if has_comma else ",", decimal_comma=has_comma).encode()


def _unjoined(value: object) -> object:
    """A name as it was written: a table has no marks to keep it from."""
    return value.replace(JOINER, "") if isinstance(value, str) else value
