"""The real wall: the dashboard runs under another account, which opens snapshots and nothing of the vault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.ground.settings import SAMPLE
from tests.browser.serving import ROOT, served

# Root without any capability is an account like others: what belongs to somebody else is closed to it.
ELSE = ("setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs")
STEWARD = 65534
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="two accounts need root and setpriv"
)
LOOK = """
import pathlib, sys
from dashboard.story.snapshot import find
home = pathlib.Path(sys.argv[1])
found = find(home)
print(found.state, found.snapshot.cell(found.snapshot.waves()[0], "has_rock")["n"])
wave = sys.argv[2]
for place in ("vault", "vault/secret", "vault/log.jsonl", f"vault/waves/{wave}.duckdb",
              f"vault/publications/{wave}-1/respondents.parquet"):
    try:
        path = home / place
        print(place, list(path.iterdir()) if place == "vault" else len(path.read_bytes()))
    except PermissionError:
        print(place, "closed")
for place in (home / "vault" / "new", home / "published" / "new", found.snapshot.path):
    try:
        place.open("ab").close()
        print(place.name, "written")
    except PermissionError:
        print(place.name, "fixed")
"""


@pytest.fixture
def home(home_25: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(home_25, tmp_path / "home")
    for path in (tmp_path / "home", *(tmp_path / "home").rglob("*")):
        os.chown(path, STEWARD, 0)  # the snapshots' group is the dashboard's
    yield tmp_path / "home"
    for path in (tmp_path / "home", *(tmp_path / "home").rglob("*")):
        os.chown(path, 0, 0)


def test_the_dashboards_account_opens_snapshots_and_cannot_open_the_vault_its_key_or_its_log(home: Path) -> None:
    wave = max(path.stem for path in (home / "vault" / "waves").glob("*.duckdb"))
    seen = subprocess.run(
        [*ELSE, sys.executable, "-c", LOOK, str(home), wave], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, *rest = seen.stdout.splitlines()
    assert first.startswith("current ")
    assert int(first.split()[1]) > 0
    assert [line.rsplit(" ", 1)[1] for line in rest] == ["closed"] * 5 + ["fixed"] * 3, seen.stdout


@pytest.fixture
def actions(home: Path) -> Path:
    """As the dashboard's account made it."""
    (home / "actions").mkdir(mode=0o700)
    return home / "actions"


def test_the_dashboard_serves_its_pages_from_that_account(home: Path, actions: Path) -> None:
    with served("pipelines.cli", "dashboard", "--home", str(home), within=ELSE) as address:
        answer = urllib.request.urlopen(f"{address}/coverage")
        assert answer.status == 200
        assert "Klankbord" in answer.read().decode()


def test_the_doctor_finds_the_vault_closed_from_that_account(home: Path) -> None:
    words = [*ELSE, sys.executable, "-m", "pipelines.cli", "doctor", "--home", str(home), "--lang", "en"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "The vault is closed to this account" in told.stdout
    assert told.returncode == 0, told.stdout


def open_vault(home: Path) -> None:
    (home / "vault").chmod(0o711)


def open_snapshots(home: Path) -> None:
    (home / "published").chmod(0o775)


def given_away(home: Path) -> None:
    os.chown(home / "actions", STEWARD, 0)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (open_vault, "Others can see {home}/vault "),
        (open_snapshots, "Others can change {home}/published "),
        (given_away, f"{{home}}/actions belongs to another account ({STEWARD})"),
    ],
)
def test_the_dashboard_does_not_start_from_that_account_when_a_wall_is_down(
    home: Path, actions: Path, harm: Callable[[Path], None], said: str
) -> None:
    harm(home)
    words = [*ELSE, sys.executable, "-m", "pipelines.cli", "dashboard", "--home", str(home), "--lang", "en"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert said.format(home=home) in told.stderr
    assert "klankbord doctor" in told.stderr
    assert told.stderr.count("\n") == 1


def test_the_steward_works_beside_actions_of_that_account(home_25: Path, tmp_path: Path) -> None:
    shutil.copytree(home_25, tmp_path / "home")
    (tmp_path / "home" / "actions").mkdir(mode=0o700)
    os.chown(tmp_path / "home" / "actions", STEWARD, STEWARD)
    words = [*ELSE, sys.executable, "-m", "pipelines.cli"]
    for command in ("waves", "doctor"):
        told = subprocess.run(
            [*words, command, "--home", str(tmp_path / "home")], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stdout + told.stderr


def test_the_steward_begins_in_a_home_laid_out_as_the_docs_say(tmp_path: Path) -> None:
    (tmp_path / "home" / "vault").mkdir(mode=0o700, parents=True)
    (tmp_path / "home" / "actions").mkdir(mode=0o700)
    os.chown(tmp_path / "home" / "actions", STEWARD, STEWARD)  # here that account is the dashboard's
    wave = ["--wave", "2024Q4", "--roster", str(SAMPLE / "roster.csv")]
    words = [*ELSE, sys.executable, "-m", "pipelines.cli", "import", str(SAMPLE / "responses_2024Q4.csv"), *wave]
    told = subprocess.run(
        [*words, "--home", str(tmp_path / "home")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_dashboard_serves_where_the_vault_is_not_there_at_all(home_25: Path, tmp_path: Path) -> None:
    """As in its container, which holds what is published and its own actions."""
    shutil.copytree(home_25 / "published", tmp_path / "home" / "published")
    for path in (tmp_path / "home" / "published", *(tmp_path / "home" / "published").iterdir()):
        os.chown(path, STEWARD, 0)
    (tmp_path / "home" / "actions").mkdir(mode=0o700)
    with served("pipelines.cli", "dashboard", "--home", str(tmp_path / "home"), within=ELSE) as address:
        assert urllib.request.urlopen(f"{address}/ready").status == 200


def test_no_command_of_another_account_changes_the_vault_not_even_of_root(home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    words = [sys.executable, "-m", "pipelines.cli", "publish", "--home", str(home), "--lang", "en"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "belongs to another account (65534)" in told.stderr
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_a_dashboard_for_others_does_not_start_under_an_account_that_can_open_the_vault(
    home_25: Path, tmp_path: Path
) -> None:
    shutil.copytree(home_25, tmp_path / "open")
    sound = (
        'address = "https://k.nl"\nprovider = "https://p.nl"\nclient_id = "k"\nclient_secret = "s"\n'
        f'cookie_secret = "{"c" * 32}"\nclaim = "roles"\n[roles]\nboard = ["b"]\n'
    )
    (tmp_path / "open" / "access.toml").write_text(sound)
    (tmp_path / "open" / "access.toml").chmod(0o600)
    words = [sys.executable, "-m", "dashboard", "serve", "--home", str(tmp_path / "open"), "--lang", "en"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "The dashboard's account can open the vault" in told.stderr
