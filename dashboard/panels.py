"""The panels of the page Risk and buffer: what may be said about the buffer, drawn; all of it was published as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import evidence, parts
from dashboard.story import Story


def buffer(story: Story, row: Mapping[str, Any]) -> None:
    """One outcome: the state in words first, then pictures, then the figures for who wants them."""
    words, outcome = story.words, row["outcome"]
    with parts.card(evidence.title(story, row)):
        st.markdown(evidence.sentence(story, row))
        table = evidence.chances(story, outcome)
        if table:
            parts.show_table(table)
            st.caption(evidence.rise(story, outcome))
        details = evidence.details(story, outcome)
        if details:
            with st.expander(words("evidence.details")):
                st.markdown(evidence.method_line(story, row))
                parts.show_table(details)
    slopes = evidence.slopes(story, outcome)
    if slopes:
        parts.picture(story, slopes, f"slopes_{outcome}", table="beside")
    shown = [(one, f"{name}_{outcome}", None) for name, one in _estimates(story, outcome) if one]
    parts.two_columns(story, shown)


def research(story: Story) -> None:
    """What others found, as context."""
    found = evidence.research(story)
    if found:
        with parts.card(story.words("evidence.research"), story.words("evidence.research_note")):
            st.markdown("\n".join(f"- {line}" for line in found))


def _estimates(story: Story, outcome: str) -> list[tuple[str, Any]]:
    return [("own", evidence.own(story, outcome)), ("kinds", evidence.kinds(story, outcome))]
