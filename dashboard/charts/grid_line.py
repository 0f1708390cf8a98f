"""A share that follows another, point by point, with its margin as a band."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import AXIS, LETTERS, Drawing, base, share
from dashboard.theme import Palette

SCHEMA = {
    **dict.fromkeys(("coverage", "low", "high", "middle"), pl.Float64),
    **dict.fromkeys(("label", "text", "note"), pl.String),
}
HEIGHT = 220  # pixels


def rows(points: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """One row per point: coverage across, middle with low and high upwards, and the words for them."""
    return pl.DataFrame(list(points), schema=SCHEMA)


def chart(lang: str, colours: Palette) -> Drawing:
    """A band, its middle and points to point at."""
    up = alt.Axis(format=".0%", grid=True, labelFontSize=LETTERS)
    every = base(lang, ("label", "text", "note"), x=share("coverage:Q", grid=False))
    middle = every.encode(y=alt.Y("middle:Q", title=None, axis=up, scale=alt.Scale(domainMin=0)))
    return alt.layer(
        every.mark_area(opacity=0.16, color=colours.teal, aria=False).encode(
            y=alt.Y("low:Q", title=None, axis=up), y2="high:Q"
        ),
        middle.mark_line(strokeWidth=2.5, color=colours.teal, aria=False),
        middle.mark_point(size=60, filled=True, opacity=1, color=colours.teal),
    ).properties(height=HEIGHT)


def tall(frame: pl.DataFrame, **_: object) -> int:
    """How many pixels high it is, axis included; the same for every frame."""
    return HEIGHT + AXIS
