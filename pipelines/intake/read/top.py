"""Top: where the table of a text begins: a line that names the separator, rows of titles, then the heads."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.ground.errors import Refused
from pipelines.intake.read.encoding import Text
from pipelines.intake.sheet import MOST_TITLES, NUMBER

NAMES_SEPARATOR = re.compile(r'"?sep=(?P<separator>[;,|\t])"?\s*', re.IGNORECASE)  # a line of Excel's own
HALF = 2  # a row of titles fills less than one cell in so many


@dataclass(frozen=True)
class Top:
    """How a text is to be read from its heads on."""

    separator: str
    heads: list[str]
    lines: int  # to be skipped above the heads, as they stand in the file
    rows: int  # above the heads as a spreadsheet shows them, so without a line that names the separator
    titles: int  # those of them that say something to people only


@dataclass(frozen=True)
class _Record:
    cells: list[str]
    line: int  # lines of the file above it


def find_top(text: Text, separators: str) -> Top:
    """The separator that cuts the heads in most pieces, preferably as many as the line below; and where they stand."""
    named = NAMES_SEPARATOR.fullmatch(text.first_line())
    if named:
        separators = named["separator"]
    start = 1 if named else 0
    tops = []
    for separator in separators:
        records = _records(text, separator, start)
        at = _heads_at([record.cells for record in records]) if records else 0
        heads, below = ([*(record.cells for record in records[at : at + 2]), [], []])[:2]
        lines = records[at].line if records else start
        titles = sum(map(any, (record.cells for record in records[:at])))
        fit = (len(heads) > 1, len(heads) == len(below), at == 0, len(heads))
        tops.append((fit, Top(separator, heads, lines, at, titles)))
    return max(tops, key=lambda top: top[0])[1]


def _records(text: Text, separator: str, start: int) -> list[_Record]:
    """The first few records from a line on, which is 0 or 1."""
    records = []
    try:
        with text.open() as file:
            for _ in range(start):
                file.readline()
            reader = csv.reader(file, delimiter=separator)
            line = start
            for cells in islice(reader, MOST_TITLES + 1):
                records.append(_Record(cells, line))
                line = start + reader.line_num
    except (csv.Error, UnicodeDecodeError) as failure:
        raise Refused("unreadable_file", file=text.name) from failure
    return records


def _heads_at(records: Sequence[Sequence[str]]) -> int:
    """Which record holds the heads: the first of the widest ones, when all above it are nearly empty titles.

    Else the first that says something. A first record as wide as those below is never a title here, for the lines of a
    text are then whole: what it says decides, and that is for layout.
    """
    width = max(map(len, records), default=0)
    first = next((place for place, cells in enumerate(records) if any(cells)), 0)
    at = next((place for place, cells in enumerate(records) if len(cells) == width and any(cells)), first)
    is_one_of_several = sum(len(cells) == width for cells in records) > 1 or at == len(records) - 1
    are_titles = all(HALF * sum(map(bool, cells)) < width for cells in records[:at])
    return at if is_one_of_several and are_titles and _are_heads(records[at]) else first


def _are_heads(cells: Sequence[str]) -> bool:
    """Whether every column has a name that is no number; an empty column may stand at the end."""
    return all(cells[:-1]) and not any(map(NUMBER.fullmatch, cells))
