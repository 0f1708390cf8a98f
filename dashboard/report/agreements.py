"""What was agreed and what happened since, for a paper: every agreement with its figure then and now."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.agreements import suggest as advise
from dashboard.agreements.store import Action
from dashboard.agreements.suggest import effect_sentence, line
from dashboard.report.model import Note
from dashboard.story.wave import Group, Story
from dashboard.story.words import Cell

Agreed = Sequence[Action] | None  # None: they could not be read


def about(story: Story, agreed: Agreed, group: Group) -> list[Action]:
    """What the board had agreed by this wave, the oldest first; in a paper about one group what is about that group."""
    is_whole = not group[1]
    known = [action for action in agreed or () if action.base <= story.wave]
    known = [action for action in known if is_whole or (action.table, action.levels) == group]
    return sorted(known, key=lambda action: (action.base, action.number))


def note(story: Story, action: Action) -> Note:
    """What it is, and on two lines for whom and what happened."""
    told = f"{line(story, action)}\n{effect_sentence(story, action, story.wave)}"
    return story.words(f"advice.{action.advice}.title"), told


def figures(story: Story, action: Action) -> tuple[Cell | None, Cell | None]:
    """The figure of its group in this wave, and in the wave after which it was agreed when that is another one."""
    now, then = advise.figures(story, action, story.wave)
    return now, then if action.base < story.wave else None
