"""Asking for help: what keeps leaders from asking?"""

from dashboard import frame, parts, pictures, tell, topics
from dashboard.story import WELCOME

story = frame.open_page("asking")
words, helps, beliefs = story.words, topics.published(story, WELCOME), topics.beliefs(story)
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
    parts.small(story, [pictures.small_strip(story, code, "experience_band", None) for code in [*helps, *beliefs]])
else:
    parts.small_board(story)
parts.footer(story)
