"""A figure in a sentence: of which leaders, how many, what; by the phrases that come with the instrument."""

from __future__ import annotations

from dashboard.story import topics
from dashboard.story.wave import Story
from dashboard.words import COARSE, Cell

PHRASE = "phrase"  # kind of the dictionary, and before its codes
TOGETHER = " + "  # between levels that are told as one
STARTERS = "starters"


def leaders(story: Story, cell: Cell) -> str:
    """Whom a cell is about: 'de leiders in Noord'; of what is meant for starters 'de starters'."""
    words = story.words
    if cell["table_id"] == "total":
        only_starters = cell["measure"] == topics.pillar_for_starters(story)
        return _phrase(story, STARTERS if only_starters else "total") or words("phrase.whole")
    parts = [
        (str(cell[f"dim_{way}"]).removesuffix(COARSE), words.level(cell[f"dim_{way}"], cell[f"level_{way}"]))
        for way in (1, 2)
        if cell[f"dim_{way}"]
    ]
    dimension, level = parts[0]
    phrase = _phrase(story, dimension)
    if len(parts) > 1 or not phrase:
        return words("phrase.group", group=words.group(cell))
    return phrase.format(level=level)


def says(story: Story, cell: Cell) -> str:
    """The figure of a cell as a sentence without its full stop: 'Van de leiders in Noord heeft 33-67% een rots'."""
    words = story.words
    figure = f"**{words.sentence_figure(cell)}**"
    phrase = _phrase(story, cell["measure"])
    if not phrase:
        return words("phrase.plain", leaders=leaders(story, cell), label=story.label(cell["measure"]), figure=figure)
    return words("phrase.says", leaders=leaders(story, cell), says=phrase.format(figure=figure))


def _phrase(story: Story, code: str) -> str:
    """How a measure is said, or the leaders of a dimension are called; nothing where no words came with it."""
    return story.words.labels.get((PHRASE, f"{PHRASE}:{code}"), "")
