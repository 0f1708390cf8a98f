"""What may be said about a difference: looked up in what was published; nobody else compares two figures.

Pages, paper and agreements ask here. Snapshots of an earlier version have no contrasts: nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.story.snapshot import Snapshot, kept
from dashboard.story.wave import Against, Story
from dashboard.words import Cell, Change, has_range

SIDES = ("lower", "higher")  # words that name one
IN_TIME: dict[Against, str] = {"previous": "before", "year": "year_ago"}
# What it is about: measure, table, levels, against what, and the earlier wave where it is compared with itself.
Key = tuple[str, str, str | None, str | None, str, str | None]


@dataclass(frozen=True, slots=True)
class Contrast:
    """A figure of a group minus what it is compared with, as shares: whole points, rounded outward."""

    word: Change
    low: float
    high: float
    noticeable: float | None  # a difference of this size would usually be told; None where even a large one may not
    is_of_answered: bool  # without a roster it is only about those who answered


@kept(8)
def _of_wave(snapshot: Snapshot, wave: str, earlier: str | None = None) -> dict[Key, Contrast]:
    """The contrasts of one wave; those with a wave further back than a year only where that wave is named.

    None in snapshots of an earlier version.
    """
    return {
        (row["measure"], row["table_id"], row["level_1"], row["level_2"], row["against"], row["earlier"]): Contrast(
            row["word"], row["low"], row["high"], row["noticeable"], row["about"] == "respondents"
        )
        for row in snapshot.read("contrasts", wave=wave, earlier=earlier)
    }


def with_rest(story: Story, cell: Cell | None, *, over_year: bool = False) -> Contrast | None:
    """A group and the rest of the board, in its wave or over the year that ends with it; None where not compared.

    Of a year no side is named that goes against what is drawn of this wave.
    """
    if cell is None or not has_range(cell):
        return None
    against = "year_rest" if over_year else "rest"
    key = (cell["measure"], cell["table_id"], cell["level_1"], cell["level_2"], against, None)
    found = _of_wave(story.snapshot, story.wave).get(key)
    if found and over_year and found.word in SIDES and looks(cell, story.board(cell["measure"])) != found.word:
        return replace(found, word="cannot_tell")
    return found


def in_time(story: Story, measure: str, table: str = "total", levels: Sequence[str] = ()) -> Contrast | None:
    """A figure now and in the wave that this story compares with; None where they cannot be compared."""
    earlier = story.before()
    return between(story.snapshot, story.wave, earlier, measure, table, levels) if earlier else None


def between(
    snapshot: Snapshot, now: str, earlier: str, measure: str, table: str = "total", levels: Sequence[str] = ()
) -> Contrast | None:
    """A figure in one wave and in an earlier one; None where they cannot be compared."""
    first, second = (*levels, None, None)[:2]
    for against, further in (*((code, None) for code in IN_TIME.values()), ("earlier", earlier)):
        found = _of_wave(snapshot, now, further).get((measure, table, first, second, against, earlier))
        if found:
            return found
    return None


def moved(story: Story, measure: str, table: str = "total", levels: Sequence[str] = ()) -> Change:
    """Whether a figure changed since the wave compared with."""
    contrast = in_time(story, measure, table, levels)
    return contrast.word if contrast else "unknown"


def tone(story: Story, cell: Cell | None) -> str:
    """The colour of a cell beside the whole board: whole, worse, better or near; only what is certain has one."""
    if cell is None or cell["table_id"] == "total":
        return "whole"
    contrast = with_rest(story, cell)
    if contrast is None or contrast.word not in SIDES:
        return "near"
    return "worse" if contrast.word == story.worse(cell["measure"]) else "better"


def compared(story: Story, measure: str, tables: Sequence[str], *, over_year: bool = False) -> list[Cell]:
    """The groups of these tables that are compared with the rest of the board, those that need attention first."""
    cells = [cell for table in tables for _, cell in story.worst_first(measure, table)[1:]]
    return [cell for cell in cells if cell is not None and with_rest(story, cell, over_year=over_year)]


def outliers(story: Story, measure: str, tables: Sequence[str], *, over_year: bool = False) -> list[Cell]:
    """Groups of these tables that lie on the worse side of the rest."""
    cells = compared(story, measure, tables, over_year=over_year)
    told = [(cell, with_rest(story, cell, over_year=over_year)) for cell in cells]
    return [cell for cell, contrast in told if contrast and contrast.word == story.worse(measure)]


def looks(cell: Cell, board: Cell | None) -> Change:
    """On which side of the board the middle of a group's margin is drawn: no word about a year goes against it."""
    if board is None or not has_range(board):
        return "unknown"
    ahead = float(cell["low"] + cell["high"] - board["low"] - board["high"])
    return "higher" if ahead > 0 else "lower" if ahead < 0 else "same"
