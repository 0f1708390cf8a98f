"""Two dimensions crossed: one printed range per cell, coloured only where it differs from the whole board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import (
    ACROSS,
    CELL_COLUMNS,
    LINE,
    LINES,
    Drawing,
    Tone,
    base,
    cell_row,
    dashed,
    in_lines,
    labels,
    plain,
    shown_and_hidden,
)
from dashboard.theme import Palette
from dashboard.words import Cell, Words

# Where a cell stands: row and column with their position.
At = tuple[tuple[int | None, str], tuple[int | None, str], Cell | None]
SCHEMA = CELL_COLUMNS | {
    **dict.fromkeys(("label", "row", "row_lines", "column", "column_lines", "tone"), pl.String),
    **dict.fromkeys(("row_position", "column_position"), pl.Int32),
}
TONES = ["whole", "near", "worse", "better"]
ROW = 46  # pixels
HEAD = 28  # pixels around the names of columns
FEW = 3  # columns, under whose heads there is room for a whole line
ACROSS_MANY = 12  # letters of a line of the head of a column, of more columns
# Of the height of a row: how far the words stand above its middle, and the small bar below it.
WORDS_ABOVE = 0.14
STRIP_BELOW = 0.21


def rows(cells: Sequence[At], words: Words, tone: Tone = plain) -> pl.DataFrame:
    """One row per published or withheld cell, by its place."""
    letters = ACROSS if len({column for _, (_, column), _ in cells}) <= FEW else ACROSS_MANY
    out = [
        {
            **cell_row(cell, words),
            "label": f"{row}, {column}",
            "row": row,
            "row_lines": in_lines(row),
            "row_position": down,
            "column": column,
            "column_lines": in_lines(column, letters),
            "column_position": across,
            "tone": tone(cell),
        }
        for (down, row), (across, column), cell in cells
    ]
    return pl.DataFrame(out, schema=SCHEMA)


def table(frame: pl.DataFrame, head: str) -> tuple[dict[str, str], ...]:
    """The same as a table: a row per row of cells; where the plan has no cell, nothing is written."""
    columns = frame.sort("column_position")["column"].unique(maintain_order=True).to_list()
    out: dict[str, dict[str, str]] = {}
    for row in frame.sort("row_position").iter_rows(named=True):
        texts = out.setdefault(row["row"], {head: row["row"], **dict.fromkeys(columns, "")})
        texts[row["column"]] = row["text"]
    return tuple(out.values())


def chart(lang: str, colours: Palette, row: int = ROW, head: int = 1) -> Drawing:
    """Rounded cells with their range in words above a small bar of it, 0 to 100 %; dashed and empty where withheld.

    `row`: the height of a row in pixels. `head`: lines of the longest name of a column.
    """
    down = labels("row_lines", "row_position", colours, paddingInner=0.12)
    cells = base(lang, ("label", "text", "note", "answered"), x=_across(head), y=down)
    shown, hidden = shown_and_hidden(cells)
    fills = [colours.track, colours.neutral_soft, colours.brown_soft, colours.teal_soft]
    bars = [colours.teal, colours.teal, colours.on_soft, colours.on_soft]
    whole = shown.transform_calculate(start="0", stop="1")
    margin = shown.transform_calculate(start="datum.low", stop="datum.high")
    below = round(row * STRIP_BELOW)
    words = shown.mark_text(fontWeight=600, dy=-round(row * WORDS_ABOVE), color=colours.on_soft, aria=False)
    layers = alt.layer(
        shown.mark_rect(cornerRadius=6).encode(color=alt.Color("tone:N", scale=_tones(fills), legend=None)),
        hidden.mark_rect(cornerRadius=6, aria=False, **dashed(colours)),
        _strip(whole, below, color=colours.paper, opacity=0.7),
        _strip(margin, below).encode(stroke=alt.Stroke("tone:N", scale=_tones(bars), legend=None)),
        words.encode(text="text:N"),
        hidden.mark_text(color=colours.muted, aria=False).encode(text="text:N"),
    )
    separate = layers.resolve_scale(color="independent", stroke="independent", xOffset="independent")
    return separate.properties(height=alt.Step(row))


def tall(frame: pl.DataFrame, row: int = ROW, head: int = 1, **_: object) -> int:
    """How many pixels high it is, heads included."""
    return row * frame["row_position"].n_unique() + HEAD + LINE * head


def _across(head: int) -> alt.X:
    # Vega hangs the lines of a name from where the axis would write one: the heads are moved up by the others.
    padding = 8 + LINE * (head - 1)
    return alt.X(
        "column_lines:N",
        sort=alt.EncodingSortField("column_position", op="min"),
        title=None,
        axis=alt.Axis(
            orient="top",
            labelAngle=0,
            labelExpr=LINES,
            labelLimit=0,
            labelOverlap=False,
            labelLineHeight=LINE,
            labelPadding=padding,
        ),
        scale=alt.Scale(paddingInner=0.05, paddingOuter=0),
    )


def _tones(colours: list[str]) -> alt.Scale:
    return alt.Scale(domain=TONES, range=colours)


def _strip(part: alt.Chart, below: int, **look: Any) -> alt.Chart:
    """A small bar within a cell from `start` to `stop` (0-1), so many pixels below its middle."""
    along = alt.XOffset("edge:Q", scale=alt.Scale(domain=[-0.12, 1.12], nice=False))
    edges = part.transform_fold(["start", "stop"], as_=["side", "edge"])
    line = edges.mark_line(strokeWidth=4, strokeCap="round", yOffset=below, aria=False, **look)
    return line.encode(xOffset=along, detail="label:N")
