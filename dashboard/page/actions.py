"""What the page about actions is made of: suggestions, the form, and what was agreed with what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from dashboard import agreements, period
from dashboard.agreements import (
    ADVICES,
    ENDED,
    OPEN,
    OWNERS,
    REMOVED,
    STATUSES,
    Action,
    Changed,
    Store,
    Suggestion,
    Unreadable,
)
from dashboard.names import unmarked
from dashboard.page import pieces
from dashboard.page.address import turn_to
from dashboard.readers import MAY_AGREE
from dashboard.story import Group, Story, home_folder
from dashboard.story import since as story_since

# In the URL, so that a suggestion leads to a form that is filled in.
ADVISED = "advice"
ABOUT = "group"
OUTCOME = "agreed"  # where a session keeps what came of saving
UNDO = "undo"  # and the version that it made
DONE = ("saved", "ended", "removed", "undone")  # what can come of it, when all is well


def store() -> Store:
    """Where this home keeps its actions."""
    return Store(home_folder())


def may_agree() -> bool:
    """Whether this reader may write actions down, asked anew."""
    return pieces.role() in MAY_AGREE


def suggestions(story: Story, on_choose: Callable[[Suggestion], None]) -> None:
    """What the figures speak for, each with its advice."""
    suggested = agreements.suggestions(story)
    if not suggested:
        return
    pieces.heading(story.words("actions.suggested"), story.words("actions.suggested_note"))
    for column, suggestion in zip(st.columns(len(suggested)), suggested, strict=True):
        with column, pieces.card(story.words(f"advice.{suggestion.advice}.title")):
            st.markdown(suggestion.because)
            st.markdown(story.words(f"advice.{suggestion.advice}.text"))
            if may_agree():
                st.button(
                    story.words("actions.take"),
                    key=f"take_{suggestion.advice}",
                    icon=":material/add_task:",
                    on_click=on_choose,
                    args=(suggestion,),
                )


def since(story: Story) -> None:
    """What is new since the last time, best news first, and one question for the next talk."""
    lines = story_since.lines(story)
    with suppress(Unreadable):
        agreed_line = agreements.since(story, store().all())
        lines = [*lines, *([agreed_line] if agreed_line else [])]
    if not lines or not story.shows_anything():
        return
    title = "since.title" if story.before() else "since.title_first"
    with pieces.card(story.words(title)):
        st.markdown("\n".join(f"- {line.text}" for line in story_since.best_first(lines)))
        st.markdown(story_since.question(story))


def fill_in(suggestion: Suggestion) -> None:
    """Put a suggestion into the URL, and so into the form."""
    st.query_params.update(_in_address(suggestion))


def agree_on(suggestion: Suggestion) -> None:
    """Remember to open the page about actions with this suggestion filled in."""
    turn_to("actions", _in_address(suggestion))


def _in_address(suggestion: Suggestion) -> dict[str, str]:
    return {ADVISED: suggestion.advice, ABOUT: _code_of(suggestion.group)}


def _code_of(group: Group) -> str:
    """A group as one word for a list or a URL."""
    return f"{group[0]}={group[1][0]}" if group[1] else group[0]


def agreement_form(story: Story) -> None:
    """A new agreement, chosen from lists."""
    words = story.words
    with pieces.card(words("actions.new"), words("actions.new_note")):
        advice = _choose_advice(story)
        st.markdown(words(f"advice.{advice}.text"))
        groups = {_code_of(group): group for group in agreements.groups(story, advice)}
        if not groups:
            st.info(words("actions.no_group"))
            return
        codes, wanted = list(groups), st.query_params.get(ABOUT, "")
        group = st.selectbox(
            words("actions.group"),
            codes,
            index=codes.index(wanted) if wanted in codes else 0,
            format_func=lambda code: unmarked(story.group_name(*groups[code])),
        )
        newest = story.snapshot.waves()[0]
        with st.container(horizontal=True):
            owner = _choose(story, "owner", OWNERS)
            start = st.selectbox(words("actions.start"), period.ahead(newest), format_func=words.wave)
            due = st.selectbox(words("actions.due"), period.ahead(newest), index=period.DUE, format_func=words.wave)
        table, levels = groups[group]
        agreement = Action(
            advice=advice,
            table=table,
            level="".join(levels),
            owner=owner,
            start=start,
            due=due,
            status=OPEN[0],
            base=newest,
        )
        st.button(words("actions.save"), type="primary", on_click=_save, args=(agreement,), disabled=due < start)
        if due < start:
            st.caption(words("actions.due_first"))


def _choose_advice(story: Story) -> str:
    """The advice of the URL, else the first of which a group can be shown."""
    advices, first = list(ADVICES), st.query_params.get(ADVISED, "")
    if first not in advices:
        first = next((code for code in advices if agreements.groups(story, code)), advices[0])
    return st.selectbox(
        story.words("actions.advice"),
        advices,
        index=advices.index(first),
        format_func=lambda code: story.words(f"advice.{code}.title"),
    )


def _choose(story: Story, kind: str, codes: Sequence[str], now: str = "", key: str = "") -> str:
    return st.selectbox(
        story.words(f"actions.{kind}"),
        codes,
        index=codes.index(now) if now in codes else 0,
        key=key or None,
        format_func=lambda code: story.words(f"actions.{kind}_{code}"),
    )


def _save(action: Action, done: str = "saved") -> None:
    """Save, and remember what to say about it after the page has run again."""
    _keep(lambda: store().save(action), done)
    for key in (ADVISED, ABOUT):
        st.query_params.pop(key, None)


def _undo(number: int, version: int) -> None:
    _keep(lambda: store().undo(number, version), "undone")


def _keep(change: Callable[[], Action], done: str) -> None:
    """Do it, and remember what came of it and which version it made.

    A click is heard before the page asks who reads: the login may have ended since the button was drawn.
    """
    st.session_state.pop(UNDO, None)
    if not may_agree():
        st.session_state[OUTCOME] = "not_yours"
        return
    try:
        kept = change()
        st.session_state[OUTCOME] = done
        if done != "undone":
            st.session_state[UNDO] = kept.number, kept.version
    except Changed:
        st.session_state[OUTCOME] = "changed"
    except Unreadable:
        st.session_state[OUTCOME] = "unreadable"


def saved_notice(story: Story) -> None:
    """What came of saving, and how to take it back; its place is always there, or what is unfolded below would fold."""
    place, word = st.container(horizontal=True, vertical_alignment="center"), st.session_state.pop(OUTCOME, "")
    if not word:
        return
    is_done = word in DONE
    (place.success if is_done else place.warning)(story.words(f"actions.{word}"))
    change = st.session_state.pop(UNDO, None)
    if is_done and change:
        place.button(story.words("actions.undo"), icon=":material/undo:", on_click=_undo, args=change)


def agreed(story: Story) -> None:
    """Everything that was agreed, what is due first, each with what happened since."""
    words, newest = story.words, story.snapshot.waves()[0]
    try:
        actions = store().all()
    except Unreadable:
        st.warning(words("actions.unreadable"))
        return
    pieces.heading(words("actions.agreed"), words("actions.agreed_note"))
    if not actions:
        st.markdown(words("actions.none"))
    for action in actions:
        with pieces.card(words(f"advice.{action.advice}.title"), height="content"):
            st.markdown(agreements.line(story, action))
            if action.is_open and action.due <= newest:
                st.badge(words("actions.is_due"), icon=":material/event_available:", color="orange")
            st.markdown(agreements.effect_sentence(story, action, newest))
            if may_agree():
                _change(story, action)


def _change(story: Story, action: Action) -> None:
    words, waves = story.words, period.ahead(action.start)
    # The version is in the key: once somebody saved, the choices on the screen are theirs, not ours.
    key = f"{action.number}_{action.version}"
    with st.expander(words("actions.change")):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            status = _choose(story, "status", STATUSES, action.status, f"status_{key}")
            owner = _choose(story, "owner", OWNERS, action.owner, f"owner_{key}")
            due = st.selectbox(
                words("actions.due"),
                waves,
                index=waves.index(action.due) if action.due in waves else 0,
                format_func=words.wave,
                key=f"due_{key}",
            )
        changed = replace(action, status=status, owner=owner, due=due)
        with st.container(horizontal=True):
            st.button(words("actions.save"), key=f"save_{key}", on_click=_save, args=(changed,))
            if action.is_open:
                ended = replace(action, status=ENDED)
                st.button(words("actions.end"), key=f"end_{key}", on_click=_save, args=(ended, "ended"))
            removed = replace(action, status=REMOVED)
            st.button(words("actions.remove"), key=f"remove_{key}", on_click=_save, args=(removed, "removed"))
