"""Sets a report in type: a few tagged A4 pages (PDF/UA-1), charts as vectors, no fonts from elsewhere."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from dashboard import theme
from dashboard.report import drawing
from dashboard.report.model import Report
from dashboard.report.phrases import texts

TEMPLATE = Path(__file__).with_name("template.typ")
# Typst carries this family inside; charts use it too, so that no font is ever looked for.
FONT = "Libertinus Serif"
WIDTH = 560  # points of a chart, without its labels
SCREEN = 110  # pixels per inch


def written(report: Report) -> bytes:
    """The paper as PDF, the same bytes for the same report."""
    return bytes(_typeset(report, pdf_standards=["ua-1"]))


def pages(report: Report) -> list[bytes]:
    """The same pages as PNG, to look at before taking them along."""
    return [bytes(page) for page in _typeset(report, format="png", ppi=SCREEN)]


def _typeset(report: Report, **options: Any) -> Any:
    """The report in the form that the options of typst ask for."""
    words_of_pictures = {
        name: {"title": picture.title, "note": picture.note, "alt": picture.alt}
        for name, picture in report.pictures.items()
    }
    charts = {
        name: drawing.svg(picture.chart, report.lang, picture.frame, WIDTH, FONT, **picture.options)
        for name, picture in report.pictures.items()
    }
    data = {
        **vars(report),
        "pictures": words_of_pictures,
        "words": texts(report.lang),
        "colours": asdict(theme.LIGHT),
    }
    return typst.compile(
        TEMPLATE,
        sys_inputs={"report": json.dumps(data, default=_plain), **charts},
        ignore_system_fonts=True,
        timestamp=int(report.made.timestamp()),
        **options,
    )


def _plain(part: object) -> object:
    """What JSON has no form for: a table as its fields, a date as text."""
    return vars(part) if hasattr(part, "__dict__") else str(part)
