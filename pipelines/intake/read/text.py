"""Text files: which letters, which separator, and where they go wrong."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl

from pipelines.ground.errors import Refused
from pipelines.intake.sheet import Sheet

SEPARATORS = ";,\t"
CHUNK = 2**20
LARGEST = 2**29  # bytes of a text file
LARGEST_CELLS = 50_000_000  # a million answers of fifty questions; so many cells of text take more than a gigabyte
LARGE = 2**25  # bytes from which words that come back are kept once: a million answers take a third of the memory
SAMPLE_CELLS = 2_000_000  # by which it is known which columns those are
FEW = 0.02  # of the sample, so many different words at most
LARGEST_ROWS = 3_000_000
WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
csv.field_size_limit(2**24)  # characters; a cell is never larger than the file, whose reading is bounded elsewhere


class Text:
    """A text file as UTF-8: as it lies on disk where it is that already, else decoded."""

    def __init__(self, path: Path, start: bytes) -> None:
        self.name = path.name
        self.path = path
        encoding = _encoding(path, start)
        self.decoded: bytes | None = None
        if encoding != "utf-8":
            try:
                self.decoded = _decoded(path, encoding)
            except UnicodeDecodeError as failure:
                raise Refused("unreadable_file", file=self.name) from failure

    def source(self) -> Path | bytes:
        """What Polars reads."""
        return self.path if self.decoded is None else self.decoded

    def open(self) -> IO[str]:
        """The text, for Python's csv."""
        raw: IO[bytes] = self.path.open("rb") if self.decoded is None else io.BytesIO(self.decoded)
        return io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")

    def count(self, characters: str) -> list[int]:
        """How often each of some ASCII characters stands in it."""
        totals = [0] * len(characters)
        with self.path.open("rb") if self.decoded is None else io.BytesIO(self.decoded) as file:
            while chunk := file.read(CHUNK):
                bytes_of_chunk = np.frombuffer(chunk, np.uint8)
                for at, character in enumerate(characters):
                    totals[at] += int(np.count_nonzero(bytes_of_chunk == ord(character)))
        return totals


def read_text(path: Path, start: bytes, separators: str, *, compact: bool = False) -> Sheet:
    """A text file whose first MiB is `start`; Refused with the line where it goes wrong.

    `compact`: of a large file, columns of few different words are Categoricals.
    """
    if path.stat().st_size > LARGEST:
        raise Refused("file_too_large", file=path.name, megabytes=LARGEST // 2**20)
    text = Text(path, start)
    unreadable = Refused("unreadable_file", file=path.name)
    separator = _sniff(text, separators)
    heads = _first_records(text, separator)[0]
    if not any(heads):
        raise Refused("no_header", file=path.name)
    separators_in_file, quotes, lines = text.count(separator + '"\n')
    if lines > LARGEST_ROWS or lines * len(heads) > LARGEST_CELLS:
        raise Refused("too_many_cells", file=path.name, rows=lines, columns=len(heads))
    try:
        is_large = compact and path.stat().st_size > LARGE
        cells = _cells(text, separator, len(heads), SAMPLE_CELLS // len(heads) if is_large else None)
        if is_large:
            cells = _cells(text, separator, len(heads), few=_few_words(cells))
    except pl.exceptions.PolarsError as failure:
        raise _first_mistake(text, separator, len(heads)) or unreadable from failure
    if cells.width != len(heads):
        raise unreadable
    # Polars fills a short line up in silence. Such a line lacks separators: count them, no loop over rows.
    inside = sum(head.count(separator) for head in heads)
    if quotes:
        commas = pl.all().cast(pl.String).str.count_matches(separator, literal=True)
        inside += sum(cells.select(commas.sum()).row(0))
    is_whole = separators_in_file == (cells.width - 1) * (cells.height + 1) + inside
    if not is_whole and (mistake := _first_mistake(text, separator, cells.width)):
        raise mistake
    return Sheet(path.name, "text", heads, cells)


def _cells(text: Text, separator: str, width: int, rows: int | None = None, few: Collection[str] = ()) -> pl.DataFrame:
    """The cells in columns "0", "1", ...; strings, or Categoricals where there are `few` different."""
    names = [str(at) for at in range(width)]
    return pl.read_csv(
        text.source(), separator=separator, infer_schema=False, null_values=["", " "], glob=False, n_rows=rows,
        new_columns=names, schema_overrides=[pl.Categorical if name in few else pl.String for name in names],
    )  # fmt: skip


def _decoded(path: Path, encoding: str) -> bytes:
    """The file as UTF-8, a piece at a time: as one string it would take several times its size."""
    decoder, text = codecs.getincrementaldecoder(encoding)(), io.BytesIO()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text.write(decoder.decode(chunk).encode())
    text.write(decoder.decode(b"", final=True).encode())
    return text.getvalue().removeprefix(codecs.BOM_UTF8)


def _few_words(sample: pl.DataFrame) -> list[str]:
    return [column.name for column in sample if column.n_unique() <= FEW * sample.height]


def _encoding(path: Path, start: bytes) -> str:
    """UTF-8 when every byte fits; UTF-16 by its mark or its zeros; else windows-1252, as older Dutch systems write."""
    for mark, wide in WIDE.items():
        if start.startswith(mark):
            return wide
    if b"\0" in start:  # without a mark: Latin letters have every second byte zero
        odd, even = start[1::2].count(0), start[::2].count(0)
        if max(odd, even) < len(start) // 4 or min(odd, even) > len(start) // 100:
            raise Refused("unreadable_file", file=path.name)  # an old XLS or another binary file
        return "utf-16-le" if odd > even else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                raise Refused("unreadable_file", file=path.name)
            try:
                decoder.decode(chunk, final=len(chunk) < CHUNK)
            except UnicodeDecodeError:
                return "cp1252"
    return "utf-8"


def _sniff(text: Text, separators: str) -> str:
    """The separator that cuts the header in most pieces, preferably as many as the line below it."""

    def fit(separator: str) -> tuple[bool, bool, int]:
        head, below = _first_records(text, separator)
        return len(head) > 1, len(head) == len(below), len(head)

    return max(separators, key=fit)


def _first_records(text: Text, separator: str) -> tuple[list[str], list[str]]:
    try:
        with text.open() as file:
            reader = csv.reader(file, delimiter=separator)
            return next(reader, []), next(reader, [])
    except (csv.Error, UnicodeDecodeError) as failure:
        raise Refused("unreadable_file", file=text.name) from failure


def _first_mistake(text: Text, separator: str, width: int) -> Refused | None:
    """Where a text goes wrong, by Python's slow reader: asked only when the fast one stumbled."""
    line = 1
    with text.open() as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            for record in reader:
                if record and len(record) != width:
                    return Refused("ragged_line", line=line, file=text.name)
                line = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError):
            return Refused("unreadable_file", line=line, file=text.name)
    return None
