"""What the page about actions is made of: suggestions, the form, and what was agreed with what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.agreements.store import ADVICE, OPEN, OWNERS, STATUSES, Action, Changed, Store, Unreadable
from dashboard.agreements.suggest import Suggestion, ahead, effect_sentence, groups, line, suggestions
from dashboard.door.access import MAY_AGREE, ROLE
from dashboard.page import pieces as parts
from dashboard.story.snapshot import home_folder
from dashboard.story.wave import Group, Story

ADVISED, ABOUT = "advice", "group"  # in the URL, so that a suggestion leads to a form that is filled in
SAID = "agreed"


def store() -> Store:
    """Where this home keeps its actions."""
    return Store(home_folder())


def may_agree() -> bool:
    """Whether this reader may write actions down."""
    return st.session_state.get(ROLE) in MAY_AGREE


def suggested(story: Story, on_choose: Callable[[Suggestion], None]) -> None:
    """What the figures speak for, each with its advice."""
    found = suggestions(story)
    if not found:
        return
    parts.heading(story.words("actions.suggested"), story.words("actions.suggested_note"))
    for column, suggestion in zip(st.columns(len(found)), found, strict=True):
        with column, parts.card(story.words(f"advice.{suggestion.advice}.title")):
            st.markdown(suggestion.because)
            st.markdown(story.words(f"advice.{suggestion.advice}.text"))
            if may_agree():
                st.button(
                    story.words("actions.take"), key=f"take_{suggestion.advice}", icon=":material/add_task:",
                    on_click=on_choose, args=(suggestion,),
                )  # fmt: skip


def fill_in(suggestion: Suggestion) -> None:
    """Put a suggestion into the URL, and so into the form."""
    st.query_params.update(chosen(suggestion))


def chosen(suggestion: Suggestion) -> dict[str, str]:
    """A suggestion as it stands in the URL."""
    return {ADVISED: suggestion.advice, ABOUT: code_of(suggestion.group)}


def code_of(group: Group) -> str:
    """A group as one word for a list or a URL."""
    return f"{group[0]}={group[1][0]}" if group[1] else group[0]


def form(story: Story) -> None:
    """A new agreement, chosen from lists."""
    words, advices = story.words, list(ADVICE)
    with parts.card(words("actions.new"), words("actions.new_note")):
        asked = st.query_params.get(ADVISED, "")
        first = next((code for code in advices if groups(story, ADVICE[code])), advices[0])
        advice = st.selectbox(
            words("actions.advice"), advices, index=advices.index(asked if asked in advices else first),
            format_func=lambda code: words(f"advice.{code}.title"),
        )  # fmt: skip
        st.markdown(words(f"advice.{advice}.text"))
        known = {code_of(group): group for group in groups(story, ADVICE[advice])}
        if not known:
            st.info(words("actions.no_group"))
            return
        codes, wanted = list(known), st.query_params.get(ABOUT, "")
        group = st.selectbox(
            words("actions.group"), codes, index=codes.index(wanted) if wanted in codes else 0,
            format_func=lambda code: story.group_name(*known[code]),
        )  # fmt: skip
        waves = ahead(story.snapshot.waves()[0])
        with st.container(horizontal=True):
            owner = _choose(story, "owner", OWNERS)
            start = st.selectbox(words("actions.start"), waves, format_func=words.wave)
            due = st.selectbox(words("actions.due"), waves, index=2, format_func=words.wave)
        table, levels = known[group]
        agreement = Action(
            advice=advice, table=table, level="".join(levels), owner=owner, start=start, due=due, status=OPEN[0],
            base=story.snapshot.waves()[0],
        )  # fmt: skip
        st.button(words("actions.save"), type="primary", on_click=_save, args=(agreement,), disabled=due < start)
        if due < start:
            st.caption(words("actions.due_first"))


def _choose(story: Story, kind: str, codes: Sequence[str], now: str = "", key: str = "") -> str:
    return st.selectbox(
        story.words(f"actions.{kind}"), codes, index=codes.index(now) if now in codes else 0, key=key or None,
        format_func=lambda code: story.words(f"actions.{kind}_{code}"),
    )  # fmt: skip


def _save(action: Action) -> None:
    """Save, and remember what to say about it after the page has run again."""
    try:
        store().save(action)
        st.session_state[SAID] = "saved"
        for key in (ADVISED, ABOUT):
            st.query_params.pop(key, None)
    except Changed:
        st.session_state[SAID] = "changed"
    except Unreadable:
        st.session_state[SAID] = "unreadable"


def said(story: Story) -> None:
    """What came of saving; its place is always there, or what is unfolded below would fold when it goes."""
    place, word = st.container(), st.session_state.pop(SAID, "")
    if word:
        (place.success if word == "saved" else place.warning)(story.words(f"actions.{word}"))


def agreed(story: Story) -> None:
    """Everything that was agreed, each with what happened since."""
    words = story.words
    try:
        actions = store().all()
    except Unreadable:
        st.warning(words("actions.unreadable"))
        return
    parts.heading(words("actions.agreed"), words("actions.agreed_note"))
    if not actions:
        st.markdown(words("actions.none"))
    for action in actions:
        with parts.card(words(f"advice.{action.advice}.title"), height="content"):
            st.markdown(line(story, action))
            st.markdown(effect_sentence(story, action, story.snapshot.waves()[0]))
            if may_agree():
                _change(story, action)


def _change(story: Story, action: Action) -> None:
    words, waves = story.words, ahead(action.start)
    with st.expander(words("actions.change")), st.container(horizontal=True, vertical_alignment="bottom"):
        # The version is in the key: once somebody saved, the choices on the screen are theirs, not ours.
        key = f"{action.number}_{action.version}"
        status = _choose(story, "status", STATUSES, action.status, f"status_{key}")
        owner = _choose(story, "owner", OWNERS, action.owner, f"owner_{key}")
        due = st.selectbox(
            words("actions.due"), waves, index=waves.index(action.due) if action.due in waves else 0,
            format_func=words.wave, key=f"due_{key}",
        )  # fmt: skip
        st.button(
            words("actions.save"), key=f"save_{key}", on_click=_save,
            args=(replace(action, status=status, owner=owner, due=due),),
        )  # fmt: skip
