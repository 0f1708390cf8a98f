"""Workbooks, SPSS and Parquet: files whose bytes may unfold to far more, so each is bounded before it does.

Run as a program of its own (see apart), with little memory: `binary.py KIND PATH OPTIONS` writes a line of JSON and
then the cells as an Arrow stream. It knows nothing of Klankbord but what stands on the ground, so that it starts at
once.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pyreadstat

from pipelines.ground.errors import Refused
from pipelines.ground.opendocument import is_well_formed, marks_in
from pipelines.ground.told import Told, places
from pipelines.ground.workbook import Marks, Page, marks_of, names_in, pages_of, rule_of_bundle

MEBI = 2**20
MEMORY = 1536 * MEBI  # bytes of address space of this process
LARGEST_OUTPUT = 512 * MEBI  # bytes of cells it may hand over
LARGEST_UNZIPPED = 200 * MEBI  # bytes; a few kilobytes of XLSX can unfold to fill a disk
LARGEST_CELLS = 60_000_000  # cells of one sheet: a million answers of sixty questions
LARGEST_ROWS = 3_000_000
TOP = 12  # rows by which a table is told from a page of explanation
LAST_YEAR = 9999  # of a date written by ISO
WHOLE_BELOW = 2**53  # up to which a float tells every whole number apart
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError)


@dataclass(frozen=True)
class Unfolded:
    """What a file holds; the fields are those of a Sheet without the name of the file."""

    kind: str
    heads: list[str]
    cells: pl.DataFrame  # strings, in columns "0", "1", ...
    texts: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    heads_row: int = 0  # of the file; 0 where heads are no row of it


def read_book(path: Path) -> Unfolded:
    """The first sheet to be seen that holds a table; a formula is what it came to when the file was saved.

    What is hidden on it is read like the rest, for a filter hides rows and nobody means to lose answers; it is told.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            if rule := rule_of_bundle(bundle):
                raise Refused(rule, file=path.name, names=names_in(bundle))
            if sum(member.file_size for member in bundle.infolist()) > LARGEST_UNZIPPED:
                raise Refused("file_too_large", file=path.name, megabytes=LARGEST_UNZIPPED // MEBI)
            if bundle.testzip():  # unfolds no more than the sizes it states, so a false size shows here
                raise Refused("unreadable_file", file=path.name)
            if not is_well_formed(bundle):
                raise Refused("unreadable_file", file=path.name)
            book = fastexcel.read_excel(path)
            pages = pages_of(bundle) or _pages_by_reader(book)
            page, cells = _first_table(book, pages)
            above = _empty_rows_above(cells)
            marks = marks_of(bundle, page.member) if page.member else marks_in(bundle, page.name, cells.height)
    except (*BROKEN_ZIP, KeyError, fastexcel.FastExcelError, pl.exceptions.PolarsError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    cells = cells.slice(above)
    if cells.is_empty():
        raise Refused("empty_file", file=path.name)
    cells.columns = [str(place) for place in range(cells.width)]
    if marks.has_booleans:  # as Excel writes them in a text file
        cells = cells.with_columns(pl.all().replace({"true": "TRUE", "false": "FALSE"}))
    told = tuple(_told(path.name, page, pages, marks, cells.width))
    heads = [head or "" for head in cells.row(0)]
    return Unfolded("xlsx", heads, cells.slice(1), told=told, heads_row=above + 1)


def read_parquet(path: Path) -> Unfolded:
    """A Parquet file with flat columns."""
    try:
        frame = pl.scan_parquet(path, glob=False)
        schema = frame.collect_schema()
        height = frame.select(pl.len()).collect().item()
        _refuse_too_many_cells(path, height, len(schema))
        if any(kind.is_nested() or kind in (pl.Object, pl.Binary) for kind in schema.dtypes()):
            raise Refused("unreadable_file", file=path.name)
        table = frame.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    return Unfolded("parquet", table.columns, _as_written(table))


def read_spss(path: Path, *, keep_user_missing: bool = False) -> Unfolded:
    """An SPSS file: values as strings, their labels and the questions beside them."""
    try:
        _, about = pyreadstat.read_sav(path, metadataonly=True)
        if not about.column_names:
            raise Refused("empty_file", file=path.name)
        one_too_many = min(LARGEST_ROWS, LARGEST_CELLS // len(about.column_names)) + 1
        table, about = pyreadstat.read_sav(
            path, user_missing=keep_user_missing, output_format="polars", row_limit=one_too_many
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    except (OverflowError, ValueError, UnicodeDecodeError) as failure:  # a date no calendar has
        raise Refused("date_out_of_range", file=path.name) from failure
    _refuse_too_many_cells(path, table.height, table.width)
    dates = [column for column in table.iter_columns() if column.dtype in (pl.Date, pl.Datetime)]
    if any((column.dt.year() > LAST_YEAR).any() for column in dates):
        raise Refused("date_out_of_range", file=path.name)
    labels = {
        head: {_value_as_written(value): label for value, label in of_values.items()}
        for head, of_values in about.variable_value_labels.items()
    }
    texts = {head: text for head, text in about.column_names_to_labels.items() if text}
    return Unfolded("sav", table.columns, _as_written(table), texts, labels)


READERS: Mapping[str, Callable[..., Unfolded]] = {"xlsx": read_book, "parquet": read_parquet, "sav": read_spss}


def _first_table(book: fastexcel.ExcelReader, pages: Sequence[Page]) -> tuple[Page, pl.DataFrame]:
    """The first sheet to be seen with two cells side by side, so no page of explanation; else the first of all."""
    first = None
    for page in [page for page in pages if not page.is_hidden] or pages:
        sheet = book.load_sheet(page.name, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
        cells = sheet.to_polars().cast(pl.String)  # a wholly empty column comes without a type
        first = first or (page, cells)
        top = cells.slice(_empty_rows_above(cells), TOP)
        if any(len(row) - row.count(None) > 1 for row in top.iter_rows()):
            return page, cells
    if first is None:
        raise ValueError("a workbook without sheets")
    return first


def _empty_rows_above(cells: pl.DataFrame) -> int:
    """How many rows above the first that says something."""
    filled = [column.is_not_null() for column in cells.iter_columns()]
    return min((int(one.arg_max() or 0) for one in filled if one.any()), default=cells.height)


def _pages_by_reader(book: fastexcel.ExcelReader) -> list[Page]:
    """The sheets of a workbook that does not list them in the XML of Excel: OpenDocument, or Excel's binary kind."""
    sheets = [book.load_sheet(name, header_row=None, n_rows=0, dtypes="string") for name in book.sheet_names]
    return [Page(sheet.name, sheet.visible != "visible") for sheet in sheets]


def _told(file: str, page: Page, pages: Sequence[Page], marks: Marks, width: int) -> Iterable[Told]:
    """What of a workbook is not seen at once; places as Excel names them."""
    also: dict[str, object] = {"file": file}
    others = [other.name for other in pages if other is not page and not other.is_hidden]
    hidden = [other.name for other in pages if other is not page and other.is_hidden]
    if others:
        yield Told("sheet_read", len(others), page.name, also | {"others": places(others)})
    if hidden:
        yield Told("hidden_sheets", len(hidden), places(hidden), also | {"sheet": page.name})
    if marks.hidden_rows:
        yield Told("hidden_rows", len(marks.hidden_rows), places(marks.hidden_rows), also)
    if letters := marks.hidden_letters(width):
        yield Told("hidden_columns", len(letters), places(letters), also)
    if marks.errors:
        found = [f"{letters} ({count})" for letters, count in marks.errors.items()]
        yield Told("error_cells", marks.errors.total(), places(found), also)


def _refuse_too_many_cells(path: Path, rows: int, columns: int) -> None:
    if rows > LARGEST_ROWS or rows * columns > LARGEST_CELLS:
        raise Refused("too_many_cells", file=path.name, rows=rows, columns=columns)


def _as_written(table: pl.DataFrame) -> pl.DataFrame:
    """Every column as a person would write it, empty or a blank as null; named "0", "1", ..."""
    texts = [_column_as_written(column) for column in table.iter_columns()]
    return pl.select(pl.when(~text.is_in(["", " "])).then(text).alias(str(place)) for place, text in enumerate(texts))


def _column_as_written(column: pl.Series) -> pl.Series:
    """1 instead of 1.0, dates and times by ISO."""
    if column.dtype.is_float():
        is_whole = (column.round() == column) & (column.abs() < WHOLE_BELOW)
        whole = column.cast(pl.Int64, strict=False).cast(pl.String)
        return pl.select(pl.when(is_whole).then(whole).otherwise(column.cast(pl.String))).to_series()
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    if column.dtype == pl.Object:
        values = [None if value is None else _value_as_written(value) for value in column]
        return pl.Series(values, dtype=pl.String)
    return column.cast(pl.String, strict=False)


def _value_as_written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def report(kind: str, path: Path, options: Mapping[str, bool]) -> tuple[dict[str, Any], bytes]:
    """What a file holds: facts of the sheet and its cells as an Arrow stream, or the rule it was refused by."""
    try:
        unfolded = READERS[kind](path, **options)
        if unfolded.cells.estimated_size() > LARGEST_OUTPUT:
            raise Refused("unfolds_too_far", file=path.name)
        stream = io.BytesIO()
        unfolded.cells.write_ipc_stream(stream, compat_level=pl.CompatLevel.oldest())
        if stream.tell() > LARGEST_OUTPUT:
            raise Refused("unfolds_too_far", file=path.name)
    except Refused as refusal:
        return {"rule": refusal.rule, "where": refusal.where}, b""
    except MemoryError:
        return {"rule": "unfolds_too_far", "where": {"file": path.name}}, b""
    facts = {name: value for name, value in vars(unfolded).items() if name != "cells"}
    facts["told"] = [asdict(one) for one in unfolded.told]
    return facts, stream.getvalue()


def main(kind: str, path: str, options: str) -> None:
    """Read one file within bounds and hand it over."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    facts, cells = report(kind, Path(path), json.loads(options))
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + cells)


if __name__ == "__main__":
    main(*sys.argv[1:])
