"""Risk and buffer: where do low support and high stress meet, and does support dampen stress? Never a prediction."""

import streamlit as st

from dashboard import page
from dashboard.story import evidence, figures, pictures, riskmap, sentences, topics

story = page.open_page("risk")
words, risks = story.words, tuple(topics.risks(story))
if not risks:
    page.absent(story, "risk.absent")
if not story.shows_anything():
    page.nothing(story)

st.markdown(sentences.risk(story, risks[0]))
page.figures(story, figures(story, risks))
page.talks(story)
with page.card(words("risk.honest_title")):
    st.markdown(words("risk.honest"))
for dimension in story.main_splits():
    strip = pictures.strip(story, risks[0], dimension)
    if strip:
        page.picture(story, strip, f"risk_{dimension}", table="beside")
page.note(sentences.unsplit(story, risks[:1], tuple(story.main_splits())))
field = riskmap.risk_map(story)
if field:
    page.picture(story, field, "risk_map")
for row in evidence.outcomes(story):
    page.buffer(story, row)
page.model_card(story)
page.what_if(story)
page.untold(story)
page.research(story)
if not story.one_way():
    page.small_board(story)
page.footer(story)
