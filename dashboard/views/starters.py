"""Starters: are they carried through their lonely first years?"""

import streamlit as st

from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import pictures, topics
from dashboard.story import sentences as tell
from dashboard.story.wave import chosen_levels
from dashboard.story.words import has_range

FILTERS = ("region",)
story = frame.open_page("starters", FILTERS)
words, region = story.words, "".join(frame.selection(story, FILTERS)[1])
group = topics.starters(story, region)
if not story.shows_anything() or group is None:
    parts.nothing(story)
table, levels = group
asked = chosen_levels([("region", region), ("experience_band", topics.first_years(story))])

frame.group_head(story, group, FILTERS, asked)
st.markdown(tell.starters(story, table, levels))
if any(map(has_range, story.group(table, levels).values())):
    parts.figures(story, story.figures(tuple(topics.published(story, topics.STARTERS)), table, levels))
    if story.pillars():
        parts.picture(story, pictures.group_pillars(story, table, levels), "pillars", table="beside")
else:
    with parts.card(words("starters.few_title")):
        st.markdown(words("starters.few"))
crossed = pictures.inside(story, *group)
if crossed:
    parts.picture(story, crossed, "inside", table="beside")
means = [code for code in topics.means(story, "experience_band") if code not in topics.ASKING]
path = topics.with_groups(story, [*topics.published(story, topics.PATH), *means], "experience_band")
if path:
    parts.heading(words("starters.path"), words("starters.path_note"))
    first = topics.first_years(story)
    parts.small(story, [pictures.small_strip(story, code, "experience_band", first) for code in path])
if any(has_range(cell) for _, cell in story.series(story.lead(), table, levels)):
    parts.picture(story, pictures.line(story, story.lead(), table, levels), "line", table="beside")
parts.footer(story)
