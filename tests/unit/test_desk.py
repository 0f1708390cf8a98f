"""The desk: what it keeps of a file, what it says, whom it serves."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desk.__main__ import is_free, main
from desk.asgi import first_page
from desk.files import Brought, clear, inbox, on_disk
from desk.words import LOCALES
from pipelines.flow import (
    Choices,
    Decided,
    Source,
    import_wave,
    look,
    preview,
    propose_profile,
    save_profile,
    unpublished,
)
from pipelines.ground.messages import sentences
from pipelines.ground.schemas import Cell
from pipelines.ground.settings import ROOT, Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.patience import PATIENCE
from tests.unit.test_cli import ALIKE, of_leaders_alike

APP = str(ROOT / "desk" / "app.py")


def test_both_languages_say_the_same_with_the_same_gaps() -> None:
    dutch, english = (LOCALES.sentences(lang) for lang in ("nl", "en"))
    assert set(dutch) == set(english)
    for key, text in dutch.items():
        assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", english[key])), key


def test_every_reason_of_a_rejection_has_a_sentence() -> None:
    parts = [key.split(".") for key in sentences("nl")]
    rules = {part[1] for part in parts if part[0] in ("rejected", "data_error")}
    assert rules
    assert {f"rows.{rule}" for rule in rules} <= set(LOCALES.sentences("nl"))


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_the_first_page_says_its_language(lang: str) -> None:
    assert f'<html lang="{lang}">' in first_page(lang)
    assert LOCALES.sentences(lang)["page.title"] in first_page(lang)


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
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
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
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    page.selectbox(key="export_ready").select("responses_2026Q3.csv").run()
    page.selectbox(key="roster_ready").select("roster.csv").run()
    assert not page.exception
    assert page.selectbox(key="wave").value == "2026Q3"
    page.button[-1].click().run()  # import
    assert not page.exception
    assert unpublished(home) == ["2026Q3"]
    assert "staan in de kluis als meting 2026Q3" in page.success[0].value
    again = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    again.selectbox(key="export_ready").select("responses_2026Q3.csv").run()
    again.selectbox(key="roster_ready").select("roster.csv").run()
    assert any("al ingelezen" in one.value for one in again.info)


def test_the_page_counts_who_is_alone_in_all_groups_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home" / "inbox").mkdir(parents=True)
    export, _ = of_leaders_alike(tmp_path / "home" / "inbox", ALIKE)
    export.rename(export.with_name("export_2026Q3.csv"))
    monkeypatch.setenv("KLANKBORD_HOME", str(tmp_path / "home"))
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    page.selectbox(key="export_ready").select("export_2026Q3.csv").run()
    page.selectbox(key="roster_ready").select("roster.csv").run()
    assert not page.exception
    assert [caption.value for caption in page.caption if "kan van 12 schoolleiders er 1 aanwijzen" in caption.value]
    assert [caption.value for caption in page.caption if "minder dan 5 leiders: 7." in caption.value]


def test_the_preview_withholds_by_size_what_the_publication_withholds(home_single: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, load_instrument(), 60, 1, 20260922)
    source = Source(tmp_path / "responses_2026Q3.csv", "2026Q3", roster=tmp_path / "roster.csv")
    seen = preview(Home(tmp_path / "home"), source)
    assert seen.plan["answered"].max() == seen.imported.answers.height
    assert not (tmp_path / "home").exists()
    import_wave(Home(tmp_path / "home"), source)
    from pipelines.vault.archive import read_frozen

    cells = read_frozen(Home(home_single), "2026Q3-1", Cell).filter(measure="has_rock")
    told = seen.plan.rename({"coverage": "expected"})
    both = cells.join(told, on=["table_id", "level_1", "level_2"], nulls_equal=True)
    assert both.height == cells.height
    assert both.filter((both["expected"] != "published") & (both["status"] == "published")).height == 0


def test_what_was_decided_about_an_export_is_kept_and_read_so_the_next_time(tmp_path: Path) -> None:
    home, file = Home(tmp_path / "home"), tmp_path / "export.csv"
    file.write_text('Sleutel,"Hoe druk\x7f ""is"" het?",Naam,Vraag 9\nk1,3,Jan,5\nk2,4,Piet,5\n')
    proposal = propose_profile(home, file)
    columns, drop = {"Sleutel": "leader_key", 'Hoe druk\x7f "is" het?': "stress_1"}, ("Naam", "adres van de lijst")
    place = save_profile(home, proposal, Decided(columns, drop), "Bureau  “Één” 2026", "nl")
    assert place == home.instruments / "exports" / "own_bureau_een_2026.toml"
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert Choices(home, "nl").profiles()["own_bureau_een_2026"] == "Bureau “Één” 2026"
    again = propose_profile(home, file)
    assert (again.is_recognised, again.base.code) == (True, "own_bureau_een_2026")
    assert {guess.head: guess.column for guess in again.guesses if guess.by == "read"} == columns
    seen = look(home, Source(file, "2026Q3"))
    assert (seen.profile, seen.answers["stress_1"].to_list()) == ("own_bureau_een_2026", [3, 4])
    # decided otherwise under the same name: the newest counts
    otherwise = Decided({"Sleutel": "leader_key", "Vraag 9": "stress_2"}, (list(columns)[1],))
    save_profile(home, again, otherwise, "bureau één 2026", "nl")
    assert list(place.parent.iterdir()) == [place]
    assert look(home, Source(file, "2026Q3")).columns_asked == ("stress_2",)


def test_a_kept_layout_of_a_survey_tool_is_still_known_by_the_marks_of_that_tool(tmp_path: Path) -> None:
    home, file = Home(tmp_path / "home"), tmp_path / "export.csv"
    heads = "StartDate,ResponseId,Q1,Q2"
    file.write_text(
        f'{heads}\nStart,Id,Druk,Meer\n"{{""ImportId"":""startDate""}}","{{""ImportId"":""_r""}}",x,x\n2026-09-01,R_1,3,4\n'
    )
    proposal = propose_profile(home, file)
    assert proposal.base.code == "qualtrics_3"
    save_profile(home, proposal, Decided({"Q1": "stress_1"}), "eigen", "nl")
    kept = next(one for one in load_instrument(home.instruments).profiles if one.code == "own_eigen")
    assert (kept.head_rows, kept.recognise, kept.dates) == (3, proposal.base.recognise, proposal.base.dates)
    assert look(home, Source(file, "2026Q3")).profile == "own_eigen"


def test_the_steward_keeps_a_layout_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    (home.path / "inbox").mkdir(parents=True)
    (home.path / "inbox" / "export.csv").write_text("leader_key,Stress-1,Naam\nk1,3,Jan\n")
    monkeypatch.setenv("KLANKBORD_HOME", str(home.path))
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    page.selectbox(key="export_ready").select("export.csv").run()
    assert not page.text_input  # nothing is kept of what was refused
    next(button for button in page.button if button.label == "Laat deze kolommen weg").click().run()
    page.text_input[0].input("Bureau")
    next(button for button in page.button if button.label == "Bewaar de indeling").click().run()
    assert not page.exception
    assert "Bewaard als ‘Bureau’ (instruments/exports/own_bureau.toml)" in page.success[0].value
    again = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    again.selectbox(key="export_ready").select("export.csv").run()
    assert any("Herkend als **Bureau**" in text.value for text in again.markdown)
    assert not [button for button in again.button if button.label == "Laat deze kolommen weg"]


def test_a_kept_layout_that_only_leaves_a_column_out_is_used_where_that_column_is(tmp_path: Path) -> None:
    home, file, plain = Home(tmp_path / "home"), tmp_path / "export.csv", tmp_path / "plain.csv"
    file.write_text("leader_key,stress_1,Naam\nk1,3,Jan\n")
    plain.write_text("leader_key,stress_1\nk1,3\n")
    save_profile(home, propose_profile(home, file), Decided(drop=("Naam",)), "zonder naam", "nl")
    assert look(home, Source(file, "2026Q3")).profile == "own_zonder_naam"
    assert look(home, Source(plain, "2026Q3")).profile == "native"


def test_a_personal_column_of_the_roster_is_named_and_left_out_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    (home.path / "inbox").mkdir(parents=True)
    (home.path / "inbox" / "export.csv").write_text("leader_key,stress_1\nk1,3\n")
    (home.path / "inbox" / "roster.csv").write_text("wave,leader_key,region,naam\n2026Q3,k1,Noord,Jan Jansen\n")
    monkeypatch.setenv("KLANKBORD_HOME", str(home.path))
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    page.selectbox(key="export_ready").select("export.csv").run()
    page.selectbox(key="roster_ready").select("roster.csv").run()
    page.selectbox(key="wave").select("2026Q3").run()
    assert "De lijst van schoolleiders bevat wat niet mag worden ingelezen" in [one.value for one in page.subheader]
    next(button for button in page.button if button.label == "Laat deze kolommen weg").click().run()
    assert any("‘Ervaring als schoolleider’ ontbreekt" in one.value for one in page.error)
    next(button for button in page.button if button.label == "Verder zonder Ervaring als schoolleider").click().run()
    next(button for button in page.button if button.label == "Inlezen").click().run()
    assert not page.exception
    assert unpublished(home) == ["2026Q3"]
    assert not [path for path in home.vault.rglob("*") if path.is_file() and b"Jansen" in path.read_bytes()]


def test_a_question_that_lost_its_answers_stops_and_loads_when_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    (home.path / "inbox").mkdir(parents=True)
    rows = "".join(f"k{at},{'vaak' if at < 3 else 3},4\n" for at in range(6))
    (home.path / "inbox" / "export.csv").write_text(f"leader_key,stress_1,stress_2\n{rows.replace('vaak', 'tamelijk')}")
    monkeypatch.setenv("KLANKBORD_HOME", str(home.path))
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    page.selectbox(key="export_ready").select("export.csv").run()
    page.selectbox(key="wave").select("2026Q3").run()
    assert any("‘tamelijk’" in one.value and "3 van de 6" in one.value for one in page.markdown)
    next(button for button in page.button if button.label == "Dit is zo bedoeld (stress_1)").click().run()
    assert not page.exception
    counts = next(table.value for table in page.table if "Onleesbaar" in table.value.columns)
    assert counts.set_index("Vraag").loc["stress_1"].to_list() == [3, 3, 0]
    next(button for button in page.button if button.label == "Inlezen").click().run()
    assert unpublished(home) == ["2026Q3"]


def test_what_is_told_of_the_files_stands_on_the_page_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    (home.path / "inbox").mkdir(parents=True)
    (home.path / "inbox" / "export.csv").write_text("leader_key,stress_1\nk1,3\n")
    lines = "wave;leader_key;Regio;Ervaringsjaren;**Kamer**\n2026Q3;k1;Noord;3;x\n2026Q3;;Oost;4;y\n"
    (home.path / "inbox" / "roster.csv").write_text(lines)
    monkeypatch.setenv("KLANKBORD_HOME", str(home.path))
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    page.selectbox(key="export_ready").select("export.csv").run()
    page.selectbox(key="roster_ready").select("roster.csv").run()
    page.selectbox(key="wave").select("2026Q3").run()
    assert not page.exception
    told = [one.value for one in page.text]
    assert any("1 rij zonder sleutel is een vacature" in one for one in told)
    assert any("‘**Kamer**’" in one for one in told)
    assert "Regio: Noord (1)." in told
