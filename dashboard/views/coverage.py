"""Coverage: who has a rock, and which kind? From the whole board to a group, by click or by filter."""

from functools import partial

import streamlit as st

from dashboard import page
from dashboard.story import MAIN, figures, pictures, sentences, topics

story = page.open_page("coverage", MAIN)
words, splits = story.words, story.one_way()
group = story.nearest(*page.selection(story, MAIN))
if not story.shows_anything():
    page.nothing(story)

page.group_head(story, group, MAIN)
st.markdown(sentences.coverage(story, *group))
page.figures(story, figures(story, tuple(topics.rocks(story)), *group))

split = "total"
if splits:
    split = page.choice_bar("split", splits, words("coverage.split"), partial(words.label, "dimension"))
if story.measure("rock:any"):
    kinds = pictures.rock_kinds(story, split)
    zoom = partial(page.show, split) if split in story.main_dimensions() and len(kinds.rows) > 1 else None
    page.picture(story, kinds, "rocks", zoom)
if not splits:
    page.small_board(story)

page.inside(story, group)
if story.pillars():
    page.picture(story, pictures.group_pillars(story, *group), "pillars", table="beside")
page.side_by_side(story, group)

page.one_board(story)

if splits:
    key = "coverage.multiples" if story.pillars() else "coverage.multiples_all"
    codes = tuple(story.pillars() or story.measures())
    title = words(key, dimension=words.inline("dimension", split))
    page.heading(title, words("coverage.multiples_note"), sentences.unsplit(story, codes, (split,)))
    chosen, shown = group[1][0] if group[0] == split else None, topics.with_groups(story, codes, split)
    page.small(story, [pictures.small_strip(story, code, split, chosen) for code in shown])
page.footer(story)
