"""A sheet: what a file holds before anybody says what its rows and columns are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from pipelines.ground.errors import Refused

NUMBER = re.compile(r"-?\d+([.,]\d+)?")
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

    def row(self, number: int) -> list[str]:
        """A row as people count them: 1 holds the heads; a blank is an empty string."""
        if number == 1:
            return self.heads
        return [cell or "" for cell in self.cells.row(number - 2)] if number - 2 < self.cells.height else []


class Named(NamedTuple):
    """A sheet with a name for each column."""

    table: pl.DataFrame
    texts: dict[str, str]  # name -> what the file says it asks
    doubled: set[str]  # names that stood above two columns; these are called "name (1)", "name (2)"


def name_columns(sheet: Sheet, head_rows: int = 1, *, join: bool = False) -> Named:
    """The cells below the heads with a name for each column.

    With `join` a column is called "question [option]", where a blank question is that of the column before it.
    Nameless columns without a cell are left out, and so are empty rows at the end; other rows keep their place.
    Raises Refused without names.
    """
    rows = [sheet.row(number) for number in range(1, head_rows + 1)]
    if any(len(row) != len(sheet.heads) for row in rows):
        raise Refused("no_header", file=sheet.file)
    heads = [head.strip() for head in sheet.heads]
    if join and head_rows > 1:
        heads = _joined(heads, [option.strip() for option in rows[1]])
    if not any(heads) or all(NUMBER.fullmatch(head) for head in heads if head):
        raise Refused("no_header", file=sheet.file)
    cells = sheet.cells.slice(head_rows - 1)
    blank = {name for name, head in zip(cells.columns, heads, strict=True) if not head and cells[name].is_null().all()}
    names = [head or f"column_{place}" for place, head in enumerate(heads, start=1)]
    kept = [(at, name) for at, name in enumerate(names) if str(at) not in blank]
    counts = Counter(name for _, name in kept)
    doubled, seen = {name for name, count in counts.items() if count > 1}, Counter[str]()
    for place, (at, name) in enumerate(kept):
        if name in doubled:
            seen[name] += 1
            kept[place] = (at, f"{name} ({seen[name]})")
    table = cells.select(pl.col(str(at)).alias(name) for at, name in kept)
    texts = {name: rows[1][at].strip() for at, name in kept} if head_rows > 1 and not join else {}
    if sheet.kind in ("text", "xlsx"):  # other kinds know how many rows they have
        table = without_empty_end(table)
    return Named(table, {**texts, **sheet.texts}, doubled)


def without_empty_end(table: pl.DataFrame) -> pl.DataFrame:
    """The table up to its last row with something in it."""
    end = table.height
    while end and all(cell is None for cell in table.row(end - 1)):
        end -= 1
    return table.head(end)


def _joined(heads: Sequence[str], options: Sequence[str]) -> list[str]:
    names, question = [], ""
    for head, option in zip(heads, options, strict=True):
        question = head or question
        names.append(question if option.lower() in SAYS_NOTHING else f"{question} [{option}]")
    return names
