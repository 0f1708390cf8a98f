"""What /ready says to whoever watches over a host: ages and codes, and nothing of the board; and what the log gets."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.door.ready import give_ready, readiness
from dashboard.page import found
from dashboard.story import find
from dashboard.wall import events
from tests.unit.test_command_line import run_klankbord

HOUR = 3600


@pytest.fixture
def home(home_25: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose newest snapshot can be harmed, seen by a process that nothing went wrong in yet."""
    shutil.copytree(home_25 / "published", tmp_path / "home" / "published")
    monkeypatch.setenv("KLANKBORD_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(events, "_failed", {})
    monkeypatch.setattr(found, "_last", {})
    return tmp_path / "home"


@pytest.fixture
def created(home: Path) -> float:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return datetime.fromisoformat(snapshot.about()["created"]).timestamp()


def leave(home: Path, name: str, at: float, text: str = "") -> None:
    (home / "status").mkdir(exist_ok=True)
    (home / "status" / name).write_text(text)
    os.utime(home / "status" / name, (at, at))


def break_newest(home: Path) -> Path:
    snapshot = find(home).snapshot
    assert snapshot is not None
    harmed = home / "published" / "klankbord-9999.duckdb"
    harmed.write_bytes(b"not a snapshot")
    (home / "published" / "CURRENT").write_text(harmed.name)
    return snapshot.path


def test_with_a_snapshot_it_is_ready_and_says_how_old_that_is(home: Path, created: float) -> None:
    assert readiness(created + HOUR) == {
        "ready": True,
        "snapshot": "current",
        "snapshot_age": HOUR,
        "backup_age": None,
        "failure": None,
        "failure_age": None,
    }


def test_it_says_how_old_the_last_back_up_and_the_last_failure_are(home: Path, created: float) -> None:
    leave(home, "backup", created)
    leave(home, "failure", created + HOUR, "klankbord-backup\n")
    told = readiness(created + 3 * HOUR)
    assert (told["backup_age"], told["failure"], told["failure_age"]) == (3 * HOUR, "klankbord-backup", 2 * HOUR)


@pytest.mark.parametrize("text", ["", "Jansen, Noord\n", "x" * 100, "../../vault/secret", "a\0b", "é", "-a"])
def test_what_is_no_code_in_the_file_of_failures_is_not_passed_on(home: Path, created: float, text: str) -> None:
    leave(home, "failure", created, text)
    assert readiness(created)["failure"] == "unknown"


def test_a_clock_that_ran_behind_makes_no_age_below_nothing(home: Path, created: float) -> None:
    leave(home, "backup", created + HOUR)
    told = readiness(created - HOUR)
    assert (told["snapshot_age"], told["backup_age"]) == (0, 0)


def test_the_newest_failure_is_told_and_is_remembered_after_it_ended(home: Path, created: float) -> None:
    current = (home / "published" / "CURRENT").read_text()
    break_newest(home)
    leave(home, "failure", created, "klankbord-backup")
    assert readiness(created)["failure"] == "snapshot"
    (home / "published" / "CURRENT").write_text(current)
    told = readiness(created)
    assert (told["snapshot"], told["failure"]) == ("current", "snapshot")
    events.log_failure("page", "broken")
    assert readiness(created)["failure"] == "page"


def test_while_an_earlier_snapshot_can_be_read_it_is_ready_and_says_so(home: Path, created: float) -> None:
    break_newest(home)
    told = readiness(created)
    assert (told["ready"], told["snapshot"], told["snapshot_age"]) == (True, "earlier", 0)


def lines(log: str) -> list[dict[str, object]]:
    return [{key: value for key, value in json.loads(line).items() if key != "at"} for line in log.splitlines()]


def test_a_snapshot_that_cannot_be_read_is_logged_once_and_so_is_its_end(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "klankbord")
    current = (home / "published" / "CURRENT").read_text()
    found.look()
    break_newest(home)
    for _ in range(3):
        found.look()
    (home / "published" / "CURRENT").write_text(current)
    found.look()
    found.look()
    told = lines("\n".join(caplog.messages))
    assert told == [{"event": "unreadable", "state": "earlier"}, {"event": "readable", "state": "current"}]


@pytest.mark.parametrize("harm", ["none", "unreadable"])
def test_without_a_snapshot_it_is_not_ready_and_the_status_says_so(home: Path, harm: str) -> None:
    for file in (home / "published").iterdir():
        file.chmod(0o600)
        if harm == "none":
            file.unlink()
        elif file.suffix == ".duckdb":
            file.write_bytes(b"x")
    answer = TestClient(Starlette(routes=[Route("/ready", give_ready)])).get("/ready")
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["ready"], told["snapshot"], told["snapshot_age"]) == (False, harm, None)


def test_a_back_up_leaves_a_sign_that_others_can_read(
    home_25: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(home_25, tmp_path / "whole")
    monkeypatch.setenv("KLANKBORD_HOME", str(tmp_path / "whole"))
    assert run_klankbord(["backup-key", "--out", str(tmp_path / "key.txt")]) == 0
    public = re.findall(r"# public key: (\S+)", (tmp_path / "key.txt").read_text())[0]
    sign = tmp_path / "whole" / "status" / "backup"
    assert run_klankbord(["backup", "--out", str(tmp_path / "b.age"), "--to", "age1nonsense"]) == 1
    assert not sign.exists()
    assert run_klankbord(["backup", "--out", str(tmp_path / "b.age"), "--to", public]) == 0
    assert (sign.stat().st_mode & 0o777, sign.parent.stat().st_mode & 0o777) == (0o644, 0o755)
    assert sign.read_bytes() == b""
