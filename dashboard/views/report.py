"""Report: what do I tell the board? Choose what it is about, look at it, take it along."""

import streamlit as st

from dashboard import page
from dashboard.names import paper_on_page
from dashboard.report import preview

SCOPE = ("place",)
story = page.open_page("report", SCOPE, compares=False, takes_along=False)
words = story.words
table, levels = page.selection(story, SCOPE)
agreed = page.store().readable()
about_one = levels[0] if levels else None
summary, pages = preview(story.snapshot, story.wave, words.lang, about_one, agreed, story.own_targets)

st.caption(words("report.scope", group=story.group_name(table, levels), wave=words.wave(story.wave)))
st.markdown(paper_on_page(summary))
about = words("report.same") + (f" {words('report.place')}" if story.dimension("place") in story.one_way() else "")
with page.card(words("report.forms"), about):
    page.downloads(story, *levels, chooses=True)
with page.card(words("report.preview")):
    for number, (place, sheet) in enumerate(zip(st.columns(len(pages)), pages, strict=True), 1):
        place.image(sheet, alt=words("report.page", number=number, summary=summary), width="stretch")
page.back_to_leaders(story, agreed)
page.footer(story)
