"""Horizontal margins, one row per group or pillar: what is known, against the whole board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import altair as alt
import polars as pl

from dashboard.charts.parts import (
    ACROSS,
    AXIS,
    CELL_COLUMNS,
    LETTERS,
    Drawing,
    Tone,
    base,
    cell_row,
    dashed,
    in_lines,
    labels,
    plain,
    share,
    shown_and_hidden,
)
from dashboard.theme import Palette
from dashboard.words import Cell, Words

SCHEMA = CELL_COLUMNS | {
    **dict.fromkeys(("label", "lines", "tone", "level"), pl.String),
    **dict.fromkeys(("before_low", "before_high", "board_low", "board_high", "target"), pl.Float64),
    "position": pl.Int32,
    "faint": pl.Boolean,
}
# In pixels.
ROW = 38
ROW_SMALL = 28
BAR = 20
FIGURES = 78  # the column of figures at the right edge
ACROSS_SMALL = 17  # letters of a line of a label, for many beside each other
WIDE_ENOUGH = 0.06  # for a point in the middle of a margin


def rows(
    cells: Iterable[tuple[str, Cell | None]],
    words: Words,
    board: Cell | None = None,
    before: Mapping[str, Cell | None] | None = None,
    targets: Mapping[str, float | None] | None = None,
    tone: Tone = plain,
    chosen: str | None = None,
    across: int = ACROSS,
) -> pl.DataFrame:
    """One row per labelled cell, in the order given; `before` and `targets` go by the same labels.

    `across`: letters of a line of a label.
    """
    whole = words.figure(board)
    out = []
    for position, (label, cell) in enumerate(cells):
        earlier = words.figure((before or {}).get(label))
        level = cell["level_1"] if cell else None
        out.append(
            {
                **cell_row(cell, words),
                "label": label,
                "lines": in_lines(label, across),
                "position": position,
                "level": level,
                "tone": tone(cell),
                "before_low": earlier.low,
                "before_high": earlier.high,
                "target": (targets or {}).get(label),
                "board_low": whole.low,
                "board_high": whole.high,
                "faint": chosen is not None and level not in (chosen, None),
            }
        )
    return pl.DataFrame(out, schema=SCHEMA)


def chart(
    lang: str, colours: Palette, clickable: int = 0, row: int = ROW, small: bool = False, points: bool = False
) -> Drawing:
    """From back to front: board, track, withheld, margin, previous wave, middle, target, words, and the row to touch.

    Only that last, unseen bar has a tooltip and hears a click, so that all of a row answers alike; `clickable`: over so
    many pixels of names at its left too. `row`: its height in pixels. `small`: for many beside each other. `points`: of
    a scale, not a share.
    """
    across = partial(share, beside=FIGURES, points=points, step=0.5 if small else 0.25)
    down = labels("lines", "position", colours)
    edges = {"zero": "0", "full": "1"}
    every = alt.Chart().encode(y=down).transform_calculate(**edges)
    shown, hidden = shown_and_hidden(every)
    whole_track = {"x": across("zero:Q"), "x2": "full:Q"}
    board = every.transform_filter("isValid(datum.board_low)").mark_bar(
        size=row, color=colours.teal, opacity=0.1, aria=False
    )
    track = shown.mark_bar(size=BAR, cornerRadius=BAR // 2, color=colours.track, aria=False)
    withheld = hidden.mark_bar(size=BAR, cornerRadius=BAR // 2, aria=False, **dashed(colours))
    before = every.transform_filter("isValid(datum.before_low)").mark_bar(
        size=3, cornerRadius=1.5, yOffset=15, color=colours.neutral, aria=False
    )
    middle = shown.transform_filter(f"isValid(datum.middle) && datum.high - datum.low > {WIDE_ENOUGH}").mark_point(
        size=46, filled=True, opacity=1, color=colours.paper, aria=False
    )
    target = every.transform_filter("isValid(datum.target)").mark_tick(
        size=24, thickness=2.5, color=colours.brown, aria=False
    )
    inside = hidden.mark_text(align="left", dx=12, color=colours.muted, fontSize=LETTERS, aria=False)
    figures = every.mark_text(align="right", fontWeight=600, aria=False)
    return alt.layer(
        board.encode(x=across("board_low:Q"), x2="board_high:Q"),
        track.encode(**whole_track),
        withheld.encode(**whole_track),
        _margin(shown, colours).encode(x=across("low:Q"), x2="high:Q"),
        before.encode(x=across("before_low:Q"), x2="before_high:Q"),
        middle.encode(x=across("middle:Q")),
        target.encode(x=across("target:Q")),
        inside.encode(x=across("zero:Q"), text="inside:N"),
        figures.encode(x=alt.value("width"), text="text:N"),
        _touched(base(lang, ("label", "text", "note", "answered"), y=down), edges, row, clickable).encode(
            x=alt.value(-clickable), x2=alt.value("width")
        ),
    ).properties(height=alt.Step(row))


def tall(frame: pl.DataFrame, row: int = ROW, **_: object) -> int:
    """How many pixels high it is, axis included."""
    return row * frame.height + AXIS


def _margin(shown: alt.Chart, colours: Palette) -> alt.Chart:
    """The bar of what is known, in the colour of its tone; pale where another group was chosen."""
    tones = alt.Scale(
        domain=["whole", "near", "worse", "better"],
        range=[colours.teal, colours.teal_soft, colours.brown, colours.teal],
    )
    return shown.mark_bar(size=BAR, cornerRadius=BAR // 2, aria=False).encode(
        color=alt.Color("tone:N", scale=tones, legend=None),
        opacity=alt.condition("datum.faint", alt.value(0.6), alt.value(1)),
    )


def _touched(every: alt.Chart, edges: Mapping[str, str], row: int, clickable: int) -> alt.Chart:
    """The unseen bar over a whole row."""
    bar = every.transform_calculate(**edges).mark_bar(
        size=row - 4, opacity=0, orient="horizontal", cursor="pointer" if clickable else "default"
    )
    if clickable:
        bar = bar.add_params(alt.selection_point(name="pick", fields=["level"], toggle=False))
    return bar
