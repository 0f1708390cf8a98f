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
WIDTH = 560
SCREEN = 110  # pixels per inch


def written(report: Report) -> bytes:
    """The paper as PDF, the same bytes for the same report."""
    return bytes(_set(report, pdf_standards=["ua-1"]))


def pages(report: Report) -> list[bytes]:
    """The same pages as PNG, to look at before taking them along."""
    return [bytes(page) for page in _set(report, format="png", ppi=SCREEN)]


def _set(report: Report, **how: Any) -> Any:
    said = {name: {"title": it.title, "note": it.note, "alt": it.alt} for name, it in report.pictures.items()}
    data = {**vars(report), "pictures": said, "words": texts(report.lang), "colours": asdict(theme.LIGHT)}
    drawn = {
        name: drawing.svg(it.chart, report.lang, it.frame, WIDTH, FONT, **it.options)
        for name, it in report.pictures.items()
    }
    return typst.compile(
        TEMPLATE,
        sys_inputs={"report": json.dumps(data, default=_plain), **drawn},
        ignore_system_fonts=True,
        timestamp=int(report.made.timestamp()),
        **how,
    )


def _plain(part: object) -> object:
    return vars(part) if hasattr(part, "__dict__") else str(part)
