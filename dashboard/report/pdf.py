"""Sets a report in type: two tagged A4 pages (PDF/UA-1), charts as vectors, no fonts from elsewhere."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typst
import vl_convert

from dashboard import charts, theme
from dashboard.pictures import Picture
from dashboard.report.content import Report
from dashboard.report.phrases import texts

TEMPLATE = Path(__file__).with_name("template.typ")
# Typst carries this family inside; charts use it too, so that no font is ever looked for.
FONT = "Libertinus Serif"
WIDTH = 560


def written(report: Report) -> bytes:
    """The paper as PDF, the same bytes for the same report."""
    said = {name: {"title": it.title, "note": it.note, "alt": it.alt} for name, it in report.pictures.items()}
    data = {**vars(report), "pictures": said, "words": texts(report.lang), "colours": asdict(theme.LIGHT)}
    drawn = {name: _drawn(picture, report.lang) for name, picture in report.pictures.items()}
    return typst.compile(
        TEMPLATE,
        sys_inputs={"report": json.dumps(data, default=_plain), **drawn},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(report.made.timestamp()),
    )


def _drawn(picture: Picture, lang: str) -> str:
    spec = charts.filled(picture.chart, lang, "light", picture.frame, WIDTH, **picture.options)
    config = spec["config"] | {"font": FONT, "legend": spec["config"]["legend"] | {"labelLimit": 0}}
    # The chart holds its data: nothing may be fetched while it is drawn.
    svg: str = vl_convert.vegalite_to_svg(
        spec | {"config": config}, allowed_base_urls=[], format_locale=theme.NUMBERS[lang]
    )
    return svg


def _plain(part: object) -> object:
    return vars(part) if hasattr(part, "__dict__") else str(part)
