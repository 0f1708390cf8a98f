"""What was begun and not ended: waves that are imported and not published, and exports that were left halfway."""

from __future__ import annotations

import streamlit as st

from desk.page import Page
from desk.publish import publish, show_published
from pipelines.flow import Draft, school_years, tell_of, unpublished


def show_begun(page: Page) -> None:
    """Each with what can be done about it; nothing when there is nothing."""
    waves = unpublished(page.home)
    begun = Draft.all(page.home)
    show_published(page)
    if not waves and not begun:
        return
    st.header(page.say("begun.title"), anchor=False)
    for draft in begun:
        st.markdown(page.say("begun.draft", file=_plain(draft.file), wave=draft.wave))
        if st.button(page.say("begun.forget", file=_plain(draft.file)), key=f"forget_{draft.file}"):
            draft.forget(page.home)
            st.rerun()
    for wave in waves:
        st.markdown(page.say("begun.unpublished", wave=wave))
        publish(page, wave)


def show_years(page: Page) -> None:
    """What each school year fixed, what it lacks, and what can be done about that."""
    for year in school_years(page.home):
        with st.expander(page.say("begun.year", year=year.name)):
            st.caption(page.say("begun.year_waves", waves=", ".join(year.waves), expected=round(year.expected)))
            for one in year.told():
                st.text(tell_of(page.lang, one))


def _plain(name: str) -> str:
    """A name of a file as text and nothing else."""
    return name.replace("`", "'")
