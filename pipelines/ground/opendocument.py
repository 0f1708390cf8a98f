"""OpenDocument: what a spreadsheet of LibreOffice says beside its cells: what is hidden, and which cells are in error.

By patterns, like workbook; its rows and columns have no numbers of their own and are counted.
"""

from __future__ import annotations

import html
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from xml.parsers import expat

from pipelines.ground.workbook import Marks, letters_of

CONTENT = "content.xml"
TABLE = re.compile(rb'<(?:\w+:)?table\s(?:[^>]*\s)?(?:\w+:)?name="([^"]*)"[^>]*>')
END = re.compile(rb"</(?:\w+:)?table>")
COLUMN = re.compile(rb"<(?:\w+:)?table-column\b([^>]*)>")
ROW = re.compile(rb"<(?:\w+:)?table-row\b([^>]*)>")
CELL = re.compile(rb"<(?:\w+:)?(?:covered-)?table-cell\b([^>]*)>")
REPEATED = re.compile(rb'\bnumber-(?:rows|columns)-repeated="(\d{1,7})"')
HIDDEN = re.compile(rb'\bvisibility="(?:collapse|filter)"')
ERROR = re.compile(rb'\bvalue-type="error"')
FILLED = re.compile(rb'\bvalue-type="')
BOOLEAN = b'value-type="boolean"'


def is_well_formed(bundle: zipfile.ZipFile) -> bool:
    """Whether its content ends as it began; of a file that breaks off the reader of cells never comes back."""
    if CONTENT not in bundle.namelist():
        return True
    try:
        with bundle.open(CONTENT) as content:
            expat.ParserCreate().ParseFile(content)
    except expat.ExpatError:
        return False
    return True


def marks_in(bundle: zipfile.ZipFile, name: str, height: int) -> Marks:
    """What is hidden, in error or true and false on one sheet, among its first `height` rows."""
    sheet = _sheet(bundle, name)
    rows = list(_runs(ROW, sheet))
    hidden = [range(first, min(last, height) + 1) for first, last, tag in rows if HIDDEN.search(tag[1])]
    marks = Marks(
        hidden_rows=[number for run in hidden for number in run],
        hidden_columns=[(first, last) for first, last, tag in _runs(COLUMN, sheet) if HIDDEN.search(tag[1])],
        has_booleans=BOOLEAN in sheet,
    )
    starts = [tag.start() for *_, tag in rows]
    if not starts:
        return marks
    if filled := FILLED.search(sheet, starts[0]):
        marks.first_column = _column_of(sheet, starts, filled)
    for error in ERROR.finditer(sheet, starts[0]):
        first, last, _ = rows[bisect_right(starts, error.start()) - 1]
        marks.errors[letters_of(_column_of(sheet, starts, error))] += last - first + 1
    return marks


def _sheet(bundle: zipfile.ZipFile, name: str) -> bytes:
    """The XML of one sheet; nothing where it cannot be found."""
    content = bundle.read(CONTENT) if CONTENT in bundle.namelist() else b""
    for table in TABLE.finditer(content):
        if html.unescape(table[1].decode("utf-8", "replace")) == name:
            end = END.search(content, table.end())
            return content[table.end() : end.start() if end else len(content)]
    return b""


def _runs(shape: re.Pattern[bytes], sheet: bytes) -> Iterator[tuple[int, int, re.Match[bytes]]]:
    """Rows, columns or cells: the first and last number of each run, from 1, and its tag."""
    before = 0
    for tag in shape.finditer(sheet):
        repeated = REPEATED.search(tag[1])
        last = before + (int(repeated[1]) if repeated else 1)
        yield before + 1, last, tag
        before = last


def _column_of(sheet: bytes, starts: list[int], mark: re.Match[bytes]) -> int:
    """The column, from 1, of the cell whose tag holds a mark."""
    start = starts[bisect_right(starts, mark.start()) - 1]
    of_row = sheet[start : sheet.find(b">", mark.start()) + 1]
    return max((first for first, _, _ in _runs(CELL, of_row)), default=1)
