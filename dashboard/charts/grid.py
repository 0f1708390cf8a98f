"""Two dimensions crossed: one printed range per cell, coloured only where it differs from the whole board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import TOLD, Drawing, base, dashed, labels, told, tone
from dashboard.theme import Palette
from dashboard.words import Cell, Words, Worse

# Where a cell stands, row and column with their position, and the whole board's cell to compare it with.
At = tuple[tuple[int | None, str], tuple[int | None, str], Cell | None, Cell | None]
SCHEMA = TOLD | {
    **dict.fromkeys(("label", "row", "column", "tone"), pl.String),
    **dict.fromkeys(("row_position", "column_position"), pl.Int32),
}
ROW, LABEL = 46, 190


def rows(cells: Sequence[At], words: Words, worse: Worse = "lower") -> pl.DataFrame:
    """One row per published or withheld cell, by its place."""
    out = [
        told(cell, words)
        | {"label": f"{row}, {column}", "row": row, "row_position": down, "column": column, "column_position": across}
        | {"tone": tone(cell, board, worse)}
        for (down, row), (across, column), cell, board in cells
    ]
    return pl.DataFrame(out, schema=SCHEMA)


def table(frame: pl.DataFrame, head: str) -> tuple[dict[str, str], ...]:
    """The same as a table: a row per row of cells; where the plan has no cell, nothing is written."""
    columns = frame.sort("column_position")["column"].unique(maintain_order=True).to_list()
    out: dict[str, dict[str, str]] = {}
    for row in frame.sort("row_position").iter_rows(named=True):
        out.setdefault(row["row"], {head: row["row"], **dict.fromkeys(columns, "")})[row["column"]] = row["text"]
    return tuple(out.values())


def chart(lang: str, colours: Palette, row: int = ROW) -> Drawing:
    """Rounded cells with their range in words above a small bar of it, 0 to 100 %; dashed and empty where withheld."""
    across = alt.X(
        "column:N", sort=alt.EncodingSortField("column_position", op="min"), title=None,
        axis=alt.Axis(orient="top", labelAngle=0), scale=alt.Scale(paddingInner=0.05, paddingOuter=0),
    )  # fmt: skip
    down = labels("row", "row_position", colours, LABEL, paddingInner=0.12)
    cells = base(lang, ("label", "text", "note", "answered"), x=across, y=down)
    shown, hidden = cells.transform_filter("isValid(datum.low)"), cells.transform_filter("!isValid(datum.low)")
    kinds = ["whole", "near", "worse", "better"]
    fills = [colours.track, colours.neutral_soft, colours.brown_soft, colours.teal_soft]
    bars = [colours.teal, colours.teal, colours.on_soft, colours.on_soft]
    whole = shown.transform_calculate(start="0", stop="1")
    known = shown.transform_calculate(start="datum.low", stop="datum.high")

    def strip(part: alt.Chart, **look: Any) -> alt.Chart:
        along = alt.XOffset("edge:Q", scale=alt.Scale(domain=[-0.12, 1.12], nice=False))
        both = part.transform_fold(["start", "stop"], as_=["side", "edge"])
        line = both.mark_line(strokeWidth=4, strokeCap="round", yOffset=round(row * 0.21), aria=False, **look)
        return line.encode(xOffset=along, detail="label:N")

    return (
        alt.layer(
            shown.mark_rect(cornerRadius=6).encode(
                color=alt.Color("tone:N", scale=alt.Scale(domain=kinds, range=fills), legend=None)
            ),
            hidden.mark_rect(cornerRadius=6, aria=False, **dashed(colours)),
            strip(whole, color=colours.paper, opacity=0.7),
            strip(known).encode(stroke=alt.Stroke("tone:N", scale=alt.Scale(domain=kinds, range=bars), legend=None)),
            shown.mark_text(fontWeight=600, dy=-round(row * 0.14), color=colours.on_soft, aria=False).encode(
                text="text:N"
            ),
            hidden.mark_text(color=colours.muted, aria=False).encode(text="text:N"),
        )
        .resolve_scale(color="independent", stroke="independent", xOffset="independent")
        .properties(height=alt.Step(row))
    )
