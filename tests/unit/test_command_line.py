"""Every command line speaks the language asked for, explains every option, and knows what the one it starts knows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command

from dashboard.__main__ import app as dashboard
from dashboard.__main__ import main as run_dashboard
from dashboard.report import render
from dashboard.story.snapshot import find
from dashboard.words import LOCALES as DASHBOARD_WORDS
from desk.__main__ import app as desk
from desk.__main__ import main as run_desk
from desk.words import LOCALES as DESK_WORDS
from pipelines import cli
from pipelines.cli.klankbord import NAME, explain_error
from pipelines.ground.command_line import Commands, asked_language, run_command_line
from pipelines.ground.language import Locales
from pipelines.ground.messages import LOCALES
from pipelines.ground.settings import ROOT

Run = Callable[[list[str]], int]
run_klankbord: Run = lambda words: run_command_line(cli.app, NAME, words, LOCALES, explain_error)  # noqa: E731
LINES = {
    "klankbord": (cli.app, LOCALES, run_klankbord),
    "dashboard": (dashboard, DASHBOARD_WORDS, run_dashboard),
    "desk": (desk, DESK_WORDS, run_desk),
}


def parts_of(app: typer.Typer) -> dict[str, Any]:
    """Every command by its name; the one that holds them all has no name."""
    whole: Any = get_command(app)
    return {"": whole, **getattr(whole, "commands", {})}


PARTS = [(line, name) for line, (app, _, _) in LINES.items() for name in parts_of(app)]


def squeezed(text: str) -> str:
    """Letters and digits alone: a help text is broken over lines and framed."""
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(("line", "name"), PARTS)
def test_the_help_of_every_command_explains_it_and_each_option_in_the_language_asked(
    line: str, name: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app, locales, run = LINES[line]
    part = parts_of(app)[name]
    assert run([*([name] if name else []), "--help", "--lang", lang]) == 0
    shown = squeezed(capsys.readouterr().out)
    assert squeezed(locales.say(lang, f"command.{part.name.replace('-', '_')}")) in shown
    for param in part.params:
        sentence = locales.say(lang, f"option.{param.help}")
        assert sentence.endswith(".") or param.help == "format"
        assert squeezed(sentence) in shown, param.opts
    assert squeezed(locales.say(lang, "option.help")) in shown


@pytest.mark.parametrize("line", LINES)
def test_no_sentence_about_a_command_or_an_option_is_left_over(line: str) -> None:
    app, locales, _ = LINES[line]
    parts = parts_of(app).values()
    used = {f"command.{part.name.replace('-', '_')}" for part in parts} | {"option.help"}
    used |= {f"option.{param.help}" for part in parts for param in part.params}
    assert {key for key in locales.sentences("nl") if key.startswith(("command.", "option."))} == used


def options(part: Any) -> set[str]:
    return {option for param in part.params for option in param.opts if option.startswith("--")}


@pytest.mark.parametrize(
    ("command", "started"),
    [
        ("dashboard", parts_of(dashboard)["serve"]),
        ("report", parts_of(dashboard)["report"]),
        ("note", parts_of(dashboard)["note"]),
        ("playback", parts_of(dashboard)["playback"]),
        ("desk", parts_of(desk)[""]),
    ],
)
def test_a_command_knows_every_option_of_the_program_it_starts(command: str, started: Any) -> None:
    assert options(parts_of(cli.app)[command]) == options(started)


@pytest.mark.parametrize(
    ("words", "program"),
    [
        (["dashboard", "--address", "0.0.0.0", "--port", "9", "--lang", "en"], ["dashboard", "serve"]),
        (["desk", "--port", "9", "--lang", "en"], ["desk"]),
        (["report", "--wave", "2026Q3", "--region", "Noord", "--format", "csv", "--out", "p.csv"],
         ["dashboard", "report"]),
        (["note", "--wave", "2026Q3", "--out", "n.pdf", "--lang", "en"], ["dashboard", "note"]),
        (["playback", "--wave", "2026Q3", "--out", "b.pdf", "--lang", "en"], ["dashboard", "playback"]),
    ],
)  # fmt: skip
def test_what_is_asked_is_handed_on_whole(
    words: list[str], program: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[str] = []
    monkeypatch.setattr(os, "execv", lambda _, arguments: handed.extend(arguments))
    assert run_klankbord([*words, "--home", str(tmp_path)]) == 0
    assert handed[: 3 + len(program)] == [sys.executable, "-P", "-m", *program]
    rest = handed[3 + len(program) :]
    given = dict(zip(words[1::2], words[2::2], strict=True)) | {"--home": str(tmp_path)}
    assert given.items() <= dict(zip(rest[::2], rest[1::2], strict=True)).items()


def test_the_language_of_the_reader_decides_where_none_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[str] = []
    monkeypatch.setattr(os, "execv", lambda _, arguments: handed.extend(arguments))
    for command in ("dashboard", "desk"):
        assert run_klankbord([command, "--home", str(tmp_path)]) == 0
    assert "--lang" not in handed


def test_a_choice_without_a_value_is_handed_on_only_when_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[str] = []
    monkeypatch.setattr(os, "execv", lambda _, arguments: handed.extend(arguments))
    words = ["report", "--wave", "2026Q3", "--out", "p.csv", "--home", str(tmp_path)]
    assert run_klankbord(words) == 0
    assert "--with-withheld" not in handed
    handed.clear()
    assert run_klankbord([*words, "--with-withheld"]) == 0
    assert handed.count("--with-withheld") == 1
    assert not {"True", "False"} & set(handed)


def test_klankbord_writes_a_report_of_one_region(home_120: Path, tmp_path: Path) -> None:
    words = ["report", "--wave", "2026Q3", "--region", "Noord", "--format", "csv", "--lang", "en"]
    command = [sys.executable, "-m", "pipelines.cli", *words, "--home", str(home_120), "--out", "noord.csv"]
    place = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=place, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    assert (tmp_path / "noord.csv").read_bytes() == render(snapshot, "2026Q3", "en", "csv", "Noord")


# ---------------------------------------------------------------------------------------- where --lang stands


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ([], None),
        (["waves"], None),
        (["waves", "--lang", "en"], "en"),
        (["--lang", "en", "waves"], "en"),
        (["waves", "--lang=en", "--json"], "en"),
        (["waves", "--lang"], None),
    ],
)
def test_the_language_is_found_wherever_it_stands(words: list[str], lang: str | None) -> None:
    assert asked_language(words) == lang


@pytest.mark.parametrize("words", [["--lang", "en", "waves"], ["waves", "--lang", "en"], ["waves", "--lang=en"]])
def test_the_command_speaks_it_wherever_it_stands(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_klankbord([*words, "--home", str(tmp_path)]) == 0
    assert "There is no wave in the vault yet" in capsys.readouterr().out


# ---------------------------------------------------------------------------------------------- what is wrong

SLIPS = [
    (["check", "x.csv"], "--wave is missing"),
    (["chek", "x.csv"], "Did you mean check?"),
    (["zzz"], "There is no command ‘zzz’. There are: init"),
    (["waves", "--nope"], "There is no option --nope"),
    (["waves", "--home"], "--home needs a value"),
    (["waves", "left", "over"], "There is more on the line"),
    (["sample", "--out", "x", "--leaders", "0"], "it takes: int ≥ 1."),
    (["sample", "--out", "x", "--waves", "41"], "it takes: int ≥ 1 ≤ 40."),
    (["evidence", "x", "--outcome", "a", "--stress", "b", "--support", "c", "--scale", "d"], "none|center|standardize"),
    (["check", "x.csv", "--wave", "spring"], "‘spring’ is not a wave"),
]


@pytest.mark.parametrize(("words", "sentence"), SLIPS)
def test_a_line_that_cannot_be_understood_is_told_in_one_sentence_of_the_language_asked(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_klankbord(["--lang", "en", *words]) == 2
    english = capsys.readouterr()
    assert sentence in english.err
    assert run_klankbord(words) == 2
    dutch = capsys.readouterr()
    for told in (english, dutch):
        assert (told.out, told.err.count("\n")) == ("", 1)
    assert dutch.err != english.err


@pytest.mark.parametrize("line", LINES)
def test_a_language_that_is_not_there_is_wrong_usage(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert LINES[line][2](["--lang", "xx"]) == 2
    assert "‘xx’" in capsys.readouterr().err


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_klankbord([]) == 2
    told = capsys.readouterr()
    assert "publish" in told.out
    assert told.err == ""


def test_what_nobody_foresaw_is_one_sentence_and_with_a_debug_mark_the_error_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KLANKBORD_DEBUG", raising=False)
    app = typer.Typer(cls=Commands, name=NAME, add_completion=False)

    @app.callback()
    def klankbord(lang: Annotated[str, typer.Option("--lang", help="lang")] = "nl") -> None:
        raise ZeroDivisionError

    @app.command()
    def waves() -> None:
        """Never reached."""

    run = partial(run_command_line, app, NAME, ["waves"], LOCALES, explain_error)
    assert run() == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    monkeypatch.setenv("KLANKBORD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run()


SLOW = {"polars", "numpy", "duckdb", "sklearn", "scipy", "streamlit", "babel"}


def test_help_waits_for_no_library_that_is_slow_to_load() -> None:
    code = "import sys; from pipelines.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", code, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "publish" in done.stdout
    assert SLOW & set(done.stderr.split()) == set()


def test_the_dashboard_understands_its_command_line_as_the_pipelines_do() -> None:
    twins = (ROOT / "pipelines" / "ground" / "command_line.py", ROOT / "dashboard" / "command_line.py")
    assert len({twin.read_text(encoding="utf-8") for twin in twins}) == 1


# -------------------------------------------------------------------------------------------- one and more


def counted(locales: Locales) -> Iterator[str]:
    for key in locales.sentences("nl"):
        if key.endswith(".one"):
            yield key.removesuffix(".one")


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("line", LINES)
def test_a_sentence_with_a_form_for_one_has_another_for_more(line: str, lang: str) -> None:
    locales = LINES[line][1]
    for key in counted(locales):
        gaps = dict.fromkeys(re.findall(r"{(\w+)", locales.sentences(lang)[f"{key}.other"]), "x")
        one, two = (locales.say(lang, key, **gaps | {"count": count}) for count in (1, 2))
        assert one != two.replace("2", "1"), key


PLURAL = re.compile(
    r"\{count\} (rijen|antwoorden|schoolleiders|leiders|bestanden|kolommen|metingen|rows|answers|files)"
)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("line", ["klankbord", "desk"])
def test_no_sentence_counts_in_the_plural_only(line: str, lang: str) -> None:
    texts = LINES[line][1].sentences(lang)
    assert [key for key, text in texts.items() if PLURAL.search(text) and not key.endswith(".other")] == []
    assert [key for key, text in texts.items() if PLURAL.search(text)]
