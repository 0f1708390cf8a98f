"""Last step: import, then publish, each with its own button, progress and last sentence."""

from __future__ import annotations

import streamlit as st

from desk import decisions
from desk.files import on_disk
from desk.page import Page
from desk.publish import publish, show_published
from desk.understand import Understood
from pipelines.flow import KlankbordError, import_wave, unpublished


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
        publish(page, understood.chosen.wave)
    show_published(page)


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
    decisions.end(page.home)
    return True
