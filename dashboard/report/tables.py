"""The tables of a paper by topic; a topic of which nothing can be shown has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dashboard.agreements import Action
from dashboard.report import agreements
from dashboard.report.model import Row, Table
from dashboard.report.scope import Scope
from dashboard.story import Story, differences, headlines, sentences, topics

SPLITS = 2  # dimensions by which the lead figure is split


def tables(scope: Scope, actions: Sequence[Action]) -> dict[str, list[Table]]:
    """Per topic; `groups` and `waves` are for the workbook and slow to gather."""
    story = scope.story
    labels = {code: story.label(code) for code in story.measures()}
    splits = [*story.one_way(), *(table for table in story.tables() if "+" in table)] if scope.full else []
    large = {one.measure: one.label for one in headlines(story)}
    unmet = story.measure("need:unmet")
    return {
        "headlines": [scope.measures("headlines", large, message=_lead(scope))],
        "coverage": _coverage(scope),
        "pillars": [_pillars(scope, labels)],
        "risk": _risk(scope, labels),
        "steps": scope.shown("steps", topics.other_steps(story)),
        "starters": _starters(scope),
        "needs": _ranked(scope, "needs", story.in_role("paper"), scope.standing(unmet) if unmet else ""),
        "asking": _ranked(scope, "asking", topics.helps(story), _of_whole(scope, sentences.asks_in_time)),
        "beliefs": _ranked(scope, "beliefs", topics.beliefs(story), _of_whole(scope, sentences.belief)),
        "agreed": _agreed(scope, actions),
        "groups": [scope.split(labels, table) for table in splits],
        "waves": [scope.through_time(code) for code in labels if scope.full],
    }


def _of_whole(scope: Scope, sentence: Callable[[Story], str]) -> str:
    """A sentence about the whole board, in a paper about it."""
    return sentence(scope.story) if scope.is_whole else ""


def _ranked(scope: Scope, topic: str, codes: Sequence[str], message: str) -> list[Table]:
    return scope.shown(topic, scope.worst_first(codes), message)


def _lead(scope: Scope) -> str:
    """The figure everything starts with, in one sentence."""
    return sentences.lead(scope.story) if scope.is_whole else scope.standing(scope.story.lead())


def _pillars(scope: Scope, labels: Mapping[str, str]) -> Table:
    """The pillars, the least used first; without pillars every figure but those about risk."""
    story, note = scope.story, scope.say("explain.pillars" if scope.story.before() else "explain.first")
    pillars = {cell["measure"]: label for label, cell in story.ranked_pillars()}
    others = {code: label for code, label in labels.items() if code not in topics.risks(story)}
    return scope.measures(
        "pillars" if pillars else "other", pillars or others, note, _of_whole(scope, sentences.pillar)
    )


def _risk(scope: Scope, labels: Mapping[str, str]) -> list[Table]:
    """Where little support and much stress meet, and both apart."""
    codes = topics.risks(scope.story)
    if not codes:
        return []
    message = sentences.risk(scope.story, codes[0]) if scope.is_whole else ""
    return [scope.measures("risk", {code: labels[code] for code in codes}, message, message)]


def _coverage(scope: Scope) -> list[Table]:
    """The lead figure by the main dimensions, or by the other one within a group."""
    story, lead = scope.story, scope.story.lead()
    splits = story.one_way()[:SPLITS]
    hidden = sentences.unsplit(story, (lead,), tuple(splits))
    tables_of_lead: list[Table] = []
    for dimension in splits:
        by = story.words.inline("dimension", dimension)
        table = scope.split([lead], dimension)
        title = scope.say("title.coverage", label=story.label(lead), by=by)
        if not scope.is_whole and dimension != scope.table:
            rows = scope.beside(lead, story.inside(scope.table, scope.levels, lead))
            table, title = replace(table, rows=rows), scope.say("title.inside", group=scope.name, by=by)
        note = "" if tables_of_lead else f"{scope.say('explain.strips')} {hidden if scope.is_whole else ''}".strip()
        message = differences.groups(story, lead, (dimension,)) if scope.is_whole else ""
        if any(row["low"] is not None and row["tone"] != "whole" for row in table.rows):
            tables_of_lead.append(replace(table, title=title, note=note, message=message))
    return tables_of_lead


def _starters(scope: Scope) -> list[Table]:
    """Starters beside the whole board; only in a paper about the whole board."""
    story = scope.story
    group = topics.starters(story) if scope.is_whole else None
    if group is None:
        return []
    cells, rows = story.group(*group), list[Row]()
    for code in topics.of_first_years(story):
        board, label = story.board(code), story.label(code)
        whole = {"board_low": None, "board_high": None, "whole": story.words.line(story.words.figure(board))}
        # Each has a board of its own, so it is the thin line and no strip.
        rows += [
            row | whole for row in scope.rows([(label, code, cells.get(code))], board=board, beside={label: board})
        ]
    if all(row["low"] is None for row in rows):
        return []
    title = scope.say("title.starters", group=story.group_name(*group))
    message = sentences.starters_beside(story, *group)
    return [Table(title, scope.say("column.measure"), rows, scope.say("explain.starters"), message)]


def _agreed(scope: Scope, actions: Sequence[Action]) -> list[Table]:
    """A row for each agreement, in the order of the notes about them: its figure now, beside when it was agreed."""
    story, rows = scope.story, list[Row]()
    for action in actions:
        label = story.group_name(action.table, action.levels)
        now, then = agreements.figures(story, action)
        rows += scope.rows([(label, agreements.measure(story, action), now)], beside={label: then})
    if not rows:
        return []
    return [Table(scope.say("title.agreed"), scope.say("column.label"), rows, scope.say("explain.agreed"))]
