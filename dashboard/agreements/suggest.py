"""From figures to actions: what the newest wave suggests, and whether an action's group moved since it was agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dashboard.agreements.store import ADVICE, Action
from dashboard.story import sentences as tell
from dashboard.story import topics
from dashboard.story.wave import Group, Story, rank
from dashboard.story.words import Cell, change, has_range

Effect = Literal["early", "better", "worse", "same", "no_figure", "too_wide", "new_questions"]
WAVES_AHEAD = 6  # an action is due within a year and a half
NEEDED = 3  # suggestions at the most; more is a list, not a suggestion


@dataclass(frozen=True)
class Suggestion:
    """An advice for a group, and the figure that speaks for it."""

    advice: str
    group: Group
    because: str


def suggestions(story: Story) -> list[Suggestion]:
    """What the data speak for, the plainest first; nothing where nothing can be shown."""
    makers: tuple[Callable[[Story], Suggestion | None], ...] = (_starters, _pillar, _need, _belief)
    found = [suggestion for suggestion in (make(story) for make in makers) if suggestion]
    return list({suggestion.advice: suggestion for suggestion in found}.values())[:NEEDED]


def _starters(story: Story) -> Suggestion | None:
    """Starters lean on a mentor: said when fewer than half of them certainly have one."""
    cell = story.board("mentor_used")
    if cell is None or not has_range(cell) or cell["high"] >= 0.5:
        return None
    return Suggestion("mentor_early", ("total", ()), tell.mentor(story))


def _pillar(story: Story) -> Suggestion | None:
    """The pillar that is used least."""
    ranked = [cell for _, cell in story.ranked_pillars() if has_range(cell)]
    advice = {measure: code for code, measure in ADVICE.items()}
    if not ranked or ranked[0]["measure"] not in advice:
        return None
    return Suggestion(advice[ranked[0]["measure"]], ("total", ()), tell.pillar(story))


def _need(story: Story) -> Suggestion | None:
    """Need for support that is not met."""
    if not has_range(story.board("unmet_need")):
        return None
    return Suggestion("unmet_need", ("total", ()), tell.figure(story, "unmet_need", "actions.need"))


def _belief(story: Story) -> Suggestion | None:
    """The thought that most often keeps leaders from asking."""
    cells = [cell for cell in map(story.board, topics.beliefs(story)) if has_range(cell)]
    if not cells or "asks_in_time" not in story.measures():
        return None
    cells.sort(key=lambda cell: rank(cell, "higher"))
    return Suggestion("asking", ("total", ()), tell.belief(story))


def groups(story: Story, measure: str) -> list[Group]:
    """The whole board and every group of one feature of which this figure is published."""
    found: list[Group] = [("total", ())] if has_range(story.board(measure)) else []
    for table in story.one_way():
        for row in story.snapshot.cells(story.wave, measure, table).iter_rows(named=True):
            if has_range(row):
                found.append((table, (row["level_1"],)))
    return found


def effect(story: Story, action: Action, newest: str) -> Effect:
    """Whether the group had moved by this wave, by ranges that do not overlap; the same rule as on every page."""
    if newest <= action.base:
        return "early"
    if any(action.base < wave <= newest and "instrument" in codes for wave, codes in story.breaks().items()):
        return "new_questions"
    now, before = figures(story, action, newest)
    if not (has_range(now) and has_range(before)):
        return "no_figure"
    word = change(now, before)
    if word in ("higher", "lower"):
        return "worse" if word == story.worse(action.measure) else "better"
    return "same" if word == "same" else "too_wide"


def figures(story: Story, action: Action, newest: str) -> tuple[Cell | None, Cell | None]:
    """The figure of the group in this wave and in the one after which it was agreed, where they are published."""
    known = story.snapshot.waves()
    now, before = (
        story.snapshot.cell(wave, action.measure, action.table, *action.levels) if wave in known else None
        for wave in (newest, action.base)
    )
    return now, before


def line(story: Story, action: Action) -> str:
    """For whom, who sees to it, from when to when, and how it stands."""
    words = story.words
    return words(
        "actions.line", group=story.group_name(action.table, action.levels),
        owner=words(f"actions.owner_{action.owner}"), start=words.wave_short(action.start),
        due=words.wave_short(action.due), status=words(f"actions.status_{action.status}"),
    )  # fmt: skip


def effect_sentence(story: Story, action: Action, newest: str) -> str:
    """What happened up to this wave, as honestly as it can be said."""
    words = story.words
    figures = {
        name: words.sentence_figure(story.snapshot.cell(wave, action.measure, action.table, *action.levels))
        for name, wave in (("before", action.base), ("now", newest))
        if wave in story.snapshot.waves()
    }
    told = {"before": words("dash"), "now": words("dash"), **figures}
    return words(
        f"actions.effect_{effect(story, action, newest)}",
        label=words.inline("measure", action.measure), wave=words.wave(action.base), newest=words.wave(newest), **told,
    )  # fmt: skip


def ahead(wave: str) -> list[str]:
    """This quarter and the next ones."""
    year, quarter = int(wave[:4]), int(wave[-1])
    steps = (divmod(year * 4 + quarter - 1 + step, 4) for step in range(WAVES_AHEAD + 1))
    return [f"{year}Q{quarter + 1}" for year, quarter in steps]
