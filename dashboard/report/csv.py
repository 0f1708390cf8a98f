"""Writes all figures of a report as CSV for a spreadsheet or a script: one row per figure, edges as shares."""

from __future__ import annotations

import polars as pl

from dashboard.report.model import Report
from dashboard.report.phrases import phrases

COLUMNS = ("by", "label", "measure", "text", "low", "high", "answered", "note")
# A spreadsheet takes text that starts like this for a formula.
FORMULA = r"^([=+\-@\t\r])"


def written(report: Report) -> bytes:
    """UTF-8 with a mark at the start, by which a spreadsheet knows it; withheld edges stay empty."""
    say = phrases(report.lang)
    tables = [*report.tables["headlines"], *report.tables["groups"], *report.tables["waves"]]
    rows = [{"by": table.head, **row} for table in tables for row in table.rows]
    frame = pl.DataFrame([{name: row[name] for name in COLUMNS} for row in rows], infer_schema_length=None)
    safe = frame.with_columns(pl.col(pl.String).str.replace(FORMULA, "'$1"))
    return safe.rename({name: say(f"column.{name}") for name in COLUMNS}).write_csv(include_bom=True).encode()
