"""Second step: what the columns are, to be changed by the steward, and what may not be imported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from desk.choose import Chosen
from desk.files import on_disk
from desk.words import Say
from pipelines.flow import (
    Home,
    KlankbordError,
    Preview,
    Proposal,
    RefusedColumns,
    explain,
    in_language,
    preview,
    profiles,
    propose_profile,
    save_profile,
    targets,
)

DROP = "-"  # among the things a column may be read as


@dataclass(frozen=True)
class Seen:
    """What was understood of the chosen files."""

    chosen: Chosen
    preview: Preview


def understand(home: Home, chosen: Chosen, say: Say, lang: str) -> Seen | None:
    """What the columns are, to be changed, and what was read by them; None when that cannot be."""
    st.header(say("layout.title"), anchor=False)
    known = profiles(home, lang)
    layouts = ["", *known]
    overruled = st.selectbox(
        say("layout.overrule"), layouts, format_func=lambda code: known.get(code, say("layout.automatic")), key="layout"
    )
    try:
        proposal = _proposal(home, replace(chosen, profile=overruled or None))
    except KlankbordError as refusal:
        st.error(explain(lang, refusal))
        return None
    name = known.get(proposal.base.code, proposal.base.code)
    st.markdown(say("layout.recognised", name=name) if proposal.is_recognised else say("layout.not_recognised"))
    columns = _columns(home, proposal, say, lang)
    chosen = replace(chosen, profile=proposal.base.code, columns=tuple(columns.items()))
    _show_columns(home, proposal, chosen, say, lang)
    try:
        seen = Seen(chosen, _preview(home, chosen))
        _keep_layout(home, proposal, chosen, say, lang)
        return seen
    except RefusedColumns as refusal:
        _show_refused(refusal, chosen, say, lang)
    except KlankbordError as refusal:
        st.error(explain(lang, refusal))
    return None


def _proposal(home: Home, chosen: Chosen) -> Proposal:
    key = (chosen.export.key, chosen.profile)
    if st.session_state.get("proposal_of") != key:
        with on_disk(home, chosen.export) as (export,):
            made = propose_profile(home, export or Path(chosen.export.name), profile=chosen.profile)
        st.session_state.update(proposal_of=key, proposal=made)
    proposal: Proposal = st.session_state["proposal"]
    return proposal


def _preview(home: Home, chosen: Chosen) -> Preview:
    if st.session_state.get("preview_of") != chosen.key:
        with on_disk(home, *chosen.files) as places:
            made = preview(home, chosen.source(places))
        st.session_state.update(preview_of=chosen.key, preview=made)
    seen: Preview = st.session_state["preview"]
    return seen


def _columns(home: Home, proposal: Proposal, say: Say, lang: str) -> dict[str, str]:
    """The guesses that the steward accepts, and what the steward reads otherwise."""
    accepted: dict[str, str] = {}
    guesses = [one for one in proposal.guesses if one.column and one.by != "read"]
    if guesses:
        st.subheader(say("layout.doubtful"), anchor=False)
        st.caption(say("layout.doubtful_help"))
    for at, one in enumerate(guesses):
        sure = say(f"layout.by_{one.by}", percent=round(100 * one.sure))
        label = say("layout.accept", head=_short(one.head), column=one.column, sure=sure)
        if st.checkbox(label, value=one.is_sure, key=f"accept-{proposal.base.code}-{at}"):
            accepted[one.head] = str(one.column)
    with st.expander(say("layout.change")), st.form("change", border=False):
        asked = targets(home, lang)
        head = st.selectbox(say("layout.change_head"), [one.head for one in proposal.guesses], format_func=_short)
        column = st.selectbox(
            say("layout.change_column"),
            [DROP, *asked],
            format_func=lambda code: say("layout.change_drop") if code == DROP else f"{code}  {asked[code]}".strip(),
        )
        if st.form_submit_button(say("layout.change_add")) and head and column:
            if column == DROP:
                st.session_state["columns"].pop(head, None)
                st.session_state["drop"] = (*st.session_state["drop"], head)
            else:
                st.session_state["columns"][head] = column
                st.session_state["drop"] = tuple(name for name in st.session_state["drop"] if name != head)
            st.rerun()
    changed = {**st.session_state["columns"], **dict.fromkeys(st.session_state["drop"], say("layout.change_drop"))}
    if changed:
        told = ", ".join(f"‘{_short(head)}’ → {column}" for head, column in changed.items())
        st.caption(say("layout.changed", changes=told))
        if st.button(say("layout.change_reset")):
            st.session_state.update(columns={}, drop=())
            st.rerun()
    columns: dict[str, str] = {**accepted, **st.session_state["columns"]}
    return {head: column for head, column in columns.items() if head not in st.session_state["drop"]}


def _show_columns(home: Home, proposal: Proposal, chosen: Chosen, say: Say, lang: str) -> None:
    mapped, asked, rows, unread = dict(chosen.columns), targets(home, lang), [], []
    dropped = personal = 0
    for one in proposal.guesses:
        if one.head in chosen.drop or one.by == "dropped":
            dropped += 1
        elif one.by == "personal" and one.head not in mapped:
            personal += 1
        elif one.head in mapped or one.by == "read":
            column = str(mapped.get(one.head, one.column))
            is_yours = one.head in st.session_state["columns"]
            sure = (
                ""
                if one.by == "read"
                else say(f"layout.by_{'yours' if is_yours else one.by}", percent=round(100 * one.sure))
            )
            told = " – ".join(filter(None, (column, asked.get(column, ""), sure)))
            rows.append({say("layout.head"): _short(one.head), say("layout.column"): told})
        else:
            unread.append({say("layout.head"): _short(one.head)})
    counts = {"columns": len(proposal.guesses), "read": len(rows), "dropped": dropped, "personal": personal}
    st.markdown(say("layout.counts", **counts, unknown=len(unread)))
    with st.expander(say("layout.read_table")), st.container(key="mapping"):
        st.table(rows)
    if unread:
        with st.expander(say("layout.unread_table")):
            st.table(unread)


def _keep_layout(home: Home, proposal: Proposal, chosen: Chosen, say: Say, lang: str) -> None:
    """Offer to keep what the steward decided, so that the next export is read so by itself."""
    if chosen.columns or chosen.drop:
        with st.expander(say("layout.keep")), st.form("keep", border=False):
            name = st.text_input(say("layout.keep_name"), max_chars=40, placeholder=say("layout.keep_example"))
            if st.form_submit_button(say("layout.keep_button")) and name.strip():
                place = save_profile(home, proposal, dict(chosen.columns), chosen.drop, name, lang)
                st.session_state["kept"] = (chosen.export.key, name.strip(), place.name)
    key, name, file = st.session_state.get("kept", ("", "", ""))
    if key == chosen.export.key:
        st.success(say("layout.kept", name=name, file=file))


def _show_refused(refusal: RefusedColumns, chosen: Chosen, say: Say, lang: str) -> None:
    is_roster = refusal.rule == "personal_roster"
    st.subheader(say("refused.title_roster" if is_roster else "refused.title"), anchor=False)
    st.warning(say("refused.help"))
    words = [(_short(found.column), in_language(found, lang)) for found in refusal.found]
    st.table([{say("refused.column"): column, say("refused.rule"): rule} for column, rule in words])
    if st.button(say("refused.drop"), type="primary"):
        st.session_state["drop"] = (*chosen.drop, *(found.column for found in refusal.found))
        st.rerun()


def _short(head: str) -> str:
    text = " ".join(head.split())
    return text if len(text) <= 70 else text[:70] + "…"
