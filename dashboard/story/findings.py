"""Findings: what is certain in a wave, ranked by use and size; the one source of what pages and papers point out.

Every finding is a row of the published contrasts (contrasts.py) with a word that says more than "cannot tell".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.story import contrasts
from dashboard.story.contrasts import Contrast
from dashboard.story.topics import first_years, other_steps
from dashboard.story.wave import Story, remembered
from dashboard.words import Cell, has_range

Kind = Literal["moved", "apart", "year"]
STRESS = "risk:stress"
USEFUL = ("headline", "risk:both", "need:unmet", "first_years", "paper")  # roles, the most useful first


@dataclass(frozen=True)
class Finding:
    """One difference that is certain."""

    kind: Kind  # moved since the wave compared with; apart from the rest of the board now; the same over a year
    cell: Cell  # the figure it is about, as it is now
    contrast: Contrast
    is_good: bool

    @property
    def measure(self) -> str:
        """The measure it is about."""
        return str(self.cell["measure"])

    @property
    def size(self) -> float:
        """The difference that is certain: the limit that lies nearest to none."""
        return max(self.contrast.low, -self.contrast.high, 0.0)


@remembered
def moved(story: Story) -> list[Finding]:
    """What changed for the whole board since the wave compared with."""
    spared = other_steps(story)
    cells = [cell for cell in map(story.board, story.measures()) if cell is not None and cell["measure"] not in spared]
    return _ranked(story, _found(story, "moved", cells))


@remembered
def apart(story: Story, *, over_year: bool = False) -> list[Finding]:
    """Where region or years of experience differ from the rest of the board, now or over the year.

    Only of the figures that pages open with: of hundreds of differences a few look certain by chance.
    """
    return _ranked(story, _found(story, "year" if over_year else "apart", _groups(story, _useful(story))))


@remembered
def elsewhere(story: Story) -> list[Finding]:
    """Where region or years of experience differ now in what no page opens with but a board can act on, those that ask
    for attention first: the pillars that are used, and stress. Of so many a few look certain by chance, so who tells of
    one says that too.
    """
    opened = _useful(story)
    others = [code for code in (*story.pillars(), *story.in_role(STRESS)) if code not in opened]
    return sorted(_found(story, "apart", _groups(story, others)), key=lambda one: (one.is_good, -one.size))


def groups_apart(story: Story) -> list[Finding]:
    """Groups that differ over the year, else now; each group and measure once."""
    year = apart(story, over_year=True)
    known = {_about(one) for one in year}
    return [*year, *(one for one in apart(story) if _about(one) not in known)]


def of_starters(story: Story, found: Sequence[Finding]) -> list[Finding]:
    """Those about leaders in their first years."""
    first = first_years(story)
    if first is None:
        return []
    return [one for one in found if one.cell["dim_1"] == first[0] and one.cell["level_1"] == first[1]]


def _groups(story: Story, measures: Sequence[str]) -> list[Cell]:
    """The regions and the years of experience of these measures."""
    return [
        cell
        for measure in measures
        for table in story.main_splits()
        for _, cell in story.in_order(measure, table)[1:]
        if cell is not None
    ]


def _about(one: Finding) -> tuple[object, ...]:
    return (one.measure, one.cell["table_id"], one.cell["level_1"])


def _found(story: Story, kind: Kind, cells: Sequence[Cell]) -> Iterator[Finding]:
    for cell in cells:
        if not has_range(cell):
            continue
        if kind == "moved":
            contrast = contrasts.in_time(story, cell["measure"])
        else:
            contrast = contrasts.with_rest(story, cell, over_year=kind == "year")
        if contrast is None or contrast.word not in contrasts.SIDES:
            continue
        yield Finding(kind, cell, contrast, contrast.word != story.worse(cell["measure"]))


def _ranked(story: Story, found: Iterator[Finding]) -> list[Finding]:
    """The most useful measures first, of each the largest difference."""
    rank = {code: place for place, code in enumerate(_useful(story))}
    return sorted(found, key=lambda one: (rank.get(one.measure, len(rank)), -one.size))


@remembered
def _useful(story: Story) -> list[str]:
    """The figures that pages and papers open with, the lead first."""
    return list(dict.fromkeys([story.lead(), *(code for role in USEFUL for code in story.in_role(role))]))
