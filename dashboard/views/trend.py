"""Trend: is it getting better? One measure large, all of them small."""

import streamlit as st

from dashboard import frame, parts, pictures, tell
from dashboard.story import FILTERS

story = frame.open_page("trend", FILTERS)
group = story.nearest(*frame.selection(story, FILTERS))
measures = [code for code in story.measures() if code in story.group(*group)] or story.measures()
measure = frame.choice("measure", measures, story.words("trend.measure"), story.label, width=420) or measures[0]

if len(story.series(measure)) == 1:
    st.info(story.words("trend.first"))
st.markdown(tell.trend(story, measure, story.group_name(*group), *group))
parts.picture(story, pictures.line(story, measure, *group), "trend", table="beside")

st.header(story.words("trend.all"), anchor=False)
lines = [pictures.line(story, code, *group, small=True) for code in measures]
parts.small(story, lines, [tell.standing(story, code, *group) for code in measures])
parts.footer(story)
