"""Coverage: who has a rock, and which kind? From the whole board to a group, by click or by filter."""

from functools import partial

import streamlit as st

from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import pictures, topics
from dashboard.story import sentences as tell
from dashboard.story.wave import FILTERS, LEAD, ROCKS

FEW = 7  # rows of a table that may stand under its picture

story = frame.open_page("coverage", FILTERS)
words, splits = story.words, story.one_way()
group = story.nearest(*frame.selection(story, FILTERS))
if not story.shows_anything():
    parts.nothing(story)

frame.group_head(story, group, FILTERS)
st.markdown(tell.coverage(story, *group))
rocks = tuple(code for code in ROCKS if code in story.measures()) or tuple(story.measures()[:3])
parts.figures(story, story.figures(rocks, *group))

split = "total"
if splits:
    split = frame.choice_bar("split", splits, words("coverage.split"), partial(words.label, "dimension"))
if story.lead() == LEAD:
    kinds = pictures.rock_kinds(story, split)
    zoom = partial(parts.show, split) if split in FILTERS and len(kinds.rows) > 1 else None
    parts.picture(story, kinds, "rocks", zoom, table="below" if len(kinds.rows) <= FEW else "folded")
if not splits:
    parts.small_board(story)

deeper = pictures.inside(story, *group)
if deeper:
    parts.picture(story, deeper, "inside", table="beside")
elif group[0] in FILTERS:
    st.caption(words("coverage.inside_none"))
if story.pillars():
    parts.picture(story, pictures.group_pillars(story, *group), "pillars", table="beside")

if splits:
    key = "coverage.multiples" if story.pillars() else "coverage.multiples_all"
    codes = tuple(story.pillars() or story.measures())
    title = words(key, dimension=words.inline("dimension", split))
    parts.heading(title, words("coverage.multiples_note"), tell.unsplit(story, codes, (split,)))
    chosen, known = group[1][0] if group[0] == split else None, topics.with_groups(story, codes, split)
    parts.small(story, [pictures.small_strip(story, code, split, chosen) for code in known])
parts.footer(story)
