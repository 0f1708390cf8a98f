"""What was agreed and what happened since, for a paper: every agreement with its figure then and now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dashboard.agreements import Action, Store, Targets, effect_sentence, figures_of, line, measure_of, suggestions
from dashboard.report.model import Note
from dashboard.story import Group, OwnTarget, Story
from dashboard.words import Cell

Agreed = Sequence[Action] | None  # None: they could not be read


def agreed_at(home: Path) -> tuple[Action, ...] | None:
    """What was agreed at a home, None when it cannot be read."""
    return Store(home).readable()


def targets_at(home: Path) -> tuple[OwnTarget, ...]:
    """What the board of a home wants to reach, the newest first; none when it cannot be read."""
    return Targets(home).own()


def about(story: Story, agreed: Agreed, group: Group) -> list[Action]:
    """What the board had agreed by this wave, the oldest first; in a paper about one group what is about that group."""
    is_whole = not group[1]
    actions = [
        action
        for action in agreed or ()
        if action.base <= story.wave and (is_whole or (action.table, action.levels) == group)
    ]
    return sorted(actions, key=lambda action: (action.base, action.number))


def proposed(story: Story) -> list[Note]:
    """What the figures suggest to do, as one note with an item each; nothing where they suggest nothing."""
    words = story.words
    items = [f"- **{words(f'advice.{one.advice}.title')}.** {one.because}" for one in suggestions(story)]
    return [(words("actions.suggested"), "\n".join([words("actions.suggested_note"), *items]))] if items else []


def note(story: Story, action: Action) -> Note:
    """What it is, and on two lines for whom and what happened."""
    lines = f"{line(story, action)}\n{effect_sentence(story, action, story.wave)}"
    return story.words(f"advice.{action.advice}.title"), lines


def figures(story: Story, action: Action) -> tuple[Cell | None, Cell | None]:
    """The figure of its group in this wave, and in the wave after which it was agreed when that is another one."""
    now, then = figures_of(story, action, story.wave)
    return now, then if action.base < story.wave else None


def measure(story: Story, action: Action) -> str:
    """The figure that can show whether it helped; empty where the instrument has none."""
    return measure_of(story, action.advice) or ""
