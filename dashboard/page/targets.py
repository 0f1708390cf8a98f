"""The target of a figure, on the page Trend: what it is, who set it when, and another one."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import period
from dashboard.agreements import OWNERS, SHARES, Target, Targets, Unreadable, in_force
from dashboard.page.actions import may_agree
from dashboard.story import Story, home_folder

REFUSED = "target_refused"
USUAL = 0.8  # where the choice begins; nothing is set until somebody saves


def target(story: Story, measure: str) -> None:
    """The target of one figure; of how leaders feel, none can be set."""
    words = story.words
    if measure not in story.measures() or not story.shows_anything():  # of a mean, or beside no figure, there is none
        return
    try:
        own = in_force(Targets(home_folder()).all(), measure, story.wave)
    except Unreadable:
        st.caption(words("actions.unreadable"))
        return
    if st.session_state.pop(REFUSED, False):
        st.warning(words("actions.not_yours"))
    _tell(story, measure, own)
    if may_agree() and not story.is_outcome(measure):
        _choose(story, measure, own)


def _tell(story: Story, measure: str, own: Target | None) -> None:
    words, share = story.words, story.target(measure)
    if own and own.share is not None:
        role, day = words(f"actions.owner_{own.owner}"), words.date(own.day)
        st.caption(words("target.own", share=words.percent(own.share), role=role, day=day))
    elif share is not None:
        st.caption(words("target.sample", share=words.percent(share)))
    elif not story.is_outcome(measure):
        st.caption(words("target.none"))


def _choose(story: Story, measure: str, own: Target | None) -> None:
    words, key = story.words, f"target_{measure}_{own.share if own else ''}"
    with st.expander(words("target.set")):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            begin = own.share if own and own.share in SHARES else USUAL
            share = st.selectbox(
                words("target.share"), SHARES, SHARES.index(begin), format_func=words.percent, key=f"share_{key}"
            )
            owner = st.selectbox(
                words("target.by"),
                OWNERS,
                format_func=lambda code: words(f"actions.owner_{code}"),
                key=f"owner_{key}",
            )
        chosen = Target(measure, share, owner, story.snapshot.waves()[0], period.today())
        with st.container(horizontal=True):
            st.button(words("actions.save"), key=f"save_{key}", on_click=_set, args=(chosen,))
            if story.target(measure) is not None:
                none = replace(chosen, share=None)
                st.button(words("target.take_back"), key=f"none_{key}", on_click=_set, args=(none,))
        st.caption(words("target.note"))


def _set(chosen: Target) -> None:
    """A click is heard before the page asks who reads: the login may have ended since the button was drawn."""
    if not may_agree():
        st.session_state[REFUSED] = True
        return
    try:
        Targets(home_folder()).set(chosen)
    except Unreadable:
        return  # the page says so
