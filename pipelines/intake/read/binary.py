"""Workbooks, SPSS and Parquet: files whose bytes may unfold to far more, so each is bounded before it does."""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pyreadstat

from pipelines.ground.errors import Refused
from pipelines.intake.sheet import Sheet

LARGEST_UNZIPPED = 200 * 2**20  # bytes; a few kilobytes of XLSX can unfold to fill a disk
LARGEST_CELLS = 60_000_000  # cells of one sheet: a million answers of sixty questions
LARGEST_ROWS = 3_000_000
LAST_YEAR = 9999  # of a date written by ISO
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError)


def read_book(path: Path) -> Sheet:
    """The first sheet of a workbook; a formula is what it came to when the file was saved."""
    try:
        with zipfile.ZipFile(path) as bundle:
            if sum(member.file_size for member in bundle.infolist()) > LARGEST_UNZIPPED:
                raise Refused("file_too_large", file=path.name, megabytes=LARGEST_UNZIPPED // 2**20)
            if bundle.testzip():  # unfolds no more than the sizes it states, so a false size shows here
                raise Refused("unreadable_file", file=path.name)
        book = fastexcel.read_excel(path)
        sheet = book.load_sheet(0, header_row=None, dtypes="string", whitespace_as_null=True)
        cells = sheet.to_polars().cast(pl.String)  # a wholly empty column comes without a type
    except (*BROKEN_ZIP, fastexcel.FastExcelError, pl.exceptions.PolarsError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    if cells.is_empty():
        raise Refused("empty_file", file=path.name)
    cells.columns = [str(at) for at in range(cells.width)]
    return Sheet(path.name, "xlsx", [head or "" for head in cells.row(0)], cells.slice(1))


def read_parquet(path: Path) -> Sheet:
    """A Parquet file with flat columns."""
    try:
        frame = pl.scan_parquet(path, glob=False)
        schema, height = frame.collect_schema(), frame.select(pl.len()).collect().item()
        _bounded(path, height, len(schema))
        if any(kind.is_nested() or kind in (pl.Object, pl.Binary) for kind in schema.dtypes()):
            raise Refused("unreadable_file", file=path.name)
        table = frame.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    return _strings(path, "parquet", table)


def read_spss(path: Path, *, keep_user_missing: bool = False) -> Sheet:
    """An SPSS file: values as strings, their labels and the questions beside them."""
    try:
        _, about = pyreadstat.read_sav(path, metadataonly=True)
        if not about.column_names:
            raise Refused("empty_file", file=path.name)
        table, about = pyreadstat.read_sav(
            path, user_missing=keep_user_missing, output_format="polars",
            row_limit=min(LARGEST_ROWS, LARGEST_CELLS // len(about.column_names)) + 1,
        )  # fmt: skip
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    except (OverflowError, ValueError, UnicodeDecodeError) as failure:  # a date no calendar has
        raise Refused("date_out_of_range", file=path.name) from failure
    _bounded(path, table.height, table.width)
    dates = [column for column in table.iter_columns() if column.dtype in (pl.Date, pl.Datetime)]
    if any((column.dt.year() > LAST_YEAR).any() for column in dates):
        raise Refused("date_out_of_range", file=path.name)
    labels = {
        head: {_written(value): label for value, label in known.items()}
        for head, known in about.variable_value_labels.items()
    }
    texts = {head: text for head, text in about.column_names_to_labels.items() if text}
    sheet = _strings(path, "sav", table)
    return Sheet(sheet.file, "sav", sheet.heads, sheet.cells, texts, labels)


def _bounded(path: Path, rows: int, columns: int) -> None:
    if rows > LARGEST_ROWS or rows * columns > LARGEST_CELLS:
        raise Refused("too_many_cells", file=path.name, rows=rows, columns=columns)


def _strings(path: Path, kind: Any, table: pl.DataFrame) -> Sheet:
    """Every column as a person would write it: 1 instead of 1.0, dates and times by ISO."""
    columns = []
    for at, column in enumerate(table.iter_columns()):
        if column.dtype.is_float():
            whole = column.round() == column
            text = pl.select(
                pl.when(whole & (column.abs() < 2**53)).then(column.cast(pl.Int64, strict=False).cast(pl.String))
                .otherwise(column.cast(pl.String))
            ).to_series()  # fmt: skip
        elif isinstance(column.dtype, pl.Datetime):
            text = column.dt.to_string("%Y-%m-%d %H:%M:%S")
        elif column.dtype == pl.Object:
            text = pl.Series([None if value is None else _written(value) for value in column], dtype=pl.String)
        else:
            text = column.cast(pl.String, strict=False)
        columns.append(pl.when(~text.is_in(["", " "])).then(text).alias(str(at)))
    return Sheet(path.name, kind, table.columns, pl.select(columns))


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)
