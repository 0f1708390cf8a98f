"""Overview: where do leaders miss support? The answer first, then the evidence."""

from functools import partial

from dashboard.agreements import page as agree
from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import pictures
from dashboard.story import sentences as tell

story = frame.open_page("overview")
lead, splits = story.lead(), story.main_splits()

parts.summary(story)
if not story.shows_anything():
    parts.picture(story, pictures.progress(story, lead), "trend")
    parts.nothing(story)
parts.figures(story, story.headlines())
if not splits:
    parts.small_board(story)

shown: list[parts.Panel] = [
    (pictures.strip(story, lead, code), f"strip_{code}", partial(frame.look_into, code)) for code in splits
]
shown += [(pictures.pillars(story), "pillars", None)] if story.pillars() else []
parts.two_columns(story, [*shown, (pictures.cross(story, lead), "cross", None)])
parts.note(tell.unsplit(story, (lead,), tuple(splits)))
if len(story.series(lead)) > 1:
    parts.picture(story, pictures.progress(story, lead), "trend", table="beside")
agree.suggested(story, frame.agree_on)
parts.footer(story)
