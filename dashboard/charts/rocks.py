"""Four-part bars: both kinds of rock, one kind, none; a part known only roughly is drawn pale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import AXIS, LETTERS, Drawing, base, dashed, in_lines, labels, share, shown_and_hidden
from dashboard.theme import Palette
from dashboard.words import WIDE, Words, sentences

# In this order the second edge is the emotional rock and the third is having a rock: both published bands.
STATES = ("both", "emotional_only", "instrumental_only", "none")
SCHEMA = {
    **dict.fromkeys(("label", "lines", "level", "state", "state_text", "text", "note"), pl.String),
    **dict.fromkeys(("start", "stop", "centre"), pl.Float64),
    "position": pl.Int32,
    "rough": pl.Boolean,
}
# In pixels.
ROW = 44
BAR = 26
KEY = 51  # of four names in two rows
LETTER = 7.5  # of a range printed in a part
ROOM = 6  # beside it


def rows(groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], words: Words) -> pl.DataFrame:
    """Four rows per labelled group; a group without published states gets one empty row."""
    out: list[dict[str, Any]] = []
    for position, (label, states) in enumerate(groups):
        head = {
            "label": label,
            "lines": in_lines(label),
            "position": position,
            "level": states[0]["level_1"] if states else None,
        }
        if states:
            out += [{**head, **part} for part in _parts(states, words)]
        else:
            out.append({**head, "text": words("inside.withheld"), "note": words("inside.withheld")})
    return pl.DataFrame(out, schema=SCHEMA)


def _parts(states: Sequence[Mapping[str, Any]], words: Words) -> Iterator[dict[str, Any]]:
    """The four parts of one bar, each as wide as the middle of its range; together they are the whole bar."""
    ranges = {row["state"]: (row["low"], row["high"]) for row in states}
    total = sum(sum(ranges[state]) for state in STATES)
    start = 0.0
    for state in STATES:
        low, high = ranges[state]
        stop = start + (low + high) / total
        is_rough = high - low > WIDE
        yield {
            "state": state,
            "state_text": words(f"state.{state}"),
            "text": words.range(low, high),
            "start": start,
            "stop": stop,
            "centre": (start + stop) / 2,
            "rough": is_rough,
            "note": words("margin.wide" if is_rough else "rocks.note"),
        }
        start = stop


def table(frame: pl.DataFrame, words: Words, head: str) -> list[dict[str, str]]:
    """The same ranges as a table, one row per group."""
    out: dict[str, dict[str, str]] = {}
    for row in frame.iter_rows(named=True):
        texts = out.setdefault(row["label"], {words(f"state.{state}"): words("dash") for state in STATES})
        if row["state"]:
            texts[row["state_text"]] = row["text"]
    return [{head: label, **texts} for label, texts in out.items()]


def chart(lang: str, colours: Palette, clickable: int = 0, row: int = ROW, has_key: bool = True) -> Drawing:
    """Stacked parts with their range printed where it fits; a click on a bar, or on its name, picks its group.

    `clickable`: pixels of the names, none where a click does nothing.
    `has_key`: with the names of the parts; a screen has no room for it in the picture, and writes it above.
    """
    names = [sentences(lang)[f"state.{state}"] for state in STATES]
    down = labels("lines", "position", colours)
    bars = base(lang, ("label", "state_text", "text", "note"), y=down).transform_calculate(zero="0", full="1")
    shown, hidden = shown_and_hidden(bars, "state")
    # Words lie over the bars: without a tooltip of their own they let every click through.
    words = alt.Chart().encode(y=down).transform_filter("isValid(datum.state)")
    ranges = words.transform_filter(f"(datum.stop - datum.start) * width > {LETTER} * length(datum.text) + {ROOM}")
    ink = alt.Color("state_text:N", scale=alt.Scale(domain=names, range=list(colours.on_states)), legend=None)
    track = hidden.mark_bar(size=BAR, cornerRadius=4, aria=False, **dashed(colours))
    withheld = hidden.mark_text(align="left", dx=12, color=colours.muted, fontSize=LETTERS, aria=False)
    # Only a mark with a tooltip hears a click; the four parts of a bar have one name.
    named = base(lang, ("label", "note"), y=down).transform_filter(f"datum.state === '{STATES[0]}'")
    named = named.mark_bar(size=BAR, opacity=0, orient="horizontal", cursor="pointer", aria=False)
    over_names = [named.encode(x=alt.value(-clickable), x2=alt.value(0))] if clickable else []
    layers = alt.layer(
        *over_names,
        _states(shown, names, colours, clickable, has_key),
        track.encode(x=share("zero:Q", grid=False), x2="full:Q"),
        withheld.encode(x=share("zero:Q", grid=False), text="text:N"),
        ranges.mark_text(fontWeight=600, fontSize=LETTERS, aria=False).encode(
            x=share("centre:Q", grid=False),
            text="text:N",
            color=alt.condition("datum.rough", alt.value(colours.ink), ink),
        ),
    )
    return layers.resolve_scale(color="independent").properties(height=alt.Step(row))


def tall(frame: pl.DataFrame, row: int = ROW, has_key: bool = True, **_: object) -> int:
    """How many pixels high it is, key and axis included."""
    return row * frame["position"].n_unique() + AXIS + (KEY if has_key else 0)


def key(words: Words, colours: Palette) -> list[tuple[str, str]]:
    """The name of each part and its colour, in their order."""
    return [(words(f"state.{state}"), colour) for state, colour in zip(STATES, colours.states, strict=True)]


def _states(shown: alt.Chart, names: list[str], colours: Palette, clickable: int, has_key: bool) -> alt.Chart:
    """The parts of the bars, with their key."""
    fill = alt.Scale(domain=names, range=list(colours.states))
    legend = alt.Legend(columns=2, labelLimit=240) if has_key else None
    bar = shown.mark_bar(size=BAR, cursor="pointer" if clickable else "default", stroke=colours.paper, strokeWidth=1)
    parts = bar.encode(
        x=share("start:Q", grid=False),
        x2="stop:Q",
        opacity=alt.condition("datum.rough", alt.value(0.35), alt.value(1)),
        color=alt.Color("state_text:N", scale=fill, title=None, legend=legend),
    )
    if clickable:
        parts = parts.add_params(alt.selection_point(name="pick", fields=["level"], toggle=False))
    return parts
