"""A third language is one folder of TOML per application: all of them speak it, and what it lacks is in English."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.__main__ import main as run_dashboard
from dashboard.report import FORMATS, render
from dashboard.story.snapshot import Snapshot, find
from dashboard.words import LOCALES as DASHBOARD
from dashboard.words import words
from desk.words import LOCALES as DESK
from pipelines.cli.klankbord import NAME, app, explain_error
from pipelines.ground.command_line import run_command_line
from pipelines.ground.messages import LOCALES as PIPELINES
from pipelines.ground.settings import ROOT
from pipelines.instruments import load_instrument
from pipelines.questionnaire import sheet_of

FRISIAN = {
    "pipelines": """
        [command]
        waves = "Lit de mjittings yn de kluze sjen."
        [option]
        help = "Toan dizze útlis."
        [say]
        no_waves = "Der stiet noch gjin mjitting yn de kluze."
        [questionnaire]
        pillars = "Stipe om jo hinne"
    """,
    "dashboard": """
        [command]
        report = "Meitsje it bestjoersrapport."
        [overview]
        title = "Wêr misse lieders stipe?"
        [paper]
        kind = "Bestjoersrapport"
        [paper.column]
        label = "Groep yn it Frysk"
    """,
    "desk": """
        [page]
        title = "Mjitting ynlêze"
    """,
}


@pytest.fixture(autouse=True)
def frisian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shipped languages, and one more beside them."""
    for locales in (PIPELINES, DASHBOARD, DESK):
        application = locales.folder.parent.name
        folder = tmp_path / application
        (folder / "fy").mkdir(parents=True)
        (folder / "fy" / "own.toml").write_text(re.sub("(?m)^ +", "", FRISIAN[application]), encoding="utf-8")
        for lang in ("nl", "en"):
            (folder / lang).symlink_to(locales.folder / lang)
        monkeypatch.setattr(locales, "folder", folder)
    return


@pytest.fixture
def snapshot(home_120: Path) -> Snapshot:
    found = find(home_120).snapshot
    assert found is not None
    return found


def test_every_application_offers_it() -> None:
    for locales in (PIPELINES, DASHBOARD, DESK):
        assert locales.languages == ("nl", "en", "fy")
        assert locales.choose(None, "fy-NL,nl;q=0.9") == "fy"


def test_the_commands_speak_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> tuple[int, str]:
        code = run_command_line(app, NAME, words, PIPELINES, explain_error)
        said = capsys.readouterr()
        return code, said.out + said.err

    code, told = run("waves", "--help", "--lang", "fy")
    assert code == 0
    for text in ("Lit de mjittings yn de kluze sjen.", "Toan dizze útlis.", "Write the result as JSON.", "nl|en|fy"):
        assert text in told
    code, told = run("waves", "--lang", "fy", "--home", str(tmp_path / "home"))
    assert (code, told) == (0, "Der stiet noch gjin mjitting yn de kluze.\n")
    code, told = run("waves", "--lang", "fy", "--nope")
    assert (code, told.split(".")[0]) == (2, "There is no option --nope")
    assert run_dashboard(["report", "--help", "--lang", "fy"]) == 0
    assert "Meitsje it bestjoersrapport." in capsys.readouterr().out


def test_the_pages_speak_it(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_HOME", str(home_120))
    page = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    page.query_params["lang"] = "fy"
    page.run()
    assert not page.exception
    assert page.title[0].value == "Wêr misse lieders stipe?"
    labels = [box.label for box in page.selectbox]
    assert "Wave" in labels  # which has no Frisian
    links = " ".join(str(part.proto.body) for part in page.get("html"))
    assert [name for name in ("Nederlands", "English", "Frysk") if name not in links] == []


def test_the_desk_speaks_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_HOME", str(tmp_path / "home"))
    page = AppTest.from_file(str(ROOT / "desk" / "app.py"), default_timeout=60)
    page.query_params["lang"] = "fy"
    page.run()
    assert not page.exception
    assert page.title[0].value == "Mjitting ynlêze"
    assert page.header[0].value == "1. Which files?"


@pytest.mark.parametrize("form", FORMATS)
def test_the_paper_speaks_it_in_every_form_with_published_labels_in_english(snapshot: Snapshot, form: str) -> None:
    wave = snapshot.waves()[0]
    content = render(snapshot, wave, "fy", form)
    if form == "csv":
        table = pl.read_csv(io.BytesIO(content), separator=";", infer_schema_length=None)
        assert {"Groep yn it Frysk", "At least"} <= set(table.columns)
        assert "Whole board" in table["Groep yn it Frysk"].to_list()
    if form == "pdf":
        told = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
        assert "Bestjoersrapport" in told
        assert "Has a rock" in told


def test_numbers_and_dates_follow_it(snapshot: Snapshot) -> None:
    say = words("fy", snapshot.rows("dictionary").iter_rows(named=True))
    assert say.label("measure", "has_rock") == "Has a rock"
    assert (say.number(1234.5), say.percent(0.5)) == ("1.234,5", "50%")
    assert say.date(dt.date(2026, 3, 5)) == "5 Maart 2026"


def test_the_questionnaire_has_what_it_says_in_it_and_the_instrument_in_english() -> None:
    instrument = load_instrument()
    sheet = sheet_of(instrument, instrument.policy(dt.date(2026, 9, 1)), "fy")
    assert sheet.blocks[0].title == "Stipe om jo hinne"
    assert sheet.blocks[1].title == "Whom you can fall back on"
    assert sheet.questions[0].text == instrument.pillars[0].question_en
