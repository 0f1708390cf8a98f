"""What all charts share: how a cell becomes a row, who stands out, labels, tooltips, the look of what is withheld."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from typing import Any

import altair as alt
import polars as pl

from dashboard.theme import Palette
from dashboard.words import Cell, Words, sentences

Tone = Callable[[Cell | None], str]  # the colour of a cell beside the whole board: whole, worse, better or near
Drawing = alt.LayerChart | alt.FacetChart
# A long name takes more lines rather than an ellipsis: a frame holds it with this between its lines.
BREAK = "|"
LINES = f"split(datum.label, '{BREAK}')"
ACROSS = 24  # letters of a line
MOST_LINES = 6
LINE = 13  # pixels
BETWEEN = 6  # pixels, of a row with names of many lines
AXIS = 40  # pixels, of an axis under a picture and the room around it
LETTERS = 12  # pixels, of what an axis says
LETTER = 7  # pixels, about, of a letter of a name
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
    """A chart whose marks say the same words to a pointer and, beginning with the group, to who hears them."""
    texts = sentences(lang)
    heads = [alt.Tooltip(f"{field}:N", title=texts[f"tip.{field}"]) for field in tips]
    others = (f" + (datum.{field} ? ', ' + datum.{field} : '')" for field in tips[1:])
    heard = alt.DescriptionValue(alt.ExprRef(f"datum.{tips[0]}{''.join(others)}"))
    return alt.Chart().encode(tooltip=heads, description=heard, **channels)


def shown_and_hidden(chart: alt.Chart, field: str = "low") -> tuple[alt.Chart, alt.Chart]:
    """The rows that have a figure to draw, and those of which nothing is shown."""
    return chart.transform_filter(f"isValid(datum.{field})"), chart.transform_filter(f"!isValid(datum.{field})")


def in_lines(name: str, across: int = ACROSS) -> str:
    """A name with a BREAK wherever a line of so many letters is full."""
    return BREAK.join(textwrap.wrap(name, across)) or name


def most_lines(names: Iterable[str]) -> int:
    """Of how many lines the longest of these names is."""
    return max((name.count(BREAK) + 1 for name in names), default=1)


def beside(names: Iterable[str]) -> int:
    """About how many pixels the longest line of these names takes, left of a picture."""
    return LETTER * max((len(line) for name in names for line in name.split(BREAK)), default=0)


def row_for(names: Iterable[str], row: int) -> int:
    """The height of a row in pixels in which the longest of these names fits, at least `row`."""
    return max(row, LINE * most_lines(names) + BETWEEN)


def labels(field: str, position: str, colours: Palette, **scale: Any) -> alt.Y:
    """Rows by name, in the order of their position; a name of more lines stands around the middle of its row."""
    # Vega puts the first line in the middle and the others under it, into the row below.
    lines = f"length(split(datum.value, '{BREAK}'))"
    lifted = [{"test": f"{lines} === {n}", "value": -LINE * (n - 1) / 2} for n in range(2, MOST_LINES + 1)]
    axis = alt.Axis(
        labelColor=colours.ink,
        labelLimit=0,
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


def share(field: str, beside: int = 0, grid: bool = True, points: bool = False, step: float = 0.25) -> alt.X:
    """A share across, 0 to 100 %, or points of 0 to 100; `beside`: pixels for words at the right."""
    ticks = [step * number for number in range(round(1 / step) + 1)]
    axis = alt.Axis(
        **reading(points), values=ticks, grid=grid, labelFontSize=LETTERS, labelOverlap="parity", labelSeparation=4
    )
    end = alt.ExprRef(f"width / (width - {beside})") if beside else 1
    # Vega-Lite would stack a bar whose end is no field: the unseen bar over a row would be of no width.
    return alt.X(field, scale=alt.Scale(domainMin=0, domainMax=end, nice=False), axis=axis, title=None, stack=None)


def reading(points: bool) -> dict[str, Any]:
    """How an axis says where a mark lies."""
    return {"labelExpr": "round(datum.value * 100)"} if points else {"format": ".0%"}


def dashed(colours: Palette) -> dict[str, Any]:
    """The outline of a cell that is withheld."""
    return {"fillOpacity": 0, "stroke": colours.muted, "strokeDash": [3, 3], "strokeOpacity": 0.7}


def halo(colours: Palette) -> dict[str, Any]:
    """Words drawn once with this around them, and once without, can be read over a line."""
    return {"stroke": colours.paper, "strokeWidth": 4, "strokeJoin": "round"}
