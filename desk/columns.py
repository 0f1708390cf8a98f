"""The columns of an export: which guesses the steward takes, what the steward changes, and what each is read as."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from desk import decisions
from desk.choose import Chosen
from desk.page import Page, short
from pipelines.flow import Proposal, targets

DROP = "-"  # among the things a column may be read as


def choose_columns(page: Page, proposal: Proposal) -> dict[str, str]:
    """Head -> column: the guesses that the steward accepts, and what the steward reads otherwise."""
    accepted = _accept_guesses(page, proposal)
    with st.expander(page.say("layout.change")), st.form("change", border=False):
        _change_one(page, proposal)
    _show_changes(page)
    chosen = {**accepted, **decisions.columns()}
    return {head: column for head, column in chosen.items() if head not in decisions.left_out()}


def show_columns(page: Page, proposal: Proposal, chosen: Chosen) -> None:
    """What each column is read as, and how many are not read."""
    readings = _sort(page, proposal, chosen)
    counts = {"columns": len(proposal.guesses), "read": len(readings.read), "unknown": len(readings.unread)}
    st.markdown(page.say("layout.counts", **counts, dropped=readings.dropped, personal=readings.personal))
    with st.expander(page.say("layout.read_table")), st.container(key="mapping"):
        st.table(readings.read)
    if readings.unread:
        with st.expander(page.say("layout.unread_table")):
            st.table(readings.unread)


def _accept_guesses(page: Page, proposal: Proposal) -> dict[str, str]:
    """A box for every guess that the layout did not know for certain."""
    guesses = [guess for guess in proposal.guesses if guess.column and guess.by != "read"]
    if guesses:
        st.subheader(page.say("layout.doubtful"), anchor=False)
        st.caption(page.say("layout.doubtful_help"))
    accepted = {}
    for number, guess in enumerate(guesses):
        sure = _sure(page, guess.by, guess.sure)
        label = page.say("layout.accept", head=short(guess.head), column=guess.column, sure=sure)
        if st.checkbox(label, value=guess.is_sure, key=f"accept-{proposal.base.code}-{number}"):
            accepted[guess.head] = str(guess.column)
    return accepted


def _change_one(page: Page, proposal: Proposal) -> None:
    """Read one column as something else, or leave it out."""
    questions = targets(page.home, page.lang)

    def called(column: str) -> str:
        return page.say("layout.change_drop") if column == DROP else f"{column}  {questions[column]}".strip()

    heads = [guess.head for guess in proposal.guesses]
    head = st.selectbox(page.say("layout.change_head"), heads, format_func=short)
    column = st.selectbox(page.say("layout.change_column"), [DROP, *questions], format_func=called)
    if st.form_submit_button(page.say("layout.change_add")) and head and column:
        if column == DROP:
            decisions.leave_out([head])
        else:
            decisions.read_as(head, column)
        st.rerun()


def _show_changes(page: Page) -> None:
    changed = {**decisions.columns(), **dict.fromkeys(decisions.left_out(), page.say("layout.change_drop"))}
    if not changed:
        return
    changes = ", ".join(f"‘{short(head)}’ → {column}" for head, column in changed.items())
    st.caption(page.say("layout.changed", changes=changes))
    if st.button(page.say("layout.change_reset")):
        decisions.forget()
        st.rerun()


@dataclass
class _Readings:
    """The columns of an export by what becomes of them; rows of tables, and counts."""

    read: list[dict[str, str]] = field(default_factory=list)
    unread: list[dict[str, str]] = field(default_factory=list)
    dropped: int = 0
    personal: int = 0


def _sort(page: Page, proposal: Proposal, chosen: Chosen) -> _Readings:
    mapped = dict(chosen.columns)
    questions = targets(page.home, page.lang)
    readings = _Readings()
    for guess in proposal.guesses:
        head = {page.say("layout.head"): short(guess.head)}
        if guess.head in chosen.drop or guess.by == "dropped":
            readings.dropped += 1
        elif guess.by == "personal" and guess.head not in mapped:
            readings.personal += 1
        elif guess.head in mapped or guess.by == "read":
            column = str(mapped.get(guess.head, guess.column))
            sure = _sure(page, "yours" if guess.head in decisions.columns() else guess.by, guess.sure)
            parts = (column, questions.get(column, ""), sure)
            readings.read.append(head | {page.say("layout.column"): " – ".join(filter(None, parts))})
        else:
            readings.unread.append(head)
    return readings


def _sure(page: Page, by: str, sure: float) -> str:
    """How it is known what a column is, and how sure that is (0-1); nothing to say where the layout reads it."""
    return "" if by == "read" else page.say(f"layout.by_{by}", percent=round(100 * sure))
