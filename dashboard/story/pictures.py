"""Every picture of the pages as a pure, remembered piece: title, data, description in words, and its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import polars as pl

from dashboard import charts
from dashboard.charts import grid, intervals, rocks, trend
from dashboard.charts.parts import most_lines, row_for
from dashboard.story import contrasts
from dashboard.story.ranking import rank
from dashboard.story.snapshot import MEAN
from dashboard.story.topics import pillar_for_starters
from dashboard.story.wave import Labelled, Story, remembered
from dashboard.words import Cell, Figure, Words, has_range

Rows = tuple[Mapping[str, str], ...]
MOST_REASONS = 3
AROUND = 140  # pixels of a card over and under its picture
NOTED = 24  # pixels of a footnote


@dataclass(frozen=True)
class Picture:
    """What a chart shows and says; `chart` names its module in charts/, `options` its variant."""

    chart: str
    title: str
    note: str
    frame: pl.DataFrame
    alt: str
    rows: Rows = ()
    footnotes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tall(self) -> int:
        """About how many pixels its card takes, to set cards side by side."""
        chart = charts.tall(self.chart, self.frame, **self.options)
        return chart + AROUND + NOTED * len(self.footnotes)


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
    frame = intervals.rows(cells, words, story.board(measure), tone=partial(contrasts.tone, story))
    return of_cells(story, title, note, frame, cells, words.label("dimension", dimension))


@remembered
def small_strip(story: Story, measure: str, dimension: str, chosen: str | None) -> Picture:
    """The same, small, groups in their own order so that pictures side by side compare."""
    cells = story.in_order(measure, dimension)
    tone, across = partial(contrasts.tone, story), intervals.ACROSS_SMALL
    frame = intervals.rows(cells, story.words, story.board(measure), tone=tone, chosen=chosen, across=across)
    row = row_for(frame["lines"], intervals.ROW_SMALL)
    options = {"row": row, "small": True, "points": measure.startswith(MEAN)}
    return of_cells(story, _named(story, measure), "", frame, cells, options=options)


@remembered
def cross(story: Story, measure: str, first: str, second: str) -> Picture | None:
    """Two dimensions at once, in the form the plan allows; None when most of it would be empty boxes."""
    name = story.cross(first, second)
    if name is None:
        return None
    words, worse = story.words, story.worse(measure)
    head = words.label("dimension", first)
    title = words("overview.cross", first=head, second=words.inline("dimension", second))
    cells = story.snapshot.cells(story.wave, measure, name).to_dicts()
    at = [(_at(words, cell, 1), _at(words, cell, 2), cell) for cell in cells]
    frame = grid.rows(at, words, partial(contrasts.tone, story))
    if frame["low"].null_count() * 2 > frame.height:
        return None
    note = words(f"overview.cross_{'coarse' if '_coarse' in name else 'note'}_{worse}")
    return crossed(title, note, frame, head)


def main_cross(story: Story, measure: str) -> Picture | None:
    """Place and years at once."""
    return cross(story, measure, *story.main_dimensions()) if story.main_cross() else None


def school_cross(story: Story, measure: str) -> Picture | None:
    """Place and the first kind of school at once."""
    place, kinds = story.dimension("place"), story.meaning.numbered("dimension", "school")
    return cross(story, measure, place, kinds[0]) if place and kinds else None


@remembered
def pillar_map(story: Story, step: str, dimension: str) -> Picture:
    """Every pillar by the groups of one dimension, the whole board first; a pillar meant for some has only those."""
    words, at = story.words, list[grid.At]()
    pillars = story.pillars(step)
    for down, (code, cells) in enumerate(zip(pillars, story.cells(dimension, *pillars), strict=True)):
        row = (down, story.pillar_label(story.meaning.pillar_of(code)))
        at.append((row, (-1, words("whole")), story.board(code)))
        for cell in cells:
            if cell["n"] != 0:  # nobody there for whom the pillar is meant
                at.append((row, (cell["position_1"], words.level(cell["dim_1"], cell["level_1"])), cell))
    title, note = words(f"pillars.{step}", dimension=words.inline("dimension", dimension)), words("pillars.note")
    special = pillar_for_starters(story)
    if special:
        note = f"{note} {words('pillars.only', name=words.inline('pillar', story.meaning.pillar_of(special)))}"
    return crossed(title, note, grid.rows(at, words, partial(contrasts.tone, story)), words("table.pillar"))


@remembered
def ladder(story: Story, steps: tuple[str, ...]) -> Picture:
    """Each pillar of the whole board from being there to being good enough, the least used first."""
    words, at = story.words, list[grid.At]()
    ranked = [cell["measure"] for _, cell in story.ranked_pillars()] or story.pillars(steps[0])
    for down, pillar in enumerate(map(story.meaning.pillar_of, ranked)):
        for across, step in enumerate(steps):
            cell = story.pillar_step(pillar, step)
            at.append(((down, story.pillar_label(pillar)), (across, words(f"step.{step}")), cell))
    frame = grid.rows(at, words)
    return crossed(words("pillars.ladder"), words("pillars.ladder_note"), frame, words("table.pillar"))


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
    ranked = story.ranked_pillars()
    earlier = {label: story.snapshot.cell(before, cell["measure"]) for label, cell in ranked} if before else {}
    targets = {label: story.target(cell["measure"]) for label, cell in ranked}
    frame = intervals.rows(ranked, words, before=earlier, targets=targets)
    note = (
        words("overview.pillars_note", than=words(f"against.{story.against}"))
        if before
        else words("overview.pillars_alone")
    )
    if any(target is not None for target in targets.values()):
        note = f"{note} {words('overview.pillars_target')}"
    return of_cells(story, words("overview.pillars"), note, frame, ranked, words("table.pillar"))


@remembered
def group_pillars(story: Story, name: str, levels: tuple[str, ...]) -> Picture:
    """Each pillar for one group, with the whole board as a thin line."""
    words = story.words
    ranked, boards = story.ranked_pillars(name, levels), story.ranked_pillars()
    title = words("coverage.pillars", group=story.group_name(name, levels))
    note = words("coverage.pillars_group" if levels else "coverage.pillars_board")
    frame = intervals.rows(ranked, words, before=dict(boards) if levels else {})
    return of_cells(story, title, note, frame, ranked, words("table.pillar"))


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
        if not any(states for _, states in groups[1:]):
            groups, note = groups[:1], f"{note} {words('coverage.rocks_none', dimension=by)}"
    frame = rocks.rows(groups, words)
    table = rocks.table(frame, words, head)
    figures = ((row[head], ", ".join(f"{k} {v}" for k, v in row.items() if k != head)) for row in table)
    options = {"row": row_for(frame["lines"], rocks.ROW)}
    return Picture("rocks", title, note, frame, _alt(title, figures), tuple(table), options=options)


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
def progress(story: Story, measure: str) -> Picture:
    """The same for the whole board, under a question."""
    title = story.words("overview.trend", label=story.label(measure))
    return replace(line(story, measure), title=title, note=story.words("overview.trend_note"))


def _named(story: Story, measure: str) -> str:
    """The label of a measure; that of a scale says that it is a mean in points."""
    label = story.label(measure)
    return story.words("mean.label", label=label) if measure.startswith(MEAN) else label


def _at(words: Words, cell: Cell, place: int) -> tuple[int | None, str]:
    return cell[f"position_{place}"], words.level(cell[f"dim_{place}"], cell[f"level_{place}"])


def crossed(title: str, note: str, frame: pl.DataFrame, head: str) -> Picture:
    """A picture of crossed cells, with its table."""
    figures = [(row["label"], row["text"]) for row in frame.iter_rows(named=True)]
    options = {"row": row_for(frame["row_lines"], grid.ROW), "head": most_lines(frame["column_lines"])}
    return Picture("grid", title, note, frame, _alt(title, figures), grid.table(frame, head), options=options)


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
    alt = _alt(title, ((label, words.line(figure)) for label, _, figure in figures))
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


def _alt(title: str, figures: Iterable[tuple[str, str]]) -> str:
    return f"{title}: {'; '.join(f'{label} {figure}' for label, figure in figures)}."
