"""Every picture of the pages as a pure, remembered piece: title, data, description in words, and its table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from dashboard.charts import intervals, rocks, trend
from dashboard.charts.parts import row_for
from dashboard.story import contrasts, hidden
from dashboard.story.picture import Picture, described, with_reason
from dashboard.story.ranking import rank
from dashboard.story.snapshot import MEAN
from dashboard.story.topics import ROCKS
from dashboard.story.wave import Labelled, Story, remembered
from dashboard.words import Cell, Figure, Words, has_range

MOST_REASONS = 3


@remembered
def strip(story: Story, measure: str, dimension: str) -> Picture | None:
    """One measure by the groups of one dimension, the whole board on top, those that need attention first.

    None when no group of it can be shown: a row of empty boxes tells nobody anything.
    """
    cells = story.worst_first(measure, dimension)
    if not any(has_range(cell) for _, cell in cells[1:]):
        return None
    words = story.words
    title = words("overview.by", label=story.label(measure), dimension=words.inline("dimension", dimension))
    note = words(f"strip.{story.worse(measure)}")
    drawn, why = hidden.folded(words, cells[1:])
    frame = intervals.rows([cells[0], *drawn], words, story.board(measure), tone=partial(contrasts.tone, story))
    one = of_cells(story, title, note, frame, [cells[0], *drawn], words.label("dimension", dimension))
    return with_reason(one, why)


@remembered
def small_strip(story: Story, measure: str, dimension: str, chosen: str | None) -> Picture:
    """The same, small, groups in their own order so that pictures side by side compare."""
    board, *groups = story.in_order(measure, dimension)
    drawn, why = hidden.folded(story.words, groups)
    cells = [board, *drawn]
    tone, across = partial(contrasts.tone, story), intervals.ACROSS_SMALL
    frame = intervals.rows(cells, story.words, story.board(measure), tone=tone, chosen=chosen, across=across)
    row = row_for(frame["lines"], intervals.ROW_SMALL)
    options = {"row": row, "small": True, "points": measure.startswith(MEAN)}
    return of_cells(story, _named(story, measure), why, frame, cells, options=options)


@remembered
def beside(story: Story, title: str, note: str, measures: tuple[str, ...]) -> Picture:
    """Several measures of the whole board, the most worrying first, with the wave before."""
    words, before = story.words, story.before()
    cells = [(story.label(code), cell) for code in measures if (cell := story.board(code))]
    ranked = sorted(cells, key=lambda pair: rank(pair[1], story.worse(pair[1]["measure"])))
    earlier = {label: story.snapshot.cell(before, cell["measure"]) for label, cell in ranked} if before else {}
    return of_cells(story, title, note, intervals.rows(ranked, words, before=earlier), ranked, words("picture.what"))


@remembered
def pillars(story: Story) -> Picture:
    """Each pillar for the whole board, with the previous wave and the target."""
    words, before = story.words, story.before()
    ranked, why = hidden.folded(words, story.ranked_pillars())
    earlier = {label: story.snapshot.cell(before, cell["measure"]) for label, cell in ranked if cell and before}
    targets = {label: story.target(cell["measure"]) for label, cell in ranked if cell}
    frame = intervals.rows(ranked, words, before=earlier, targets=targets)
    note = (
        words("overview.pillars_note", than=words(f"against.{story.against}"))
        if before
        else words("overview.pillars_alone")
    )
    if any(target is not None for target in targets.values()):
        note = f"{note} {words('overview.pillars_target')}"
    return with_reason(of_cells(story, words("overview.pillars"), note, frame, ranked, words("table.pillar")), why)


@remembered
def group_pillars(story: Story, name: str, levels: tuple[str, ...]) -> Picture:
    """Each pillar for one group, with the whole board as a thin line."""
    words = story.words
    boards = story.ranked_pillars()
    ranked, why = hidden.folded(words, story.ranked_pillars(name, levels))
    title = words("coverage.pillars", group=story.group_name(name, levels))
    note = words("coverage.pillars_group" if levels else "coverage.pillars_board")
    frame = intervals.rows(ranked, words, before=dict(boards) if levels else {})
    return with_reason(of_cells(story, title, note, frame, ranked, words("table.pillar")), why)


@remembered
def inside(story: Story, name: str, levels: tuple[str, ...]) -> Picture | None:
    """One step deeper into a group, only what can be shown of it; None when that is nothing."""
    words, lead = story.words, story.lead()
    cells = story.inside(name, levels, lead)
    shown = [(label, cell) for label, cell in cells if has_range(cell)]
    if not shown:
        return None
    title = words("coverage.inside", group=story.group_name(name, levels), label=story.label(lead))
    frame = intervals.rows(shown, words, story.board(lead), tone=partial(contrasts.tone, story))
    # A row leads into the group of both: its code is that of the dimension which the group has not got yet.
    other = next(code for code in story.main_dimensions() if code != name)
    frame = frame.with_columns(pl.Series("level", [story.finest(other, _level_of(cell, other)) for _, cell in shown]))
    footnotes = of_cells(story, title, "", frame, cells).footnotes
    return replace(of_cells(story, title, words("coverage.inside_note"), frame, shown), footnotes=footnotes)


def _level_of(cell: Cell | None, dimension: str) -> str:
    """The level of a crossed cell in one of its dimensions, fine or coarse."""
    ways = (1, 2) if cell else ()
    return next(str(cell[f"level_{way}"]) for way in ways if cell and cell[f"dim_{way}"].startswith(dimension))


@remembered
def rock_kinds(story: Story, name: str) -> Picture:
    """The four-part bars of a one-way table, or of the whole board alone."""
    words = story.words
    head, title = words("tip.label"), words("coverage.board_rocks")
    groups, note = story.rock_groups(name), words("coverage.rocks_note")
    if name != "total":
        by = words.inline("dimension", name)
        head, title = words.label("dimension", name), words("coverage.rocks", dimension=by)
        why = _why_no_kinds(story, name, {label for label, states in groups[1:] if not states})
        if not any(states for _, states in groups[1:]):
            note = f"{note} {words('coverage.rocks_none', dimension=by, reasons=why)}"
        elif why:
            note = f"{note} {why}"
        groups = [groups[0], *((label, states) for label, states in groups[1:] if states)]
    frame = rocks.rows(groups, words)
    table = rocks.table(frame, head)
    figures = ((row[head], ", ".join(f"{k} {v}" for k, v in row.items() if k != head)) for row in table)
    options = {"row": row_for(frame["lines"], rocks.ROW)}
    return Picture("rocks", title, note, frame, described(title, figures), tuple(table), options=options)


@remembered
def line(story: Story, measure: str, name: str = "total", levels: tuple[str, ...] = (), small: bool = False) -> Picture:
    """One measure of one group through the waves."""
    words, label = story.words, _named(story, measure)
    series = story.series(measure, name, levels)
    title = label if small else words("trend.of", label=label, group=story.group_name(name, levels))
    frame = trend.rows(series, words, story.breaks(name), story.target(measure))
    newest_first = [(words.wave_short(wave), cell) for wave, cell in reversed(series)]
    options: dict[str, int | bool] = {"height": 110, "small": True} if small else {"height": 260}
    options["points"] = measure.startswith(MEAN)
    note = "" if small else words("trend.note")
    if note and story.target(measure) is not None:
        note = f"{note} {words('trend.target_note')}"
    one = of_cells(story, title, note, frame, newest_first, words("tip.wave"))
    marked = [f"{row['wave']}: {row['broken']}" for row in frame.iter_rows(named=True) if row["broken"]]
    alt = " ".join((one.alt, *(f"{mark}." for mark in marked)))
    return replace(one, chart="trend", options=options, alt=alt, footnotes=(*marked, *one.footnotes))


@remembered
def progress(story: Story, measure: str, told: str = "") -> Picture:
    """The same for the whole board, under a question; `told`: what the waves tell, before how to read them."""
    title = story.words("overview.trend", label=story.label(measure))
    return replace(line(story, measure), title=title, note=f"{told} {story.words('overview.trend_note')}".strip())


def _named(story: Story, measure: str) -> str:
    """The label of a measure; that of a scale says that it is a mean in points."""
    label = story.label(measure)
    return story.words("mean.label", label=label) if measure.startswith(MEAN) else label


def _why_no_kinds(story: Story, dimension: str, labels: Collection[str]) -> str:
    """Why the kinds of rocks of these groups are not told: they follow from three figures, which must all be shown."""
    cells = [
        cell
        for role in ROCKS
        if (code := story.measure(role))
        for label, cell in story.in_order(code, dimension)[1:]
        if label in labels
    ]
    return hidden.reasons(story.words, cells)


def of_cells(
    story: Story,
    title: str,
    note: str,
    frame: pl.DataFrame,
    cells: Sequence[Labelled],
    head: str = "",
    options: Mapping[str, Any] | None = None,
) -> Picture:
    """A picture of labelled cells, with its table; what is to be said about a figure stands once, under it."""
    words = story.words
    figures = [(label, cell, words.figure(cell)) for label, cell in cells if cell is not None]
    head = head or words("tip.label")
    rows = tuple(
        {head: label, words("tip.text"): words.line(figure), words("tip.answered"): words.answered(cell, short=True)}
        for label, cell, figure in figures
    )
    alt = described(title, ((label, words.line(figure)) for label, _, figure in figures))
    if options is None:
        options = {"row": row_for(frame["lines"], intervals.ROW)} if "lines" in frame.columns else {}
    return Picture("intervals", title, note, frame, alt, rows, _footnotes(words, figures), options)


def _footnotes(words: Words, figures: Sequence[tuple[str, Cell, Figure]]) -> tuple[str, ...]:
    """Why figures are not shown or to be read with care, each reason once with the groups it holds for."""
    reasons = [
        (label, cell, figure) for label, cell, figure in figures if not figure.shown or cell["response"] == "amber"
    ]
    # Where each names its own wider group there is too much to read; the tooltips still say it.
    is_short = len({figure.reason for _, _, figure in reasons}) <= MOST_REASONS
    labels: dict[str, list[str]] = {}
    for label, cell, figure in reasons:
        reason = figure.reason if is_short or figure.shown else words.plain_reason(cell)
        labels.setdefault(reason, []).append(label)
    return tuple(f"{words.listed(named)}: {reason}" for reason, named in labels.items())
