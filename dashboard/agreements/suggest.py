"""From figures to actions: what the newest wave suggests, and whether an action's group moved since it was agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dashboard.agreements.store import ADVICES, Action
from dashboard.story import Group, Story, contrasts, sentences, topics
from dashboard.words import Cell, has_range

Effect = Literal["early", "better", "worse", "same", "no_figure", "cannot_tell", "new_questions"]
MOST = 3  # suggestions; more is a list, not a suggestion
HALF = 0.5  # of the starters: with fewer, the pillar that is meant for them is suggested


@dataclass(frozen=True)
class Suggestion:
    """An advice for a group, and the figure that speaks for it."""

    advice: str
    group: Group
    because: str


def suggestions(story: Story) -> list[Suggestion]:
    """What the data speak for, the plainest first; nothing where nothing can be shown."""
    makers: tuple[Callable[[Story], Suggestion | None], ...] = (_starters, _pillar, _need, _belief)
    by_advice = {suggestion.advice: suggestion for make in makers if (suggestion := make(story))}
    return list(by_advice.values())[:MOST]


def measure_of(story: Story, advice: str) -> str | None:
    """The figure by which a next wave can show whether an advice helped; None where the instrument has none."""
    return story.meaning.measure(f"advice:{advice}")


def _suggestion(story: Story, measure: str | None, because: str) -> Suggestion | None:
    """The advice that a figure can show the effect of, for the whole board."""
    advice = next((advice for advice in ADVICES if measure and measure_of(story, advice) == measure), None)
    return Suggestion(advice, ("total", ()), because) if advice else None


def _starters(story: Story) -> Suggestion | None:
    """Starters lean on the pillar meant for them: said when fewer than half of them certainly use it."""
    measure = topics.pillar_for_starters(story)
    cell = story.board(measure) if measure else None
    if cell is None or not has_range(cell) or cell["high"] >= HALF:
        return None
    return _suggestion(story, measure, sentences.meant_for_starters(story))


def _pillar(story: Story) -> Suggestion | None:
    """The pillar that is used least."""
    ranked = [cell for _, cell in story.ranked_pillars() if has_range(cell)]
    return _suggestion(story, ranked[0]["measure"], sentences.pillar(story)) if ranked else None


def _need(story: Story) -> Suggestion | None:
    """Need for support that is not met."""
    measure = story.measure("need:unmet")
    if measure is None or not has_range(story.board(measure)):
        return None
    return _suggestion(story, measure, sentences.figure(story, measure, "actions.need"))


def _belief(story: Story) -> Suggestion | None:
    """The thought that most often keeps leaders from asking."""
    cells = [cell for cell in map(story.board, topics.beliefs(story)) if has_range(cell)]
    return _suggestion(story, story.measure("asks"), sentences.belief(story)) if cells else None


def groups(story: Story, advice: str) -> list[Group]:
    """The whole board and every group of one feature of which the figure of an advice is published."""
    measure = measure_of(story, advice)
    if measure is None:
        return []
    shown: list[Group] = [("total", ())] if has_range(story.board(measure)) else []
    for table in story.one_way():
        for row in story.cells(table, measure)[0]:
            if has_range(row):
                shown.append((row["table_id"], (row["level_1"],)))
    return shown


def effect(story: Story, action: Action, newest: str) -> Effect:
    """Whether the group had moved by this wave, by the same contrasts as on every page."""
    if newest <= action.base:
        return "early"
    if any(action.base < wave <= newest and "instrument" in codes for wave, codes in story.breaks().items()):
        return "new_questions"
    now, before = figures_of(story, action, newest)
    measure = measure_of(story, action.advice)
    if measure is None or not (has_range(now) and has_range(before)):
        return "no_figure"
    contrast = contrasts.between(story.snapshot, newest, action.base, measure, action.table, action.levels)
    word = contrast.word if contrast else "cannot_tell"
    if word in ("higher", "lower"):
        return "worse" if word == story.worse(measure) else "better"
    return "same" if word == "same" else "cannot_tell"


def figures_of(story: Story, action: Action, newest: str) -> tuple[Cell | None, Cell | None]:
    """The figure of the group in this wave and in the one after which it was agreed, where they are published."""
    measure, published = measure_of(story, action.advice), story.snapshot.waves()
    now, before = (
        story.snapshot.cell(wave, measure, action.table, *action.levels) if measure and wave in published else None
        for wave in (newest, action.base)
    )
    return now, before


def line(story: Story, action: Action) -> str:
    """For whom, who sees to it, from when to when, and how it stands."""
    words = story.words
    return words(
        "actions.line",
        group=story.group_name(action.table, action.levels),
        owner=words(f"actions.owner_{action.owner}"),
        start=words.wave_short(action.start),
        due=words.wave_short(action.due),
        status=words(f"actions.status_{action.status}"),
    )


def effect_sentence(story: Story, action: Action, newest: str) -> str:
    """What happened up to this wave, as honestly as it can be said."""
    words, measure = story.words, measure_of(story, action.advice)
    now, before = figures_of(story, action, newest)
    return words(
        f"actions.effect_{effect(story, action, newest)}",
        label=words.inline("measure", measure) if measure else words("dash"),
        wave=words.wave(action.base),
        newest=words.wave(newest),
        before=words.sentence_figure(before),
        now=words.sentence_figure(now),
    )
