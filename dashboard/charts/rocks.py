"""Kinds of rock: a column each for both, one kind or none; in it the range of every group on a track of 0 to 100 %."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import BREAK, LETTERS, LINE, Drawing, base, dashed, in_lines, labels, shown_and_hidden
from dashboard.theme import Palette
from dashboard.words import Words, sentences

STATES = ("both", "emotional_only", "instrumental_only", "none")
SCHEMA = {
    **dict.fromkeys(("label", "lines", "level", "state", "state_text", "text", "note"), pl.String),
    **dict.fromkeys(("start", "stop", "zero", "full", "centre"), pl.Float64),
    "position": pl.Int32,
}
# In tracks.
APART = 1.16  # from the beginning of one column to that of the next
END = APART * (len(STATES) - 1) + 1
# In pixels.
ROW = 44
BAR = 8
ABOVE = 9  # of words above the middle of a row
BELOW = 10  # of a track below it
HEAD = 44  # names of columns in two lines, and the room around them
HEAD_LETTERS = 11  # of a line of such a name
NARROWEST = 0.03  # of a track: a range of nothing can be seen


def rows(groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], words: Words) -> pl.DataFrame:
    """Four rows per labelled group; a group without published states has four without a range."""
    out: list[dict[str, Any]] = []
    for position, (label, states) in enumerate(groups):
        head = {
            "label": label,
            "lines": in_lines(label),
            "position": position,
            "level": states[0]["level_1"] if states else None,
        }
        out += [{**head, **part} for part in _parts(states, words)]
    return pl.DataFrame(out, schema=SCHEMA)


def _parts(states: Sequence[Mapping[str, Any]], words: Words) -> Iterator[dict[str, Any]]:
    """One part per kind: where its track and its range lie across, in tracks from the left."""
    ranges = {row["state"]: (row["low"], row["high"]) for row in states}
    for column, state in enumerate(STATES):
        zero = column * APART
        part = {
            "state": state,
            "state_text": words(f"state.{state}"),
            "zero": zero,
            "full": zero + 1,
            "centre": zero + 0.5,
        }
        if state not in ranges:
            yield {**part, "text": words("dash"), "note": words("inside.withheld")}
            continue
        low, high = ranges[state]
        stop = min(max(high, low + NARROWEST), 1)
        start = min(low, stop - NARROWEST)
        text, note = words.range(low, high), words("rocks.note")
        yield {**part, "start": zero + start, "stop": zero + stop, "text": text, "note": note}


def table(frame: pl.DataFrame, head: str) -> list[dict[str, str]]:
    """The same ranges as a table, one row per group."""
    out: dict[str, dict[str, str]] = {}
    for row in frame.iter_rows(named=True):
        out.setdefault(row["label"], {})[row["state_text"]] = row["text"]
    return [{head: label, **texts} for label, texts in out.items()]


def chart(lang: str, colours: Palette, clickable: int = 0, row: int = ROW) -> Drawing:
    """Ranges under their words; a click anywhere in a row, its name included, picks its group.

    `clickable`: pixels of the names, none where a click does nothing.
    """
    down = labels("lines", "position", colours)
    every = alt.Chart().encode(y=down)
    shown, hidden = shown_and_hidden(every, "start")
    names = [sentences(lang)[f"state.{state}"] for state in STATES]
    fill = alt.Color("state_text:N", scale=alt.Scale(domain=names, range=list(colours.states)), legend=None)
    lower: dict[str, Any] = {"size": BAR, "cornerRadius": BAR // 2, "yOffset": BELOW, "aria": False}
    touch = base(lang, ("label", "state_text", "text", "note"), y=down)
    touched = touch.mark_bar(size=row, opacity=0, orient="horizontal", cursor="pointer" if clickable else "default")
    touched = touched.encode(x=_across("zero:Q", names), x2="full:Q")
    # Only a mark with a tooltip hears a click; the name of a group is one for all its columns.
    first = base(lang, ("label", "note"), y=down).transform_filter(f"datum.state === '{STATES[0]}'")
    first = first.mark_bar(size=row, opacity=0, orient="horizontal", cursor="pointer", aria=False)
    over_names = [first.encode(x=alt.value(-clickable), x2=alt.value(0))] if clickable else []
    if clickable:
        touched = touched.add_params(alt.selection_point(name="pick", fields=["level"], toggle=False))
    return alt.layer(
        shown.mark_bar(color=colours.track, **lower).encode(x=_across("zero:Q", names), x2="full:Q"),
        hidden.mark_bar(**lower, **dashed(colours)).encode(x=_across("zero:Q", names), x2="full:Q"),
        shown.mark_bar(**lower).encode(x=_across("start:Q", names), x2="stop:Q", color=fill),
        every.mark_text(fontWeight=600, fontSize=LETTERS, dy=-ABOVE, aria=False).encode(
            x=_across("centre:Q", names), text="text:N"
        ),
        *over_names,
        touched,
    ).properties(height=alt.Step(row))


def tall(frame: pl.DataFrame, row: int = ROW, **_: object) -> int:
    """How many pixels high it is, the names of the columns included."""
    return row * frame["position"].n_unique() + HEAD


def _across(field: str, names: Sequence[str]) -> alt.X:
    """Along the four tracks; their names stand above them, where an axis has its numbers."""
    middles = [column * APART + 0.5 for column in range(len(names))]
    lines = [in_lines(name, HEAD_LETTERS) for name in names]
    of_column = f"split({lines!r}[round((datum.value - 0.5) / {APART})], '{BREAK}')"
    axis = alt.Axis(
        orient="top",
        values=middles,
        labelExpr=of_column,
        labelOverlap=False,
        labelLimit=0,
        labelLineHeight=LINE,
        labelPadding=8 + LINE,
        grid=False,
        ticks=False,
        domain=False,
    )
    return alt.X(field, scale=alt.Scale(domain=[0, END], nice=False), axis=axis, title=None)
