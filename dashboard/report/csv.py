"""Writes all figures of a report as CSV for a spreadsheet or a script: one row per figure, edges as shares."""

from __future__ import annotations

import polars as pl

from dashboard.report.formula import as_text
from dashboard.report.model import Report
from dashboard.report.phrases import phrases

COLUMNS = ("by", "label", "measure", "text", "low", "high", "answered", "rest", "year", "note")
TOPICS = ("headlines", "groups", "waves")


def written(report: Report) -> bytes:
    """UTF-8 with a mark at the start, by which a spreadsheet knows it; withheld edges stay empty."""
    say = phrases(report.lang)
    tables = [table for topic in TOPICS for table in report.tables[topic]]
    figures = [{"by": table.head, **row} for table in tables for row in table.rows]
    rows = [{name: as_text(figure[name]) for name in COLUMNS} for figure in figures]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.rename({name: say(f"column.{name}") for name in COLUMNS}).write_csv(include_bom=True).encode()
