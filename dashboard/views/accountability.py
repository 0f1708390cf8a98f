"""Accountability: can leaders trust this? For the participation council and the privacy officer."""

import streamlit as st

from dashboard import page, trust

story = page.open_page("trust", compares=False)

st.markdown(story.words("trust.promise"))
page.take_note(story)
for row in trust.parts(story):
    for place, part in zip(st.columns(len(row)), row, strict=True):
        with place:
            page.accountable(story, part)
page.footer(story)
