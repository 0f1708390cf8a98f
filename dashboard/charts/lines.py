"""The outcome from little to much stress, one line for each amount of support."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import AXIS, LETTERS, Drawing, base
from dashboard.theme import Palette

SCHEMA = {**dict.fromkeys(("label", "stress_text", "text"), pl.String), "across": pl.Int32, "value": pl.Float64}
DASHES = [[2, 3], [7, 4], [1, 0]]
# Room at the left for half the name of that end, and at the right for the names of the lines on a telephone.
ACROSS = [-1.3, 2.9]
HEIGHT = 240  # pixels


def rows(points: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """One row per line and end: label, across (stress: -1 or 1), stress_text, value (points from the average), text."""
    return pl.DataFrame(list(points), schema=SCHEMA)


def chart(
    lang: str, colours: Palette, names: tuple[str, ...] = ("", "", ""), ends: tuple[str, str] = ("", "")
) -> Drawing:
    """Three lines told apart by colour, dash and a name at their end; `names` from little to much support."""
    axis = alt.Axis(
        values=[-1, 1],
        labelExpr=f"datum.value < 0 ? {json.dumps(ends[0])} : {json.dumps(ends[1])}",  # no quote of a name ends it
        labelAlign="center",
        labelPadding=14,
    )
    across = alt.X("across:Q", title=None, scale=alt.Scale(domain=ACROSS, nice=False), axis=axis)
    tint = alt.Scale(domain=list(names), range=[colours.brown, colours.neutral, colours.teal])
    dashes = alt.Scale(domain=list(names), range=DASHES)
    every = base(lang, ("label", "stress_text", "text"), x=across).encode(
        y=alt.Y("value:Q", title=None, axis=alt.Axis(grid=True, labelFontSize=LETTERS)),
        color=alt.Color("label:N", scale=tint, legend=None),
    )
    right_end = every.transform_filter("datum.across > 0")
    return alt.layer(
        every.mark_line(strokeWidth=3, aria=False).encode(
            strokeDash=alt.StrokeDash("label:N", scale=dashes, legend=None)
        ),
        every.mark_point(size=60, filled=True, opacity=1),
        right_end.mark_text(align="left", dx=10, fontWeight=600, aria=False).encode(text="label:N"),
    ).properties(height=HEIGHT)


def tall(frame: pl.DataFrame, **_: object) -> int:
    """How many pixels high it is, axis included; the same for every frame."""
    return HEIGHT + AXIS
