"""Whose a report is: author and title in a file's properties are the board's, and nobody's where it has no name."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pptx import Presentation

from dashboard.report import html, pdf, pptx
from dashboard.report.content import build
from dashboard.report.model import Report
from dashboard.story import find

BOARD = "Stichting De Vuurtoren"


@pytest.fixture(scope="module")
def sheet(home_120: Path) -> Report:
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    return build(snapshot, snapshot.waves()[0], "nl", full=False)


def creators(paper: bytes) -> list[str]:
    """Who made a PDF, as its XMP says."""
    made = re.search(rb"<dc:creator>(.*?)</dc:creator>", paper, re.DOTALL)
    return re.findall(r"<rdf:li[^>]*>([^<]*)<", made[1].decode()) if made else []


@pytest.mark.parametrize(("author", "says"), [(BOARD, [BOARD]), ("", [])])
def test_slides_pages_and_the_one_file_name_the_board(sheet: Report, author: str, says: list[str]) -> None:
    own = replace(sheet, author=author)
    about = Presentation(io.BytesIO(pptx.written(own))).core_properties
    assert [about.author] == (says or [""])
    assert about.title == own.named
    paper = pdf.written(own)
    assert creators(paper) == says
    assert own.named.encode() in paper
    assert f'<meta name="author" content="{author}">' in html.written(own).decode()
    assert own.named.startswith(author)


@pytest.mark.parametrize("home", ["home_25", "home_120", "home_single"])
def test_at_every_size_the_report_proposes_and_asks(home: str, request: pytest.FixtureRequest) -> None:
    snapshot = find(Path(request.getfixturevalue(home))).snapshot
    assert snapshot is not None
    sheet = build(snapshot, snapshot.waves()[0], "nl", full=False)
    assert sheet.notes["talk"][0][0] == "Om samen te bespreken"
    titles = [shape.shapes.title.text for shape in Presentation(io.BytesIO(pptx.written(sheet))).slides]
    page = html.written(sheet).decode()
    for title, _ in (*sheet.notes["proposed"], *sheet.notes["talk"]):
        assert title in titles
        assert f"<h2>{title}</h2>" in page
