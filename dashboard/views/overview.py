"""Overview: where do leaders miss support? The answer first, then the evidence."""

from functools import partial

from dashboard import page
from dashboard.story import crossings, headlines, pictures, sentences

story = page.open_page("overview")
lead, splits = story.lead(), story.main_splits()

page.summary(story)
page.since(story)
if not story.shows_anything():
    page.picture(story, pictures.progress(story, lead), "trend")
    page.nothing(story)
page.figures(story, headlines(story))
if not splits:
    page.small_board(story)

shown: list[page.Panel] = [
    (pictures.strip(story, lead, code), f"strip_{code}", partial(page.look_into, story, code)) for code in splits
]
if story.pillars():
    shown.append((pictures.pillars(story), "pillars", None))
page.two_columns(story, [*shown, (crossings.main_cross(story, lead), "cross", None)])
page.note(sentences.unsplit(story, (lead,), tuple(splits)))
if len(story.series(lead)) > 1:
    page.picture(story, pictures.progress(story, lead), "trend", table="beside")
page.suggestions(story, page.agree_on)
page.footer(story)
