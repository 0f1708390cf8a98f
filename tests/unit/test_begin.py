"""A board that begins: what klankbord init asks, refuses and writes, and the letter to its leaders."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines import cli
from pipelines.flow import Source, import_wave
from pipelines.ground.errors import Refused
from pipelines.ground.messages import say, sentences
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.settings import INSTRUMENTS, Home
from pipelines.instruments import load_instrument
from pipelines.intake import read_calendar
from pipelines.questionnaire import kinds_of, letter_of_wave, wave_of
from pipelines.sample import write_sample

FLAGS = [
    "--board", "Stichting #De Vuurtoren", "--agency", "Bureau Zeewind", "--contact", "hr@vuurtoren.example",
    "--regions", "Kust, Polder,Stad", "--school-types", "Basisonderwijs, sbo", "--leaders", "60",
    "--wave", "2027Q1 2027-01-11 2027-01-31", "--wave", "2026Q4 2026-10-05 2026-10-25",
]  # fmt: skip


def _init(monkeypatch: pytest.MonkeyPatch, home: Path, flags: list[str], typed: str = "") -> tuple[int, str]:
    """The command as somebody types it; code and what was said."""
    words = ["klankbord", "init", "--home", str(home), *flags]
    monkeypatch.setattr("sys.argv", words)
    done = CliRunner().invoke(cli.app, words[1:], input=typed)
    return done.exit_code, done.output if done.exception is None else f"{done.output}{done.exception!r}"


def _text(file: Path) -> str:
    told = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", " ", told)


def planned_in(home: Home) -> list[WaveDays]:
    """The waves a home has planned."""
    return read_calendar(home.waves) if home.waves.exists() else []


def test_what_init_writes_can_be_loaded_and_holds_the_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _ = _init(monkeypatch, tmp_path, ["--lang", "nl", *FLAGS])
    assert code == 0
    own = {one.code: one.levels for one in load_instrument(tmp_path / "instruments").dimensions}
    assert own["region"] == ("Kust", "Polder", "Stad")
    assert own["school_type"] == ("bao", "sbo")
    assert own["experience_band"] == ("0-1", "2-5", "6-10", "11-20", "21+")
    assert (tmp_path / "instruments" / "waves.csv").read_text().splitlines() == [
        "wave,opens,closes", "2026Q4,2026-10-05,2026-10-25", "2027Q1,2027-01-11,2027-01-31",
    ]  # fmt: skip
    handed = sorted(file.name for file in (tmp_path / "handout").iterdir())
    assert handed == ["expectations.pdf", "leaflet.pdf", "letter.pdf", "questionnaire.lss", "questionnaire.pdf"]


def test_what_is_not_passed_along_is_asked_and_asked_again_when_it_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = ["", "Vuurtoren", "Zeewind", "hr", "Kust, kust", "Kust, Stad", "", "2026Q4", "2026Q4 2026-10-05 2026-10-25",
             "", "veel", "60"]  # fmt: skip
    code, said = _init(monkeypatch, tmp_path, [], "\n".join(typed) + "\n")
    assert code == 0, said
    assert "Kust, kust" in said
    assert "‘veel’" in said
    assert said.count(say("nl", "ask.regions")) == 2
    own = {one.code: one.levels for one in load_instrument(tmp_path / "instruments").dimensions}
    assert (own["region"], own["school_type"]) == (("Kust", "Stad"), ("bao",))


def test_an_answer_that_never_comes_is_told_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = _init(monkeypatch, tmp_path, ["--lang", "nl"], "Vuurtoren\n")
    assert code != 0
    assert "init_unanswered" in said
    assert not any(tmp_path.iterdir())


def test_the_same_answers_again_change_nothing_and_other_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = ["--lang", "en", *FLAGS]
    assert _init(monkeypatch, tmp_path, flags)[0] == 0
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert _init(monkeypatch, tmp_path, flags)[0] == 0
    code, said = _init(monkeypatch, tmp_path, [*flags, "--regions", "Noord"])
    assert code != 0
    assert "init_exists" in said
    assert before == {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("flag", "value", "rule"),
    [
        ("--regions", " , ", "init_names"),
        ("--regions", "Kust, KUST", "init_names"),
        ("--school-types", "bao, Basisonderwijs", "init_names"),
        ("--wave", "2026Q4", "init_wave"),
        ("--wave", "2026Q4 5-10-2026 25-10-2026", "init_wave"),
        ("--wave", "2026Q5 2026-10-05 2026-10-25", "wave_name"),
        ("--wave", "2026Q3 2026-10-05 2026-10-25", "init_wave_days"),
        ("--wave", "2026Q3 2026-07-05 2026-07-01", "init_wave_days"),
        ("--wave", "2026Q4 2026-11-05 2026-11-25", "init_wave_order"),
        ("--wave", "2026Q3 2026-09-05 2026-10-05", "init_wave_order"),
        ("--board", "  ", "init_empty"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: str, value: str, rule: str
) -> None:
    code, said = _init(monkeypatch, tmp_path, ["--lang", "nl", *FLAGS, flag, value])
    assert code != 0
    assert rule in said
    assert f"error.{rule}" in sentences("nl")
    assert not any(tmp_path.iterdir())


def test_a_school_type_of_its_own_stays_as_the_board_writes_it() -> None:
    assert kinds_of("special primary, Praktijkonderwijs, VSO") == ("sbo", "Praktijkonderwijs", "vso")


def test_the_days_of_the_board_decide_which_answers_are_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, survey = Home(tmp_path / "home"), tmp_path / "survey"
    _init(monkeypatch, home.path, ["--lang", "nl", *FLAGS])
    write_sample(survey, load_instrument(home.instruments), 40, 1, 3, last_wave=Wave("2026Q4"))
    (survey / "waves.csv").unlink()
    export = survey / "responses_2026Q4.csv"
    closing = wave_of("2026Q4 2026-10-05 2026-10-25").closes
    late = pl.read_csv(export, try_parse_dates=True).filter(pl.col("submitted") > closing).height
    assert late > 0
    assert import_wave(home, Source(export, "2026Q4", roster=survey / "roster.csv")).late == late


def test_a_calendar_that_is_named_must_be_there(tmp_path: Path) -> None:
    write_sample(tmp_path / "survey", load_instrument(), 30, 1, 3)
    source = Source(tmp_path / "survey" / "responses_2026Q3.csv", "2026Q3", waves=tmp_path / "none.csv")
    with pytest.raises(FileNotFoundError):
        import_wave(Home(tmp_path / "home"), source)


# ------------------------------------------------------------------------------------------- expectations


@pytest.mark.parametrize(("leaders", "told"), [("60", ["41 35 29 22", "– – 40 30"]), ("15", ["– – – –"])])
def test_the_sheet_of_expectations_says_how_large_a_difference_must_be_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaders: str, told: list[str]
) -> None:
    flags = [leaders if flag == "60" else flag for flag in FLAGS]
    _init(monkeypatch, tmp_path, ["--lang", "en", *flags])
    text = _text(tmp_path / "handout" / "expectations.pdf")
    assert f"a board of {leaders} school leaders" in text
    assert [row for row in told if row not in text] == []
    assert ("No figures by region" in text) == (leaders == "15")
    assert "{" not in text


# ------------------------------------------------------------------------------------------------- letter


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_letter_names_who_writes_and_when_and_says_what_the_questionnaire_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    _init(monkeypatch, tmp_path, ["--lang", lang, *FLAGS])
    text = _text(tmp_path / "handout" / "letter.pdf")
    paper = _text(tmp_path / "handout" / "questionnaire.pdf")
    days = {"nl": ("5 oktober 2026", "31 januari 2027"), "en": ("5 October 2026", "31 January 2027")}[lang]
    for told in ("Stichting #De Vuurtoren", "Bureau Zeewind", "hr@vuurtoren.example", *days):
        assert told in text
    for key in ("note_keys", "note_audit", "note_guess", "note_free"):
        sentence = say(lang, f"questionnaire.{key}")
        assert sentence in text
        assert sentence in paper


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_changed_policy_changes_every_figure_of_the_letter_and_no_other_is_in_it(tmp_path: Path, lang: str) -> None:
    policy = (INSTRUMENTS / "policy.toml").read_text(encoding="utf-8")
    stricter = policy.replace("k_coverage = 5", "k_coverage = 61").replace("k_outcome = 10", "k_outcome = 73")
    (tmp_path / "strict").mkdir()
    (tmp_path / "strict" / "policy.toml").write_text(
        stricter.replace("retention_waves = 8", "retention_waves = 97"), encoding="utf-8"
    )
    found = []
    for folders in ([], [tmp_path / "strict"]):
        content, is_complete = letter_of_wave(
            Home(tmp_path / "home"), load_instrument(*folders), planned_in(Home(tmp_path / "home")), lang
        )
        assert not is_complete
        (tmp_path / "letter.pdf").write_bytes(content)
        found.append(re.findall(r"\d+", _text(tmp_path / "letter.pdf")))
    assert found[0] == ["32", "11", "5", "10", "3", "5", "8"]
    assert found[1] == ["32", "11", "61", "73", "3", "5", "97"]
    own = {key: text for key, text in sentences(lang).items() if key.startswith("letter.")}
    assert [key for key, text in own.items() if re.search(r"\d", re.sub(r"{\w+}", "", text))] == []


def test_the_letter_is_about_the_first_wave_that_has_not_closed(tmp_path: Path) -> None:
    home, today = Home(tmp_path), dt.date.today()
    home.instruments.mkdir()
    rows = [f"{today.year + step}Q1,{today.year + step}-01-05,{today.year + step}-01-25" for step in (0, 1, 2)]
    home.waves.write_text("wave,opens,closes\n" + "\n".join(rows) + "\n")
    expected = today.year if today <= dt.date(today.year, 1, 25) else today.year + 1
    content, _ = letter_of_wave(home, load_instrument(), planned_in(home), "en")
    (tmp_path / "letter.pdf").write_bytes(content)
    assert f"open from 5 January {expected}" in _text(tmp_path / "letter.pdf")
    with pytest.raises(Refused, match="letter_wave"):
        letter_of_wave(home, load_instrument(), planned_in(home), "en", Wave.of(today.year, 2))


@pytest.mark.parametrize(
    "text", ['board = "a"\nagency = "b"\n', 'board = "a"\nagency = ""\ncontact = "c"\n', "board = 3"]
)
def test_a_sender_that_is_not_complete_is_named(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    home.instruments.mkdir()
    home.letter.write_text(text)
    with pytest.raises(Refused, match="letter_key"):
        letter_of_wave(home, load_instrument(), planned_in(home), "nl")
    load_instrument(home.instruments)  # a slip in it stops no import
