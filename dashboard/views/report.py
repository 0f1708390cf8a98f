"""Report: what do I tell the board? Choose what it is about, look at it, take it along."""

import streamlit as st

from dashboard.agreements import page as agree
from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.report import preview

SCOPE = ("region",)
story = frame.open_page("report", SCOPE, compares=False, takes_along=False)
words = story.words
table, levels = frame.selection(story, SCOPE)
agreed = agree.store().readable()
summary, pages = preview(story.snapshot, story.wave, words.lang, levels[0] if levels else None, agreed)

st.caption(words("report.scope", group=story.group_name(table, levels), wave=words.wave(story.wave)))
st.markdown(summary)
about = words("report.same") + (f" {words('report.region')}" if "region" in story.one_way() else "")
with parts.card(words("report.forms"), about):
    frame.downloads(story, *levels)
with parts.card(words("report.preview")):
    for number, (place, page) in enumerate(zip(st.columns(len(pages)), pages, strict=True), 1):
        place.image(page, alt=words("report.page", number=number, summary=summary), width="stretch")
parts.footer(story)
