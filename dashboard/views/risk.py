"""Risk and buffer: where do low support and high stress meet, and does support dampen stress? Never a prediction."""

import streamlit as st

from dashboard.page import frame, panels
from dashboard.page import pieces as parts
from dashboard.story import evidence, pictures, riskmap
from dashboard.story import sentences as tell
from dashboard.story.wave import RISK

story = frame.open_page("risk")
words = story.words
here = tuple(code for code in RISK if code in story.measures())
if not here:
    st.info(words("risk.absent"))
    st.stop()
if not story.shows_anything():
    parts.nothing(story)

st.markdown(tell.risk(story, here[0]))
parts.figures(story, story.figures(here))
with parts.card(words("risk.honest_title")):
    st.markdown(words("risk.honest"))
for dimension in story.main_splits():
    strip = pictures.strip(story, here[0], dimension)
    if strip:
        parts.picture(story, strip, f"risk_{dimension}", table="beside")
parts.note(tell.unsplit(story, here[:1], tuple(story.main_splits())))
field = riskmap.risk_map(story)
if field:
    parts.picture(story, field, "risk_map")
for row in evidence.outcomes(story):
    panels.buffer(story, row)
panels.model_card(story)
panels.what_if(story)
panels.research(story)
if not story.one_way():
    parts.small_board(story)
parts.footer(story)
