"""The panels of the pages Risk and buffer and Accountability; all of it was published as rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.page import pieces
from dashboard.page.address import choice
from dashboard.readers import NOTE
from dashboard.story import Story, evidence, foretell, riskmap
from dashboard.trust import Part


def buffer(story: Story, row: Mapping[str, Any]) -> None:
    """One outcome: the state in words first, then pictures, then the figures for who wants them."""
    words, outcome = story.words, row["outcome"]
    with pieces.card(evidence.title(story, row)):
        _beside_its_figure(evidence.sentence(story, row), evidence.figure(story, row))
        kinds = evidence.kinds_sentence(story, row)
        if kinds:
            _beside_its_figure(kinds, evidence.figure(story, row, "difference"))
        table = evidence.chances(story, outcome)
        if table:
            pieces.show_table(table, about=evidence.title(story, row))
            st.caption(evidence.rise(story, outcome))
        details = evidence.details(story, outcome)
        if details:
            with st.expander(words("evidence.details")):
                st.markdown(evidence.method_line(story, row))
                pieces.show_table(details, about=words("evidence.details"))
    slopes = evidence.slopes(story, outcome)
    shown = [(one, f"{name}_{outcome}", None) for name, one in _estimates(story, outcome) if one]
    if slopes or shown:
        # Whoever wants to know what it means has read enough above.
        pieces.heading(words("evidence.layer", outcome=words.inline("scale", outcome)))
    if slopes:
        pieces.picture(story, slopes, f"slopes_{outcome}", table="beside")
    pieces.two_columns(story, shown)


def _beside_its_figure(sentence: str, figure: str) -> None:
    """A sentence, and under it the range that it is about."""
    st.markdown(sentence)
    if figure:
        st.caption(figure)


def research(story: Story) -> None:
    """What others found, as context."""
    findings = evidence.research(story)
    if findings:
        with pieces.card(story.words("evidence.research"), story.words("evidence.research_note")):
            st.markdown("\n".join(f"- {finding}" for finding in findings))


def _estimates(story: Story, outcome: str) -> list[tuple[str, Any]]:
    return [("own", evidence.own(story, outcome)), ("kinds", evidence.kinds(story, outcome))]


def model_card(story: Story) -> None:
    """What is foretold about leaving, or that nothing is; how that was checked stands under it."""
    words = story.words
    if "rung" not in foretell.card(story):
        return
    with pieces.card(words("model.title")):
        st.markdown(foretell.standing(story))
        st.markdown(words("model.honest"))
        rows = foretell.card_rows(story)
        if rows:
            with st.expander(words("model.details")):
                st.markdown(words("model.method"))
                pieces.show_table(rows, about=words("model.details"))


def talks(story: Story) -> None:
    """Which talk fits, and for about how many leaders; nothing where none of it is published."""
    words, rows = story.words, riskmap.talks(story)
    if rows:
        with pieces.card(words("talks.title"), words("talks.note")):
            pieces.show_table(rows, about=words("talks.title"))


def untold(story: Story) -> None:
    """What somebody who analyses risk would look for, and why it is not there."""
    words = story.words
    pillar = "untold.pillar" if foretell.pillars(story) else "untold.pillar_few"
    with pieces.card(words("untold.title")):
        st.markdown("\n".join(f"- {words(key)}" for key in ("untold.flow", pillar, "untold.later")))


def what_if(story: Story) -> None:
    """What the share at risk would be if more leaders used a pillar, read from the published grid."""
    words, pillars = story.words, foretell.pillars(story)
    if not pillars:
        return
    with pieces.card(words("whatif.title"), words("whatif.note")):
        nothing = foretell.nothing_told(story)
        if nothing:
            st.markdown(nothing)
            return
        left, right = st.columns(2, gap="medium")
        with left:
            pillar = choice("pillar", pillars, words("whatif.pillar"), lambda code: words.label("pillar", code))
            group = choice("for", foretell.GROUPS, words("whatif.for"), lambda code: words(f"whatif.{code}"))
            chosen = group or foretell.GROUPS[0], pillar or pillars[0]
            st.markdown(foretell.verdict(story, *chosen))
            curve = foretell.curve(story, *chosen)
            if curve:
                shares, begin = foretell.shares(story, *chosen)
                coverage = st.select_slider(
                    words("whatif.share"), shares, begin, format_func=words.percent, key="coverage"
                )
                st.markdown(foretell.at(story, *chosen, coverage))
        with right:
            if curve:
                st.markdown(f"**{curve.title}**  \n:small[{curve.note}]")
                pieces.draw(story, curve, "what_if")


def accountable(story: Story, part: Part) -> None:
    """One part of the accountability page; what is long waits under its name."""
    with pieces.card(part.title, part.note):
        if part.text:
            st.markdown(part.text)
        if part.rows:
            with st.expander(part.fold) if part.fold else nullcontext():
                pieces.show_table(part.rows, story.words("picture.aside"), part.code, about=part.title)


def take_note(story: Story) -> None:
    """The page as a note to print; by an address of its own, for a council may take nothing else along."""
    address = f"{NOTE}?{urlencode({'wave': story.wave, 'lang': story.words.lang})}"
    st.link_button(story.words("trust.take"), address, icon=":material/download:")
