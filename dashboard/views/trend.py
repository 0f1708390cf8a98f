"""Trend: is it getting better? One measure large, all of them small."""

import streamlit as st

from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import pictures, topics
from dashboard.story import sentences as tell
from dashboard.story.wave import FILTERS

story = frame.open_page("trend", FILTERS)
group = story.nearest(*frame.selection(story, FILTERS))
measures = [code for code in story.measures() if code in story.group(*group)] or story.measures()
measure = frame.choice("measure", measures, story.words("trend.measure"), story.label, width=420) or measures[0]

if len(story.series(measure)) == 1:
    st.info(story.words("trend.first"))
st.markdown(tell.trend(story, measure, story.group_name(*group), *group))
parts.picture(story, pictures.line(story, measure, *group), "trend", table="beside")

st.header(story.words("trend.all"), anchor=False)
by_topic = topics.by_topic(story)
name = frame.choice_bar("topic", [*by_topic], story.words("trend.topic"), lambda code: story.words(f"topic.{code}"))
here = {*measures, *topics.means(story, group[0])}
codes = [code for code in by_topic[name] if code in here]
lines = [pictures.line(story, code, *group, small=True) for code in codes]
parts.small(story, lines, [tell.standing(story, code, *group) for code in codes])
parts.footer(story)
