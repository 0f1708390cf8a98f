"""The pieces pages are made of: cards, figures, pictures, tables and the kind words when little can be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Literal, NoReturn

import polars as pl
import streamlit as st

from dashboard import charts
from dashboard.page import reading
from dashboard.page.address import kept
from dashboard.readers import ROLE
from dashboard.story import Headline, Picture, Story, sentences
from dashboard.story import why as story_why

Picked = Callable[[str | None], None]
Panel = tuple[Picture | None, str, Picked | None]
Arrow = Literal["up", "down", "off"]
ARROWS: Mapping[str, Arrow] = {"higher": "up", "lower": "down"}
# Columns of a table: more run out of a screen of so many pixels.
ROOM = {6: 1100, 5: 640}
# Cells that hold a figure each need room: on a narrower screen a table takes the place of so many columns.
SCREENS = {3: 640, 6: 1100, 10: 1366}  # columns: pixels; the style sheet knows these
ROCKS_FROM = 640  # so narrow may a screen be for four columns of ranges
NO_SCREEN = 0


def role() -> str | None:
    """The role of whoever acts at this moment, asked anew; None without one."""
    ask: Callable[[], str | None] | None = st.session_state.get(ROLE)
    return ask() if ask else None


def mode() -> str:
    """Light or dark, as the reader's screen is now."""
    return "dark" if st.context.theme.type == "dark" else "light"


@contextmanager
def card(title: str, note: str = "", height: Literal["stretch", "content"] = "stretch") -> Iterator[None]:
    """A framed part of a page under a heading of its own."""
    with st.container(border=True, height=height):
        st.header(title, anchor=False)
        if note:
            st.markdown(f":small[{note}]")
        reading.say(title, note)
        yield


def summary(story: Story) -> None:
    """Who took part, and the figure that everything starts with."""
    lead(story, *sentences.opening(story))


def lead(story: Story, *answer: str) -> None:
    """Who took part, and the answer of the page, sentence by sentence."""
    st.caption(sentences.response(story))
    st.markdown(" ".join(sentence for sentence in answer if sentence))
    reading.say(*answer)


def heading(title: str, *notes: str) -> None:
    """A heading over several pictures, with what is to be known about them."""
    st.header(title, anchor=False)
    reading.say(title)
    for text in notes:
        note(text)


def note(text: str) -> None:
    """Small print, if there is any."""
    if text:
        st.caption(text)
        reading.say(text)


def figures(story: Story, headlines: Sequence[Headline]) -> None:
    """Figures side by side, each with its margin and what it did since the previous wave."""
    if not headlines:
        return
    words = story.words
    for column, headline in zip(st.columns(len(headlines)), headlines, strict=True):
        figure, moved = headline.figure, headline.change
        reading.say(headline.label, figure.margin)
        explained = f"{words.definition('measure', headline.measure)} {figure.reason}".strip()
        column.metric(
            headline.label,
            figure.text if figure.kind != "response" else words("dash"),
            words(f"moved.{moved}") if figure.shown and moved != "unknown" else None,
            delta_color="blue" if moved in ARROWS else "off",
            delta_arrow=ARROWS.get(moved, "off"),
            delta_description=figure.margin if figure.shown else words(f"inside.{figure.kind}"),
            help=explained or None,
            border=True,
            height="stretch",
        )


def picture(
    story: Story,
    one: Picture,
    key: str,
    on_pick: Picked | None = None,
    table: Literal["folded", "beside", "below"] = "folded",
) -> None:
    """A framed picture with its table; `on_pick` hears the level of a clicked row."""
    words, screen = story.words, screen_for(one)
    with card(one.title, f"{one.note} {words('picture.click') if on_pick else ''}", "content"):
        place, beside = st.columns(2, gap="medium") if table == "beside" else (st.container(), st.container())
        if screen != NO_SCREEN:
            with place, st.container(key=f"from_{screen}_{key}") if screen else place:
                draw(story, one, key, on_pick)
        if screen is not None:
            with place, st.container(key=f"below_{screen}_{key}"):
                show_table(one.rows, words("picture.aside"), key, about=one.title)
        with beside:
            if table != "folded":
                show_table(one.rows, words("picture.aside"), f"beside_{key}", about=one.title)
            if one.footnotes:
                st.caption("  \n".join(one.footnotes))
            if table == "folded" and screen != NO_SCREEN:
                # Where the table takes the place of the picture, it stands there already.
                with st.container(key=f"from_{screen}_table_{key}") if screen else beside:
                    folded(words("picture.table"), one.rows, key, about=one.title)


def screen_for(one: Picture) -> int | None:
    """The narrowest screen in pixels on which a picture of columns has room, NO_SCREEN for none; None for others."""
    if one.chart == "rocks":
        return ROCKS_FROM
    if one.chart != "grid":
        return None
    columns = one.frame["column_position"].n_unique()
    return next((pixels for most, pixels in SCREENS.items() if columns <= most), NO_SCREEN)


def two_columns(story: Story, shown: Sequence[Panel]) -> None:
    """Framed pictures in two columns, each where there is most room left; the last may take the whole width."""
    drawn = [(one, key, on_pick) for one, key, on_pick in shown if one]
    columns = st.columns(2) if len(drawn) > 1 else []
    filled = [0, 0]
    for number, (one, key, on_pick) in enumerate(drawn, 1):
        place = filled.index(min(filled))
        if number == len(drawn) and max(filled) - min(filled) < one.tall / 2:
            picture(story, one, key, on_pick, "beside" if screen_for(one) is None else "folded")
            return
        filled[place] += one.tall
        with columns[place]:
            picture(story, one, key, on_pick)


def small(story: Story, pictures: Sequence[Picture], lines: Sequence[str] = (), name: str = "small") -> None:
    """Pictures side by side, as many as have room, each under its title and a line of words."""
    if not pictures:
        return
    if any(one.options.get("points") for one in pictures):
        st.caption(story.words("mean.note"))
    with st.container(key=f"grid_{name}"):
        for number, one in enumerate(pictures):
            with st.container(border=True, height="stretch"):
                st.subheader(one.title, anchor=False)
                line = lines[number] if lines else one.note
                if line:
                    st.markdown(f":small[{line}]")
                draw(story, one, f"{name}_{number}")
    what = story.words("picture.what")
    folded(story.words("picture.tables"), [{what: one.title, **row} for one in pictures for row in one.rows], name)


def draw(story: Story, one: Picture, key: str, on_pick: Picked | None = None) -> None:
    """A picture alone; `on_pick` hears the level of a clicked row."""
    if one.is_empty:
        st.caption(story.words("picture.empty"))
        return
    named = charts.beside(one.frame["lines"]) if on_pick else 0
    plain = one.plain  # a chart reads no marks
    frame, options = plain.frame, {**plain.options, **({"clickable": named} if named else {})}
    spec = charts.spec(one.chart, story.words.lang, mode(), **options)
    # A height that is known from the start keeps the place of a picture until it is drawn.
    height = charts.tall(one.chart, frame, **options)
    shown = partial(st.vega_lite_chart, frame, spec, height=height, theme=None, alt=plain.alt)
    if on_pick is None:
        shown(key=key)
        return
    # A new key per view: a click must not linger in the chart after a filter has moved on.
    key += "".join(f"_{st.query_params.get(part, '')}" for part in kept(story.snapshot))

    def picked() -> None:
        rows = st.session_state[key].selection.get("pick", [])
        on_pick(rows[0].get("level") if rows else None)

    shown(key=key, on_select=picked, selection_mode="pick")


def folded(label: str, rows: Sequence[Mapping[str, str]], key: str, about: str = "") -> None:
    """A table for who cannot see a picture or wants its exact words; made when it is opened."""
    fold = st.expander(label, key=f"table_{key}", on_change="rerun")
    if fold.open and rows:
        with fold:
            show_table(rows, about=about or label)


def show_table(rows: Sequence[Mapping[str, str]], aside: str = "", key: str = "", *, about: str) -> None:
    """A short table of ready words for a screen reader too; `aside` says on a small screen that it runs on.

    `about`: what it is a table of, for who hears that there is one.
    """
    screen = next((pixels for most, pixels in ROOM.items() if aside and rows and len(rows[0]) > most), None)
    if screen:
        with st.container(key=f"below_{screen}_aside_{key}"):
            note(aside)
    whole = [{unbroken(head): unbroken(text) for head, text in row.items()} for row in rows]
    st.table(pl.DataFrame(whole), border="horizontal", hide_index=True, alt=about)


def unbroken(text: str) -> str:
    """The same words with no place to break a line within a range, a count or a date; what follows it may wrap."""
    text = re.sub(r"(?<=\d)–(?=\d)", "\u2060–\u2060", text)
    figure, bracket, more = text.partition("(")
    return re.sub(r" (?=\d)|(?<=\d) (?=\w)", "\u00a0", figure) + bracket + more


def small_board(story: Story) -> None:
    """A small board is not a broken page: what is shown, why not more, and what can be done."""
    words, cell = story.words, story.board(story.lead())
    how_much = "some" if story.shows_anything() else "none"
    if how_much == "none" and cell is not None and cell["response"] == "low":
        how_much = "few"
    with card(words(f"small.title_{how_much}")):
        left, right = st.columns(2)
        left.markdown(words(f"small.{how_much}", answered=sentences.answered(story)))
        right.markdown(words("small.do"))


def absent(story: Story, key: str) -> NoReturn:
    """Ends a page whose questions this questionnaire does not ask, or whose figures the plan does not hold."""
    st.info(story.words(key))
    footer(story)
    st.stop()


def nothing(story: Story) -> NoReturn:
    """Ends a page that has no figure to show, kindly."""
    small_board(story)
    footer(story)
    st.stop()


def _why(story: Story) -> None:
    """Why ranges: the picture, the board's own figure in the same steps, and why groups share a range."""
    st.markdown(story_why.lead(story.words))
    draw(story, story_why.picture(story), "why")
    for text in (story.words("why.example"), *story_why.told(story)):
        st.markdown(text)


def footer(story: Story) -> None:
    """Why ranges, by one click, and where the figures come from, under every page; its words can be explained now."""
    reading.explain(story)
    words, now = story.words, story.publication
    day, rules = words.date(now["published_on"]), now["policy_fingerprint"][:12]
    if st.button(words("why.open"), key="why", icon=":material/help:", type="tertiary"):
        st.dialog(words("why.title"), width="large")(_why)(story)
    st.caption(words("footer", publication=now["publication"], day=day, fingerprint=rules))
