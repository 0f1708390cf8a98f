"""Publish a wave that stands in the vault: its button, its progress, its last sentence."""

from __future__ import annotations

import streamlit as st

from desk.page import Page
from pipelines.flow import KlankbordError, Wave, publish_wave, school_years


def publish(page: Page, wave: Wave) -> None:
    """Publish the wave when that is asked for, telling which family is audited."""
    year = wave.school_year
    if year not in {one.name for one in school_years(page.home)}:
        st.info(page.say("end.fixes", year=year))
    if not st.button(page.say("end.publish", wave=wave), type="primary", key=f"publish_{wave}"):
        return
    with st.status(page.say("end.publishing"), expanded=True) as status:
        try:
            result = publish_wave(
                page.home, wave, lambda family: status.update(label=page.say("end.auditing", family=family))
            )
        except KlankbordError as refusal:
            status.update(state="error")
            st.error(page.explain(refusal))
            return
    counts = {"publication": result.publication, "shown": result.shown, "planned": result.planned}
    st.session_state.update(published=counts, preview_of=None)
    st.rerun()


def show_published(page: Page) -> None:
    """That it is done, and what comes next."""
    if st.session_state.get("published"):
        st.success(page.say("end.published", **st.session_state["published"]))
        st.markdown(page.say("end.what_next"))
