"""What the steward decided about the columns of an export, kept while the page is open."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st


def forget() -> None:
    """Nothing was decided yet."""
    st.session_state.update(columns={}, drop=())


def columns() -> dict[str, str]:
    """Head -> the column of ours that the steward reads it as."""
    decided: dict[str, str] = st.session_state["columns"]
    return decided


def left_out() -> tuple[str, ...]:
    """Heads the steward leaves out."""
    heads: tuple[str, ...] = st.session_state["drop"]
    return heads


def read_as(head: str, column: str) -> None:
    """Read a head as a column of ours."""
    columns()[head] = column
    st.session_state["drop"] = tuple(name for name in left_out() if name != head)


def leave_out(heads: Iterable[str]) -> None:
    """Leave heads out."""
    for head in heads:
        columns().pop(head, None)
        st.session_state["drop"] = (*left_out(), head)
