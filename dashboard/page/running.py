"""The card of the wave that runs, or comes next."""

from __future__ import annotations

import streamlit as st

from dashboard import period
from dashboard.page import pieces
from dashboard.story import Story, calendar


def running(story: Story) -> None:
    """What is planned, beside the newest wave; nothing where no days were published."""
    ahead = calendar.ahead(story, period.today())
    if ahead and story.wave == story.snapshot.waves()[0]:
        with pieces.card(ahead.title):
            st.markdown(ahead.text)
            pieces.note(ahead.note)
