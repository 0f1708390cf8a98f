"""What a federation sees of its boards: one of them beside the others."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.page import pieces
from dashboard.page.address import choice
from dashboard.story import Story, boards


def one_board(story: Story) -> None:
    """A board to choose, its figures, and the leading one beside the other boards; nothing where there are none."""
    words, by = story.words, boards.dimension(story)
    levels = boards.levels(story)
    if by is None or len(levels) <= 1:
        return
    pieces.heading(words("boards.title"), words("boards.note"))
    level = choice(boards.ROLE, levels, words("boards.choose"), partial(words.level, by), width=420) or levels[0]
    st.markdown(boards.told(story, level))
    pieces.picture(story, boards.of_board(story, level), "of_board", table="beside")
    pieces.picture(story, boards.beside(story, level), "boards")
