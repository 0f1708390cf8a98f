"""Read: a file of a survey tool or an office becomes a table of strings; what they mean is for conform."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
import zipfile
import zlib
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl

from pipelines.errors import Refused

TEXT = (".csv", ".tsv", ".txt")
SHEETS = (".xlsx", ".xlsm")
ZIP_MARK = b"PK\x03\x04"
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError)
LARGEST_UNZIPPED = 200 * 2**20  # bytes; a few kilobytes of XLSX can unfold to fill a disk
CHUNK = 2**20
NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def read_table(path: Path, *, separators: str = ";,\t") -> pl.DataFrame:
    """CSV or XLSX (first sheet) -> all strings; an empty cell or a single blank is null.

    A blank head becomes column_<position>; empty rows at the end are cut off, others keep their place.
    Raises Refused when the file cannot be read without guessing, FileNotFoundError when there is none.
    """
    try:
        with path.open("rb") as file:
            start = file.read(CHUNK)
    except IsADirectoryError as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    if not start.removeprefix(codecs.BOM_UTF8).strip(b" \t\r\n;,"):
        raise Refused("empty_file", file=path.name)
    if start.startswith(ZIP_MARK):
        heads, cells = _sheet(path)
    elif path.suffix.lower() in TEXT:
        heads, cells = _text(path, separators)
    elif path.suffix.lower() in SHEETS:
        raise Refused("unreadable_file", file=path.name)  # most often: protected with a password
    else:
        raise Refused("unknown_format", file=path.name)
    cells.columns = _names(heads, path)
    nameless = [name for head, name in zip(heads, cells.columns, strict=True) if not head.strip()]
    cells = cells.drop(name for name in nameless if cells[name].is_null().all())
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
    return cells.head(filled[-1] + 1 if len(filled) else 0)


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes: tells whether the very same file was imported before."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(heads: list[str], path: Path) -> list[str]:
    """Heads without outer blanks; what is inside stays, markup too: it may tell two questions apart."""
    names = [head.strip() for head in heads]
    if all(NUMBER.fullmatch(name) for name in names if name):
        raise Refused("no_header", file=path.name)
    names = [name or f"column_{position}" for position, name in enumerate(names, start=1)]
    for position, name in enumerate(names):
        if name in names[:position]:
            raise Refused("duplicate_head", column=name, file=path.name)
    return names


def _sheet(path: Path) -> tuple[list[str], pl.DataFrame]:
    try:
        with zipfile.ZipFile(path) as bundle:
            if sum(member.file_size for member in bundle.infolist()) > LARGEST_UNZIPPED:
                raise Refused("file_too_large", file=path.name, megabytes=LARGEST_UNZIPPED // 2**20)
            if bundle.testzip():  # unfolds no more than the sizes it states, so a false size shows here
                raise Refused("unreadable_file", file=path.name)
        book = fastexcel.read_excel(path)
        sheet = book.load_sheet(0, header_row=None, dtypes="string", whitespace_as_null=True)
        cells = sheet.to_polars().cast(pl.String)  # a wholly empty column comes without a type
    except (*BROKEN_ZIP, fastexcel.FastExcelError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure
    if cells.is_empty():
        raise Refused("empty_file", file=path.name)
    return [head or "" for head in cells.row(0)], cells.slice(1)


def _text(path: Path, separators: str) -> tuple[list[str], pl.DataFrame]:
    unreadable = Refused("unreadable_file", file=path.name)
    encoding = _encoding(path)
    separator = _sniff(path, encoding, separators)
    heads = _first_records(path, encoding, separator)[0]
    if not any(heads):
        raise Refused("no_header", file=path.name)
    try:
        source = path if encoding == "utf-8-sig" else path.read_bytes().decode(encoding).encode()
        cells = pl.read_csv(source, separator=separator, infer_schema=False, null_values=["", " "], glob=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as failure:
        raise _first_mistake(path, encoding, separator, len(heads)) or unreadable from failure
    if cells.width != len(heads):
        raise unreadable
    # Polars fills a short line up in silence. Such a line lacks separators: count them, no loop over rows.
    inside = sum(head.count(separator) for head in heads)
    if _count(path, '"'):
        inside += sum(cells.select(pl.all().str.count_matches(separator, literal=True).sum()).row(0))
    is_whole = _count(path, separator) == (cells.width - 1) * (cells.height + 1) + inside
    if not is_whole and (mistake := _first_mistake(path, encoding, separator, cells.width)):
        raise mistake
    return heads, cells


def _encoding(path: Path) -> str:
    """UTF-8 when every byte fits, else windows-1252, which older Dutch systems and Excel write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:  # UTF-16, an old XLS or another binary file
                raise Refused("unreadable_file", file=path.name)
            try:
                decoder.decode(chunk, final=len(chunk) < CHUNK)
            except UnicodeDecodeError:
                return "cp1252"
    return "utf-8-sig"


def _sniff(path: Path, encoding: str, separators: str) -> str:
    """The separator that cuts the header in most pieces, preferably as many as the line below it."""

    def fit(separator: str) -> tuple[bool, bool, int]:
        head, below = _first_records(path, encoding, separator)
        return len(head) > 1, len(head) == len(below), len(head)

    return max(separators, key=fit)


def _first_records(path: Path, encoding: str, separator: str) -> tuple[list[str], list[str]]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=separator)
            return next(reader, []), next(reader, [])
    except (csv.Error, UnicodeDecodeError) as failure:
        raise Refused("unreadable_file", file=path.name) from failure


def _first_mistake(path: Path, encoding: str, separator: str, width: int) -> Refused | None:
    """Where a text goes wrong, by Python's slow reader: asked only when the fast one stumbled."""
    line = 1
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            for record in reader:
                if record and len(record) != width:
                    return Refused("ragged_line", line=line, file=path.name)
                line = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError):
            return Refused("unreadable_file", line=line, file=path.name)
    return None


def _count(path: Path, character: str) -> int:
    count = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            count += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord(character)))
    return count
