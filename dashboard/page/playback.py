"""Back to the leaders, on the page Report: the sheet for those who answered, to read and to print."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard.agreements import Action
from dashboard.page import pieces
from dashboard.story import Story


def back_to_leaders(story: Story, agreed: Sequence[Action] | None) -> None:
    """What the sheet says, and the sheet itself; made only when somebody asks for it."""
    from dashboard.report import playback_parts, playback_sheet, thanks

    words = story.words
    with pieces.card(words("paper.playback.screen"), words("paper.playback.screen_note")):
        st.markdown(thanks(story))
        for part in playback_parts(story, agreed):
            st.subheader(part.title, anchor=False)
            st.markdown(part.text)
        st.download_button(
            words("paper.playback.take"),
            partial(playback_sheet, story.snapshot, story.wave, words.lang, agreed),
            f"klankbord-{story.wave}-playback-{words.lang}.pdf",
            key="download_playback",
            on_click="ignore",
            icon=":material/download:",
        )
