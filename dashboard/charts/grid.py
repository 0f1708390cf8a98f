"""Two dimensions crossed: one printed range per cell, coloured only where it differs from the whole board."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from dashboard.charts.parts import TOLD, Drawing, Worse, base, dashed, labels, told, tone
from dashboard.theme import Palette
from dashboard.words import Cell, Words

# Where a cell stands, row and column with their position, and the whole board's cell to compare it with.
At = tuple[tuple[int | None, str], tuple[int | None, str], Cell | None, Cell | None]
SCHEMA = TOLD | {
    **dict.fromkeys(("label", "row", "column", "tone"), pl.String),
    **dict.fromkeys(("row_position", "column_position"), pl.Int32),
}
ROW = 40


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


def chart(lang: str, colours: Palette) -> Drawing:
    """Rounded cells; dashed and empty where withheld."""
    across = alt.X(
        "column:N", sort=alt.EncodingSortField("column_position", op="min"), title=None,
        axis=alt.Axis(orient="top", labelAngle=0), scale=alt.Scale(paddingInner=0.05, paddingOuter=0),
    )  # fmt: skip
    down = labels("row", "row_position", colours, paddingInner=0.14)
    cells = base(lang, ("label", "text", "note", "answered"), x=across, y=down)
    shown, hidden = cells.transform_filter("isValid(datum.low)"), cells.transform_filter("!isValid(datum.low)")
    tones = alt.Scale(
        domain=["board", "near", "worse", "better"],
        range=[colours.track, colours.neutral_soft, colours.brown_soft, colours.teal_soft],
    )
    return alt.layer(
        shown.mark_rect(cornerRadius=6).encode(color=alt.Color("tone:N", scale=tones, legend=None)),
        hidden.mark_rect(cornerRadius=6, aria=False, **dashed(colours)),
        shown.mark_text(fontWeight=600, color=colours.on_soft, aria=False).encode(text="text:N"),
        hidden.mark_text(color=colours.muted, aria=False).encode(text="text:N"),
    ).properties(height=alt.Step(ROW))
