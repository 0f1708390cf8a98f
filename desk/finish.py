"""Last step: import, then publish, each with its own button, progress and last sentence."""

from __future__ import annotations

import streamlit as st

from desk.files import on_disk
from desk.page import Page
from desk.understand import Understood
from pipelines.flow import KlankbordError, Wave, import_wave, publish_wave, unpublished


def finish(page: Page, understood: Understood) -> None:
    """Import, then publish, each with its own button, progress and last sentence."""
    st.header(page.say("end.title"), anchor=False)
    standing = understood.preview.imported.standing
    if standing in ("known", "late") and not st.session_state["done"]:
        st.info(page.say(f"end.{standing}"))
    is_replacing = standing == "differs" and _asks_to_replace(page)
    may_import = standing in ("new", "late") or is_replacing
    if st.button(page.say("end.import"), type="primary", disabled=not may_import):
        if not _import(page, understood, is_replacing=is_replacing):
            return
        st.rerun()
    if st.session_state["done"]:
        st.success(page.say("end.imported", **st.session_state["done"]))
    if understood.chosen.wave in unpublished(page.home):
        _publish(page, understood.chosen.wave)
    if st.session_state["published"]:
        st.success(page.say("end.published", **st.session_state["published"]))
        st.markdown(page.say("end.what_next"))


def _asks_to_replace(page: Page) -> bool:
    st.warning(page.say("end.differs"))
    return st.checkbox(page.say("end.replace"))


def _import(page: Page, understood: Understood, *, is_replacing: bool) -> bool:
    """Load the wave into the vault; whether that went well."""
    chosen = understood.chosen
    try:
        with st.spinner(page.say("end.importing")), on_disk(page.home, *chosen.files) as places:
            imported = import_wave(page.home, chosen.source(places, is_replacing=is_replacing))
    except KlankbordError as refusal:
        st.error(page.explain(refusal))
        return False
    counts = {"loaded": imported.answers.height, "count": imported.rows, "wave": chosen.wave}
    st.session_state.update(done=counts, preview_of=None)
    return True


def _publish(page: Page, wave: Wave) -> None:
    """Publish the wave when that is asked for, telling which family is audited."""
    if not st.button(page.say("end.publish", wave=wave), type="primary"):
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
