"""The desk: what it keeps of a file, what it says, whom it serves."""

from __future__ import annotations

import re
import socket
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desk.__main__ import is_free, main
from desk.asgi import first_page
from desk.files import Brought, clear, inbox, on_disk
from desk.words import LANGUAGES, _sentences
from pipelines.flow import Source, import_wave, preview, unpublished
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from pipelines.settings import ROOT, Home

APP = str(ROOT / "desk" / "app.py")


def test_both_languages_say_the_same_with_the_same_gaps() -> None:
    dutch, english = (_sentences(lang) for lang in LANGUAGES)
    assert set(dutch) == set(english)
    for key, text in dutch.items():
        assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", english[key])), key


def test_every_reason_of_a_rejection_has_a_sentence() -> None:
    told = tomllib.loads((ROOT / "pipelines" / "locales" / "nl.toml").read_text(encoding="utf-8"))
    rules = {*told["rejected"], *told["data_error"]}
    assert {f"rows.{rule}" for rule in rules} <= set(_sentences("nl"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_says_its_language(lang: str) -> None:
    assert f'<html lang="{lang}">' in first_page(lang)
    assert _sentences(lang)["page.title"] in first_page(lang)


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert not is_free(port)
        assert main(["--port", str(port), "--lang", "en"]) == 1
    assert f"Port {port} is in use already" in capsys.readouterr().err


def test_an_uploaded_file_lies_in_the_vault_only_while_it_is_read(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with on_disk(home, Brought("a.csv", b"x\n1\n"), None, Brought("../a.csv", b"y\n")) as (first, none, third):
        assert first is not None
        assert third is not None
        assert none is None
        assert (first.read_bytes(), first.name, third.name) == (b"x\n1\n", "a.csv", "a.csv")
        assert home.vault in first.parents
        assert home.vault in third.parents
        assert home.vault.stat().st_mode & 0o077 == 0
    with pytest.raises(OSError, match="half"), on_disk(home, Brought("a.csv", b"x\n")):
        raise OSError("half")
    assert list(home.vault.iterdir()) == []
    (home.vault / ".upload-left").mkdir()
    clear(home)
    assert list(home.vault.iterdir()) == []


def test_files_that_lie_ready_can_be_picked(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (home.path / "inbox").mkdir(parents=True)
    (home.path / "inbox" / "export.csv").write_text("a\n1\n")
    (home.path / "inbox" / ".hidden").write_text("")
    assert [path.name for path in inbox(home)] == ["export.csv"]


def test_the_page_without_a_file_waits_kindly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_HOME", str(tmp_path / "home"))
    page = AppTest.from_file(APP, default_timeout=30).run()
    assert not page.exception
    assert page.title[0].value == "Meting inlezen"
    assert "Kies hierboven een export" in page.info[0].value
    assert not (tmp_path / "home").exists()


def test_a_file_from_the_inbox_is_understood_imported_and_the_second_time_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    write_sample(home.path / "inbox", load_instrument(), 40, 1, 3)
    monkeypatch.setenv("KLANKBORD_HOME", str(home.path))
    page = AppTest.from_file(APP, default_timeout=60).run()
    page.selectbox(key="export_ready").select("responses_2026Q3.csv").run()
    page.selectbox(key="roster_ready").select("roster.csv").run()
    assert not page.exception
    assert page.selectbox(key="wave").value == "2026Q3"
    page.button[-1].click().run()  # import
    assert not page.exception
    assert unpublished(home) == ["2026Q3"]
    assert "staan in de kluis als meting 2026Q3" in page.success[0].value
    again = AppTest.from_file(APP, default_timeout=60).run()
    again.selectbox(key="export_ready").select("responses_2026Q3.csv").run()
    again.selectbox(key="roster_ready").select("roster.csv").run()
    assert "al ingelezen" in again.info[-1].value


def test_the_preview_withholds_by_size_what_the_publication_withholds(home_single: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, load_instrument(), 60, 1, 20260922)
    source = Source(tmp_path / "responses_2026Q3.csv", "2026Q3", roster=tmp_path / "roster.csv")
    seen = preview(Home(tmp_path / "home"), source)
    assert seen.plan["answered"].max() == seen.imported.answers.height
    assert not (tmp_path / "home").exists()
    import_wave(Home(tmp_path / "home"), source)
    from pipelines.publish import frozen

    cells = frozen(Home(home_single), "2026Q3-1", "cell").filter(measure="has_rock")
    told = seen.plan.rename({"coverage": "expected"})
    both = cells.join(told, on=["table_id", "level_1", "level_2"], nulls_equal=True)
    assert both.height == cells.height
    assert both.filter((both["expected"] != "published") & (both["status"] == "published")).height == 0
