"""Reading along: a box that looks for pages, figures and words, and the words of a page, explained where they stand."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.story import Story, reading

PAGES = "pages"  # where a session keeps which pages its reader may open
SAID = "said"  # what was written on the page so far
PLACE = "explained"  # where its words are explained


def begin(story: Story) -> None:
    """The button behind which the words of this page will stand; it is filled when all of the page is written."""
    st.session_state[SAID] = []
    label = story.words("reading.button")
    st.session_state[PLACE] = st.popover(label, icon=":material/menu_book:", type="tertiary", on_change="rerun")


def say(*texts: str) -> None:
    """Remember words that stand on the page."""
    st.session_state.setdefault(SAID, []).extend(texts)


def explain(story: Story) -> None:
    """The words of the glossary that this page uses, each with its meaning; none other."""
    place: Any = st.session_state.get(PLACE)
    if place is not None and place.open:
        with place:
            st.caption(story.words("reading.words"))
            for word, meaning in reading.used(story, st.session_state.get(SAID, ())):
                st.markdown(f"**{word}** · {meaning}")


def search(story: Story) -> None:
    """One box; what is found are links that carry the wave and the language."""
    words, pages = story.words, st.session_state.get(PAGES, ())
    asked = st.text_input(words("reading.search"), key="search", placeholder=words("reading.example"))
    if not asked:
        return
    hits = reading.look_for(story, asked, pages)
    if not hits:
        st.caption(words("reading.nothing"))
    for hit in hits:
        choices = {"wave": story.wave, "lang": words.lang, **hit.choices}
        st.page_link(f"views/{hit.page}.py", label=hit.name, query_params=choices)
        if hit.meaning:
            st.caption(hit.meaning)
