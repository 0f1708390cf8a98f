"""From figures to actions: what the newest wave suggests, and whether an action's group moved since it was agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.agreements.store import ADVICES, Action
from dashboard.story import Group, Story, contrasts, findings, sentences, topics
from dashboard.story import since as news
from dashboard.words import WIDE, Cell, has_range

Effect = Literal["early", "better", "worse", "same", "no_figure", "cannot_tell", "new_questions"]
TELLING: tuple[Effect, ...] = ("better", "worse", "same", "cannot_tell", "early", "no_figure", "new_questions")
MOST = 3  # suggestions; more is a list, not a suggestion
HALF = 0.5  # of the starters: with fewer, the pillar that is meant for them is suggested


@dataclass(frozen=True)
class Suggestion:
    """An advice for a group, and the figure that speaks for it."""

    advice: str
    group: Group
    because: str


def suggestions(story: Story) -> list[Suggestion]:
    """What is certain goes first, then what the figures speak for; nothing where nothing can be shown."""
    makers: tuple[Callable[[Story], Suggestion | None], ...] = (_group, _starters, _pillar, _need, _belief)
    by_advice: dict[str, Suggestion] = {}
    for make in makers:
        if suggestion := make(story):
            by_advice.setdefault(suggestion.advice, suggestion)
    return list(by_advice.values())[:MOST]


def measure_of(story: Story, advice: str) -> str | None:
    """The figure by which a next wave can show whether an advice helped; None where the instrument has none."""
    return story.meaning.measure(f"advice:{advice}")


def _advice_of(story: Story, measure: str | None) -> str | None:
    return next((advice for advice in ADVICES if measure and measure_of(story, advice) == measure), None)


def _suggestion(story: Story, measure: str | None, because: str) -> Suggestion | None:
    """The advice that a figure can show the effect of, for the whole board."""
    advice = _advice_of(story, measure)
    return Suggestion(advice, ("total", ()), because) if advice else None


def _group(story: Story) -> Suggestion | None:
    """The group that most asks for attention, by what is certain of it, and an advice for that group."""
    worrying = [one for one in findings.groups_apart(story) if not one.is_good and is_narrow(one.cell)]
    for one in worrying:
        group: Group = (one.cell["table_id"], (one.cell["level_1"],))
        pillars = [cell["measure"] for _, cell in story.ranked_pillars(*group) if has_range(cell)]
        wanted = (_advice_of(story, measure) for measure in (one.measure, *pillars))
        advice = next((code for code in wanted if code and group in groups(story, code)), None)
        if advice:
            return Suggestion(advice, group, news.says(story, one))
    return None


def is_narrow(cell: Cell | None) -> bool:
    """Whether a figure says enough to found an advice on: no advice rests on a range wider than thirty points."""
    return cell is not None and has_range(cell) and cell["high"] - cell["low"] <= WIDE


def _starters(story: Story) -> Suggestion | None:
    """Starters lean on the pillar meant for them: said when fewer than half of them certainly use it."""
    measure = topics.pillar_for_starters(story)
    cell = story.board(measure) if measure else None
    if cell is None or not is_narrow(cell) or cell["high"] >= HALF:
        return None
    return _suggestion(story, measure, sentences.meant_for_starters(story))


def _pillar(story: Story) -> Suggestion | None:
    """The pillar that is used least."""
    ranked = [cell for _, cell in story.ranked_pillars() if has_range(cell)]
    if not ranked or not is_narrow(ranked[0]):
        return None
    return _suggestion(story, ranked[0]["measure"], sentences.pillar(story))


def _need(story: Story) -> Suggestion | None:
    """Need for support that is not met."""
    measure = story.measure("need:unmet")
    if measure is None or not is_narrow(story.board(measure)):
        return None
    return _suggestion(story, measure, sentences.figure(story, measure))


def _belief(story: Story) -> Suggestion | None:
    """The thought that most often keeps leaders from asking."""
    cells = [cell for cell in map(story.board, topics.beliefs(story)) if has_range(cell)]
    if not cells or not all(map(is_narrow, cells)):
        return None
    return _suggestion(story, story.measure("asks"), sentences.belief(story))


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
    contrast = _contrast(story, action, newest)
    word = contrast.word if contrast else "cannot_tell"
    if word in ("higher", "lower"):
        return "worse" if word == story.worse(measure) else "better"
    return "same" if word == "same" else "cannot_tell"


def _contrast(story: Story, action: Action, newest: str) -> contrasts.Contrast | None:
    """The published contrast of the group's figure in this wave and in the one after which it was agreed."""
    measure = measure_of(story, action.advice)
    if measure is None or newest <= action.base:
        return None
    return contrasts.between(story.snapshot, newest, action.base, measure, action.table, action.levels)


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
    told, contrast = effect(story, action, newest), _contrast(story, action, newest)
    key = "cannot_tell_small" if told == "cannot_tell" and (contrast is None or not contrast.noticeable) else told
    return words(
        f"actions.effect_{key}",
        difference=words.difference(contrast.low, contrast.high) if contrast else "",
        points=words.points(contrast.noticeable) if contrast and contrast.noticeable else "",
        label=words.inline("measure", measure) if measure else words("dash"),
        wave=words.wave(action.base),
        newest=words.wave(newest),
        before=words.sentence_figure(before),
        now=words.sentence_figure(now),
    )


def since(story: Story, actions: Sequence[Action]) -> news.Line | None:
    """The agreement that tells most up to this wave, in one line; None where none could be known yet."""
    words = story.words
    made = [action for action in actions if action.base <= story.wave]
    if not made:
        return news.Line(words("since.agreed_nothing"))
    told = {action.number: effect(story, action, story.wave) for action in made}
    action = min(made, key=lambda one: (TELLING.index(told[one.number]), -one.number))
    text = words(
        "since.agreed",
        title=words(f"advice.{action.advice}.title"),
        group=story.group_name(action.table, action.levels) if action.levels else words("phrase.everybody"),
        effect=effect_sentence(story, action, story.wave),
    )
    return news.Line(text, {"better": True, "worse": False}.get(told[action.number]))
