"""Accountability: can leaders trust this? For the participation council and the privacy officer."""

import streamlit as st

from dashboard.page import frame, panels
from dashboard.page import pieces as parts
from dashboard.story import account

story = frame.open_page("trust", compares=False)

st.markdown(story.words("trust.promise"))
panels.take_note(story)
for row in account.parts(story):
    for place, part in zip(st.columns(len(row)), row, strict=True):
        with place:
            panels.accountable(story, part)
parts.footer(story)
