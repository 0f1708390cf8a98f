"""Starters: are they carried through their lonely first years?"""

import streamlit as st

from dashboard import page
from dashboard.story import figures, pictures, sentences, topics
from dashboard.words import has_range

FILTERS = ("place",)
story = page.open_page("starters", FILTERS)
words, place = story.words, "".join(page.selection(story, FILTERS)[1])
first, group = topics.first_years(story), topics.starters(story, place)
if not story.shows_anything() or first is None or group is None:
    page.nothing(story)
table, levels = group
years, level = first

page.group_head(story, group, FILTERS, topics.starters_asked(story, place))
st.markdown(sentences.starters(story, table, levels))
if any(map(has_range, story.group(table, levels).values())):
    page.figures(story, figures(story, tuple(topics.of_first_years(story)), table, levels))
    if story.pillars():
        page.picture(story, pictures.group_pillars(story, table, levels), "pillars", table="beside")
else:
    with page.card(words("starters.few_title")):
        st.markdown(words("starters.few"))
crossed = pictures.inside(story, *group)
if crossed:
    page.picture(story, crossed, "inside", table="beside")
path = topics.with_groups(story, topics.path(story), years)
if path:
    page.heading(words("starters.path"), words("starters.path_note"))
    page.small(story, [pictures.small_strip(story, code, years, level) for code in path])
if any(has_range(cell) for _, cell in story.series(story.lead(), table, levels)):
    page.picture(story, pictures.line(story, story.lead(), table, levels), "line", table="beside")
page.footer(story)
