"""What all charts share: how a cell becomes a row, who stands out, labels, tooltips, the look of what is withheld."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import polars as pl

from dashboard.theme import Palette
from dashboard.words import Cell, Words, sentences

Tone = Callable[[Cell | None], str]  # the colour of a cell beside the whole board: whole, worse, better or near
Drawing = alt.LayerChart | alt.FacetChart
# A long name takes more lines rather than an ellipsis.
LINES = "length(datum.label) > 24 ? split(replace(datum.label, /(.{12,20}) (?=.{8})/g, '$1|'), '|') : datum.label"
LINE = 13  # pixels
LETTERS = 12  # pixels, of what an axis says
CELL_COLUMNS = {
    **dict.fromkeys(("low", "high", "middle"), pl.Float64),
    **dict.fromkeys(("text", "inside", "note", "answered"), pl.String),
}


def cell_row(cell: Cell | None, words: Words) -> dict[str, Any]:
    """What may be drawn and said of one cell; columns as in CELL_COLUMNS.

    low, high and middle are shares (0-1), null where the cell shows none; `inside` says so in the bar itself.
    """
    figure = words.figure(cell)
    return {
        "low": figure.low,
        "high": figure.high,
        "middle": figure.middle,
        "text": figure.text if figure.shown else words("dash"),
        "inside": "" if figure.shown else words(f"inside.{figure.kind}"),
        "note": f"{figure.note} {words.parts(cell)}".strip(),
        "answered": words.answered(cell),
    }


def plain(cell: Cell | None) -> str:
    """The colour of a cell that is laid beside nothing."""
    return "whole"


def base(lang: str, tips: tuple[str, ...], **channels: Any) -> alt.Chart:
    """A chart whose tooltips hold ready words under a head in the reader's language."""
    texts = sentences(lang)
    heads = [alt.Tooltip(f"{field}:N", title=texts[f"tip.{field}"]) for field in tips]
    return alt.Chart().encode(tooltip=heads, description=alt.Description(f"{tips[-2]}:N"), **channels)


def shown_and_hidden(chart: alt.Chart, field: str = "low") -> tuple[alt.Chart, alt.Chart]:
    """The rows that have a figure to draw, and those of which nothing is shown."""
    return chart.transform_filter(f"isValid(datum.{field})"), chart.transform_filter(f"!isValid(datum.{field})")


def labels(field: str, position: str, colours: Palette, limit: int = 170, **scale: Any) -> alt.Y:
    """Rows by name, in the order of their position; a name of more lines stands around the middle of its row."""
    # Vega puts the first line in the middle and the others under it, into the row below.
    lines = LINES.replace("datum.label", "datum.value")
    lifted = [{"test": f"isArray({lines}) && length({lines}) === {n}", "value": -LINE * (n - 1) / 2} for n in (2, 3)]
    axis = alt.Axis(
        labelColor=colours.ink,
        labelLimit=limit,
        labelExpr=LINES,
        labelLineHeight=LINE,
        labelOffset={"condition": lifted, "value": 0},
    )
    return alt.Y(
        f"{field}:N",
        sort=alt.EncodingSortField(position, op="min"),
        title=None,
        axis=axis,
        scale=alt.Scale(**{"padding": 0, **scale}),
    )


def share(field: str, end: float = 1, grid: bool = True, points: bool = False, step: float = 0.25) -> alt.X:
    """A share across, 0 to 100 %, or points of 0 to 100; `end` leaves room for words at the right."""
    ticks = [step * number for number in range(round(1 / step) + 1)]
    axis = alt.Axis(**reading(points), values=ticks, grid=grid, labelFontSize=LETTERS)
    return alt.X(field, scale=alt.Scale(domain=[0, end], nice=False), axis=axis, title=None)


def reading(points: bool) -> dict[str, Any]:
    """How an axis says where a mark lies."""
    return {"labelExpr": "round(datum.value * 100)"} if points else {"format": ".0%"}


def dashed(colours: Palette) -> dict[str, Any]:
    """The outline of a cell that is withheld."""
    return {"fillOpacity": 0, "stroke": colours.muted, "strokeDash": [3, 3], "strokeOpacity": 0.7}


def halo(colours: Palette) -> dict[str, Any]:
    """Words drawn once with this around them, and once without, can be read over a line."""
    return {"stroke": colours.paper, "strokeWidth": 4, "strokeJoin": "round"}
