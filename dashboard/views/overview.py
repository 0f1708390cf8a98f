"""Overview: where do leaders miss support? The answer first, then the evidence; of a small board the year first."""

from functools import partial

from dashboard import page
from dashboard.story import crossings, headlines, pictures, sentences, small

story = page.open_page("overview")
lead, splits = story.lead(), story.main_splits()
is_small = small.is_small(story)

page.summary(story)
page.since(story)
if not story.shows_anything():
    page.picture(story, pictures.progress(story, lead), "trend")
    page.nothing(story)
if is_small and len(story.series(lead)) > 1:
    page.picture(story, pictures.progress(story, lead, small.year(story)), "trend", table="beside")
page.figures(story, headlines(story))

shown: list[page.Panel] = [
    (pictures.strip(story, lead, code), f"strip_{code}", partial(page.look_into, story, code)) for code in splits
]
pillars: list[page.Panel] = [(pictures.pillars(story), "pillars", None)] if story.pillars() else []
if is_small:
    page.two_columns(story, pillars)
    page.in_sight(story)
    page.talk(story)
    page.two_columns(story, shown)
else:
    page.two_columns(story, [*shown, *pillars, (crossings.main_cross(story, lead), "cross", None)])
page.note(sentences.unsplit(story, (lead,), tuple(splits)))
if not is_small and len(story.series(lead)) > 1:
    page.picture(story, pictures.progress(story, lead), "trend", table="beside")
page.suggestions(story, page.agree_on)
page.footer(story)
