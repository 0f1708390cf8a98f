"""A sheet: what a file holds before anybody says what its rows and columns are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal, NamedTuple

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.told import Told

NUMBER = re.compile(r"-?\d+([.,]\d+)?")
MOST_TITLES = 10  # rows among which the heads are looked for
FEWEST_KNOWN = 2  # heads by which a row is known as that of the heads
FIRST_CELLS = 2  # the row, counted from the heads, in which the cells begin
SAYS_NOTHING = ("", "response", "antwoord", "open-ended response", "vrije reactie")  # below a head of its own


@dataclass(frozen=True)
class Sheet:
    """All cells as strings, or Categoricals of them, in columns "0", "1", ...; empty or a single blank is null."""

    file: str
    kind: Literal["text", "xlsx", "sav", "parquet"]
    heads: list[str]  # the first row as it stands
    cells: pl.DataFrame
    texts: dict[str, str] = field(default_factory=dict)  # SPSS: head -> the question
    labels: dict[str, dict[str, str]] = field(default_factory=dict)  # SPSS: head -> value -> its label
    told: tuple[Told, ...] = ()  # what was left out, or turned into what it must be
    heads_row: int = 1  # of the file, as a spreadsheet numbers them; 0 where heads are no row of it

    def row(self, number: int) -> list[str]:
        """A row counted from the heads, which are 1; a blank is an empty string."""
        if number == 1:
            return self.heads
        place = number - FIRST_CELLS
        return [cell or "" for cell in self.cells.row(place)] if place < self.cells.height else []

    def below(self, rows: int) -> Sheet:
        """The sheet without its first rows, which are titles; what comes next are its heads."""
        titles = Told("title_rows", rows, also={"file": self.file})
        told = (*self.told, titles)
        cells = self.cells.slice(rows)
        return replace(self, heads=self.row(rows + 1), cells=cells, told=told, heads_row=self.heads_row + rows)

    def top(self) -> Sheet:
        """Its first rows, to find the heads by."""
        return replace(self, cells=self.cells.head(MOST_TITLES + FIRST_CELLS))


class Named(NamedTuple):
    """A sheet with a name for each column."""

    table: pl.DataFrame
    texts: dict[str, str]  # name -> what the file says it asks
    doubled: set[str]  # names that stood above two columns; these are called "name (1)", "name (2)"


class Beside(NamedTuple):
    """A file with one row of heads, as lie beside an export."""

    table: pl.DataFrame
    told: tuple[Told, ...]
    first_row: int  # of the file, in which the first row of the table stands

    def rows_where(self, is_so: pl.Series) -> tuple[int, ...]:
        """The rows of the file in which something holds."""
        return rows_of(is_so, self.first_row)


def rows_of(is_so: pl.Series, first_row: int) -> tuple[int, ...]:
    """The rows of a file in which something holds; `first_row`: that of the first."""
    return tuple(place + first_row for place in is_so.fill_null(value=False).arg_true())


def below_titles(sheet: Sheet, known: Collection[str]) -> Sheet:
    """The sheet from the first row that holds two known heads, where that is among the first ten; else as it is."""
    for above in range(MOST_TITLES):
        if len({cell.strip() for cell in sheet.row(above + 1)}.intersection(known)) >= FEWEST_KNOWN:
            return sheet.below(above) if above else sheet
    return sheet


def name_columns(sheet: Sheet, head_rows: int = 1, *, join: bool = False) -> Named:
    """The cells below the heads with a name for each column.

    With `join` a column is called "question [option]", where a blank question is that of the column before it.
    Nameless columns without a cell are left out, and so are empty rows at the end; other rows keep their place.
    Raises Refused without names.
    """
    head_lines = [sheet.row(number) for number in range(1, head_rows + 1)]
    heads = _heads(sheet, head_lines, join=join)
    cells = sheet.cells.slice(head_rows - 1)
    kept = [place for place, head in enumerate(heads) if head or not cells[str(place)].is_null().all()]
    names = [heads[place] or f"column_{place + 1}" for place in kept]
    doubled = {name for name, times in Counter(names).items() if times > 1}
    names = _told_apart(names, doubled)
    table = cells.select(pl.col(str(place)).alias(name) for place, name in zip(kept, names, strict=True))
    if sheet.kind in ("text", "xlsx"):  # other kinds know how many rows they have
        table = without_empty_end(table)
    texts: dict[str, str] = {}
    if head_rows > 1 and not join:
        texts = {name: head_lines[1][place].strip() for place, name in zip(kept, names, strict=True)}
    return Named(table, {**texts, **sheet.texts}, doubled)


def holds_rows(table: pl.DataFrame) -> bool:
    """Whether any row says something; one that is empty or repeats the heads does not. The first that does ends it."""
    return any(
        any(cell not in (None, head) for cell, head in zip(row, table.columns, strict=True))
        for row in table.iter_rows()
    )


def empty_rows(table: pl.DataFrame, first_row: int = 1) -> list[int]:
    """The rows that say nothing; `first_row` is that of the first.

    A column that is filled everywhere ends it, as keys are in a clean file.
    """
    if any(column.null_count() == 0 for column in table.iter_columns()):
        return []
    places = pl.Series(range(table.height), dtype=pl.UInt32)
    for column in table.iter_columns():
        places = places.filter(column.gather(places).is_null())
    return (places + first_row).to_list()


def without_empty_end(table: pl.DataFrame) -> pl.DataFrame:
    """The table up to its last row with something in it."""
    end = table.height
    while end and all(cell is None for cell in table.row(end - 1)):
        end -= 1
    return table.head(end)


def _heads(sheet: Sheet, head_lines: Sequence[Sequence[str]], *, join: bool) -> list[str]:
    """The head of each column, empty where it has none; Refused when these lines cannot be heads."""
    if any(len(line) != len(sheet.heads) for line in head_lines):
        raise Refused("no_header", file=sheet.file)
    heads = [head.strip() for head in sheet.heads]
    if join and len(head_lines) > 1:
        heads = _joined(heads, [option.strip() for option in head_lines[1]])
    if not any(heads) or all(NUMBER.fullmatch(head) for head in heads if head):
        raise Refused("no_header", file=sheet.file)
    return heads


def _joined(heads: Sequence[str], options: Sequence[str]) -> list[str]:
    """Two lines of heads as one; a question stands above the first of its options only."""
    names: list[str] = []
    question = ""
    for head, option in zip(heads, options, strict=True):
        question = head or question
        names.append(question if option.lower() in SAYS_NOTHING else f"{question} [{option}]")
    return names


def _told_apart(names: Sequence[str], doubled: Collection[str]) -> list[str]:
    """Names that occur twice numbered in their order."""
    numbers = {name: count(1) for name in doubled}
    return [f"{name} ({next(numbers[name])})" if name in doubled else name for name in names]
