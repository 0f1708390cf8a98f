"""Back to the leaders: one sheet of what they told and what was agreed, from published figures and agreements."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.agreements.store import ADVICES, Action, Store
from dashboard.report.model import NotThere
from dashboard.report.phrases import texts
from dashboard.report.playback import playback_parts, playback_sheet, thanks
from dashboard.story import Snapshot, Story, sentences
from dashboard.story.snapshot import find
from dashboard.words import sentences as sentences_of
from dashboard.words import words
from tests.app.test_pages import text, visit
from tests.unit.test_note import read, squeezed

AGREED = Action("network", "total", "", "leaders_together", "2026Q1", "2026Q3", "running", "2026Q1", 1, 1)


def snapshot_of(home: Path) -> Snapshot:
    found = find(home).snapshot
    assert found is not None
    return found


def story_of(home: Path, lang: str = "nl") -> Story:
    snapshot = snapshot_of(home)
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("board", ["home_120", "home_25", "home_1000"])
def test_the_sheet_says_what_the_page_says_on_one_tagged_page(
    board: str, lang: str, request: pytest.FixtureRequest
) -> None:
    home = request.getfixturevalue(board)
    story = story_of(home, lang)
    base = story.snapshot.waves()[-1]
    many = [Action(advice, "total", "", "hr_adviser", base, "2027Q2", "running", base, at) for at, advice in
            enumerate(ADVICES, 1)]  # fmt: skip
    content = playback_sheet(story.snapshot, story.wave, lang, tuple(many))
    paper = squeezed(read(content))
    assert content.startswith(b"%PDF")
    assert squeezed("1 / 1") in paper
    for told in (thanks(story), *(part.text for part in playback_parts(story, many))):
        for sentence in told.replace("**", "").split("\n"):
            assert squeezed(sentence.removeprefix("- ")) in paper


def test_the_same_snapshot_and_agreements_give_the_same_bytes(home_120: Path) -> None:
    snapshot = snapshot_of(home_120)
    first, second = (playback_sheet(snapshot, snapshot.waves()[0], "nl", (AGREED,)) for _ in range(2))
    assert first == second


def test_the_sheet_has_only_sentences_of_the_pages_and_agreements_with_what_came_of_them(home_120: Path) -> None:
    story = story_of(home_120)
    told, agreed, *_ = playback_parts(story, (AGREED,))
    assert sentences.lead_figure(story) in told.text
    assert "Intervisie en netwerken" in agreed.text
    assert "Of er iets verschoof" in agreed.text or "zeker" in agreed.text


def test_what_was_agreed_after_the_wave_is_not_on_its_sheet_and_nothing_agreed_is_said(home_120: Path) -> None:
    story = story_of(home_120)
    earlier = Story(story.snapshot, story.words, story.snapshot.waves()[-1])
    later = Action("network", "total", "", "hr_adviser", "2026Q3", "2027Q2", "planned", story.wave, 1, 1)
    for agreed in ((), (later,)):
        parts = {part.code: part.text for part in playback_parts(earlier, agreed)}
        assert parts["agreed"] == texts("nl")["playback.agreed_nothing"]
    assert "niet te lezen" in {part.code: part.text for part in playback_parts(story, None)}["agreed"]


def test_the_command_writes_the_newest_sheet_and_refuses_a_wave_that_is_not_there(
    home_120: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(home_120 / "published", tmp_path / "published")
    Store(tmp_path).save(replace(AGREED, number=0, version=0))
    out = tmp_path / "leaders.pdf"
    assert main(["playback", "--home", str(tmp_path), "--out", str(out), "--lang", "en"]) == 0
    assert squeezed("What you told us") in squeezed(read(out.read_bytes()))
    title = sentences_of("en")["advice.network.title"]
    assert squeezed(title) in squeezed(read(out.read_bytes()))
    assert main(["playback", "--home", str(tmp_path), "--out", str(out), "--wave", "2031Q1"]) == 1
    assert "2031Q1" in capsys.readouterr().err
    with pytest.raises(NotThere):
        playback_sheet(snapshot_of(home_120), "2031Q1", "nl")


@pytest.mark.parametrize(("lang", "title"), [("nl", "Terug naar de leiders"), ("en", "Back to the leaders")])
def test_the_page_report_shows_the_sheet_and_offers_it(
    lang: str, title: str, home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "report", monkeypatch, lang=lang)
    assert title in [header.value for header in app.header]
    assert sentences.lead_figure(story_of(home_120, lang)) in text(app)
