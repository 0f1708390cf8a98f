"""Schools: is support spread over our schools? By kind of school, never by school."""

from dashboard import page
from dashboard.story import crossings, pictures, sentences, topics

story = page.open_page("schools")
words, every_kind = story.words, topics.kinds_of_school(story)
if not story.shows_anything():
    page.nothing(story)
measure = page.choice("measure", story.measures(), words("trend.measure"), story.label, width=420) or story.lead()
kinds = [table for table in every_kind if len(story.in_order(measure, table)) > 1]

page.lead(story, sentences.schools(story), sentences.spread(story, measure, tuple(kinds)))
page.two_columns(story, [(pictures.strip(story, measure, kind), f"{kind}_{measure}", None) for kind in kinds])
page.note(sentences.unsplit(story, (measure,), tuple(kinds)))
crossed = crossings.school_cross(story, measure)
if crossed:
    page.picture(story, crossed, f"cross_{measure}")
if not story.one_way():
    page.small_board(story)
elif not kinds:
    page.absent(story, "schools.absent")
page.footer(story)
