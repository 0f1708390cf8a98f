"""The columns of the roster: what each is read as, and how the steward reads one otherwise."""

from __future__ import annotations

import streamlit as st

from desk import decisions
from desk.choose import Chosen
from desk.files import on_disk
from desk.names import Names
from desk.page import Page, short
from pipelines.flow import KlankbordError, keep_roster_words, roster_readings

UNREAD = "-"  # among the things a column may be read as


def show_roster(page: Page, chosen: Chosen) -> None:
    """A table of the heads of the roster, and two lists to read one of them otherwise."""
    if chosen.roster is None:
        return
    try:
        heads = _heads(page, chosen)
    except KlankbordError:
        return  # the same refusal is told with all others that stop
    names = Names(page)

    def called(column: str) -> str:
        if column == UNREAD:
            return page.say("layout.change_drop")
        known = {"leader_key", "school_key", "wave"}
        return page.say(f"roster.{column}") if column in known else names.group(column)

    with st.expander(page.say("roster.title")):
        st.table(
            [
                {
                    page.say("roster.head"): short(head),
                    page.say("layout.column"): called(column) if column else page.say("roster.unread"),
                }
                for head, column in heads.items()
            ]
        )
        with st.form("roster_change", border=False):
            head = st.selectbox(page.say("roster.head"), list(heads), format_func=short, key="roster_head")
            targets = [UNREAD, *page.choices.roster_columns()]
            column = st.selectbox(page.say("layout.change_column"), targets, format_func=called, key="roster_column")
            if st.form_submit_button(page.say("roster.add")) and head and column:
                decisions.leave_out([head]) if column == UNREAD else decisions.read_roster_as(head, column)
                st.rerun()


def offer_to_keep(page: Page, chosen: Chosen) -> None:
    """Offer to keep how the roster was read for the next wave."""
    decided = decisions.decided()
    said = (decided.roster_columns, decided.levels, decided.several, decided.experience_from, decided.drop)
    if chosen.roster is None or not any(said):
        return
    if st.button(page.say("roster.keep")):
        place = keep_roster_words(page.home, decided, page.lang)
        st.session_state["roster_kept"] = (place.name, decided)
    name, kept = st.session_state.get("roster_kept", ("", None))
    if kept == decided:
        st.success(page.say("roster.kept", file=name))


def _heads(page: Page, chosen: Chosen) -> dict[str, str | None]:
    """What each head is read as; looked at once for each roster and its decisions."""
    if st.session_state.get("roster_of") != chosen.key:
        with on_disk(page.home, *chosen.files) as places:
            st.session_state["roster_heads"] = roster_readings(page.home, chosen.source(places))
        st.session_state["roster_of"] = chosen.key
    heads: dict[str, str | None] = st.session_state["roster_heads"]
    return heads
