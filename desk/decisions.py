"""What the steward decided about the files of an import, kept while the page is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st


@dataclass(frozen=True)
class Meant:
    """What looks odd in the files and is meant."""

    without: tuple[str, ...] = ()  # dimensions that are not on the roster
    accept: tuple[str, ...] = ()  # columns with answers or groups that nobody knows
    experience_from: str | None = None  # the head that says since when somebody is a school leader


def forget() -> None:
    """Nothing was decided yet."""
    st.session_state.update(columns={}, drop=(), meant=Meant())


def columns() -> dict[str, str]:
    """Head -> the column of ours that the steward reads it as."""
    decided: dict[str, str] = st.session_state["columns"]
    return decided


def left_out() -> tuple[str, ...]:
    """Heads the steward leaves out."""
    heads: tuple[str, ...] = st.session_state["drop"]
    return heads


def meant() -> Meant:
    """What the steward said is meant."""
    decided: Meant = st.session_state["meant"]
    return decided


def read_as(head: str, column: str) -> None:
    """Read a head as a column of ours."""
    columns()[head] = column
    st.session_state["drop"] = tuple(name for name in left_out() if name != head)


def leave_out(heads: Iterable[str]) -> None:
    """Leave heads out."""
    for head in heads:
        columns().pop(head, None)
        st.session_state["drop"] = (*left_out(), head)


def go_without(column: str) -> None:
    """A dimension is meant not to be on the roster."""
    st.session_state["meant"] = replace(meant(), without=(*meant().without, column))


def accept(column: str) -> None:
    """What is odd in a column is meant."""
    st.session_state["meant"] = replace(meant(), accept=(*meant().accept, column))


def experience_from(head: str) -> None:
    """A column of the roster says since when somebody is a school leader."""
    st.session_state["meant"] = replace(meant(), experience_from=head)
