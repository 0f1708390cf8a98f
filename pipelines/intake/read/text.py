"""Text files: how large, and where they go wrong; which letters is for encoding, where the table begins for top."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.told import Told
from pipelines.intake.read.encoding import CARRIAGE_RETURN, Text
from pipelines.intake.read.top import Top, find_top
from pipelines.intake.sheet import Sheet

SEPARATORS = ";,\t"
LARGEST = 2**29  # bytes of a text file
LARGEST_CELLS = 50_000_000  # a million answers of fifty questions; so many cells of text take more than a gigabyte
LARGEST_ROWS = 3_000_000
LARGE = 2**25  # bytes from which words that come back are kept once: a million answers take a third of the memory
SAMPLE_CELLS = 2_000_000  # by which it is known which columns those are
FEW = 0.02  # of the sample, so many different words at most
MEBI = 2**20
csv.field_size_limit(2**24)  # characters; a cell is never larger than the file, whose reading is bounded elsewhere


def read_text(path: Path, start: bytes, separators: str, *, compact: bool = False) -> Sheet:
    """A text file whose first MiB is `start`; Refused with the line where it goes wrong.

    `compact`: of a large file, columns of few different words are Categoricals.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise Refused("file_too_large", file=path.name, megabytes=LARGEST // MEBI)
    text = Text(path, start)
    top = find_top(text, separators)
    separator, heads = top.separator, top.heads
    if not any(heads):
        raise Refused("no_header", file=path.name)
    separators_in_file, quotes, lines = text.count(separator + '"' + text.line_end)
    if lines > LARGEST_ROWS or lines * len(heads) > LARGEST_CELLS:
        raise Refused("too_many_cells", file=path.name, rows=lines, columns=len(heads))
    unreadable = Refused("unreadable_file", file=path.name)
    try:
        cells = _cells(text, top, compact=compact and size > LARGE)
    except pl.exceptions.PolarsError as failure:
        raise _first_mistake(text, top) or unreadable from failure
    if cells.width != len(heads):
        raise unreadable
    # Polars fills a short line up in silence. Such a line lacks separators: count them, no loop over rows.
    separators_in_cells = sum(head.count(separator) for head in heads) + text.first_lines(top.lines).count(separator)
    if quotes:
        separators_of_column = pl.all().cast(pl.String).str.count_matches(separator, literal=True).sum()
        separators_in_cells += sum(cells.select(separators_of_column).row(0))
    separators_between_cells = (cells.width - 1) * (cells.height + 1)
    is_whole = separators_in_file == separators_between_cells + separators_in_cells
    if not is_whole and (mistake := _first_mistake(text, top)):
        raise mistake
    return Sheet(path.name, "text", heads, cells, told=tuple(_told(text, top)), heads_row=top.rows + 1)


def _told(text: Text, top: Top) -> Iterable[Told]:
    also: dict[str, object] = {"file": text.name}
    if text.line_end == CARRIAGE_RETURN:
        yield Told("carriage_returns", also=also)
    if top.titles:
        yield Told("title_rows", top.titles, also=also)


def _cells(text: Text, top: Top, *, compact: bool) -> pl.DataFrame:
    """All cells in columns "0", "1", ...; strings, or with `compact` Categoricals where a sample has few words."""
    if not compact:
        return _parse(text, top)
    sample = _parse(text, top, rows=SAMPLE_CELLS // len(top.heads))
    repeating = [column.name for column in sample if column.n_unique() <= FEW * sample.height]
    return _parse(text, top, categorical=repeating)


def _parse(text: Text, top: Top, *, rows: int | None = None, categorical: Collection[str] = ()) -> pl.DataFrame:
    names = [str(place) for place in range(len(top.heads))]
    return pl.read_csv(
        text.source(),
        separator=top.separator,
        infer_schema=False,
        null_values=["", " "],
        glob=False,
        skip_lines=text.first_lines(top.lines).count(text.line_end),
        eol_char=text.line_end,
        n_rows=rows,
        new_columns=names,
        schema_overrides=[pl.Categorical if name in categorical else pl.String for name in names],
    )


def _first_mistake(text: Text, top: Top) -> Refused | None:
    """Where a text goes wrong, by Python's slow reader: asked only when the fast one stumbled."""
    line = top.lines + 1
    with text.open() as file:
        for _ in range(top.lines):
            file.readline()
        reader = csv.reader(file, delimiter=top.separator, strict=True)
        try:
            for record in reader:
                if record and len(record) != len(top.heads):
                    return Refused("ragged_line", line=line, file=text.name)
                line = top.lines + reader.line_num + 1
        except (csv.Error, UnicodeDecodeError):
            return Refused("unreadable_file", line=line, file=text.name)
    return None
