"""An agency: every board by itself, each run kept so that it goes on where it stopped, and no figures of two meet."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from pipelines import vault
from pipelines.agency import (
    ACTIONS,
    Asked,
    Board,
    Outcome,
    Work,
    begin,
    here,
    on_dask,
    outcome_of,
    read_boards,
    work_for,
)
from pipelines.agency.doing import do
from pipelines.cli.agency import Action
from pipelines.flow import Source, import_wave
from pipelines.ground.errors import Refused, WrongUsage
from pipelines.ground.messages import LOCALES
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.agencies import agency, run
from tests.homes import fixed

WAVE = Wave("2026Q3")
SIZES = {"zeewind": 25, "duinen": 31}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two homes of other boards, with one wave that is not published."""
    homes = {}
    for name, leaders in SIZES.items():
        folder = tmp_path_factory.mktemp(name)
        write_sample(folder, load_instrument(), leaders, 1, leaders)
        home = fixed(folder / "home")
        import_wave(home, Source(folder / f"responses_{WAVE}.csv", WAVE, roster=folder / "roster.csv"))
        homes[name] = home.path
    return homes


def laid(folder: Path, *names: str) -> Path:
    """An inbox with empty files of these names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("", encoding="utf-8")
    return folder


def board(folder: Path, **line: object) -> Board:
    """A board whose home is there, as one line of agency.toml says it."""
    (folder / "home").mkdir(exist_ok=True)
    told = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"home": "home", **line}.items())
    (folder / "agency.toml").write_text(f"[boards]\nb = {{ {told} }}\n", encoding="utf-8")
    return read_boards(folder)[0]


# ------------------------------------------------------------------------------------------ what is to be done


@pytest.mark.parametrize(
    ("names", "export", "roster"),
    [
        (["export-2026Q3.csv"], "export-2026Q3.csv", None),
        (["export-2026Q3.csv", "roster.csv"], "export-2026Q3.csv", "roster.csv"),
        (["2026Q3.XLSX", "Roster.xlsx"], "2026Q3.XLSX", "Roster.xlsx"),
        (["x-2026Q3.sav", "roster.csv", "roster-2026Q3.csv"], "x-2026Q3.sav", "roster-2026Q3.csv"),
        (["x-2026Q3.csv", "x-2026Q2.csv", "roster-2026Q2.csv"], "x-2026Q3.csv", None),
        (["x-2026Q3.csv", "x-2026Q3.pdf", "waves.csv", "roster.txt"], "x-2026Q3.csv", None),
    ],
)
def test_an_inbox_has_the_export_that_names_the_wave_and_the_roster_that_says_so(
    tmp_path: Path, names: list[str], export: str, roster: str | None
) -> None:
    inbox = laid(tmp_path / "home" / "inbox", *names)
    (words,) = work_for(board(tmp_path), Asked("import", WAVE)).steps
    expected = ["import", str(inbox / export), f"--wave={WAVE}", *([f"--roster={inbox / roster}"] if roster else [])]
    assert list(words) == [*expected, f"--home={tmp_path / 'home'}", "--lang=nl"]


@pytest.mark.parametrize(
    ("names", "rule", "is_nothing"),
    [
        ([], "agency_no_file", True),
        (["export.csv", "roster-2026Q3.csv"], "agency_no_file", True),
        (["a-2026Q3.csv", "b-2026Q3.csv"], "agency_two_files", False),
        (["a-2026Q3.csv", "roster.csv", "roster.xlsx"], "agency_two_files", False),
    ],
)
def test_an_inbox_without_the_file_has_nothing_to_do_and_one_with_two_is_refused(
    tmp_path: Path, names: list[str], rule: str, is_nothing: bool
) -> None:
    laid(tmp_path / "home" / "inbox", *names)
    work = work_for(board(tmp_path), Asked("import", WAVE))
    assert (work.steps, work.is_nothing) == ((), is_nothing)
    assert work.why is not None
    assert work.why.rule == rule


def test_what_a_line_says_of_an_export_stands_on_the_command_line(tmp_path: Path) -> None:
    laid(tmp_path / "home" / "inbox", "2026Q3.csv")
    one = board(tmp_path, profile="own", without=["experience_band", "region"])
    (words,) = work_for(one, Asked("check", WAVE, lang="en")).steps
    assert words[0] == "check"
    assert words[3:6] == ("--profile=own", "--without=experience_band", "--without=region")
    assert words[-1] == "--lang=en"


def test_a_home_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    one = board(tmp_path)
    one.home.rmdir()
    for action in ACTIONS:
        wave = WAVE if action in ("check", "import", "report") else None
        work = work_for(one, Asked(action, wave))
        assert (work.steps, getattr(work.why, "rule", None)) == ((), "agency_home")
    assert not one.home.exists()


def test_a_board_without_a_key_has_no_back_up_and_one_with_a_key_has(tmp_path: Path) -> None:
    assert getattr(work_for(board(tmp_path), Asked("backup")).why, "rule", None) == "agency_no_key"
    (words,) = work_for(board(tmp_path, to="age1b"), Asked("backup")).steps
    assert words[:3] == ("backup", f"--out={tmp_path / 'backups' / 'b.age'}", "--to=age1b")
    assert (tmp_path / "backups").is_dir()


@pytest.mark.parametrize(
    ("action", "wave", "rule"),
    [("import", None, "agency_wave"), ("check", None, "agency_wave"), ("report", None, "agency_wave"),
     ("publish", WAVE, "agency_no_wave"), ("backup", WAVE, "agency_no_wave")],
)  # fmt: skip
def test_a_wave_is_named_for_what_needs_one_and_for_nothing_that_would_do_more_than_asked(
    action: Action, wave: Wave | None, rule: str
) -> None:
    with pytest.raises(WrongUsage, match=rule):
        Asked(action, wave)


# ------------------------------------------------------------------------------------------ how a run is kept

WORKS = [Work(name, (("publish", f"--home={name}"),)) for name in "abcde"]


def engine(
    done: list[str], stops: int | None = None, codes: dict[str, int | None] | None = None
) -> Callable[..., object]:
    """An engine that only writes down whom it was for, and dies before board number `stops`."""

    def go(works: Sequence[Work], _: Path) -> Iterator[tuple[Work, int | None]]:
        for number, work in enumerate(works):
            if number == stops:
                raise KeyboardInterrupt
            done.append(work.board)
            yield work, (codes or {}).get(work.board, 0)

    return go


def went(
    folder: Path, how: Callable[..., object], asked: Asked, works: Sequence[Work] = WORKS
) -> tuple[str, list[str]]:
    """The folder of a run, and the boards that were told; whether it was stopped or not."""
    told = []
    with begin(folder, asked) as one:
        try:
            told += [work.board for work, _ in one.go(works, how)]
        except KeyboardInterrupt:
            told.append("stopped")
    return one.folder.name, told


@pytest.mark.parametrize("stops", range(6))
def test_a_run_that_was_stopped_goes_on_after_the_last_board_that_was_done(tmp_path: Path, stops: int) -> None:
    first: list[str] = []
    second: list[str] = []
    asked = Asked("publish")
    name, _ = went(tmp_path, engine(first, stops), asked)
    again, told = went(tmp_path, engine(second), asked)
    assert first + second == list("abcde") if stops < 5 else second == list("abcde")
    assert (again == name) is (stops < 5)
    assert sorted(told) == list("abcde")


def test_a_journal_that_was_cut_off_anywhere_loses_no_board_and_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    went(tmp_path / "whole", engine([], 4), Asked("publish"))
    journal = next(tmp_path.glob("whole/runs/*/journal.jsonl")).read_bytes()
    for length in range(0, len(journal), 5):
        folder = tmp_path / f"{length}"
        place = folder / "runs" / "0001-publish" / "journal.jsonl"
        place.parent.mkdir(parents=True)
        place.write_bytes(journal[:length])
        whole = journal[:length].rpartition(b"}")[0].decode()
        kept = [name for name in "abcde" if f'"board": "{name}"' in whole]
        done: list[str] = []
        went(folder, engine(done), Asked("publish"))
        assert done == [name for name in "abcde" if name not in kept]
        went(folder, engine(done := []), Asked("publish"))
        assert done == list("abcde")  # that run came to its end: this is a new one


def test_a_refused_board_is_tried_again_when_a_run_goes_on_and_one_that_was_lost_keeps_it_open(tmp_path: Path) -> None:
    done: list[str] = []
    asked = Asked("publish")
    went(tmp_path, engine(done, 3, {"b": 1}), asked)
    name, _ = went(tmp_path, engine(done, codes={"e": None}), asked)
    assert done == [*"abc", *"bde"]
    again, _ = went(tmp_path, engine(done), asked)
    assert done == [*"abc", *"bde", "e"]
    assert again == name


def test_another_wave_another_action_and_another_format_are_other_runs(tmp_path: Path) -> None:
    others = [
        Asked("import", WAVE),
        Asked("import", Wave("2026Q4")),
        Asked("report", WAVE),
        Asked("report", WAVE, "html"),
    ]
    names = [went(tmp_path, engine([], 1), asked)[0] for asked in others]
    assert names == ["0001-import-2026Q3", "0002-import-2026Q4", "0003-report-2026Q3", "0004-report-2026Q3"]
    assert [went(tmp_path, engine([]), asked)[0] for asked in others] == names


def test_a_board_that_changed_since_is_done_again_and_a_status_always(tmp_path: Path) -> None:
    watched = laid(tmp_path, "log.jsonl") / "log.jsonl"
    works = [Work("a", (("backup",),), (watched,)), Work("b", (("backup",),))]
    done: list[str] = []
    went(tmp_path, engine(done, 1), Asked("backup"), works)
    watched.write_text("more", encoding="utf-8")
    went(tmp_path, engine(done), Asked("backup"), works)
    assert done == ["a", "a", "b"]
    for _ in range(2):
        went(tmp_path, engine(done := [], 1), Asked("status"), works)
        assert done == ["a"]


def test_two_processes_are_not_at_one_run_together(tmp_path: Path) -> None:
    asked = Asked("publish")
    with begin(tmp_path, asked), pytest.raises(Refused, match="agency_busy"), begin(tmp_path, asked):
        pass


def test_messages_and_journal_are_for_the_account_that_runs_only(tmp_path: Path) -> None:
    name, _ = went(tmp_path, engine([]), Asked("publish"))
    do((("waves", f"--home={tmp_path / 'none'}"),), str(tmp_path / "runs" / name / "a"))
    rights = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "runs").rglob("*")}
    assert rights == {
        name: 0o700, "journal.jsonl": 0o600, "a.out": 0o600, "a.err": 0o600, "a.lock": 0o600,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------ what comes of it


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        (0, "", ("done", "")),
        (1, "No such wave.\nmore", ("refused", "No such wave.")),
        (3, "Undecided.", ("refused", "Undecided.")),
        (1, "There is no new wave to publish. Look with: klankbord waves", ("nothing", None)),
        (-9, "", ("refused", "ended by signal 9")),
        (None, "", ("refused", "could not begin")),
    ],
)
def test_an_outcome_is_the_exit_code_and_the_first_sentence(
    tmp_path: Path, code: int | None, said: str, expected: tuple[str, str | None]
) -> None:
    (tmp_path / "a.err").write_text(said, encoding="utf-8")
    outcome = outcome_of(WORKS[0], code, tmp_path, Asked("publish", lang="en"))
    assert outcome.standing == expected[0]
    assert (expected[1] or "") in outcome.sentence


def test_a_command_that_a_signal_ends_is_told_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipelines.agency.doing.PROGRAM", ("-c", "import os, sys; os.kill(os.getpid(), int(sys.argv[1]))")
    )
    assert [do((("0",), (str(signal),)), str(tmp_path / "a")) for signal in (9, 11)] == [-9, -11]


def test_a_work_that_cannot_begin_is_told_apart_from_one_that_was_refused(tmp_path: Path) -> None:
    works = [Work("a", (("nonsense",),)), Work("b", (("waves", f"--home={tmp_path / 'none'}"),))]
    assert dict(here(1)(works, tmp_path / "not there")) == dict.fromkeys(works)
    assert dict(here(2)(works, tmp_path)) == {works[0]: 2, works[1]: 0}


def test_the_actions_of_the_command_line_are_those_there_are() -> None:
    assert Action.__args__ == ACTIONS


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_status_is_one_table_with_a_row_a_board_and_one_that_is_damaged_stops_no_other(
    imported: dict[str, Path], tmp_path: Path, lang: str
) -> None:
    folder = agency(tmp_path / "agency", {**imported, "schor": imported["duinen"]})
    wave_file = folder / "homes" / "schor" / "vault" / "waves" / f"{WAVE}.duckdb"
    wave_file.write_bytes(wave_file.read_bytes()[:-4096])
    code, said = run(folder, "status", "--lang", lang)
    lines = said.splitlines()
    response = LOCALES.say(lang, "agency.response_of", answered="AA", expected="EE")
    assert code == 1
    for name, leaders, line in zip(SIZES, SIZES.values(), lines[1:3], strict=True):
        answered = vault.read(Home(imported[name]), WAVE, "answers").height
        known = response.replace("AA", str(answered)).replace("EE", str(leaders))
        assert re.fullmatch(rf"{name} +{WAVE} +{known} +\d{{4}}-\d\d-\d\d +– +0 +– +[✓✗]", line), line
    assert re.fullmatch(r"schor( +–){6} +✗", lines[3])
    assert f"{WAVE}.duckdb" in next(line for line in lines[4:] if line.startswith("✗ schor: "))


def test_no_figure_of_two_boards_meets_in_a_summary(imported: dict[str, Path], tmp_path: Path) -> None:
    """Whoever adds up, averages or ranks would have to print it: every number is one board's own, or counts boards."""
    folder = agency(tmp_path / "agency", imported)
    own = {name: {vault.read(Home(home), WAVE, "answers").height, SIZES[name], 0} for name, home in imported.items()}
    _, said = run(folder, "status", "--lang", "en")
    told = re.sub(r"\d{4}-\d\d-\d\d|\d{4}Q\d|/\S+", "", said)
    *rows, summary = [line for line in told.splitlines() if line.strip()]
    for line in rows:
        numbers = set(map(int, re.findall(r"\d+", line)))
        assert numbers <= next((own[name] for name in own if name in line), set()), line
    assert sum(map(int, re.findall(r"\d+", summary))) == len(SIZES)
    _, said = run(folder, "report", "--wave", WAVE, "--lang", "en")  # refused: nothing is published
    assert [int(one) for one in re.findall(r"\d+", re.sub(r"\d{4}Q\d|/\S+", "", said))] == [0, 0, len(SIZES)]


def test_what_travels_to_a_worker_is_paths_and_words_and_what_comes_back_a_number(
    imported: dict[str, Path], tmp_path: Path
) -> None:
    folder = agency(tmp_path / "agency", imported)
    shutil.copytree(imported["zeewind"].parent, folder / "inbox" / "zeewind")
    one = read_boards(folder)[0]
    for action in ACTIONS:
        work = work_for(one, Asked(action, WAVE if action in ("check", "import", "report") else None))
        for step in work.steps:
            words = [
                word for word in step if not word.startswith(("--home=", "--out=", "--roster=", "--wave=", "--lang="))
            ]
            assert set(words) <= {
                action,
                "waves",
                "doctor",
                "--json",
                "--format=pdf",
                str(folder / "inbox/zeewind/responses_2026Q3.csv"),
            }
    code = do((("waves", "--json", f"--home={one.home}"),), str(tmp_path / "a"))
    assert code == 0
    assert type(code) is int


def test_an_outcome_is_told_as_json_in_the_order_of_the_boards(imported: dict[str, Path], tmp_path: Path) -> None:
    folder = agency(tmp_path / "agency", imported)
    code, said = run(folder, "check", "--wave", WAVE, "--json", "--lang", "en")
    told = json.loads(said)
    assert code == 0
    assert [Outcome(**one).board for one in told["boards"]] == list(SIZES)
    assert {one["standing"] for one in told["boards"]} == {"nothing"}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["publish", "--board", "x"], 2, "no board ‘x’"),
        (["publish", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], 2, "Leave --workers out"),
        (["publish", "--scheduler", "no-address"], 1, "No Dask scheduler answers at no-address"),
        (["publish", "--scheduler", "tcp://127.0.0.1:1"], 1, "No Dask scheduler answers at tcp://127.0.0.1:1"),
        (["import"], 2, "--wave"),
        (["erase"], 2, "not a value"),
    ],
)
def test_a_line_that_cannot_be_done_is_one_sentence(tmp_path: Path, words: list[str], code: int, sentence: str) -> None:
    board(tmp_path)
    ended, said = run(tmp_path, *words, "--lang", "en")
    assert ended == code
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_without_the_library_the_scheduler_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Refused, match="agency_no_dask"):
        on_dask("tcp://127.0.0.1:8786")
