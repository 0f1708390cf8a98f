"""Second step: what the columns are, to be changed by the steward, and what may not be imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from desk import decisions
from desk.choose import Chosen
from desk.columns import choose_columns, show_columns
from desk.files import on_disk
from desk.page import Page, short
from pipelines.flow import (
    KlankbordError,
    Preview,
    Proposal,
    RefusedAll,
    RefusedColumns,
    RefusedFor,
    in_language,
    preview,
    profiles,
    propose_profile,
    save_profile,
)

MAY_BE_ABSENT = ("roster_without_group", "roster_head_near", "roster_head_dates")  # groups that a roster may lack
LONGEST_NAME = 40  # letters of the name of a layout


@dataclass(frozen=True)
class Understood:
    """What was understood of the chosen files."""

    chosen: Chosen
    preview: Preview


def understand(page: Page, chosen: Chosen) -> Understood | None:
    """What the columns are, to be changed, and what was read by them; None when that cannot be."""
    st.header(page.say("layout.title"), anchor=False)
    names = profiles(page.home, page.lang)
    layout = st.selectbox(
        page.say("layout.overrule"),
        ["", *names],
        format_func=lambda code: names.get(code, page.say("layout.automatic")),
        key="layout",
    )
    try:
        proposal = _proposal(page, replace(chosen, profile=layout or None))
    except KlankbordError as refusal:
        st.error(page.explain(refusal))
        return None
    name = names.get(proposal.base.code, proposal.base.code)
    is_recognised = proposal.is_recognised
    st.markdown(page.say("layout.recognised", name=name) if is_recognised else page.say("layout.not_recognised"))
    columns = choose_columns(page, proposal)
    chosen = replace(chosen, profile=proposal.base.code, columns=tuple(columns.items()))
    show_columns(page, proposal, chosen)
    try:
        understood = Understood(chosen, _preview(page, chosen))
        _offer_to_keep(page, proposal, chosen)
        return understood
    except KlankbordError as refusal:
        _show_problems(page, refusal)
    return None


def _show_problems(page: Page, refusal: KlankbordError) -> None:
    """All that stops, each with the buttons that say what is meant."""
    found = refusal.found if isinstance(refusal, RefusedAll) else (refusal,)
    for number, one in enumerate(found):
        if isinstance(one, RefusedColumns):
            _show_refused(page, one)
            continue
        st.error(page.explain(one))
        column, head = str(one.where.get("column", "")), str(one.where.get("head", ""))
        if one.rule in MAY_BE_ABSENT:
            _offer(page, f"without_{number}", "refused.without", decisions.go_without, column)
        if one.rule == "roster_head_dates":
            _offer(page, f"from_{number}", "refused.experience_from", decisions.experience_from, head)
        if one.rule == "new_level":
            _offer(page, f"accept_{number}", "refused.accept", decisions.accept, column)
        if one.rule == "answers_lost" and isinstance(one, RefusedFor):
            for place, lost in enumerate(one.reasons):
                _offer(page, f"accept_{number}_{place}", "refused.accept", decisions.accept, lost.column or "")


def _offer(page: Page, key: str, label: str, decide: Callable[[str], None], what: str) -> None:
    """One button that decides something and looks again."""
    if st.button(page.say(label, what=short(what)), key=key):
        decide(what)
        st.rerun()


def _proposal(page: Page, chosen: Chosen) -> Proposal:
    """What the columns probably are; looked at once for each file and layout."""
    key = (chosen.export.key, chosen.profile)
    if st.session_state.get("proposal_of") != key:
        with on_disk(page.home, chosen.export) as (export,):
            place = export or Path(chosen.export.name)
            st.session_state["proposal"] = propose_profile(page.home, place, profile=chosen.profile)
        st.session_state["proposal_of"] = key
    proposal: Proposal = st.session_state["proposal"]
    return proposal


def _preview(page: Page, chosen: Chosen) -> Preview:
    """What an import would do; read once for each set of files and decisions."""
    if st.session_state.get("preview_of") != chosen.key:
        with on_disk(page.home, *chosen.files) as places:
            st.session_state["preview"] = preview(page.home, chosen.source(places))
        st.session_state["preview_of"] = chosen.key
    read: Preview = st.session_state["preview"]
    return read


def _offer_to_keep(page: Page, proposal: Proposal, chosen: Chosen) -> None:
    """Offer to keep what the steward decided, so that the next export is read so by itself."""
    if chosen.columns or chosen.drop:
        with st.expander(page.say("layout.keep")), st.form("keep", border=False):
            example = page.say("layout.keep_example")
            name = st.text_input(page.say("layout.keep_name"), max_chars=LONGEST_NAME, placeholder=example)
            if st.form_submit_button(page.say("layout.keep_button")) and name.strip():
                place = save_profile(page.home, proposal, dict(chosen.columns), chosen.drop, name, page.lang)
                st.session_state["kept"] = (chosen.export.key, name.strip(), place.name)
    key, name, file = st.session_state.get("kept", ("", "", ""))
    if key == chosen.export.key:
        st.success(page.say("layout.kept", name=name, file=file))


def _show_refused(page: Page, refusal: RefusedColumns) -> None:
    """Columns that may not be imported, with one button to leave them out."""
    is_roster = refusal.rule == "personal_roster"
    st.subheader(page.say("refused.title_roster" if is_roster else "refused.title"), anchor=False)
    st.warning(page.say("refused.help"))
    st.table(
        [
            {page.say("refused.column"): short(one.column), page.say("refused.rule"): in_language(one, page.lang)}
            for one in refusal.found
        ]
    )
    if st.button(page.say("refused.drop"), type="primary"):
        decisions.leave_out(one.column for one in refusal.found)
        st.rerun()
