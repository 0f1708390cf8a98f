"""The last page of the board paper: what was agreed, and what happened up to the wave the paper is about."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pptx import Presentation

from dashboard.__main__ import main
from dashboard.agreements.store import Action, Store
from dashboard.agreements.suggest import effect_sentence
from dashboard.report import render
from dashboard.report.content import build
from dashboard.story.snapshot import Snapshot
from dashboard.story.wave import Story
from dashboard.words import words
from tests.unit.test_report_paper import opened, pdf_text, words_of


@pytest.fixture
def snapshot(home_120: Path) -> Snapshot:
    return opened(home_120)


def agreement(snapshot: Snapshot, back: int, **change: str | int) -> Action:
    """A buddy programme for the whole board, agreed so many waves before the newest."""
    base = snapshot.waves()[back]
    said = {"advice": "buddy_monthly", "table": "total", "level": "", "owner": "hr_adviser", "start": base,
            "due": "2027Q4", "status": "running", "base": base, "number": 1}  # fmt: skip
    return Action(**(said | change))


def story(snapshot: Snapshot, back: int, lang: str) -> Story:
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[back])


def plain(text: str) -> str:
    return " ".join(text.replace("**", "").split())


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_pdf_slides_and_workbook_say_of_each_agreement_what_the_page_says(snapshot: Snapshot, lang: str) -> None:
    agreed = (agreement(snapshot, 1), agreement(snapshot, 0, advice="asking", number=2))
    wave, told = snapshot.waves()[0], story(snapshot, 0, lang)
    report = build(snapshot, wave, lang, agreed=agreed)
    paper = pdf_text(render(snapshot, wave, lang, "pdf", agreed=agreed)).replace("- ", "")
    deck = Presentation(io.BytesIO(render(snapshot, wave, lang, "pptx", agreed=agreed)))
    slides = " ".join(s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame)
    book = " ".join(words_of(render(snapshot, wave, lang, "xlsx", agreed=agreed)))
    assert [row["measure"] for row in report.tables["agreed"][0].rows] == [
        told.label("buddy_used"), told.label("asks_in_time"),
    ]  # fmt: skip
    for action in agreed:
        sentence = plain(effect_sentence(told, action, wave))
        for text in (paper, plain(slides), plain(book)):
            assert sentence in text


def test_a_paper_without_agreements_has_no_page_about_them(snapshot: Snapshot) -> None:
    report = build(snapshot, snapshot.waves()[0], "en")
    assert report.tables["agreed"] == []
    assert report.notes["agreed"] == []
    assert "What we agreed" not in pdf_text(render(snapshot, snapshot.waves()[0], "en", "pdf"))


def test_a_paper_about_an_earlier_wave_knows_only_what_was_agreed_by_then(snapshot: Snapshot) -> None:
    agreed = (agreement(snapshot, 2), agreement(snapshot, 0, number=2))
    earlier = snapshot.waves()[1]
    report = build(snapshot, earlier, "nl", agreed=agreed)
    assert len(report.notes["agreed"]) == 1
    assert effect_sentence(story(snapshot, 1, "nl"), agreed[0], earlier) in report.notes["agreed"][0][1]


def test_the_thin_line_is_the_figure_of_when_it_was_agreed(snapshot: Snapshot) -> None:
    waves = snapshot.waves()
    report = build(snapshot, waves[0], "nl", agreed=(agreement(snapshot, 2), agreement(snapshot, 0, number=2)))
    then = snapshot.cell(waves[2], "buddy_used")
    old, new = report.tables["agreed"][0].rows
    assert then is not None
    assert (old["before_low"], old["before_high"]) == pytest.approx((then["low"], then["high"]))
    assert new["before_low"] is None


def test_a_paper_about_a_region_holds_the_agreements_about_that_region(snapshot: Snapshot) -> None:
    wave = snapshot.waves()[0]
    level = snapshot.rows("levels", wave=wave, dimension="region")["level"][0]
    agreed = (agreement(snapshot, 1), agreement(snapshot, 1, table="region", level=level, number=2))
    report = build(snapshot, wave, "nl", level, agreed=agreed)
    assert [row["label"] for row in report.tables["agreed"][0].rows] == [
        story(snapshot, 0, "nl").group_name("region", (level,))
    ]


def test_agreements_of_another_account_are_told_and_stop_no_paper(
    home_120: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "published").symlink_to(home_120 / "published")
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "actions.sqlite").write_text("somebody's notes")
    wave, out = opened(home_120).waves()[0], tmp_path / "paper.pdf"
    told = main(["report", "--home", str(tmp_path), "--wave", wave, "--lang", "en", "--out", str(out)])
    assert told == 0
    assert "The agreements cannot be read" in pdf_text(out.read_bytes())


def test_the_command_puts_what_was_saved_on_paper(home_120: Path, tmp_path: Path) -> None:
    (tmp_path / "published").symlink_to(home_120 / "published")
    Store(tmp_path).save(agreement(opened(home_120), 1, number=0))
    wave, out = opened(home_120).waves()[0], tmp_path / "paper.pdf"
    assert main(["report", "--home", str(tmp_path), "--wave", wave, "--lang", "en", "--out", str(out)]) == 0
    assert "What we agreed, and what happened since" in pdf_text(out.read_bytes())
