"""Accountability: can leaders trust this? For the participation council and the privacy officer."""

import streamlit as st

from dashboard import account, frame, panels, parts

story = frame.open_page("trust", compares=False)

st.markdown(story.words("trust.promise"))
panels.take_note(story)
for row in account.parts(story):
    for place, part in zip(st.columns(len(row)), row, strict=True):
        with place:
            panels.accountable(story, part)
parts.footer(story)
