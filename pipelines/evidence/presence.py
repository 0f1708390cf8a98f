"""Presence: which estimates are told, by the published ranges alone; that a row is there says nothing beyond them.

An exact threshold on answers (at least ten who want to leave) would be an exact statement about answers beside the
proof: with the published bands it fixed the answers of eleven leaders of a region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dataframely as dy
import polars as pl

from pipelines.ground.schemas import EVIDENCE, Cell, Evidence, Tables, WhatIf, frame_of
from pipelines.instruments import Instrument, Method

STARTER = "0-1"
BAND = "experience_band"
NOTHING_TOLD = "too_few"


def within_ranges(tables: Tables, cell: dy.DataFrame[Cell], instrument: Instrument, method: Method) -> Tables:
    """The tables of evidence less what the published cells of the publication do not carry.

    A yes/no outcome and the what-if of a pillar are told only where published ranges show that enough leaders stand on
    either side.
    """
    ranges = Ranges(cell, instrument)
    told = {
        row["outcome"] for row in tables["evidence"].to_dicts() if _carries_outcome(row, ranges, instrument, method)
    }
    is_told = pl.col("outcome").is_in(list(told))
    what_if = tables["what_if"]
    rows = list(_what_if_rows(what_if, ranges, instrument, method)) if what_if.height else []
    return {
        **tables,
        "evidence": Evidence.cast(tables["evidence"].filter(is_told)),
        "evidence_term": EVIDENCE["evidence_term"].cast(tables["evidence_term"].filter(is_told)),
        "what_if": frame_of(WhatIf, rows),
    }


class Ranges:
    """The published ranges of one publication, for the question whether enough leaders stand on either side."""

    def __init__(self, cell: dy.DataFrame[Cell], instrument: Instrument) -> None:
        shown = cell.filter(pl.col("status") == "published", pl.col("measure") != "n", pl.col("lo").is_not_null())
        self.rows = {(row["measure"], row["table_id"], row["level_1"]): row for row in shown.iter_rows(named=True)}
        self.instrument = instrument

    def divide(self, measure: str | None, fewest: int, table: str = "total", level: str | None = None) -> bool:
        """Whether a range shows at least `fewest` leaders with the measure and as many without it."""
        row = self.rows.get((measure or "", table, level))
        return row is not None and row["lo"] >= fewest and row["n"] - row["hi"] >= fewest

    def starters(self) -> str | None:
        """The group that starters are counted in, alone or after a merge with others."""
        levels = {level for _, table, level in self.rows if table == BAND and level is not None}
        return next((level for level in sorted(levels) if STARTER in level.split(" + ")), None)


def _carries_outcome(row: Mapping[str, Any], ranges: Ranges, instrument: Instrument, method: Method) -> bool:
    """A score is always told; a yes/no outcome where a range of what is counted of it divides the board."""
    if row["kind"] == "score":
        return True
    counted = [one.code for one in instrument.attributes if one.from_ == row["outcome"] and one.at_least is not None]
    return any(ranges.divide(code, method.fewest_added) for code in counted)


def _what_if_rows(
    what_if: pl.DataFrame, ranges: Ranges, instrument: Instrument, method: Method
) -> Iterator[Mapping[str, Any]]:
    """The curve of each pillar and group, or one row that says that nothing can be told of it."""
    at_risk = next((one.code for one in instrument.attributes if one.rule), None)
    fewest = method.what_if.fewest_rows
    for (group, pillar), rows in what_if.group_by("group", "pillar", maintain_order=True):
        place = ("total", None) if group == "all" else (BAND, ranges.starters())
        used = instrument.measure_in(f"pillar:{pillar}:used")
        is_told = ranges.divide(used, fewest, *place) and ranges.divide(at_risk, fewest, *place)
        if is_told or rows["word"][0] == "too_small":
            yield from rows.to_dicts()
        else:
            first = rows.row(0, named=True)
            nothing = dict.fromkeys(("coverage", "estimate", "low", "high"))
            yield {**first, "word": NOTHING_TOLD, **nothing}
