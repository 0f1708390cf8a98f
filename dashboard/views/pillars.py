"""Six pillars: who needs what? From being there to being good enough, by experience or region."""

from functools import partial

from dashboard import page
from dashboard.story import crossings, figures, pictures, riskmap, sentences, topics

story = page.open_page("pillars")
words, steps = story.words, topics.steps(story)
splits = story.main_splits()[::-1]
if not steps:
    page.absent(story, "pillars.absent")
if not story.shows_anything():
    page.nothing(story)

page.lead(story, sentences.pillar(story), sentences.unused(story), sentences.meant_for_starters(story))
page.picture(story, crossings.ladder(story, tuple(steps)), "ladder")
if splits:
    split = page.choice_bar("split", splits, words("coverage.split"), partial(words.label, "dimension"))
    step = steps[0]
    if len(steps) > 1:
        step = page.choice_bar("step", steps, words("pillars.step"), lambda code: words(f"step.{code}"))
    page.picture(story, crossings.pillar_map(story, step, split), "map")
else:
    page.small_board(story)

needs = topics.needs(story)
if needs:
    hidden = sentences.unsplit(story, tuple(needs), tuple(splits))
    page.heading(words("pillars.needs"), words("pillars.needs_note"), hidden)
    page.figures(story, figures(story, tuple(needs)))
    field = riskmap.need_map(story)
    if field:
        page.picture(story, field, "need_map")
    split_by = [(code, split) for split in splits for code in topics.with_groups(story, needs, split)]
    page.two_columns(story, [(pictures.strip(story, *at), "_".join(at), None) for at in split_by])
page.footer(story)
