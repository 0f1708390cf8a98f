"""Sentences about differences: which groups stand out, what moved, and what this board could have seen."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.story import contrasts, hidden, phrases
from dashboard.story.wave import Story
from dashboard.words import Cell, has_range


def groups(story: Story, measure: str, tables: Sequence[str] = ()) -> str:
    """Which groups of these tables stand out on the worse side, now and over the year; main splits without tables.

    Where none does, what would have been noticed.
    """
    if not story.one_way() or not has_range(story.board(measure)):
        return ""
    tables, words = tables or story.main_splits(), story.words
    cells = [cell for table in tables for _, cell in story.in_order(measure, table)[1:]]
    if not any(map(has_range, cells)):
        return words("story.groups_hidden", reasons=hidden.reasons(words, cells))
    compared = contrasts.compared(story, measure, tables)
    if not compared:
        return ""
    now, year = _named(story, measure, tables), _named(story, measure, tables, over_year=True)
    parts = [now, year]
    if not now:
        nobody = "no_group_now" if year else _nobody(story, measure, tables)
        parts = [year, words(f"story.{nobody}"), noticeable(story, compared)]
    if not story.publication["has_roster"]:
        parts.append(words("story.of_answered"))
    return " ".join(part for part in parts if part)


def _nobody(story: Story, measure: str, tables: Sequence[str]) -> str:
    """The key of the sentence that no group stands out; it speaks of the year only where a year says so."""
    over_year = [
        contrasts.with_rest(story, cell, over_year=True) for cell in contrasts.compared(story, measure, tables)
    ]
    told = {contrast.word for contrast in over_year if contrast}
    return "no_group_year" if told and story.worse(measure) not in told else "no_group"


def _named(story: Story, measure: str, tables: Sequence[str], *, over_year: bool = False) -> str:
    """The groups that stand out: a sentence each, with their figure and how far they lie from the other leaders."""
    words, told = story.words, list[str]()
    now = contrasts.outliers(story, measure, tables) if over_year else []
    for cell in contrasts.outliers(story, measure, tables, over_year=over_year):
        contrast = contrasts.with_rest(story, cell, over_year=over_year)
        if contrast is None:
            continue
        says = {"says": phrases.says(story, cell), "difference": words.difference(contrast.low, contrast.high)}
        if cell in now:
            told.append(words("story.year_too", leaders=phrases.leaders(story, cell), difference=says["difference"]))
        else:
            told.append(words(f"since.{'year' if over_year else 'apart'}_{story.worse(measure)}", **says))
    return " ".join(told)


def noticeable(story: Story, cells: Sequence[Cell]) -> str:
    """Which difference between these groups and the rest would usually have been told."""
    words = story.words
    told = [(words.group(cell), contrasts.with_rest(story, cell)) for cell in cells]
    sizes = {name: contrast.noticeable for name, contrast in told if contrast and contrast.noticeable is not None}
    unseen = [name for name, _ in told if name not in sizes]
    if not sizes:
        return words("story.noticeable_none")
    points = words.points(max(sizes.values()))
    if not unseen:
        return words("story.noticeable", points=points)
    if len(unseen) <= len(sizes):
        return words("story.noticeable_but", points=points, groups=words.listed(unseen))
    return words("story.noticeable_in", points=points, groups=words.listed(sizes))


def from_rest(story: Story, cell: Cell | None, *, over_year: bool = False) -> str:
    """How far a group lies from the rest of the board, in a few words; nothing where that is not compared."""
    words, contrast = story.words, contrasts.with_rest(story, cell, over_year=over_year)
    if contrast is None:
        return ""
    if contrast.word == "cannot_tell":
        return words("moved.cannot_tell")
    return words.difference(contrast.low, contrast.high)


def moved(story: Story, measure: str, table: str = "total", levels: Sequence[str] = ()) -> str:
    """The sentence about change, or which change would have been told; nothing when two waves cannot be compared."""
    words, contrast = story.words, contrasts.in_time(story, measure, table, levels)
    if contrast is None:
        return ""
    than = words(f"against.{story.against}")
    if contrast.word != "cannot_tell":
        return words(f"story.{contrast.word}", than=than, difference=words.difference(contrast.low, contrast.high))
    if contrast.noticeable is None:
        return words("story.cannot_tell", than=than)
    return words("story.cannot_tell_below", than=than, points=words.points(contrast.noticeable))
