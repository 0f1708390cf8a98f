"""Who reads: the role of this session, and the page for whom has none."""

from __future__ import annotations

import streamlit as st

from dashboard.door.logins import current
from dashboard.page import language, set_up_plain
from dashboard.readers import ROLE
from dashboard.wall import log, stands

EVERYBODY = "adviser"  # on this computer, without a login
SEEN = "role_seen"  # where a session keeps the role that was logged last


def reader_role() -> str:
    """The role of this reader; without one, or without the wall, the page ends here."""
    if not stands():
        _end_here("no_wall")
    st.session_state[ROLE] = _role_now  # how to ask, for what happens before the next run; not what the answer was
    role = _role_now()
    if role is None:
        is_known = bool(st.user.to_dict().get("is_logged_in"))
        _log(None)
        _end_here("no_role" if is_known else "login", may_enter=True, may_leave=is_known)
    _log(role)
    return str(role)


def _role_now() -> str | None:
    """The role of whoever acts at this moment: the login may have ended and the roles may have changed since."""
    logins = current()
    return logins.role(st.context.cookies) if logins else EVERYBODY


def _log(role: str | None) -> None:
    if current() is not None and st.session_state.get(SEEN) != role:
        log("opened" if role else "ended", role=role)
    st.session_state[SEEN] = role


def _end_here(key: str, *, may_enter: bool = False, may_leave: bool = False) -> None:
    """A page of one sentence, with a way in and a way out where they help. Nothing after it runs."""
    words = language()
    set_up_plain(words(f"gate.{key}_title"))
    st.title(words(f"gate.{key}_title"), anchor=False)
    st.markdown(words(f"gate.{key}"))
    with st.container(horizontal=True):
        if may_enter:
            st.button(words("gate.enter"), on_click=st.login, type="primary", icon=":material/login:")
        if may_leave:
            st.button(words("gate.leave"), on_click=st.logout, icon=":material/logout:")
    st.stop()


def way_out() -> None:
    """Under the menu: the way out, where there is a login."""
    if current() is not None:
        with st.sidebar:
            st.button(language()("gate.leave"), on_click=st.logout, icon=":material/logout:", type="tertiary")
