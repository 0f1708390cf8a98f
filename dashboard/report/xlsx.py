"""Writes a report as a workbook: a sheet per topic, text and numbers only, no formulas, no macros."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook

from dashboard import theme
from dashboard.names import JOINER
from dashboard.report.formula import looks_like_formula
from dashboard.report.model import Report, Table
from dashboard.report.phrases import phrases

# Sheet: the topics on it.
SHEETS = {
    "groups": ("groups",),
    "pillars": ("pillars", "steps"),
    "risk": ("risk", "needs"),
    "asking": ("asking", "beliefs"),
    "waves": ("waves",),
}
# Columns in their order, with their width.
COLUMNS = {
    "by": 18,
    "label": 28,
    "measure": 30,
    "text": 14,
    "margin": 18,
    "low": 12,
    "high": 12,
    "answered": 14,
    "moved": 19,
    "rest": 26,
    "year": 26,
    "note": 80,
}
ALWAYS = ("label", "text", "low", "high")
NOTE_COLUMNS = (34, 100)  # their width
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
LOOKS: dict[str, dict[str, Any]] = {
    "text": {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "share": {"valign": "top", "num_format": "0%", "align": "center"},
    "title": {"bold": True, "font_size": 16, "font_color": theme.LIGHT.teal},
    "head": {"bold": True, "font_color": theme.LIGHT.paper, "bg_color": theme.LIGHT.teal, "valign": "top"},
}


def written(report: Report) -> bytes:
    """The report as a workbook."""
    buffer = io.BytesIO()
    with Workbook(buffer, PLAIN) as file:
        file.set_properties({"title": f"{report.title} {report.subtitle}", "created": report.made})
        book = _Book(file, report.lang)
        opening = [line for line in (report.title, report.subtitle, report.badge, report.summary) if line]
        book.figures("summary", report.tables["headlines"], [*opening, ""])
        for sheet, topics in SHEETS.items():
            tables = [table for topic in topics for table in report.tables[topic] if table.rows]
            if tables:
                book.figures(sheet, tables)
        source = [(book.say("source"), line) for line in (report.subtitle, *report.footer)]
        book.notes("about", [*source, *(note for notes in report.notes.values() for note in notes)])
    return buffer.getvalue()


class _Book:
    """A workbook that is handed ready rows; every text passes `text`, which lets none become a formula."""

    def __init__(self, file: Any, lang: str) -> None:
        self.file = file
        self.say = phrases(lang)
        self.looks = {
            (look, is_quoted): file.add_format(how | {"quote_prefix": is_quoted})
            for look, how in LOOKS.items()
            for is_quoted in (False, True)
        }

    def text(self, sheet: Any, row: int, column: int, text: str, look: str = "text") -> None:
        """Write text, without the marks of strong words."""
        plain = text.replace("**", "").replace(JOINER, "").strip()
        # Once somebody edits such a cell it would become a formula; its look quotes it.
        sheet.write_string(row, column, plain, self.looks[look, looks_like_formula(plain)])

    def sheet(self, key: str, widths: Iterable[int]) -> Any:
        """A new sheet with columns of these widths, to print on pages that lie down."""
        sheet = self.file.add_worksheet(self.say(f"sheet.{key}"))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def figures(self, key: str, tables: Sequence[Table], opening: Sequence[str] = ()) -> None:
        """One row per figure under a frozen head; columns that would say nothing are left out."""
        rows = [{**row, "by": table.head} for table in tables for row in table.rows]
        names = _columns_of(rows)
        heads = {name: self.say(f"column.{name}") for name in names}
        if "by" not in names:
            heads["label"] = rows[0]["by"] or heads["label"]
        sheet = self.sheet(key, (COLUMNS[name] for name in names))
        top = len(opening)
        for line, text in enumerate(opening):
            self.text(sheet, line, 0, text, "text" if line else "title")
        for column, name in enumerate(names):
            self.text(sheet, top, column, heads[name], "head")
            for line, row in enumerate(rows, top + 1):
                self._value(sheet, line, column, row[name])
        sheet.freeze_panes(top + 1, 1)
        sheet.autofilter(top, 0, top + len(rows), len(names) - 1)

    def _value(self, sheet: Any, line: int, column: int, value: Any) -> None:
        """A share as a number, text as text, nothing where there is nothing."""
        if isinstance(value, float):
            sheet.write_number(line, column, value, self.looks["share", False])
        elif value:
            self.text(sheet, line, column, value)

    def notes(self, key: str, notes: Iterable[tuple[str, str]]) -> None:
        """What and its explanation, one pair a row."""
        sheet = self.sheet(key, NOTE_COLUMNS)
        for line, (title, text) in enumerate(notes):
            self.text(sheet, line, 0, title, "head")
            self.text(sheet, line, 1, text, "wrap")


def _columns_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns that say something: not what is empty, the same in every row, or a label once more."""
    useless = set()
    if len({row["by"] for row in rows}) == 1:
        useless.add("by")
    if all(row["measure"] == row["label"] for row in rows):
        useless.add("measure")
    return [name for name in COLUMNS if name in ALWAYS or (name not in useless and any(row[name] for row in rows))]
