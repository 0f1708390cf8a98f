"""What the page of a small board is made of: what can be seen and what cannot, and what to talk about."""

from __future__ import annotations

import streamlit as st

from dashboard.page import pieces
from dashboard.story import Story
from dashboard.story import small as story_small


def in_sight(story: Story) -> None:
    """How large a change must be to show here, and what groups can and cannot tell."""
    words, rows = story.words, story_small.in_sight(story)
    lines = [*story_small.groups(story), story_small.silent(story)]
    if not rows and story.before():
        lines.insert(0, words("small.sight_none"))
    with pieces.card(words("small.sight_title"), words("small.sight_note") if rows else ""):
        if rows:
            pieces.show_table(rows, words("picture.aside"), "in_sight", about=words("small.sight_title"))
        st.markdown("\n".join(f"- {line}" for line in lines if line))


def talk(story: Story) -> None:
    """Questions to talk about together."""
    words = story.words
    with pieces.card(words("small.talk_title"), words("small.talk_note")):
        st.markdown("\n".join(f"- {question}" for question in story_small.questions(story)))
