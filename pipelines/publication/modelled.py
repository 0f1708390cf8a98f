"""Modelled: what models may say becomes tables, as far as the published ranges carry it.

Everything here follows from what passed the gate and from published cells: an exact threshold on answers (at least ten
who want to leave) would be an exact statement about answers beside the proof. The curve of the what-if is drawn through
the published share at the published coverage, never narrower than their ranges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from pipelines.ground.frames import dy
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import EVIDENCE, Cell, Tables, frame_of
from pipelines.instruments import TOGETHER, Instrument, Method, method_on, model_grid
from pipelines.protection import Released

FAIR = "fair_"
CANNOT_CHECK = "cannot_check"
GROUPS = ("all", "starters")
DUST = 1e-9  # points: what is nearer to a whole point than this lies on it
Row = dict[str, Any]


def modelled_tables(released: Released, cell: dy.DataFrame[Cell], publication: PublicationId) -> Tables:
    """The tables of what models say; `cell`: the published cells of this publication."""
    rows = {name: frame.to_dicts() for name, frame in released.modelled.tables.items()}
    if not released.modelled.is_repeat:
        rows = _within_ranges(rows, Ranges(cell, released.instrument), method_on(released.day))
    return {
        name: frame_of(schema, rows.get(name, []), publication=publication, wave=released.wave)
        for name, schema in EVIDENCE.items()
    }


def _within_ranges(rows: Mapping[str, list[Row]], ranges: Ranges, method: Method) -> dict[str, list[Row]]:
    """What the published ranges carry of it."""
    told = {row["outcome"] for row in rows["evidence"] if row["kind"] == "score" or ranges.divide_outcome(row, method)}
    return {
        **rows,
        "evidence": [row for row in rows["evidence"] if row["outcome"] in told],
        "evidence_term": [row for row in rows["evidence_term"] if row["outcome"] in told],
        "model_card": [_checked(row, ranges, method) for row in rows["model_card"]],
        "what_if": list(_what_if_rows(rows["what_if"], ranges, method)),
    }


class Ranges:
    """The published ranges of one publication, for the question whether enough leaders stand on either side."""

    def __init__(self, cell: dy.DataFrame[Cell], instrument: Instrument) -> None:
        shown = cell.filter(pl.col("status") == "published", pl.col("measure") != "n", pl.col("lo").is_not_null())
        self.rows = {(row["measure"], row["table_id"], row["level_1"]): row for row in shown.iter_rows(named=True)}
        self.instrument = instrument
        self.years, self.first = instrument.starters or ("", "")
        self.levels = [row["level_1"] for row in cell.filter(table_id=self.years, measure="n").iter_rows(named=True)]

    def row(self, measure: str | None, table: str = "total", level: str | None = None) -> Row | None:
        """The published row of a measure."""
        return self.rows.get((measure or "", table, level))

    def place(self, group: str) -> tuple[str, str | None]:
        """Table and level of everybody, or of the group that starters are counted in, alone or merged with others."""
        starters = next((level for level in self.levels if self.first in level.split(TOGETHER)), None)
        return ("total", None) if group == "all" else (self.years, starters)

    def divide_outcome(self, row: Mapping[str, Any], method: Method) -> bool:
        """Whether a range of what is counted of a yes/no outcome divides the board."""
        return any(divides(self.row(code), method.fewest_added) for code in self.counted_of(row["outcome"]))

    def counted_of(self, scale: str) -> list[str]:
        """The measures that say of how many leaders a score is high."""
        return [one.code for one in self.instrument.attributes if one.from_ == scale and one.at_least is not None]


def divides(row: Row | None, fewest: int) -> bool:
    """Whether a range shows at least `fewest` leaders with the measure and as many without it."""
    return row is not None and row["lo"] >= fewest and row["n"] - row["hi"] >= fewest


# ---------------------------------------------------------------------------------------------- fairness


def _checked(row: Row, ranges: Ranges, method: Method) -> Row:
    """A word about fairness, where the published ranges of every group show enough leaders and events."""
    group = row["part"].partition(":")[2]
    if not row["part"].startswith(FAIR) or row["word"] is None or _can_check(group, ranges, method):
        return row
    return {**row, "word": CANNOT_CHECK}


def _can_check(group: str, ranges: Ranges, method: Method) -> bool:
    """Whether each group of a dimension has enough leaders, and surely enough of them who want to leave."""
    numbers = method.risk
    codes = [code for one in method.outcome if one.at_least is not None for code in ranges.counted_of(one.scale)]
    for code in codes:
        shown = [row for (measure, table, _), row in ranges.rows.items() if (measure, table) == (code, group)]
        if shown and all(row["n"] >= numbers.fair_leaders and row["lo"] >= numbers.fair_events for row in shown):
            return sum(row["n"] for row in shown) == (ranges.row(code) or shown[0])["n"]
    return False


# ----------------------------------------------------------------------------------------------- what-if


def _what_if_rows(told: list[Row], ranges: Ranges, method: Method) -> Iterator[Row]:
    """One row per pillar, group and share of coverage, today's among them; figures where it can be told which way."""
    at_risk = next((one.code for one in ranges.instrument.attributes if one.rule), None)
    differences = {(row["pillar"], row["group"]): row for row in told}
    for pillar in dict.fromkeys(row["pillar"] for row in told):
        users = ranges.instrument.measure_in(f"pillar:{pillar}:used")
        for group in GROUPS:
            where = {"group": group, "pillar": pillar}
            if (pillar, group) not in differences:
                yield {**where, "word": "too_small"}
                continue
            place, difference = ranges.place(group), differences[pillar, group]
            used, risk = ranges.row(users, *place), ranges.row(at_risk, *place)
            is_told = used is not None and risk is not None and _carry(used, risk, method.what_if.fewest_rows)
            word = (is_told and _word(difference)) or "cannot_tell"
            for coverage in _coverages(used, method.what_if.steps):
                is_today = coverage == today_of(used)
                point = curve_point(coverage, difference, used or {}, risk or {}) if word != "cannot_tell" else {}
                yield {**where, "word": word, "coverage": coverage, "is_today": is_today, **point}


def today_of(used: Row | None) -> float | None:
    """The middle of the published coverage, in whole points."""
    return None if used is None or used["low"] is None else round((used["low"] + used["high"]) / 2, 2)


def _coverages(used: Row | None, steps: int) -> list[float]:
    """Shares of coverage from nobody to everybody, and today's."""
    today = today_of(used)
    return sorted({*(step / steps for step in range(steps + 1)), *(() if today is None else (today,))})


def _carry(used: Row, risk: Row, fewest: int) -> bool:
    """Whether both ranges are of the same leaders, divide them, and say shares of all of them."""
    is_told = used["low"] is not None and risk["low"] is not None
    return is_told and used["n"] == risk["n"] and divides(used, fewest) and divides(risk, fewest)


def _word(difference: Row) -> str | None:
    """Which way it goes; nothing where the interval holds 0."""
    return "lower" if difference["high"] <= 0 else "higher" if difference["low"] >= 0 else None


def curve_point(coverage: float, difference: Row, used: Row, risk: Row) -> Row:
    """The share at risk at some coverage: the published share, moved by the difference from the published coverage.

    Today's coverage gives the published share and margin, as the page prints them. No margin is narrower than that,
    also where a share would end below nobody or above everybody.
    """
    today = today_of(used) or 0.0
    is_today = coverage == today
    moves = [
        0.0 if is_today else edge * (coverage - used[at])
        for edge in (difference["low"], difference["high"])
        for at in ("low", "high")
    ]
    steps = round(1 / model_grid().share)
    least, most = (math.floor(steps * risk["low"] + DUST), math.ceil(steps * risk["high"] - DUST))
    low = math.floor(steps * (risk["low"] + min(moves)) + DUST)
    high = math.ceil(steps * (risk["high"] + max(moves)) - DUST)
    low, high = max(min(low, steps - (most - least)), 0), min(max(high, most - least), steps)
    share = round((risk["low"] + risk["high"]) / 2, 2) + (
        0 if is_today else difference["estimate"] * (coverage - today)
    )
    middle = min(max(round(steps * share), low), high)
    return {"estimate": middle / steps, "low": low / steps, "high": high / steps}
