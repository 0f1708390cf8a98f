"""docs/second-quarter.md: every sentence that the story quotes stands on a page of the boards it is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.story import find
from tests.app.test_pages import text, visit
from tests.browser.serving import ROOT
from tests.homes import made_once, walk

STORIES = {"en": ROOT / "docs" / "second-quarter.md", "nl": ROOT / "docs" / "nl" / "second-quarter.md"}
SIZES = (60, 120)
TOLD_ON = ("overview", "starters", "risk")
WAVES = 2


@pytest.fixture(scope="module", params=SIZES)
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """How many leaders a board of two quarters has, and its home."""
    size: int = request.param
    return size, made_once(tmp_path_factory, f"quarters_{size}", lambda folder: walk(folder, size, WAVES))


def part_about(lang: str, size: int) -> str:
    """The part of the story about a board."""
    parts = re.split(r"^## ", STORIES[lang].read_text(encoding="utf-8"), flags=re.MULTILINE)
    return next(part for part in parts if part.splitlines()[0].endswith(f" {size}"))


@pytest.mark.parametrize("lang", STORIES)
def test_every_sentence_the_story_quotes_stands_on_a_page_of_its_board(
    board: tuple[int, Path], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, home = board
    quoted = re.findall(r"^> (.+)$", part_about(lang, size), flags=re.MULTILINE)
    assert len(quoted) >= 4
    written = ""
    for page in TOLD_ON:
        app = visit(home, page, monkeypatch, lang=lang)
        assert not app.exception
        written += text(app).replace("*", "")
    assert [quote for quote in quoted if quote not in written] == []


def test_the_story_counts_who_answered_as_the_publication_does(board: tuple[int, Path]) -> None:
    size, home = board
    snapshot = find(home).snapshot
    assert snapshot is not None
    cell = snapshot.cell(snapshot.waves()[0], "has_rock")
    assert cell is not None
    assert f"{cell['n']} of {cell['leaders']} leaders answered" in part_about("en", size)
    assert f"{cell['n']} van de {cell['leaders']} schoolleiders" in part_about("nl", size)
