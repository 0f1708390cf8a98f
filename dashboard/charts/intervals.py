"""Horizontal margins, one row per group or pillar: what is known, against the whole board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import altair as alt
import polars as pl

from dashboard.charts.parts import TOLD, Drawing, base, dashed, labels, share, told, tone
from dashboard.theme import Palette
from dashboard.words import Cell, Words, Worse

SCHEMA = TOLD | {
    **dict.fromkeys(("label", "tone", "level"), pl.String),
    **dict.fromkeys(("before_low", "before_high", "board_low", "board_high", "target"), pl.Float64),
    "position": pl.Int32,
    "faint": pl.Boolean,
}
# The plot runs past 100 % so that the figures stand in one column at its right edge.
END, END_SMALL = 1.48, 1.58
ROW = 38
LABEL, LABEL_SMALL = 170, 125


def rows(
    cells: Iterable[tuple[str, Cell | None]],
    words: Words,
    board: Cell | None = None,
    before: Mapping[str, Cell | None] | None = None,
    targets: Mapping[str, float | None] | None = None,
    worse: Worse = "lower",
    chosen: str | None = None,
) -> pl.DataFrame:
    """One row per labelled cell, in the order given; `before` and `targets` go by the same labels."""
    margin = words.figure(board)
    out = []
    for position, (label, cell) in enumerate(cells):
        earlier, level = words.figure((before or {}).get(label)), cell["level_1"] if cell else None
        out.append(
            told(cell, words)
            | {"label": label, "position": position, "level": level, "tone": tone(cell, board, worse)}
            | {"before_low": earlier.low, "before_high": earlier.high, "target": (targets or {}).get(label)}
            | {"board_low": margin.low, "board_high": margin.high}
            | {"faint": chosen is not None and level not in (chosen, None)}
        )
    return pl.DataFrame(out, schema=SCHEMA)


def chart(lang: str, colours: Palette, clickable: bool = False, row: int = ROW, points: bool = False) -> Drawing:
    """From back to front: board, track, withheld, margin, previous wave, middle, target, words, and the row to touch.

    Only that last, unseen bar has a tooltip and hears a click, so that all of a row answers alike.
    """
    end = END if row >= ROW else END_SMALL
    across = partial(share, end=end, points=points, step=0.25 if row >= ROW else 0.5)
    down = labels("label", "position", colours, LABEL if row >= ROW else LABEL_SMALL)
    touched = base(lang, ("label", "text", "note", "answered"), y=down)
    touched = touched.transform_calculate(zero="0", full="1", end=str(end)).encode(x=across("zero:Q"), x2="end:Q")
    touched = touched.mark_bar(size=row - 4, opacity=0, cursor="pointer" if clickable else "default")
    if clickable:
        touched = touched.add_params(alt.selection_point(name="pick", fields=["level"], toggle=False))
    rows = alt.Chart().encode(y=down).transform_calculate(zero="0", full="1", end=str(end))
    shown, hidden = rows.transform_filter("isValid(datum.low)"), rows.transform_filter("!isValid(datum.low)")
    whole = {"x": across("zero:Q"), "x2": "full:Q"}
    tones = alt.Scale(
        domain=["whole", "near", "worse", "better"],
        range=[colours.teal, colours.teal_soft, colours.brown, colours.teal],
    )
    margin = shown.mark_bar(size=20, cornerRadius=10, aria=False).encode(
        x=across("low:Q"), x2="high:Q", color=alt.Color("tone:N", scale=tones, legend=None),
        opacity=alt.condition("datum.faint", alt.value(0.6), alt.value(1)),
    )  # fmt: skip
    return alt.layer(
        rows.transform_filter("isValid(datum.board_low)")
        .mark_bar(size=row, color=colours.teal, opacity=0.1, aria=False)
        .encode(x=across("board_low:Q"), x2="board_high:Q"),
        shown.mark_bar(size=20, cornerRadius=10, color=colours.track, aria=False).encode(**whole),
        hidden.mark_bar(size=20, cornerRadius=10, aria=False, **dashed(colours)).encode(**whole),
        margin,
        rows.transform_filter("isValid(datum.before_low)")
        .mark_bar(size=3, cornerRadius=1.5, yOffset=15, color=colours.neutral, aria=False)
        .encode(x=across("before_low:Q"), x2="before_high:Q"),
        shown.transform_filter("isValid(datum.middle) && datum.high - datum.low > 0.06")
        .mark_point(size=46, filled=True, opacity=1, color=colours.paper, aria=False)
        .encode(x=across("middle:Q")),
        rows.transform_filter("isValid(datum.target)")
        .mark_tick(size=24, thickness=2.5, color=colours.brown, aria=False)
        .encode(x=across("target:Q")),
        hidden.mark_text(align="left", dx=12, color=colours.muted, fontSize=12, aria=False)
        .encode(x=across("zero:Q"), text="inside:N"),
        rows.mark_text(align="right", fontWeight=600, aria=False).encode(x=across("end:Q"), text="text:N"),
        touched,
    ).properties(height=alt.Step(row))  # fmt: skip
