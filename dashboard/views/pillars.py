"""Six pillars: who needs what? From being there to being good enough, by experience or region."""

from functools import partial

from dashboard.page import frame
from dashboard.page import pieces as parts
from dashboard.story import pictures, riskmap, topics
from dashboard.story import sentences as tell

story = frame.open_page("pillars")
words, steps, splits = story.words, topics.steps(story), story.main_splits()[::-1]
if not steps:
    parts.absent(story, "pillars.absent")
if not story.shows_anything():
    parts.nothing(story)

parts.lead(story, tell.pillar(story), tell.unused(story), tell.mentor(story))
parts.picture(story, pictures.ladder(story, tuple(steps)), "ladder")
if splits:
    split = frame.choice_bar("split", splits, words("coverage.split"), partial(words.label, "dimension"))
    step = steps[0]
    if len(steps) > 1:
        step = frame.choice_bar("step", steps, words("pillars.step"), lambda code: words(f"step.{code}"))
    parts.picture(story, pictures.pillar_map(story, step, split), "map")
else:
    parts.small_board(story)

needs = topics.published(story, topics.NEEDS)
if needs:
    parts.heading(words("pillars.needs"), words("pillars.needs_note"), tell.unsplit(story, tuple(needs), tuple(splits)))
    parts.figures(story, story.figures(tuple(needs)))
    field = riskmap.need_map(story)
    if field:
        parts.picture(story, field, "need_map")
    split_by = [(code, split) for split in splits for code in topics.with_groups(story, needs, split)]
    parts.two_columns(story, [(pictures.strip(story, *at), "_".join(at), None) for at in split_by])
parts.footer(story)
