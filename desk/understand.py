"""Second step: what the columns are, to be changed by the steward, and what may not be imported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from desk import decisions
from desk.choose import Chosen
from desk.columns import choose_columns, show_columns
from desk.files import on_disk
from desk.page import Page
from desk.problems import show_problems
from desk.roster import offer_to_keep, show_roster
from pipelines.flow import Draft, KlankbordError, Preview, Proposal, preview, propose_profile, save_profile

LONGEST_NAME = 40  # letters of the name of a layout


@dataclass(frozen=True)
class Understood:
    """What was understood of the chosen files."""

    chosen: Chosen
    preview: Preview


def understand(page: Page, chosen: Chosen) -> Understood | None:
    """What the columns are, to be changed, and what was read by them; None when that cannot be."""
    st.header(page.say("layout.title"), anchor=False)
    names = page.choices.profiles()
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
    decided = decisions.decided()
    decisions.keep(
        page.home, Draft(chosen.export.name, chosen.export.key, chosen.wave, layout or "", decided, decisions.guesses())
    )
    chosen = replace(chosen, profile=proposal.base.code, decided=replace(decided, columns=columns))
    show_columns(page, proposal, chosen)
    show_roster(page, chosen)
    try:
        understood = Understood(chosen, _preview(page, chosen))
        _offer_to_keep(page, proposal, chosen)
        offer_to_keep(page, chosen)
        return understood
    except KlankbordError as refusal:
        show_problems(page, chosen, refusal)
    return None


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
    decided = chosen.decided
    if decided.columns or decided.drop or decided.answers:
        with st.expander(page.say("layout.keep")), st.form("keep", border=False):
            example = page.say("layout.keep_example")
            name = st.text_input(page.say("layout.keep_name"), max_chars=LONGEST_NAME, placeholder=example)
            if st.form_submit_button(page.say("layout.keep_button")) and name.strip():
                place = save_profile(page.home, proposal, decided, name, page.lang)
                st.session_state["kept"] = (chosen.export.key, name.strip(), place.name)
    key, name, file = st.session_state.get("kept", ("", "", ""))
    if key == chosen.export.key:
        st.success(page.say("layout.kept", name=name, file=file))
