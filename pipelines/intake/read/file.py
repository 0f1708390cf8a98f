"""Which kind of file it is decides who reads it."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Collection
from pathlib import Path

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.intake.read.apart import read_apart
from pipelines.intake.read.encoding import CHUNK
from pipelines.intake.read.shape import rule_of_name, rule_of_shape
from pipelines.intake.read.text import SEPARATORS, read_text
from pipelines.intake.sheet import Beside, Sheet, below_titles, name_columns

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
BINARY_ENDINGS = (".xlsx", ".xlsm", ".sav", ".zsav", ".parquet")
KIND_BY_FIRST_BYTES = {b"PK\x03\x04": "xlsx", b"PAR1": "parquet", b"$FL2": "sav", b"$FL3": "sav"}
FIRST_BYTES = 4
SAYS_NOTHING = b" \t\r\n;,"


def read_sheet(
    path: Path, *, separators: str = SEPARATORS, keep_user_missing: bool = False, compact: bool = False
) -> Sheet:
    """CSV, TSV, XLSX (one sheet), SPSS or Parquet -> all strings; what a file is, its first bytes say.

    `keep_user_missing`: answers that SPSS calls missing ("no opinion") stay what they are. `compact`: columns of few
    different words may be Categoricals, in a large text file.
    Raises Refused when the file cannot be read without guessing, FileNotFoundError when there is none.
    """
    try:
        with path.open("rb") as file:
            start = file.read(CHUNK)
    except IsADirectoryError as failure:
        raise Refused("is_a_folder", file=path.resolve().name) from failure
    if rule := rule_of_name(path) or rule_of_shape(path, start):
        raise Refused(rule, file=path.name)
    if not start.removeprefix(codecs.BOM_UTF8).strip(SAYS_NOTHING):
        raise Refused("empty_file", file=path.name)
    kind = KIND_BY_FIRST_BYTES.get(start[:FIRST_BYTES])
    if kind == "sav":
        return read_apart(kind, path, keep_user_missing=keep_user_missing)
    if kind:
        return read_apart(kind, path)
    ending = path.suffix.lower()
    if ending in TEXT_ENDINGS:
        return read_text(path, start, separators, compact=compact)
    if ending in BINARY_ENDINGS:
        raise Refused("unreadable_file", file=path.name)
    raise Refused("unknown_format", file=path.name)


def read_table(path: Path, *, separators: str = SEPARATORS, known: Collection[str] = ()) -> pl.DataFrame:
    """A file with one row of heads as a table of strings; Refused when a head stands there twice."""
    return read_and_tell(path, separators=separators, known=known).table


def read_and_tell(path: Path, *, separators: str = SEPARATORS, known: Collection[str] = ()) -> Beside:
    """A file with one row of heads as a table of strings, e.g. a roster, and what is to be known of it.

    `known`: heads by which the row of heads is found below rows of titles.
    """
    sheet = below_titles(read_sheet(path, separators=separators), known)
    named = name_columns(sheet)
    for head in sorted(named.doubled):
        raise Refused("duplicate_head", column=head, file=path.name)
    return Beside(named.table, sheet.told, sheet.heads_row + 1)


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes: tells whether the very same file was imported before."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
