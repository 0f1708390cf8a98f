"""Pictures of two things crossed: place and years, pillars and groups, pillars and their steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from dashboard.charts import grid
from dashboard.charts.parts import most_lines, row_for
from dashboard.story import contrasts, hidden
from dashboard.story.picture import Picture, described, with_reason
from dashboard.story.topics import pillar_for_starters
from dashboard.story.wave import Story, remembered
from dashboard.words import Cell, Words, has_range


@remembered
def cross(story: Story, measure: str, first: str, second: str) -> Picture | None:
    """Two dimensions at once, in the form the plan allows; None when most of it would be empty boxes."""
    name = story.cross(first, second)
    if name is None:
        return None
    words, worse = story.words, story.worse(measure)
    head = words.label("dimension", first)
    title = words("overview.cross", first=head, second=words.inline("dimension", second))
    cells = story.snapshot.cells(story.wave, measure, name)
    at: list[grid.At] = [(_at(words, cell, 1), _at(words, cell, 2), cell) for cell in cells]
    if 2 * sum(not has_range(cell) for cell in cells) > len(cells):
        return None
    at, why = _without_dashes(words, at)
    frame = grid.rows(at, words, partial(contrasts.tone, story))
    note = words(f"overview.cross_{'coarse' if '_coarse' in name else 'note'}_{worse}")
    return with_reason(crossed(title, note, frame, head), why)


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
            if not words.is_about_nobody(cell):
                at.append((row, (cell["position_1"], words.level(cell["dim_1"], cell["level_1"])), cell))
    at, why = _without_dashes(words, at)
    title, note = words(f"pillars.{step}", dimension=words.inline("dimension", dimension)), words("pillars.note")
    special = pillar_for_starters(story)
    if special:
        note = f"{note} {words('pillars.only', name=words.inline('pillar', story.meaning.pillar_of(special)))}"
    frame = grid.rows(at, words, partial(contrasts.tone, story))
    return with_reason(crossed(title, note, frame, words("table.pillar")), why)


@remembered
def ladder(story: Story, steps: tuple[str, ...]) -> Picture:
    """Each pillar of the whole board from being there to being good enough, the least used first."""
    words, at = story.words, list[grid.At]()
    ranked = [cell["measure"] for _, cell in story.ranked_pillars()] or story.pillars(steps[0])
    for down, pillar in enumerate(map(story.meaning.pillar_of, ranked)):
        for across, step in enumerate(steps):
            cell = story.pillar_step(pillar, step)
            at.append(((down, story.pillar_label(pillar)), (across, words(f"step.{step}")), cell))
    at, why = _without_dashes(words, at)
    frame = grid.rows(at, words)
    one = crossed(words("pillars.ladder"), words("pillars.ladder_note"), frame, words("table.pillar"))
    return with_reason(one, why)


def _at(words: Words, cell: Cell, place: int) -> tuple[int | None, str]:
    return cell[f"position_{place}"], words.level(cell[f"dim_{place}"], cell[f"level_{place}"])


def _row(one: grid.At) -> tuple[int | None, str]:
    return one[0]


def _column(one: grid.At) -> tuple[int | None, str]:
    return one[1]


def _without_dashes(words: Words, at: Sequence[grid.At]) -> tuple[list[grid.At], str]:
    """The same cells without rows and columns of which none is shown, and the reasons of all that is not."""
    kept, told = list(at), list[str]()
    for side in (_row, _column):
        names = dict.fromkeys(map(side, kept))
        empty = [name for name in names if not any(has_range(one[2]) for one in kept if side(one) == name)]
        gone = [one[2] for one in kept if side(one) in empty]
        kept = [one for one in kept if side(one) not in empty]
        if gone:
            these = words("folded.these", groups=words.listed(label for _, label in empty))
            told.append(f"{these} {hidden.reasons(words, gone)}".strip())
    dashed = hidden.reasons(words, [one[2] for one in kept])
    if dashed:
        told.append(words("folded.dashed", reasons=dashed))
    return kept, " ".join(told)


def crossed(title: str, note: str, frame: pl.DataFrame, head: str) -> Picture:
    """A picture of crossed cells, with its table."""
    figures = [(row["label"], row["text"]) for row in frame.iter_rows(named=True)]
    options = {"row": row_for(frame["row_lines"], grid.ROW), "head": most_lines(frame["column_lines"])}
    return Picture("grid", title, note, frame, described(title, figures), grid.table(frame, head), options=options)
