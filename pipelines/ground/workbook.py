"""Workbook: what a bundle of XML says beside its cells: which sheets it has, what is hidden, where Excel gave up.

Looked at in pieces and by patterns, never as a tree: the XML of a sheet may be two hundred megabytes. It stands on the
ground because the reader that unfolds files knows nothing else of Klankbord.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

PIECE = 2**20  # bytes of XML that are looked at at one time
LONGEST_TAG = 2**16  # bytes; what is longer is no tag of a cell
LARGEST_INDEX = 2**22  # bytes of the list of sheets
ALPHABET = 26
BOOK = re.compile(r"xl/workbook\d*\.xml")
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
# By what a bundle holds that is no workbook; the first that fits names the rule.
OTHERS = (
    ("text_document", re.compile(r"word/|ppt/")),
    ("apple_numbers", re.compile(r".*\.iwa$|index\.(apxl|numbers|xml)(\.gz)?$|Index\.zip$", re.IGNORECASE)),
)
# A row or a run of columns that is hidden, a cell in error, a cell that is true or false; or the first cell at all.
MARK = re.compile(
    rb"<(?:\w+:)?(?:"
    rb'(?P<row>row)\s[^>]*?\bhidden="(?:1|true)"(?:[^>]*[^>/])?>'
    rb'|(?P<col>col)\s[^>]*?\bhidden="(?:1|true)"[^>]*>'
    rb'|(?P<cell>c)\s[^>]*?\bt="(?:e|b)"[^>]*>'
    rb")"
)
FIRST_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})[0-9]')
MAY_MARK = (b"hidden", b't="e"', b't="b"')
ATTRIBUTE = re.compile(rb'\b(r|t|min|max)="([^"]*)"')
LETTERS = re.compile("[A-Z]+")


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook."""

    name: str
    is_hidden: bool
    member: str = ""  # its XML in the bundle


@dataclass
class Marks:
    """What the XML of a sheet says of rows, columns and cells."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first and last of a run, from 1
    errors: Counter[str] = field(default_factory=Counter)  # letters of a column -> cells in error
    has_booleans: bool = False
    first_column: int = 1

    def hidden_letters(self, width: int) -> list[str]:
        """The hidden columns by their letters, among the `width` columns there are: Excel hides all beyond them too."""
        last_column = self.first_column + width - 1
        runs = [range(max(first, self.first_column), min(last, last_column) + 1) for first, last in self.hidden_columns]
        return [letters_of(number) for run in runs for number in run]


def rule_of_bundle(bundle: zipfile.ZipFile) -> str | None:
    """What a ZIP is when it is no workbook, as the rule it is refused by; None for a workbook."""
    names = bundle.namelist()
    if any(name.startswith("xl/") for name in names):
        return None
    if "mimetype" in names:
        with bundle.open("mimetype") as file:
            return None if file.read(len(SPREADSHEET)) == SPREADSHEET else "text_document"
    for rule, shape in OTHERS:
        if any(shape.match(name) for name in names):
            return rule
    return "zip_of_files"


def pages_of(bundle: zipfile.ZipFile) -> list[Page]:
    """The sheets with cells of an XLSX in their order; empty where its list cannot be read or it is another kind."""
    place = next(filter(BOOK.fullmatch, bundle.namelist()), None)
    if place is None:
        return []
    folder, name = posixpath.split(place)
    targets = {
        relation.get("Id"): posixpath.join(folder, relation.get("Target", "")).removeprefix("/")
        for relation in _elements(bundle, f"{folder}/_rels/{name}.rels", "Relationship")
        if relation.get("Type", "").endswith("/worksheet")
    }
    pages = []
    for sheet in _elements(bundle, place, "sheet"):
        target = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        if target in targets:
            is_hidden = sheet.get("state", "visible") != "visible"
            pages.append(Page(sheet.get("name", ""), is_hidden, targets[target]))
    return pages


def marks_of(bundle: zipfile.ZipFile, member: str) -> Marks:
    """What is hidden or in error on one sheet."""
    marks = Marks()
    has_cell = False
    for piece in _pieces(bundle, member):
        if not has_cell and (first := FIRST_CELL.search(piece)):
            has_cell = True
            marks.first_column = number_of(first[1].decode())
        if any(sign in piece for sign in MAY_MARK):
            for mark in MARK.finditer(piece):
                _note(marks, mark)
    return marks


def letters_of(number: int) -> str:
    """A column as Excel names it: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def number_of(letters: str) -> int:
    """The number of a column that Excel names by letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * ALPHABET + ord(letter) - ord("A") + 1
    return number


def names_in(bundle: zipfile.ZipFile, most: int = 8, longest: int = 60) -> str:
    """The first few files of a bundle as a sentence names them."""
    names = [name for name in bundle.namelist() if not name.endswith("/") and not name.startswith("__MACOSX/")]
    shown = ["".join(letter for letter in name if letter.isprintable())[:longest] for name in names[:most]]
    return ", ".join(shown) + (" …" if len(names) > most else "")


def _elements(bundle: zipfile.ZipFile, member: str, tag: str) -> Sequence[ElementTree.Element]:
    """The elements of one name in a small XML; none where it is not there, too large or broken."""
    try:
        if bundle.getinfo(member).file_size > LARGEST_INDEX:
            return []
        root = ElementTree.fromstring(bundle.read(member))
    except (KeyError, ElementTree.ParseError):
        return []
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == tag]


def _pieces(bundle: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The XML in pieces that cut no tag in two."""
    rest = b""
    with bundle.open(member) as file:
        while piece := file.read(PIECE):
            whole = rest + piece
            cut = whole.rfind(b"<")
            rest = whole[cut:] if cut >= 0 and len(whole) - cut < LONGEST_TAG else b""
            yield whole[: len(whole) - len(rest)]
    yield rest


def _note(marks: Marks, mark: re.Match[bytes]) -> None:
    says = {key.decode(): value.decode("ascii", "ignore") for key, value in ATTRIBUTE.findall(mark[0])}
    if mark["cell"] and says.get("t") == "b":
        marks.has_booleans = True
    elif mark["cell"]:
        letters = LETTERS.match(says.get("r", ""))
        marks.errors[letters[0] if letters else "?"] += 1
    elif mark["row"]:
        marks.hidden_rows.append(int(says["r"]) if says.get("r", "").isdecimal() else 0)
    elif says.get("min", "").isdecimal() and says.get("max", "").isdecimal():
        marks.hidden_columns.append((int(says["min"]), int(says["max"])))
