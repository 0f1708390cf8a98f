"""Schools: is support spread over our schools? By kind of school, never by school."""

from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import pictures, topics
from dashboard.story import sentences as tell

story = frame.open_page("schools")
words, kinds = story.words, [table for table in topics.SCHOOLS if table in story.one_way()]
if not story.shows_anything():
    parts.nothing(story)
measure = frame.choice("measure", story.measures(), words("trend.measure"), story.label, width=420) or story.lead()
kinds = [table for table in kinds if len(story.in_order(measure, table)) > 1]

parts.lead(story, tell.schools(story), tell.spread(story, measure, tuple(kinds)))
parts.two_columns(story, [(pictures.strip(story, measure, kind), f"{kind}_{measure}", None) for kind in kinds])
parts.note(tell.unsplit(story, (measure,), tuple(kinds)))
crossed = pictures.cross(story, measure, "region", "school_type")
if crossed:
    parts.picture(story, crossed, f"cross_{measure}")
if not story.one_way():
    parts.small_board(story)
elif not kinds:
    parts.absent(story, "schools.absent")
parts.footer(story)
