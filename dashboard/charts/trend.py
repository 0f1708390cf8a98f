"""One measure through the waves: line, margin, target and marked breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import AXIS, CELL_COLUMNS, LETTERS, Drawing, base, cell_row, halo, reading
from dashboard.theme import Palette
from dashboard.words import Cell, Words

SCHEMA = CELL_COLUMNS | {
    **dict.fromkeys(("wave", "target_text", "broken"), pl.String),
    **dict.fromkeys(("position", "segment"), pl.Int32),
    **dict.fromkeys(("last", "late"), pl.Boolean),
    "target": pl.Float64,
}
# A new instrument makes figures before and after incomparable and cuts the line; new regions are only marked.
CUTTING = {"instrument"}
MARKED = {"instrument", "region_split"}
NEAR = 0.15  # a target so close to the top of a margin runs through the words on it
TARGET_CROSSES = f"isValid(datum.target) && abs(datum.target - datum.high) < {NEAR}"
# In pixels.
HEIGHT = 220
SMALL_LETTERS = 11
EDGE = 8  # from the newest wave to the end of its words
NAME = 62  # of a wave, with room beside it
FLUSH = 24  # so near an edge the name of a wave stands within it


def rows(
    cells: Iterable[tuple[str, Cell | None]],
    words: Words,
    breaks: Mapping[str, str] | None = None,
    target: float | None = None,
) -> pl.DataFrame:
    """One row per wave; a wave that shows nothing, or a change of instrument, starts a new segment.

    `breaks`: by wave, the codes of what makes a line misleading, joined by `|`. `target`: a share (0-1).
    """
    out: list[dict[str, Any]] = []
    cells = [*cells]
    target_text = words("trend.target", share=words.percent(target)) if target else None
    segment = 0
    for position, (wave, cell) in enumerate(cells):
        row = cell_row(cell, words)
        codes = (breaks or {}).get(wave, "").split("|")
        segment += bool(CUTTING & set(codes)) or row["low"] is None
        out.append(
            {
                **row,
                "wave": words.wave_short(wave),
                "position": position,
                "segment": segment,
                "last": False,
                "late": 2 * position >= len(cells),
                "target": target,
                "target_text": target_text,
                "broken": ", ".join(words(f"break.{code}") for code in codes if code in MARKED),
            }
        )
    shown = [row for row in out if row["low"] is not None]
    if shown:
        shown[-1]["last"] = True
    return pl.DataFrame(out, schema=SCHEMA)


def chart(lang: str, colours: Palette, height: int = HEIGHT, small: bool = False, points: bool = False) -> Drawing:
    """Band and line per segment, a rule for the target, a mark at every break, the newest figure in words.

    `small`: without words, for many beside each other. `points`: of a scale, not a share.
    """
    letters = SMALL_LETTERS if small else LETTERS
    waves = base(lang, ("wave", "text", "note", "answered"), x=_across(letters))
    ticks = [0, 0.5, 1] if small else [0, 0.25, 0.5, 0.75, 1]
    axis = alt.Axis(**reading(points), grid=True, values=ticks, labelFontSize=letters)

    def up(field: str) -> alt.Y:
        return alt.Y(field, scale=alt.Scale(domain=[0, 1]), axis=axis, title=None)

    target = waves.transform_filter("isValid(datum.target) && datum.position == 0")
    broken = waves.transform_filter("datum.broken != ''").encode(tooltip=alt.Tooltip("broken:N", title=" "))
    margin = {"y": up("low:Q"), "y2": "high:Q"}
    band = waves.mark_area(opacity=0.16, color=colours.teal, aria=False)
    bars = waves.mark_bar(size=7 if small else 10, cornerRadius=4, opacity=0.45, color=colours.teal)
    line = waves.mark_line(strokeWidth=2.5, color=colours.teal, aria=False)
    middles = waves.mark_point(size=30 if small else 60, filled=True, opacity=1, color=colours.teal, aria=False)
    layers = [
        band.encode(**margin, detail="segment:N"),
        bars.encode(**margin),
        line.encode(y=up("middle:Q"), detail="segment:N"),
        middles.encode(y=up("middle:Q")),
        broken.mark_rule(color=colours.neutral, strokeDash=[2, 4], aria=False),
        target.mark_rule(color=colours.brown, strokeDash=[6, 4], strokeWidth=1.5, aria=False).encode(
            x=alt.value(0), x2=alt.value("width"), y=up("target:Q")
        ),
    ]
    if not small:
        layers += _words(waves, target, broken, up, colours)
    return alt.layer(*layers).properties(height=height)


def tall(frame: pl.DataFrame, height: int = HEIGHT, **_: object) -> int:
    """How many pixels high it is, axis included; the same for every frame."""
    return height + AXIS


def _words(
    waves: alt.Chart, target: alt.Chart, broken: alt.Chart, up: Callable[[str], alt.Y], colours: Palette
) -> Iterator[alt.Chart]:
    """The newest figure, what the line of the target is, and what changed at a break; readable over lines."""
    newest = waves.transform_filter("datum.last")
    # Over the margin; under it where the line of the target would run through the words.
    over = newest.transform_filter(f"!({TARGET_CROSSES})")
    under = newest.transform_filter(TARGET_CROSSES)
    aside: dict[str, Any] = {"fontSize": LETTERS, "aria": False}
    words: dict[str, Any] = {"fontWeight": 600, "align": "right", "dx": EDGE, "aria": False}
    for around in (halo(colours), {}):
        yield over.mark_text(dy=-10, **words, **around).encode(y=up("high:Q"), text="text:N")
        yield under.mark_text(dy=12, **words, **around).encode(y=up("low:Q"), text="text:N")
        yield target.mark_text(dx=2, dy=-8, align="left", color=colours.brown, **aside, **around).encode(
            x=alt.value(0), y=up("target:Q"), text="target_text:N"
        )
    # On the side where there is room.
    sides: tuple[dict[str, Any], ...] = ({"align": "left", "dx": 5}, {"align": "right", "dx": -5})
    for when, side in zip(("!datum.late", "datum.late"), sides, strict=True):
        said = broken.transform_filter(when).mark_text(baseline="top", color=colours.muted, **side, **aside)
        yield said.encode(y=alt.value(0), text="broken:N")


def _across(letters: int) -> alt.X:
    """The waves in their order; as many are named as have room, and always the newest."""
    waves = "length(domain('x'))"
    older = f"round((1 - datum.index) * ({waves} - 1))"
    named = f"{older} % ceil({waves} * {NAME} / width) === 0 ? datum.value : ''"
    axis = alt.Axis(labelAngle=0, labelFontSize=letters, labelExpr=named, labelOverlap=False, labelFlush=FLUSH)
    return alt.X(
        "wave:O",
        sort=alt.EncodingSortField("position", op="min"),
        title=None,
        axis=axis,
        scale=alt.Scale(type="point", padding=0.35),
    )
