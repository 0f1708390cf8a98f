"""The columns of an export: which guesses the steward takes, what the steward changes, and what each is read as."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from desk import decisions
from desk.choose import Chosen
from desk.page import Page, short
from pipelines.flow import Proposal

UNREAD = "-"  # among the things a column may be read as
MOST_LISTED = 40  # columns with a list of their own


def choose_columns(page: Page, proposal: Proposal) -> dict[str, str]:
    """Head -> column: the guesses that the steward accepts, and what the steward reads otherwise."""
    accepted = _accept_guesses(page, proposal)
    with st.expander(page.say("layout.change")), st.form("change", border=False):
        _change_one(page, proposal)
    _show_changes(page)
    chosen = {**accepted, **decisions.decided().columns}
    return {head: column for head, column in chosen.items() if head not in decisions.decided().drop}


def show_columns(page: Page, proposal: Proposal, chosen: Chosen) -> None:
    """What each column is read as, and how many are not read."""
    readings = _sort(page, proposal, chosen)
    counts = {"columns": len(proposal.guesses), "read": len(readings.read), "unknown": len(readings.unread)}
    st.markdown(page.say("layout.counts", **counts, dropped=readings.dropped, personal=readings.personal))
    with st.expander(page.say("layout.read_table")), st.container(key="mapping"):
        st.table(readings.read)
    if readings.unread:
        unread = f"{page.say('layout.unread_table')} ({len(readings.unread)})"
        with st.expander(unread, expanded=not proposal.is_recognised):
            _map_unread(page, readings.unread)


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
        taken = decisions.guesses()
        is_taken = taken.get(guess.head, guess.is_sure)
        if st.checkbox(label, value=is_taken, key=f"accept-{proposal.base.code}-{number}"):
            accepted[guess.head] = str(guess.column)
        taken.pop(guess.head, None)
        if (guess.head in accepted) != guess.is_sure:
            taken[guess.head] = guess.head in accepted
    return accepted


def _change_one(page: Page, proposal: Proposal) -> None:
    """Read one column as something else, or leave it out."""
    called = _targets(page)
    heads = [guess.head for guess in proposal.guesses]
    head = st.selectbox(page.say("layout.change_head"), heads, format_func=short)
    column = st.selectbox(page.say("layout.change_column"), list(called), format_func=called.__getitem__)
    if st.form_submit_button(page.say("layout.change_add")) and head and column:
        if column == UNREAD:
            decisions.leave_out([head])
        else:
            decisions.read_as({head: column})
        st.rerun()


def _map_unread(page: Page, heads: list[str]) -> None:
    """What each of the columns is that nothing is known of, and one button for all of them."""
    called = _targets(page)
    st.caption(page.say("layout.map"))
    with st.form("unread", border=False):
        meant = {
            head: st.selectbox(short(head), list(called), format_func=called.__getitem__, key=f"unread-{head}")
            for head in heads[:MOST_LISTED]
        }
        if st.form_submit_button(page.say("layout.map_add")):
            decisions.read_as({head: column for head, column in meant.items() if column and column != UNREAD})
            st.rerun()
    if len(heads) > MOST_LISTED:
        st.caption(page.say("layout.map_more", count=len(heads) - MOST_LISTED))


def _targets(page: Page) -> dict[str, str]:
    """What a column may be read as: our column -> how it is called."""
    questions = page.choices.columns()
    names = {column: f"{column}  {text}".strip() for column, text in questions.items()}
    return {UNREAD: page.say("layout.change_drop"), **names}


def _show_changes(page: Page) -> None:
    decided = decisions.decided()
    changed = {**decided.columns, **dict.fromkeys(decided.drop, page.say("layout.change_drop"))}
    changed |= {**decided.roster_columns, **_meant(page)}
    for column, words in {**decided.answers, **decided.levels}.items():
        changed |= {f"{column}: {word}": meant or page.say("refused.not_answered") for word, meant in words.items()}
    if not changed:
        return
    changes = ", ".join(f"‘{short(head)}’ → {column}" for head, column in changed.items())
    st.caption(page.say("layout.changed", changes=changes))
    if st.button(page.say("layout.change_reset")):
        decisions.undo()
        st.rerun()


def _meant(page: Page) -> dict[str, str]:
    """What looks odd and is meant."""
    decided = decisions.decided()
    meant = {column: page.say("refused.without", what=column) for column in decided.without}
    meant |= {column: page.say("refused.accept", what=column) for column in decided.accept}
    if decided.experience_from:
        meant[decided.experience_from] = page.say("refused.experience_from", what=decided.experience_from)
    if decided.several:
        meant["leader_key"] = page.say(f"refused.{decided.several}")
    return meant


@dataclass
class _Readings:
    """The columns of an export by what becomes of them; rows of tables, and counts."""

    read: list[dict[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    dropped: int = 0
    personal: int = 0


def _sort(page: Page, proposal: Proposal, chosen: Chosen) -> _Readings:
    mapped = chosen.decided.columns
    questions = page.choices.columns()
    readings = _Readings()
    for guess in proposal.guesses:
        head = {page.say("layout.head"): short(guess.head)}
        if guess.head in chosen.decided.drop or guess.by == "dropped":
            readings.dropped += 1
        elif guess.by == "personal" and guess.head not in mapped:
            readings.personal += 1
        elif guess.head in mapped or guess.by == "read":
            column = str(mapped.get(guess.head, guess.column))
            sure = _sure(page, "yours" if guess.head in decisions.decided().columns else guess.by, guess.sure)
            parts = (column, questions.get(column, ""), sure)
            readings.read.append(head | {page.say("layout.column"): " – ".join(filter(None, parts))})
        else:
            readings.unread.append(guess.head)
    return readings


def _sure(page: Page, by: str, sure: float) -> str:
    """How it is known what a column is, and how sure that is (0-1); nothing to say where the layout reads it."""
    return "" if by == "read" else page.say(f"layout.by_{by}", percent=round(100 * sure))
