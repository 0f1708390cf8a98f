"""Every command looks at the walls before it starts: who owns vault, published and actions, and who may open them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines import cli
from pipelines.doctor import examine, mend
from pipelines.ground.messages import explain
from pipelines.ground.settings import Home
from pipelines.vault import accounts as walls
from tests.homes import fixed, walk

# The least each command wants to hear; what it is about need not exist, for a command looks at the walls first.
COMMANDS = {
    "check": ("x.csv", "--wave", "2026Q3"),
    "import": ("x.csv", "--wave", "2026Q3"),
    "profile": ("x.csv",),
    "publish": (),
    "waves": (),
    "audit": (),
    "cells": ("--out", "x.parquet"),
    "roster": ("--out", "x.parquet", "--wave", "2026Q3"),
    "report": ("--wave", "2026Q3", "--out", "x.pdf"),
    "note": ("--out", "x.pdf"),
    "playback": ("--out", "x.pdf"),
    "dashboard": (),
    "desk": (),
    "demo": ("--no-serve",),
    "erase": ("k1",),
    "retain": (),
    "withdraw": ("2026Q3",),
    "backup-key": ("--out", "key.txt"),
    "backup": ("--out", "x.age", "--to", "age1"),
    "questionnaire": ("--out", "x.pdf"),
    "leaflet": ("--out", "x.pdf"),
    "letter": ("--out", "x.pdf"),
    "dpia": ("--out", "x.md"),
    "init": (),
}
FREE = {"doctor", "restore"}  # one mends the walls, the other wants an empty place
STRANGER = 65534


@pytest.fixture
def home(home_25: Path, tmp_path: Path) -> Home:
    shutil.copytree(home_25, tmp_path / "home")
    actions = tmp_path / "home" / "actions"
    actions.mkdir(mode=0o700)
    (actions / "actions.sqlite").touch(0o600)
    return fixed(tmp_path / "home")


def wrong(home: Home) -> set[str]:
    return {check for check, fault in walls.access_faults(home).items() if fault}


def told(home: Home) -> set[str]:
    """What the doctor says of it."""
    return {finding.check for finding in examine(home) if not finding.is_ok}


def test_every_command_that_works_in_a_home_is_tried() -> None:
    with_home = {
        name
        for name, command in get_command(cli.app).commands.items()
        if any("--home" in param.opts for param in command.params)
    }
    assert with_home == set(COMMANDS) | FREE


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_starts_while_others_can_open_the_vault(
    command: str, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.vault.chmod(0o750)
    before = {path: path.stat().st_mtime_ns for path in home.path.rglob("*")}
    words = ["klankbord", command, *COMMANDS[command], "--home", str(home.path), "--lang", "en"]
    monkeypatch.setattr("sys.argv", words)
    monkeypatch.chdir(home.path.parent)
    with pytest.raises(SystemExit) as end:
        cli.main()
    said = capsys.readouterr()
    assert end.value.code == 1
    assert f"Others can see {home.vault}" in said.err + said.out
    assert "klankbord doctor --fix" in said.err + said.out
    assert {path: path.stat().st_mtime_ns for path in home.path.rglob("*")} == before
    assert list(home.path.parent.iterdir()) == [home.path]


def open_to(mode: int, *parts: str) -> Callable[[Home], None]:
    return lambda home: home.path.joinpath(*parts).chmod(mode)


@pytest.mark.parametrize(
    ("harm", "check", "path"),
    [
        (open_to(0o701, "vault"), "vault_private", "vault"),
        (open_to(0o640, "vault", "log.jsonl"), "vault_private", "vault/log.jsonl"),
        (open_to(0o775, "published"), "published_fixed", "published"),
        (open_to(0o666, "published", "CURRENT"), "published_fixed", "published/CURRENT"),
        (open_to(0o755, "actions"), "actions_private", "actions"),
        (open_to(0o644, "actions", "actions.sqlite"), "actions_private", "actions/actions.sqlite"),
    ],
)
def test_what_stands_open_is_refused_by_name_told_by_the_doctor_and_closed_by_fix(
    home: Home, harm: Callable[[Home], None], check: str, path: str
) -> None:
    assert (wrong(home), told(home)) == (set(), set())
    harm(home)
    assert (wrong(home), told(home)) == ({check}, {check})
    with pytest.raises(walls.Refused) as refusal:
        walls.open_home(home.path)
    for lang in ("nl", "en"):
        assert f"{home.path / path} " in explain(lang, refusal.value)
        assert "klankbord doctor --fix" in explain(lang, refusal.value)
    mend(home)
    assert (wrong(home), told(home)) == (set(), set())
    assert walls.open_home(home.path) == home


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another account")
@pytest.mark.parametrize(
    ("path", "check"),
    [("vault", "vault_owner"), ("vault/secret", "vault_owner"), ("published", "published_owner")],
)
def test_what_belongs_to_another_account_is_refused_and_left_to_a_person(home: Home, path: str, check: str) -> None:
    os.chown(home.path / path, STRANGER, STRANGER)
    assert (wrong(home), told(home)) == ({check}, {check})
    fault = walls.access_faults(home)[check]
    assert fault
    assert f"{home.path / path} belongs to another account ({STRANGER})" in explain("en", fault)
    with pytest.raises(walls.Refused, match="folder_owner"):
        walls.open_home(home.path)
    walls.close_access(home)
    assert wrong(home) == {check}


def test_what_another_command_is_writing_just_now_stops_nobody(home: Home) -> None:
    for place in (home.vault / "waves" / ".build-1-x", home.published / ".build-1.duckdb", home.vault / "x.build"):
        place.touch()
        place.chmod(0o666)
    (home.vault / ".upload-x").mkdir(mode=0o700)
    (home.vault / ".upload-x" / "export.csv").touch(0o644)
    assert wrong(home) == set()


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_walls_stand_whatever_the_account_gives_new_files(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        home = Home(walk(tmp_path, 25, 1))
    finally:
        os.umask(before)
    assert wrong(home) == set()
    assert home.published.stat().st_mode & 0o055 == 0o055
    for path in home.published.iterdir():
        assert path.stat().st_mode & 0o040, path  # the group of the dashboard's account reads it
