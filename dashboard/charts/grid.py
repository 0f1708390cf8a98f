"""Two dimensions crossed: one printed range per cell, coloured only where it differs from the whole board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import CELL_COLUMNS, Drawing, Tone, base, cell_row, dashed, labels, plain, shown_and_hidden
from dashboard.theme import Palette
from dashboard.words import Cell, Words

# Where a cell stands: row and column with their position.
At = tuple[tuple[int | None, str], tuple[int | None, str], Cell | None]
SCHEMA = CELL_COLUMNS | {
    **dict.fromkeys(("label", "row", "column", "tone"), pl.String),
    **dict.fromkeys(("row_position", "column_position"), pl.Int32),
}
TONES = ["whole", "near", "worse", "better"]
# In pixels.
ROW = 46
LABEL = 190
# Of the height of a row: how far the words stand above its middle, and the small bar below it.
WORDS_ABOVE = 0.14
STRIP_BELOW = 0.21


def rows(cells: Sequence[At], words: Words, tone: Tone = plain) -> pl.DataFrame:
    """One row per published or withheld cell, by its place."""
    out = [
        {
            **cell_row(cell, words),
            "label": f"{row}, {column}",
            "row": row,
            "row_position": down,
            "column": column,
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


def chart(lang: str, colours: Palette, row: int = ROW) -> Drawing:
    """Rounded cells with their range in words above a small bar of it, 0 to 100 %; dashed and empty where withheld."""
    down = labels("row", "row_position", colours, LABEL, paddingInner=0.12)
    cells = base(lang, ("label", "text", "note", "answered"), x=_across(), y=down)
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


def _across() -> alt.X:
    return alt.X(
        "column:N",
        sort=alt.EncodingSortField("column_position", op="min"),
        title=None,
        axis=alt.Axis(orient="top", labelAngle=0),
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
