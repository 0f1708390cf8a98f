"""Asking for help: what keeps leaders from asking?"""

from dashboard import page
from dashboard.story import figures, pictures, sentences, topics

story = page.open_page("asking")
words = story.words
helps, beliefs = topics.helps(story), topics.beliefs(story)
if not helps and not beliefs:
    page.absent(story, "asking.absent")
if not story.shows_anything():
    page.nothing(story)

page.lead(story, sentences.asking(story))
page.figures(story, figures(story, tuple(helps)))
if beliefs:
    title, note = words("asking.beliefs"), words("asking.beliefs_note")
    page.picture(story, pictures.beside(story, title, note, tuple(beliefs)), "beliefs", table="beside")
years = story.dimension("years")
if years in story.one_way():
    page.heading(words("asking.groups"), words("coverage.multiples_note"))
    codes = topics.with_groups(story, [*helps, *beliefs, *topics.means_about_asking(story, years)], years)
    page.small(story, [pictures.small_strip(story, code, years, None) for code in codes])
else:
    page.small_board(story)
page.footer(story)
