"""Starters: are they carried through their lonely first years?"""

from dashboard import frame, parts, pictures, tell, topics
from dashboard.story import chosen_levels

FILTERS = ("region",)
story = frame.open_page("starters", FILTERS)
words, region = story.words, "".join(frame.selection(story, FILTERS)[1])
group = topics.starters(story, region)
if not story.shows_anything() or group is None:
    parts.nothing(story)
table, levels = group
asked = chosen_levels([("region", region), ("experience_band", topics.first_years(story))])

frame.group_head(story, group, FILTERS, asked)
parts.lead(story, tell.starters(story, table, levels))
parts.figures(story, story.figures(tuple(topics.published(story, topics.STARTERS)), table, levels))
if story.pillars():
    parts.picture(story, pictures.group_pillars(story, table, levels), "pillars", table="beside")
crossed = pictures.inside(story, *group)
if crossed:
    parts.picture(story, crossed, "inside", table="beside")
parts.heading(words("starters.path"), words("starters.path_note"))
path = topics.published(story, topics.PATH)
path += [code for code in topics.means(story, "experience_band") if code not in topics.ASKING]
parts.small(story, [pictures.small_strip(story, code, "experience_band", topics.first_years(story)) for code in path])
if len(story.series(story.lead())) > 1:
    parts.picture(story, pictures.line(story, story.lead(), table, levels), "line", table="beside")
parts.footer(story)
