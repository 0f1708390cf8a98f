"""What the steward decided about the files of an import: kept while the page is open, and as a draft in the vault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from pipelines.flow import Decided, Draft, Home


def undo() -> None:
    """Nothing was decided yet; the layout stays as it was chosen."""
    st.session_state.update(decided=Decided(), guesses={})


def begin(draft: Draft | None) -> None:
    """Begin with what was decided before, or with nothing."""
    st.session_state.update(
        decided=draft.decided if draft else Decided(),
        guesses=dict(draft.guesses) if draft else {},
        layout=draft.layout if draft else "",
        is_draft=draft is not None,
    )


def decided() -> Decided:
    """All of it so far."""
    so_far: Decided = st.session_state["decided"]
    return so_far


def guesses() -> dict[str, bool]:
    """Head -> whether a guess about it was taken, where that is not as it was proposed."""
    taken: dict[str, bool] = st.session_state["guesses"]
    return taken


def keep(home: Home, draft: Draft) -> None:
    """Keep it in the vault, where anything was decided or has been."""
    if draft.is_empty and not st.session_state["is_draft"]:
        return
    if draft != st.session_state.get("draft"):
        draft.forget(home) if draft.is_empty else draft.keep(home)
        st.session_state.update(draft=draft, is_draft=not draft.is_empty)


def end(home: Home) -> None:
    """The import is done: what was decided has served."""
    draft: Draft | None = st.session_state.get("draft")
    if draft is not None:
        draft.forget(home)
    st.session_state["is_draft"] = False


# ------------------------------------------------------------------------------------------ one by one


def read_as(columns: Mapping[str, str]) -> None:
    """Read heads of the export as columns of ours."""
    drop = tuple(name for name in decided().drop if name not in columns)
    _decide(columns={**decided().columns, **columns}, drop=drop)


def leave_out(heads: Iterable[str]) -> None:
    """Leave heads out."""
    out = tuple(heads)
    columns = {head: column for head, column in decided().columns.items() if head not in out}
    roster = {head: column for head, column in decided().roster_columns.items() if head not in out}
    _decide(columns=columns, roster_columns=roster, drop=(*decided().drop, *out))


def read_roster_as(head: str, column: str) -> None:
    """Read a head of the roster as a column of ours."""
    others = {one: ours for one, ours in decided().roster_columns.items() if ours != column}
    drop = tuple(name for name in decided().drop if name != head)
    _decide(roster_columns={**others, head: column}, drop=drop)


def go_without(column: str) -> None:
    """A dimension is meant not to be on the roster."""
    _decide(without=(*decided().without, column))


def accept(column: str) -> None:
    """What is odd in a column is meant."""
    _decide(accept=(*decided().accept, column))


def experience_from(head: str) -> None:
    """A column of the roster says since when somebody is a school leader."""
    _decide(experience_from=head)


def count_row(several: str) -> None:
    """Which row of a leader on several rows counts."""
    _decide(several=several)


def level_is(dimension: str, word: str, level: str) -> None:
    """A word of the roster is a group of ours."""
    levels = dict(decided().levels)
    levels[dimension] = {**levels.get(dimension, {}), word: level}
    _decide(levels=levels)


def answers_are(columns: Iterable[str], meanings: Mapping[str, str]) -> None:
    """Answers to these questions are answers of ours."""
    answers = dict(decided().answers)
    answers |= {column: {**answers.get(column, {}), **meanings} for column in columns}
    _decide(answers=answers)


def _decide(**changes: Any) -> None:
    st.session_state["decided"] = replace(decided(), **changes)
