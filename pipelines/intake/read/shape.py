"""Shape: what a file is when it is nothing that is read, by its name and first bytes; each kind has its sentence."""

from __future__ import annotations

import codecs
import mmap
import re
from pathlib import Path

LOCK = "~$"  # what Excel lays beside a workbook that is open
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # one bundle for workbooks before 2007, texts, and everything with a password
# What such a bundle holds, by the names of its parts; a password hides the rest, so it is asked for first.
PARTS = {"EncryptedPackage": "protected_workbook", "WordDocument": "text_document", "Workbook": "old_workbook"}
FIRST_BYTES = {
    b"%PDF": "pdf_file",
    b"{\\rtf": "text_document",
    b"\x1f\x8b": "packed_file",
    b"7z\xbc\xaf": "packed_file",
    b"Rar!": "packed_file",
    b"PK\x05\x06": "packed_file",  # and empty
}
WEB_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|table|(?:\w+:)?workbook)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
LOOKED_AT = 2000  # bytes


def rule_of_name(path: Path) -> str | None:
    """The rule by which a file is refused for its name alone."""
    return "lock_file" if path.name.startswith(LOCK) else None


def rule_of_shape(path: Path, start: bytes) -> str | None:
    """The rule by which a file with these first bytes is refused; None for what may be read or is not known."""
    if start.startswith(OLD_OFFICE):
        return _rule_of_old_office(path)
    if WEB_PAGE.match(start[:LOOKED_AT].removeprefix(codecs.BOM_UTF8)):
        return "web_page"
    return next((rule for first, rule in FIRST_BYTES.items() if start.startswith(first)), None)


def _rule_of_old_office(path: Path) -> str | None:
    """By the names of its parts, which stand anywhere in it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return next((rule for part, rule in PARTS.items() if content.find(part.encode("utf-16-le")) >= 0), None)
