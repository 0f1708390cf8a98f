"""Estimates with their interval around no effect at all; what others found too is drawn dashed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import AXIS, LETTERS, Drawing, base, halo, in_lines, labels
from dashboard.theme import Palette

SCHEMA = {
    **dict.fromkeys(("low", "high", "middle", "near_low", "near_high"), pl.Float64),
    **dict.fromkeys(("label", "lines", "text", "note"), pl.String),
    "combined": pl.Boolean,
    "position": pl.Int32,
}
ROW = 46  # pixels


def rows(estimates: Iterable[dict[str, Any]], near: float | None = None) -> pl.DataFrame:
    """One row per estimate (label, low, middle, high, text, note, combined); `near` marks what does not matter."""
    band = {"near_low": None if near is None else -near, "near_high": near}
    return pl.DataFrame(
        [
            {**estimate, **band, "lines": in_lines(estimate["label"]), "position": position}
            for position, estimate in enumerate(estimates)
        ],
        schema=SCHEMA,
    )


def chart(lang: str, colours: Palette) -> Drawing:
    """From back to front: what is too small to matter, no effect, interval, estimate, words."""
    every = base(lang, ("label", "text", "note"), y=labels("lines", "position", colours))
    every = every.transform_calculate(zero="0")
    axis = alt.Axis(grid=True, labelFontSize=LETTERS, tickCount=5, labelOverlap="greedy", labelSeparation=8)
    span = every.encode(x=alt.X("low:Q", title=None, axis=axis, scale=alt.Scale(padding=24)), x2="high:Q")
    own = span.transform_filter("!datum.combined")
    combined = span.transform_filter("datum.combined")
    too_small = every.transform_filter("isValid(datum.near_low)")
    no_effect = every.mark_rule(color=colours.muted, aria=False)
    return alt.layer(
        too_small.mark_bar(size=ROW, color=colours.neutral_soft, opacity=0.45, aria=False).encode(
            x="near_low:Q", x2="near_high:Q"
        ),
        no_effect.encode(x="zero:Q", y=alt.value(0), y2=alt.value("height")),
        own.mark_rule(strokeWidth=6, strokeCap="round", color=colours.teal_soft),
        combined.mark_rule(strokeWidth=2.5, strokeDash=[5, 4], color=colours.neutral, aria=False),
        every.mark_point(size=70, filled=True, opacity=1, color=colours.teal, aria=False).encode(x="middle:Q"),
        *(
            # With a halo, for near no effect the rule of it runs through the words.
            every.mark_text(dy=-13, fontWeight=600, aria=False, **around).encode(x="middle:Q", text="text:N")
            for around in (halo(colours), {})
        ),
    ).properties(height=alt.Step(ROW))


def tall(frame: pl.DataFrame, **_: object) -> int:
    """How many pixels high it is, axis included."""
    return ROW * frame.height + AXIS
