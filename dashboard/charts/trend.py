"""One measure through the waves: line, margin, target and marked breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import TOLD, Drawing, base, reading, told
from dashboard.theme import Palette
from dashboard.words import Cell, Words

SCHEMA = TOLD | {
    **dict.fromkeys(("wave", "target_text", "broken"), pl.String),
    **dict.fromkeys(("position", "segment"), pl.Int32),
    "last": pl.Boolean,
    "target": pl.Float64,
}
# A new instrument makes figures before and after incomparable and cuts the line; new regions are only marked.
CUTTING, MARKED = {"instrument"}, {"instrument", "region_split"}
NEAR = 0.15  # a target so close to the top of a margin runs through the words on it


def rows(
    cells: Iterable[tuple[str, Cell | None]],
    words: Words,
    breaks: Mapping[str, str] | None = None,
    target: float | None = None,
) -> pl.DataFrame:
    """One row per wave; a wave that shows nothing, or a change of instrument, starts a new segment."""
    out: list[dict[str, Any]] = []
    aim = words("trend.target", share=words.percent(target)) if target else None
    segment = 0
    for position, (wave, cell) in enumerate(cells):
        row, codes = told(cell, words), (breaks or {}).get(wave, "").split("|")
        segment += bool(CUTTING & set(codes)) or row["low"] is None
        marks = ", ".join(words(f"break.{code}") for code in codes if code in MARKED)
        row |= {"wave": words.wave_short(wave), "position": position, "segment": segment, "last": False}
        out.append(row | {"target": target, "target_text": aim, "broken": marks})
    for row in [row for row in out if row["low"] is not None][-1:]:
        row["last"] = True
    return pl.DataFrame(out, schema=SCHEMA)


def chart(lang: str, colours: Palette, height: int = 220, small: bool = False, points: bool = False) -> Drawing:
    """Band and line per segment, a rule for the target, a mark at every break, the newest figure in words."""
    size = 11 if small else 12
    across = alt.X(
        "wave:O", sort=alt.EncodingSortField("position", op="min"), title=None,
        axis=alt.Axis(labelAngle=0, labelFontSize=size, labelOverlap="greedy", labelSeparation=8, labelFlush=True),
        scale=alt.Scale(type="point", padding=0.35),
    )  # fmt: skip
    waves = base(lang, ("wave", "text", "note", "answered"), x=across)
    ticks = [0, 0.5, 1] if small else [0, 0.25, 0.5, 0.75, 1]
    axis = alt.Axis(**reading(points), grid=True, values=ticks, labelFontSize=size)

    def up(field: str) -> alt.Y:
        return alt.Y(field, scale=alt.Scale(domain=[0, 1]), axis=axis, title=None)

    aimed = waves.transform_filter("isValid(datum.target) && datum.position == 0")
    broken = waves.transform_filter("datum.broken != ''").encode(tooltip=alt.Tooltip("broken:N", title=" "))
    newest, crossed = (
        waves.transform_filter("datum.last"),
        f"isValid(datum.target) && abs(datum.target - datum.high) < {NEAR}",
    )
    band = {"y": up("low:Q"), "y2": "high:Q"}
    layers = [
        waves.mark_area(opacity=0.16, color=colours.teal, aria=False).encode(**band, detail="segment:N"),
        waves.mark_bar(size=7 if small else 10, cornerRadius=4, opacity=0.45, color=colours.teal).encode(**band),
        waves.mark_line(strokeWidth=2.5, color=colours.teal, aria=False).encode(y=up("middle:Q"), detail="segment:N"),
        waves.mark_point(size=30 if small else 60, filled=True, opacity=1, color=colours.teal, aria=False).encode(
            y=up("middle:Q")
        ),
        broken.mark_rule(color=colours.neutral, strokeDash=[2, 4], aria=False),
        aimed.mark_rule(color=colours.brown, strokeDash=[6, 4], strokeWidth=1.5, aria=False).encode(
            x=alt.value(0), x2=alt.value("width"), y=up("target:Q")
        ),
    ]
    if not small:
        words: dict[str, Any] = {"fontSize": 12, "aria": False, "align": "left"}
        halo: dict[str, Any] = {"stroke": colours.paper, "strokeWidth": 4, "strokeJoin": "round"}
        for around in (halo, {}):
            layers += [
                # Under the margin where the line of the target would run through the words.
                newest.transform_filter(f"!({crossed})")
                .mark_text(fontWeight=600, dy=-10, aria=False, **around)
                .encode(y=up("high:Q"), text="text:N"),
                newest.transform_filter(crossed)
                .mark_text(fontWeight=600, dy=12, aria=False, **around)
                .encode(y=up("low:Q"), text="text:N"),
                aimed.mark_text(dx=2, dy=-8, color=colours.brown, **words, **around).encode(
                    x=alt.value(0), y=up("target:Q"), text="target_text:N"
                ),
            ]
        layers.append(
            broken.mark_text(dx=5, baseline="top", color=colours.muted, **words).encode(y=alt.value(0), text="broken:N")
        )
    return alt.layer(*layers).properties(height=height)
