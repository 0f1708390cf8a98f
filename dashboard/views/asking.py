"""Asking for help: what keeps leaders from asking?"""

from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import pictures, topics
from dashboard.story import sentences as tell
from dashboard.story.wave import HELPS

story = frame.open_page("asking")
words, helps, beliefs = story.words, topics.published(story, HELPS), topics.beliefs(story)
if not helps and not beliefs:
    parts.absent(story, "asking.absent")
if not story.shows_anything():
    parts.nothing(story)

parts.lead(story, tell.asking(story))
parts.figures(story, story.figures(tuple(helps)))
if beliefs:
    title, note = words("asking.beliefs"), words("asking.beliefs_note")
    parts.picture(story, pictures.beside(story, title, note, tuple(beliefs)), "beliefs", table="beside")
if "experience_band" in story.one_way():
    parts.heading(words("asking.groups"), words("coverage.multiples_note"))
    means = [code for code in topics.means(story, "experience_band") if code in topics.ASKING]
    codes = topics.with_groups(story, [*helps, *beliefs, *means], "experience_band")
    parts.small(story, [pictures.small_strip(story, code, "experience_band", None) for code in codes])
else:
    parts.small_board(story)
parts.footer(story)
