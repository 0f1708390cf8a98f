"""The pieces pages are made of: cards, figures, pictures, tables and the kind words when little can be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import polars as pl
import streamlit as st

from dashboard import charts, tell
from dashboard.pictures import Picture
from dashboard.story import Headline, Story

Picked = Callable[[str | None], None]
Panel = tuple[Picture, str, Picked | None]
Arrow = Literal["up", "down", "off"]
ARROWS: Mapping[str, Arrow] = {"higher": "up", "lower": "down"}
PER_ROW = 3
# What a view is made of; all of it stands in the URL, so that a link shows the same to somebody else.
KEPT = ("lang", "wave", "region", "experience_band", "split", "measure")


def mode() -> str:
    """Light or dark, as the reader's screen is now."""
    return "dark" if st.context.theme.type == "dark" else "light"


def show(key: str, code: str | None, default: str = "") -> None:
    """Put a code in the URL, or take it out when it is the default."""
    if code and code != default:
        st.query_params[key] = code
    else:
        st.query_params.pop(key, None)


@contextmanager
def card(title: str, note: str = "") -> Iterator[None]:
    """A framed part of a page under a heading of its own."""
    with st.container(border=True, height="stretch"):
        st.header(title, anchor=False)
        if note:
            st.markdown(f":small[{note}]")
        yield


def summary(story: Story) -> None:
    """Who took part, and the answer of the page in two or three sentences."""
    st.caption(tell.response(story))
    st.markdown(" ".join(tell.summary(story)))


def figures(story: Story, headlines: Sequence[Headline]) -> None:
    """Figures side by side, each with its margin and what it did since the previous wave."""
    words = story.words
    for column, headline in zip(st.columns(len(headlines)), headlines, strict=True):
        figure, moved = headline.figure, headline.change
        helped = f"{words.definition('measure', headline.measure)} {figure.reason}".strip()
        column.metric(
            headline.label, figure.text if figure.kind != "response" else words("dash"),
            words(f"moved.{moved}") if figure.shown and moved != "unknown" else None,
            delta_color="blue" if moved in ARROWS else "off", delta_arrow=ARROWS.get(moved, "off"),
            delta_description=figure.margin if figure.shown else words(f"inside.{figure.kind}"),
            help=helped or None, border=True, height="stretch",
        )  # fmt: skip


def picture(
    story: Story, one: Picture, key: str, on_pick: Picked | None = None, table: Literal["", "beside", "below"] = ""
) -> None:
    """A framed picture, its table beside or below it if asked; `on_pick` hears the level of a clicked row."""
    with card(one.title, f"{one.note} {story.words('picture.click') if on_pick else ''}"):
        place, beside = st.columns(2, gap="medium") if table == "beside" else (st.container(), st.container())
        with place:
            _draw(story, one, key, on_pick)
        with beside:
            if table:
                show_table(one.rows)
            if one.footnotes:
                st.caption("  \n".join(one.footnotes))


def pairs(story: Story, shown: Sequence[Panel]) -> None:
    """Framed pictures two to a row; an odd last one takes the row."""
    for start in range(0, len(shown), 2):
        row = shown[start : start + 2]
        for column, (one, key, on_pick) in zip(st.columns(len(row)), row, strict=True):
            with column:
                picture(story, one, key, on_pick)


def small(story: Story, pictures: Sequence[Picture], lines: Sequence[str] = ()) -> None:
    """Pictures side by side, three to a row, each under its title and a line of words."""
    places = [column for _ in range(0, len(pictures), PER_ROW) for column in st.columns(PER_ROW)]
    for number, (place, one) in enumerate(zip(places, pictures, strict=False)):
        with place.container(border=True, height="stretch"):
            st.subheader(one.title, anchor=False)
            line = lines[number] if lines else one.note
            if line:
                st.markdown(f":small[{line}]")
            _draw(story, one, f"small_{number}")


def _draw(story: Story, one: Picture, key: str, on_pick: Picked | None = None) -> None:
    spec = charts.spec(one.chart, story.words.lang, mode(), **one.options, **({"clickable": True} if on_pick else {}))
    if on_pick is None:
        st.vega_lite_chart(one.frame, spec, theme=None, key=key, alt=one.alt)
        return
    # A new key per view: a click must not linger in the chart after a filter has moved on.
    key += "".join(f"_{st.query_params.get(part, '')}" for part in KEPT)

    def picked() -> None:
        chosen = st.session_state[key].selection.get("pick", [])
        on_pick(chosen[0].get("level") if chosen else None)

    st.vega_lite_chart(one.frame, spec, theme=None, key=key, alt=one.alt, on_select=picked, selection_mode="pick")


def show_table(rows: Sequence[Mapping[str, str]]) -> None:
    """A short table of ready words, readable by a screen reader."""
    st.table(pl.DataFrame(list(rows)), border="horizontal", hide_index=True)


def small_board(story: Story) -> None:
    """A small board is not a broken page: what is shown, why not more, and what can be done."""
    words, known = story.words, "some" if story.shows_anything() else "none"
    cell = story.board(story.lead())
    if known == "none" and cell is not None and cell["response"] == "low":
        known = "few"
    with card(words(f"small.title_{known}")):
        left, right = st.columns(2)
        left.markdown(words(f"small.{known}", answered=tell.answered(story)))
        right.markdown(words("small.do"))


def nothing(story: Story) -> None:
    """Ends a page that has no figure to show, kindly."""
    small_board(story)
    footer(story)
    st.stop()


def footer(story: Story) -> None:
    """Where the figures come from, under every page."""
    words, now = story.words, story.publication
    day, rules = words.date(now["published_on"]), now["policy_fingerprint"][:12]
    st.caption(words("footer", publication=now["publication"], day=day, fingerprint=rules))
