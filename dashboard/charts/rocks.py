"""Four-part bars: both kinds of rock, one kind, none; a part known only roughly is drawn pale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.parts import Drawing, base, dashed, labels, share
from dashboard.theme import Palette
from dashboard.words import WIDE, Words, sentences

# In this order the second edge is the emotional rock and the third is having a rock: both published bands.
STATES = ("both", "emotional_only", "instrumental_only", "none")
SCHEMA = {
    **dict.fromkeys(("label", "level", "state", "state_text", "text", "note"), pl.String),
    **dict.fromkeys(("start", "stop", "centre"), pl.Float64),
    "position": pl.Int32,
    "rough": pl.Boolean,
}
ROW, LETTERS = 44, 46


def rows(groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], words: Words) -> pl.DataFrame:
    """Four rows per labelled group; a group without published states gets one empty row."""
    out: list[dict[str, Any]] = []
    for position, (label, states) in enumerate(groups):
        head = {"label": label, "position": position, "level": states[0]["level_1"] if states else None}
        if not states:
            out.append({**head, "text": words("inside.withheld"), "note": words("rocks.hidden")})
            continue
        known = {row["state"]: (row["low"], row["high"]) for row in states}
        total, start = sum(sum(known[state]) for state in STATES), 0.0
        for state in STATES:
            low, high = known[state]
            stop, rough = start + (low + high) / total, high - low > WIDE
            out.append(
                {**head, "state": state, "state_text": words(f"state.{state}"), "text": words.range(low, high)}
                | {"start": start, "stop": stop, "centre": (start + stop) / 2, "rough": rough}
                | {"note": words("margin.wide" if rough else "rocks.note")}
            )
            start = stop
    return pl.DataFrame(out, schema=SCHEMA)


def table(frame: pl.DataFrame, words: Words, head: str) -> list[dict[str, str]]:
    """The same ranges as a table, one row per group."""
    out: dict[str, dict[str, str]] = {}
    for row in frame.iter_rows(named=True):
        known = out.setdefault(row["label"], {words(f"state.{state}"): words("dash") for state in STATES})
        known |= {row["state_text"]: row["text"]} if row["state"] else {}
    return [{head: label, **known} for label, known in out.items()]


def chart(lang: str, colours: Palette, clickable: bool = False) -> Drawing:
    """Stacked parts with their range printed where it fits; a click on a bar picks its group."""
    names = [sentences(lang)[f"state.{state}"] for state in STATES]
    down = labels("label", "position", colours)
    # Words lie over the bars: without a tooltip of their own they let every click through.
    words = alt.Chart().encode(y=down).transform_filter("isValid(datum.state)")
    bars = base(lang, ("label", "state_text", "text", "note"), y=down).transform_calculate(zero="0", full="1")
    shown, hidden = bars.transform_filter("isValid(datum.state)"), bars.transform_filter("!isValid(datum.state)")
    fill = alt.Scale(domain=names, range=list(colours.states))
    ink = alt.Color("state_text:N", scale=alt.Scale(domain=names, range=list(colours.on_states)), legend=None)
    parts = shown.mark_bar(
        size=26, cursor="pointer" if clickable else "default", stroke=colours.paper, strokeWidth=1
    ).encode(
        x=share("start:Q", grid=False), x2="stop:Q",
        opacity=alt.condition("datum.rough", alt.value(0.35), alt.value(1)),
        color=alt.Color("state_text:N", scale=fill, title=None, legend=alt.Legend(columns=2, labelLimit=240)),
    )  # fmt: skip
    if clickable:
        parts = parts.add_params(alt.selection_point(name="pick", fields=["level"], toggle=False))
    return alt.layer(
        parts,
        hidden.mark_bar(size=26, cornerRadius=4, aria=False, **dashed(colours))
        .encode(x=share("zero:Q", grid=False), x2="full:Q"),
        hidden.mark_text(align="left", dx=12, color=colours.muted, fontSize=12, aria=False)
        .encode(x=share("zero:Q", grid=False), text="text:N"),
        words.transform_filter(f"(datum.stop - datum.start) * width > {LETTERS}")
        .mark_text(fontWeight=600, fontSize=12, aria=False)
        .encode(
            x=share("centre:Q", grid=False), text="text:N",
            color=alt.condition("datum.rough", alt.value(colours.ink), ink),
        ),
    ).resolve_scale(color="independent").properties(height=alt.Step(ROW))  # fmt: skip
