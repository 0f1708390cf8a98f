"""The panels of the pages Risk and buffer and Accountability; all of it was published as rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.door.access import NOTE
from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import evidence, foretell
from dashboard.story.account import Part
from dashboard.story.wave import Story


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


def model_card(story: Story) -> None:
    """What is foretold about leaving, or that nothing is; how that was checked stands under it."""
    words = story.words
    if "rung" not in foretell.card(story):
        return
    with parts.card(words("model.title")):
        st.markdown(foretell.standing(story))
        st.markdown(words("model.honest"))
        rows = foretell.card_rows(story)
        if rows:
            with st.expander(words("model.details")):
                st.markdown(words("model.method"))
                parts.show_table(rows)


def what_if(story: Story) -> None:
    """What the share at risk would be if more leaders used a pillar, read from the published grid."""
    words, pillars = story.words, foretell.pillars(story)
    if not pillars:
        return
    with parts.card(words("whatif.title"), words("whatif.note")):
        left, right = st.columns(2, gap="medium")
        with left:
            pillar = frame.choice("pillar", pillars, words("whatif.pillar"), lambda code: words.label("pillar", code))
            group = frame.choice("for", foretell.GROUPS, words("whatif.for"), lambda code: words(f"whatif.{code}"))
            asked = group or foretell.GROUPS[0], pillar or pillars[0]
            st.markdown(foretell.verdict(story, *asked))
            curve = foretell.curve(story, *asked)
            if curve:
                shares = [row["coverage"] for row in foretell.answers(story)[asked]]
                coverage = st.select_slider(
                    words("whatif.share"), shares, 0.5, format_func=words.percent, key="coverage"
                )
                st.markdown(foretell.at(story, *asked, coverage))
        with right:
            if curve:
                st.markdown(f"**{curve.title}**  \n:small[{curve.note}]")
                parts.draw(story, curve, "what_if")


def accountable(story: Story, part: Part) -> None:
    """One part of the accountability page; what is long waits under its name."""
    with parts.card(part.title, part.note):
        if part.text:
            st.markdown(part.text)
        if part.rows:
            with st.expander(part.fold) if part.fold else nullcontext():
                parts.show_table(part.rows, story.words("picture.aside"), part.code)


def take_note(story: Story) -> None:
    """The page as a note to print; by an address of its own, for a council may take nothing else along."""
    address = f"{NOTE}?{urlencode({'wave': story.wave, 'lang': story.words.lang})}"
    st.link_button(story.words("trust.take"), address, icon=":material/download:")
