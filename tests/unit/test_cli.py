"""The commands: exit codes, JSON, languages, and never a traceback."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipelines import cli
from pipelines.ground.messages import sentences
from pipelines.ground.settings import ROOT

HEAD = "leader_key,submitted,region,experience_band,rock_emotional,stress_1\n"


@dataclass(frozen=True)
class Told:
    """What a command said."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Told]


@pytest.fixture
def klankbord(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process, as main() does."""

    def run(*arguments: object, home: Path | None = None) -> Told:
        words = [*map(str, arguments), *([] if home is None else ["--home", str(home)])]
        monkeypatch.setattr("sys.argv", ["klankbord", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return Told(int(end.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.csv"
    rows = [f"k{i},2026-09-0{1 + i % 9},Noord,0-1,{'yes' if i % 3 else 'no'},{1 + i % 5}" for i in range(30)]
    file.write_text(HEAD + "\n".join(rows) + "\nk1,2026-09-20,Noord,0-1,yes,7\n")
    return file


def test_check_tells_as_json_what_an_import_would_do_and_keeps_nothing(
    klankbord: Command, export: Path, tmp_path: Path
) -> None:
    result = klankbord("check", export, "--wave", "2026Q3", "--json", home=tmp_path / "home")
    told = json.loads(result.stdout)
    assert result.returncode == 0
    assert told["rows"] == 31
    assert told["loaded"] == 30
    assert told["rejected"] == [{"row": 3, "column": "leader_key", "rule": "duplicate_leader"}]
    assert told["data_errors"] == [{"row": 32, "column": "stress_1", "rule": "out_of_range"}]
    assert (told["duplicates"], told["late"], told["refused"]) == (1, 0, [])
    assert not (tmp_path / "home").exists()


def test_a_refused_file_exits_1_with_one_sentence_or_json(klankbord: Command, export: Path, tmp_path: Path) -> None:
    export.write_text(export.read_text().replace("rock_emotional", "naam"))
    people = klankbord("import", export, "--wave", "2026Q3", home=tmp_path / "home")
    assert people.returncode == 1
    assert people.stderr.count("\n") == 1
    assert "‘naam’" in people.stderr
    machine = klankbord("import", export, "--wave", "2026Q3", "--json", home=tmp_path / "home")
    assert machine.returncode == 1
    assert json.loads(machine.stdout)["refused"] == [{"column": "naam", "rule": "name"}]


ALIKE = {"Noord": 1, "Oost": 2, "Zuid": 4, "West": 5}  # region -> leaders on the roster who share all their groups


@pytest.mark.parametrize(
    ("alike", "alone", "few"),
    [(ALIKE, 1, 7), (ALIKE | {"Noord": 2}, 0, 8), ({"Noord": 1, "Oost": 1, "West": 6}, 2, 2), ({"West": 5}, 0, 0)],
)
def test_a_check_counts_who_is_alone_in_all_groups_together_silent_leaders_included(
    klankbord: Command, tmp_path: Path, alike: dict[str, int], alone: int, few: int
) -> None:
    export, roster = of_leaders_alike(tmp_path, alike)
    words = ("check", export, "--wave", "2026Q3", "--roster", roster)
    told = json.loads(klankbord(*words, "--json", home=tmp_path / "home").stdout)["combinations"]
    groups = ["region", "experience_band", "role"]
    assert told == {"groups": groups, "people": sum(alike.values()), "alone": alone, "few": few, "k": 5}
    for lang in ("nl", "en"):
        called = {"nl": "Regio, Ervaring als schoolleider, Rol", "en": "Region, Experience as school leader, Role"}
        sentence = sentences(lang)["say.combinations"].format(**told | {"groups": called[lang]})
        assert (sentence in klankbord(*words, "--lang", lang, home=tmp_path / "home").stdout) == bool(few)


def test_without_groups_nobody_can_be_known_by_them_and_nothing_is_said_of_it(
    klankbord: Command, tmp_path: Path
) -> None:
    export = tmp_path / "export.csv"
    export.write_text("leader_key,submitted,stress_1\na,2026-09-03,3\nb,2026-09-03,4\n", encoding="utf-8")
    words = ("check", export, "--wave", "2026Q3", "--lang", "en")
    told = json.loads(klankbord(*words, "--json", home=tmp_path / "home").stdout)["combinations"]
    assert told == {"groups": [], "people": 2, "alone": 0, "few": 0, "k": 5}
    assert "all groups together" not in klankbord(*words, home=tmp_path / "home").stdout


def of_leaders_alike(folder: Path, alike: dict[str, int]) -> tuple[Path, Path]:
    """An export of one answer per region, and a roster with so many leaders in each, alike in all their groups."""
    leaders = [(f"{region}{number}", region) for region, count in alike.items() for number in range(count)]
    roster = [f"2026Q3,{key},{region},2-5,director\n" for key, region in leaders]
    answers = [f"{region}0,2026-09-08,yes,3\n" for region in alike]
    files = folder / "export.csv", folder / "roster.csv"
    files[0].write_text("leader_key,submitted,rock_emotional,stress_1\n" + "".join(answers))
    files[1].write_text("wave,leader_key,region,experience_band,role\n" + "".join(roster))
    return files


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_file_that_is_not_there_is_told_as_json_too(klankbord: Command, tmp_path: Path, command: str) -> None:
    machine = klankbord(command, tmp_path / "absent.csv", "--wave", "2026Q3", "--json", home=tmp_path / "home")
    assert machine.returncode == 1
    assert json.loads(machine.stdout)["refused"] == [{"column": None, "rule": "file_not_found"}]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "absent.csv", "--wave", "2026Q3", "--lang", "en"], 1, "absent.csv does not exist"),
        (["check", "README.md", "--wave", "3rd", "--lang", "en"], 2, "is not a wave"),
        (["check", "x.csv"], 2, "--wave"),
        (["nonsense"], 2, "nonsense"),
        (["publish", "--lang", "en"], 1, "no new wave"),
        (["audit", "--wave", "2026Q3"], 1, "nog niet gepubliceerd"),
        (["audit"], 1, "Er is nog geen meting gepubliceerd"),
        (["cells", "--out", "c.parquet", "--lang", "en"], 1, "No wave is published yet"),
        (["roster", "--wave", "2026Q3", "--out", "r.parquet", "--lang", "en"], 1, "not published yet"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_with_the_right_exit_code(
    klankbord: Command, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    result = klankbord(*arguments, home=None if arguments[0] == "nonsense" else tmp_path / "home")
    assert result.returncode == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr + result.stdout


def test_a_wave_walks_from_export_to_audit_by_commands_alone(klankbord: Command, export: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert klankbord("import", export, "--wave", "2026Q3", home=home).returncode == 0
    published = klankbord("publish", "--json", home=home)
    assert published.returncode == 0
    told = json.loads(published.stdout)["published"][0]
    assert told["publication"] == "2026Q3-1"
    assert klankbord("cells", "--out", tmp_path / "cells.parquet", home=home).returncode == 0
    figures = pl.read_parquet(tmp_path / "cells.parquet").filter(pl.col("measure").str.starts_with("count:"))
    planned = figures.filter(~pl.col("status").is_in(["not_planned", "not_asked", "group_unknown"]))
    assert (told["shown"], told["planned"]) == (figures.filter(status="published").height, planned.height)
    assert json.loads(klankbord("audit", "--json", home=home).stdout)["audit"][0]["verdict"] == "safe"
    again = klankbord("import", export, "--wave", "2026Q3", "--lang", "en", home=home)
    assert again.returncode == 0
    assert "Nothing changed" in again.stdout
    export.write_text(export.read_text().replace("Noord,0-1,yes", "Noord,0-1,no"))
    other = klankbord("import", export, "--wave", "2026Q3", "--lang", "en", home=home)
    assert other.returncode == 1
    assert "published already" in other.stderr
    assert json.loads(klankbord("waves", "--json", home=home).stdout)["waves"][0]["publication"] == "2026Q3-1"
    assert klankbord("doctor", home=home).returncode == 0


def test_a_wave_without_keys_or_experience_is_published_with_what_it_has(
    klankbord: Command, export: Path, tmp_path: Path
) -> None:
    lines = [line.split(",") for line in export.read_text().splitlines()]
    bare = tmp_path / "bare.csv"
    bare.write_text("\n".join(",".join([line[2], line[4], line[5]]) for line in lines[:31]))
    roster = tmp_path / "roster.csv"
    people = [f"k{i},Noord,{'0-1' if i < 9 else '2-5'}" for i in range(40)]
    roster.write_text("leader_key,region,experience_band\n" + "\n".join(people))
    home = tmp_path / "home"
    imported = klankbord("import", bare, "--wave", "2026Q3", "--roster", roster, "--lang", "en", home=home)
    assert imported.returncode == 0
    assert "Without leader_key" in imported.stdout
    assert klankbord("publish", home=home).returncode == 0
    cells = tmp_path / "cells.parquet"
    assert klankbord("cells", "--out", cells, home=home).returncode == 0
    assert "experience_band" not in pl.read_parquet(cells).columns


def test_a_leader_is_erased_and_an_old_wave_removed_by_commands_alone(
    klankbord: Command, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    for wave in ("2026Q3", "2026Q4"):
        assert klankbord("import", export, "--wave", wave, home=home).returncode == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("k1\n"))
    told = json.loads(klankbord("erase", "-", "--json", home=home).stdout)
    # In each wave the answer, its scores, a rejected second answer, and an answer out of range.
    assert told == {"waves": ["2026Q3", "2026Q4"], "rows": 8, "publications": []}
    people = klankbord("erase", "k2", "--lang", "en", home=home)
    assert people.returncode == 0
    assert "4 rows from 2 waves" in people.stdout
    unknown = klankbord("erase", "nobody", "--lang", "en", home=home)
    assert unknown.returncode == 1
    assert "nowhere in the vault" in unknown.stderr
    blocked = klankbord("retain", "--waves", "1", "--lang", "en", home=home)
    assert blocked.returncode == 1
    assert "klankbord publish --wave 2026Q3" in blocked.stderr
    klankbord("publish", "--wave", "2026Q3", home=home)
    assert json.loads(klankbord("retain", "--waves", "1", "--json", home=home).stdout)["waves"] == ["2026Q3"]
    assert [row["wave"] for row in json.loads(klankbord("waves", "--json", home=home).stdout)["waves"]] == ["2026Q4"]
    audit = klankbord("audit", "--lang", "en", home=home)
    assert audit.returncode == 0
    assert "2026Q3-1" in audit.stdout


def test_another_file_needs_replace_and_a_check_says_so(klankbord: Command, export: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    klankbord("import", export, "--wave", "2026Q3", home=home)
    export.write_text(export.read_text() + "\nk40,2026-09-03,Noord,0-1,yes,3")
    assert "import --replace" in klankbord("check", export, "--wave", "2026Q3", "--lang", "en", home=home).stdout
    refused = klankbord("import", export, "--wave", "2026Q3", "--lang", "en", home=home)
    assert refused.returncode == 1
    assert "Add --replace" in refused.stderr
    assert klankbord("import", export, "--wave", "2026Q3", "--replace", home=home).returncode == 0


@pytest.mark.parametrize(
    ("form", "start"), [("lss", b"<?xml"), ("pdf", b"%PDF"), ("tsv", b"\xef\xbb\xbf"), ("profile", b"#")]
)
def test_the_questionnaire_is_written_in_every_form(
    klankbord: Command, tmp_path: Path, form: str, start: bytes
) -> None:
    out = tmp_path / "questions"
    assert klankbord("questionnaire", "--lang", "nl", "--format", form, "--out", out).returncode == 0
    assert out.read_bytes().startswith(start)
    wrong = klankbord("questionnaire", "--lang", "en", "--format", "docx", "--out", out)
    assert wrong.returncode == 2
    assert "‘docx’" in wrong.stderr


def test_outcomes_are_read_by_nobody_and_that_is_told(klankbord: Command, export: Path, tmp_path: Path) -> None:
    result = klankbord(
        "import",
        export,
        "--wave",
        "2026Q3",
        "--outcomes",
        tmp_path / "absent.csv",
        "--lang",
        "en",
        home=tmp_path / "home",
    )
    assert result.returncode == 0
    assert "neither read nor kept" in result.stdout


@pytest.mark.parametrize(("lang", "words"), [("nl", "kluis"), ("en", "vault")])
def test_help_speaks_both_languages(lang: str, words: str) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "import", "--help", "--lang", lang]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0
    assert words in result.stdout


def test_both_languages_have_the_same_sentences_with_the_same_gaps() -> None:
    dutch, english = sentences("nl"), sentences("en")
    assert set(dutch) == set(english)
    for key, text in dutch.items():
        assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", english[key])), key


@pytest.mark.parametrize(("lang", "word"), [("nl", "ontbreekt"), ("en", "is missing")])
def test_a_slip_in_an_own_instrument_is_told_in_one_sentence(
    klankbord: Command, tmp_path: Path, lang: str, word: str
) -> None:
    own = tmp_path / "instruments" / "policy.toml"
    own.parent.mkdir()
    own.write_text("[[policy]]\nretension_waves = 8\n", encoding="utf-8")
    result = klankbord("questionnaire", "--out", tmp_path / "q.pdf", "--lang", lang, home=tmp_path)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("policy.toml: ")
    assert word in result.stderr


def test_every_rule_that_can_be_raised_has_a_sentence_whose_gaps_are_filled() -> None:
    found = 0
    for file in (ROOT / "pipelines").rglob("*.py"):
        for call in re.finditer(
            r'(?:Refused|WrongUsage|Undecided)\(\s*"(\w+)"((?:[^()]|\([^()]*\))*)\)', file.read_text()
        ):
            found += 1
            told = sentences("nl")
            sentence = told.get(f"error.{call[1]}") or told[f"error.{call[1]}.other"]
            gaps = set(re.findall(r"{(\w+)", sentence))
            assert gaps <= set(re.findall(r"(\w+)=", call[2])), (file.name, call[1])
    assert found > 25
