"""Trend: is it getting better? One measure large, all of them small."""

import streamlit as st

from dashboard import page
from dashboard.story import MAIN, pictures, sentences, topics

story = page.open_page("trend", MAIN)
group = story.nearest(*page.selection(story, MAIN))
measures = [code for code in story.measures() if code in story.group(*group)] or story.measures()
measure = page.choice("measure", measures, story.words("trend.measure"), story.label, width=420) or measures[0]

if len(story.series(measure)) == 1:
    st.info(story.words("trend.first"))
st.markdown(sentences.trend(story, measure, *group))
page.picture(story, pictures.line(story, measure, *group), "trend", table="beside")
page.target(story, measure)

st.header(story.words("trend.all"), anchor=False)
by_topic = topics.by_topic(story)
topic = page.choice_bar("topic", [*by_topic], story.words("trend.topic"), lambda code: story.words(f"topic.{code}"))
here = {*measures, *topics.means(story, group[0])}
codes = [code for code in by_topic[topic] if code in here]
lines = [pictures.line(story, code, *group, small=True) for code in codes]
page.small(story, lines, [sentences.standing(story, code, *group) for code in codes])
page.footer(story)
