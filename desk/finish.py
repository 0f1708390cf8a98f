"""Last step: import, then publish, each with its own button, progress and last sentence."""

from __future__ import annotations

import streamlit as st

from desk.files import on_disk
from desk.understand import Seen
from desk.words import Say
from pipelines.flow import Home, KlankbordError, Wave, explain, import_wave, publish_wave, unpublished


def finish(home: Home, seen: Seen, say: Say, lang: str) -> None:
    """Import, then publish, each with its own button, progress and last sentence."""
    st.header(say("end.title"), anchor=False)
    standing, chosen, is_replacing = seen.preview.imported.standing, seen.chosen, False
    if standing in ("known", "late") and not st.session_state["done"]:
        st.info(say(f"end.{standing}"))
    if standing == "differs":
        st.warning(say("end.differs"))
        is_replacing = st.checkbox(say("end.replace"))
    may_import = standing in ("new", "late") or is_replacing
    if st.button(say("end.import"), type="primary", disabled=not may_import):
        try:
            with st.spinner(say("end.importing")), on_disk(home, *chosen.files) as places:
                imported = import_wave(home, chosen.source(places, is_replacing=is_replacing))
        except KlankbordError as refusal:
            st.error(explain(lang, refusal))
            return
        told = {"loaded": imported.answers.height, "rows": imported.rows, "wave": chosen.wave}
        st.session_state.update(done=told, preview_of=None)
        st.rerun()
    if st.session_state["done"]:
        st.success(say("end.imported", **st.session_state["done"]))
    if chosen.wave in unpublished(home):
        _publish(home, chosen.wave, say, lang)
    if st.session_state["published"]:
        st.success(say("end.published", **st.session_state["published"]))
        st.markdown(say("end.what_next"))


def _publish(home: Home, wave: Wave, say: Say, lang: str) -> None:
    if not st.button(say("end.publish", wave=wave), type="primary"):
        return
    with st.status(say("end.publishing"), expanded=True) as status:
        try:
            result = publish_wave(home, wave, lambda family: status.update(label=say("end.auditing", family=family)))
        except KlankbordError as refusal:
            status.update(state="error")
            st.error(explain(lang, refusal))
            return
    told = {"publication": result.publication, "shown": result.shown, "cells": result.cells}
    st.session_state.update(published=told, preview_of=None)
    st.rerun()
