"""Two dimensions crossed: one printed range per cell, coloured only where it differs from the whole board."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from dashboard.charts.parts import TOLD, Drawing, base, dashed, labels, told, tone
from dashboard.theme import Palette
from dashboard.words import Cell, Words

SCHEMA = TOLD | {
    **dict.fromkeys(("row", "column", "tone"), pl.String),
    **dict.fromkeys(("row_position", "column_position"), pl.Int32),
}
ROW = 40


def rows(cells: Sequence[Cell], words: Words, board: Cell | None) -> pl.DataFrame:
    """One row per published or withheld cell of a two-way table."""
    out = [
        told(cell, words)
        | {"row": words.level(cell["dim_1"], cell["level_1"]), "row_position": cell["position_1"]}
        | {"column": words.level(cell["dim_2"], cell["level_2"]), "column_position": cell["position_2"]}
        | {"tone": tone(cell, board)}
        for cell in cells
    ]
    return pl.DataFrame(out, schema=SCHEMA)


def chart(lang: str, colours: Palette) -> Drawing:
    """Rounded cells; dashed and empty where withheld."""
    across = alt.X(
        "column:N", sort=alt.EncodingSortField("column_position", op="min"), title=None,
        axis=alt.Axis(orient="top", labelAngle=0), scale=alt.Scale(paddingInner=0.05, paddingOuter=0),
    )  # fmt: skip
    down = labels("row", "row_position", colours, paddingInner=0.14)
    cells = base(lang, ("row", "column", "text", "note", "answered"), x=across, y=down)
    shown, hidden = cells.transform_filter("isValid(datum.low)"), cells.transform_filter("!isValid(datum.low)")
    tones = alt.Scale(
        domain=["near", "worse", "better"], range=[colours.neutral_soft, colours.brown_soft, colours.teal_soft]
    )
    return alt.layer(
        shown.mark_rect(cornerRadius=6).encode(color=alt.Color("tone:N", scale=tones, legend=None)),
        hidden.mark_rect(cornerRadius=6, **dashed(colours)),
        shown.mark_text(fontWeight=600, color=colours.on_soft, aria=False).encode(text="text:N"),
        hidden.mark_text(color=colours.muted, aria=False).encode(text="text:N"),
    ).properties(height=alt.Step(ROW))
