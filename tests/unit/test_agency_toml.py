"""agency.toml: one line a board; every mistake is told at once, with its line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.agency import Board, read_boards
from pipelines.ground.errors import Refused, each
from pipelines.ground.messages import LOCALES, explain

KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def read(folder: Path, text: str) -> list[Board]:
    (folder / "agency.toml").write_text(text, encoding="utf-8")
    return read_boards(folder)


def test_a_board_needs_a_home_and_finds_its_other_places_by_its_name(tmp_path: Path) -> None:
    (board,) = read(tmp_path, '[boards]\nzeewind = { home = "homes/zeewind" }\n')
    assert board == Board(
        "zeewind",
        home=tmp_path / "homes/zeewind",
        inbox=tmp_path / "homes/zeewind/inbox",
        backup=tmp_path / "backups/zeewind.age",
        reports=tmp_path / "reports/zeewind",
        to=None,
        profile=None,
        without=(),
    )


def test_a_line_says_all_there_is_to_say_of_a_board_and_paths_may_be_whole(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    line = f'home = "h", inbox = "i", backup = "{elsewhere}/b.age", reports = "r", to = "{KEY}", profile = "own"'
    (board,) = read(tmp_path, f'[boards]\nb1 = {{ {line}, without = ["experience_band"] }}\n')
    assert (board.inbox, board.backup, board.reports) == (tmp_path / "i", elsewhere / "b.age", tmp_path / "r")
    assert (board.to, board.profile, board.without) == (KEY, "own", ("experience_band",))


def test_a_table_a_board_reads_as_a_line_a_board(tmp_path: Path) -> None:
    as_lines = read(tmp_path, '[boards]\na = { home = "x" }\nb = { home = "y", to = "age1b" }\n')
    assert read(tmp_path, '[boards.a]\nhome = "x"\n\n[boards.b]\nhome = "y"\nto = "age1b"\n') == as_lines


MISTAKES = [
    ("[boards]\na = { home = }", [("agency_toml", 2)]),
    ("boards = 1 2", [("agency_toml", 1)]),
    ('[boards]\na = { home = "x" }\na = { home = "y" }', [("agency_toml", 3)]),
    ("", [("agency_none", 1)]),
    ("[boards]", [("agency_none", 1)]),
    ("boards = 3", [("agency_none", 1)]),
    ('[boards]\na = { home = "x" }\n[bords]', [("agency_key", 3)]),
    ("[boards]\na = { }", [("agency_missing", 2)]),
    ("[boards]\na = 3", [("agency_value", 2)]),
    ("[boards]\na = { home = 3 }", [("agency_value", 2)]),
    ('[boards]\na = { home = "" }', [("agency_value", 2)]),
    ('[boards]\na = { home = "x", without = "region" }', [("agency_value", 2)]),
    ('[boards]\na = { home = "x", without = ["region", 3] }', [("agency_value", 2)]),
    ('[boards]\n"a/b" = { home = "x" }', [("agency_name", 2)]),
    ('[boards]\n"../a" = { home = "x" }', [("agency_name", 2)]),
    ('[boards]\n"" = { home = "x" }', [("agency_name", 2)]),
    ('[boards]\na = { home = "x", hom = "y" }', [("agency_key", 2)]),
    ('[boards]\na = { home = "x", to = "AGE-SECRET-KEY-1" }', [("agency_to", 2)]),
    ('[boards.a]\nhome = "x"\n\n[boards.b]\nhome = "y"\nto = "b"', [("agency_to", 6)]),
    ('[boards]\na = { home = "x" }\nb = { home = "x" }', [("agency_shared", 3)] * 2),  # the inbox lies in it
    ('[boards]\na = { home = "x" }\nb = { home = "x/y", inbox = "i" }', [("agency_shared", 3)]),
    ('[boards]\na = { home = "x/y" }\nb = { home = "x/../x/y/z", inbox = "i" }', [("agency_shared", 3)]),
    ('[boards]\na = { home = "x", inbox = "i" }\nb = { home = "y", inbox = "i" }', [("agency_shared", 3)]),
    ('[boards]\na = { home = "x", reports = "r" }\nb = { home = "y", reports = "r" }', [("agency_shared", 3)]),
    ('[boards]\na = { home = "x", backup = "b" }\nb = { home = "y", backup = "b" }', [("agency_shared", 3)]),
    ('[boards]\na = { home = "x" }\nb = { home = "y", reports = "x/published" }', [("agency_shared", 3)]),
    (
        '[boards]\na = { hom = "x" }\nb = { home = 3 }\nC = { home = "z" }',
        [("agency_missing", 2), ("agency_key", 2), ("agency_value", 3), ("agency_name", 4)],
    ),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_every_mistake_is_told_at_once_with_its_line(
    tmp_path: Path, text: str, expected: list[tuple[str, int]]
) -> None:
    with pytest.raises(Refused) as refusal:
        read(tmp_path, text)
    found = [(one.rule, int(str(one.where["line"]))) for one in each(refusal.value)]
    assert found == expected
    for lang in LOCALES.languages:
        assert all("agency.toml" in explain(lang, one) for one in each(refusal.value))


def test_a_word_that_is_near_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read(tmp_path, '[boards]\na = { home = "x", report = "r" }')
    assert "Did you mean: reports?" in explain("en", refusal.value)


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "agency.toml").write_bytes(b"[boards]\na = { home = '\xff' }\n")
    with pytest.raises(Refused, match="agency_toml") as refusal:
        read_boards(tmp_path)
    assert refusal.value.where["line"] == 2
