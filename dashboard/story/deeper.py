"""From the whole board to a group and beyond: where it ends and why, and two groups side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dashboard.charts import intervals
from dashboard.charts.parts import row_for
from dashboard.story import contrasts, topics
from dashboard.story.contrasts import Contrast
from dashboard.story.picture import Picture
from dashboard.story.pictures import of_cells
from dashboard.story.wave import MAIN, Group, Labelled, Story, remembered
from dashboard.words import COARSE, Cell, has_range


def why_wider(story: Story, asked: Group, shown: Group) -> str:
    """Why a page is about a wider group than the filters ask for."""
    words = story.words
    cell = story.group(*asked).get(story.lead())
    reason = words.plain_reason(cell) if cell and not has_range(cell) else words("reason.not_planned")
    return words("coverage.wider", asked=story.group_name(*asked), reason=reason, group=story.group_name(*shown))


@remembered
def why_it_ends(story: Story, table: str, levels: tuple[str, ...]) -> str:
    """Why nothing deeper is shown of a group; empty for the whole board and where there is more."""
    words, name = story.words, story.group_name(table, levels)
    if not levels or len(story.main_dimensions()) < len(MAIN):
        return ""
    if len(levels) > 1:
        return words("deeper.deepest", group=name)
    if story.main_cross() is None:
        first, second = (words.inline("dimension", code) for code in story.main_dimensions())
        return words("deeper.not_planned", group=name, first=first, second=second)
    cells = [cell for _, cell in story.inside(table, levels, story.lead()) if cell is not None]
    if not cells or any(map(has_range, cells)):
        return ""
    reasons = dict.fromkeys(map(words.plain_reason, cells))
    return words("deeper.hidden", group=name, reasons=" ".join(reasons))


def nearest(story: Story, table: str, levels: Sequence[str]) -> str | None:
    """The other main dimension, by which the board as a whole is split, where a group cannot be split further."""
    others = [code for code in story.main_splits() if code != table.removesuffix(COARSE)]
    return next((code for code in others if topics.with_groups(story, [story.lead()], code)), None) if levels else None


def others(story: Story, table: str, levels: Sequence[str]) -> list[str]:
    """The groups of the same table, by code, of which the lead figure is shown: to lay beside this one."""
    if len(levels) != 1:
        return []
    cells = [cell for _, cell in story.in_order(story.lead(), table)[1:] if has_range(cell)]
    return [cell["level_1"] for cell in cells if cell and cell["table_id"] == table and cell["level_1"] != levels[0]]


@remembered
def beside(story: Story, measure: str, table: str, levels: tuple[str, str]) -> Picture:
    """One figure of two groups of a table, with that of the whole board behind."""
    cells = _pair(story, measure, table, levels)
    tone, across = partial(contrasts.tone, story), intervals.ACROSS_SMALL
    frame = intervals.rows(cells, story.words, story.board(measure), tone=tone, across=across)
    options = {"row": row_for(frame["lines"], intervals.ROW_SMALL), "small": True}
    return of_cells(story, story.label(measure), "", frame, cells, options=options)


def shows(story: Story, measure: str, table: str, levels: tuple[str, str]) -> bool:
    """Whether a figure of either group is shown."""
    return any(has_range(cell) for _, cell in _pair(story, measure, table, levels))


def apart(story: Story, measure: str, table: str, levels: tuple[str, str]) -> str:
    """What is published about the difference of two groups; that it cannot be told where nothing is."""
    words = story.words
    contrast = between(story, measure, table, levels)
    if contrast is None:
        return words("deeper.no_contrast")
    if contrast.word in ("lower", "higher"):
        told = words.difference(contrast.low, contrast.high)
        return words(f"deeper.{contrast.word}", group=words.level(table, levels[0]), difference=told)
    return words(f"deeper.{contrast.word}")


def between(story: Story, measure: str, table: str, levels: tuple[str, str]) -> Contrast | None:
    """The published contrast of two groups: with the rest of the board, where the other group is all of that rest."""
    (_, first), (_, second) = _pair(story, measure, table, levels)
    board = story.board(measure)
    if first is None or second is None or board is None or not (has_range(first) and has_range(second)):
        return None
    is_all_of_rest = first["n"] + second["n"] == board["n"]
    return contrasts.with_rest(story, first) if is_all_of_rest else None


def _pair(story: Story, measure: str, table: str, levels: tuple[str, str]) -> list[Labelled]:
    cells: list[Cell | None] = [story.group(table, (level,)).get(measure) for level in levels]
    return [(story.words.level(table, level), cell) for level, cell in zip(levels, cells, strict=True)]
