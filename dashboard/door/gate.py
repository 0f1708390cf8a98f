"""Who reads: the role of this session, and the page for whom has none."""

from __future__ import annotations

import time

import streamlit as st

from dashboard.door.access import current
from dashboard.door.log import log
from dashboard.page import language, set_up_plain
from dashboard.readers import ROLE

EVERYBODY = "adviser"  # on this computer, without a login


def reader_role() -> str:
    """The role of this reader; without one the page ends here, with a way to log in."""
    access = current()
    if access is None:
        st.session_state[ROLE] = EVERYBODY
        return EVERYBODY
    is_known = bool(st.user.is_logged_in)
    role = access.role(st.user.to_dict(), time.time()) if is_known else None
    if st.session_state.get(ROLE) != role:
        log("opened" if role else "ended", role=role)
    st.session_state[ROLE] = role
    if role is None:
        _ask_to_log_in("no_role" if is_known else "login", is_known)
    return str(role)


def _ask_to_log_in(key: str, is_known: bool) -> None:
    """A page of one sentence and a way in; for who is known also a way out. Nothing after it runs."""
    words = language()
    set_up_plain(words(f"gate.{key}_title"))
    st.title(words(f"gate.{key}_title"), anchor=False)
    st.markdown(words(f"gate.{key}"))
    with st.container(horizontal=True):
        st.button(words("gate.enter"), on_click=st.login, type="primary", icon=":material/login:")
        if is_known:
            st.button(words("gate.leave"), on_click=st.logout, icon=":material/logout:")
    st.stop()


def way_out() -> None:
    """Under the menu: the way out, where there is a login."""
    if current() is not None:
        with st.sidebar:
            st.button(language()("gate.leave"), on_click=st.logout, icon=":material/logout:", type="tertiary")
