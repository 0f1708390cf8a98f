"""Encoding: in which letters a text file is written, and its text as UTF-8."""

from __future__ import annotations

import codecs
import io
import re
from pathlib import Path
from typing import IO

import numpy as np

from pipelines.ground.errors import Refused

CHUNK = 2**20  # bytes that are looked at at one time
WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
CARRIAGE_RETURN = "\r"
QUOTED = re.compile(b'"[^"]*"')  # a cell in quotes, where a line of its own may begin
FEWEST_ZEROS = 4  # one byte in so many, in UTF-16 of Latin letters: there every second byte is zero
MOST_STRAY_ZEROS = 100  # one byte in so many, among the bytes between


class Text:
    """A text file as UTF-8: as it lies on disk where it is that already, else decoded."""

    def __init__(self, path: Path, start: bytes) -> None:
        """Look at the letters of a file whose first bytes are `start`; Refused when it cannot be text."""
        self.name = path.name
        self.path = path
        self.decoded: bytes | None = None
        encoding = _encoding(path, start)
        if encoding != "utf-8":
            try:
                self.decoded = _decoded(path, encoding)
            except UnicodeDecodeError as failure:
                raise Refused("unreadable_file", file=self.name) from failure
        self.line_end = _line_end(start if self.decoded is None else self.decoded[:CHUNK])

    def source(self) -> Path | bytes:
        """What Polars reads."""
        return self.path if self.decoded is None else self.decoded

    def open(self) -> IO[str]:
        """The text, for Python's csv."""
        return io.TextIOWrapper(self._bytes(), encoding="utf-8-sig", newline="")

    def first_line(self) -> str:
        """Its first line, without what ends it; of a table in one line no more than the beginning."""
        with self.open() as file:
            return file.readline(CHUNK).rstrip("\r\n")

    def first_lines(self, count: int) -> str:
        """Its first few lines as they stand."""
        with self.open() as file:
            return "".join(file.readline() for _ in range(count))

    def count(self, characters: str) -> list[int]:
        """How often each of some ASCII characters stands in it."""
        totals = [0] * len(characters)
        with self._bytes() as file:
            while chunk := file.read(CHUNK):
                bytes_of_chunk = np.frombuffer(chunk, np.uint8)
                for place, character in enumerate(characters):
                    totals[place] += int(np.count_nonzero(bytes_of_chunk == ord(character)))
        return totals

    def _bytes(self) -> IO[bytes]:
        return self.path.open("rb") if self.decoded is None else io.BytesIO(self.decoded)


def _encoding(path: Path, start: bytes) -> str:
    """UTF-8 when every byte fits; UTF-16 by its mark or its zeros; else windows-1252, as older Dutch systems write."""
    for mark, wide in WIDE.items():
        if start.startswith(mark):
            return wide
    if b"\0" in start:
        return _wide_by_its_zeros(path, start)
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


def _line_end(start: bytes) -> str:
    """By what the lines of a text end: a carriage return alone, as Excel on a Mac writes; else as everywhere."""
    outside = QUOTED.sub(b"", start)
    return CARRIAGE_RETURN if b"\r" in outside and b"\n" not in outside else "\n"


def _wide_by_its_zeros(path: Path, start: bytes) -> str:
    """UTF-16 without a mark: of Latin letters either every odd or every even byte is zero."""
    odd_zeros = start[1::2].count(0)
    even_zeros = start[::2].count(0)
    are_too_few = max(odd_zeros, even_zeros) < len(start) // FEWEST_ZEROS
    are_on_both_sides = min(odd_zeros, even_zeros) > len(start) // MOST_STRAY_ZEROS
    if are_too_few or are_on_both_sides:
        raise Refused("unreadable_file", file=path.name)  # an old XLS or another binary file
    return "utf-16-le" if odd_zeros > even_zeros else "utf-16-be"


def _decoded(path: Path, encoding: str) -> bytes:
    """The file as UTF-8, a piece at a time: as one string it would take several times its size."""
    decoder = codecs.getincrementaldecoder(encoding)()
    text = io.BytesIO()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text.write(decoder.decode(chunk).encode())
    text.write(decoder.decode(b"", final=True).encode())
    return text.getvalue().removeprefix(codecs.BOM_UTF8)
