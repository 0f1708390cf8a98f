"""A disk that is full, and files that may not be read: one sentence, nothing half, no trace of an answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.ground.messages import sentences
from pipelines.ground.settings import ROOT
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.faults import harms

NO_RIGHTS = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]  # root without the right to read everything


def klankbord(*command: object, without: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    started = [*(without or []), sys.executable, "-m", "pipelines.cli", *map(str, command)]
    return subprocess.run(started, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, load_instrument(), 4000, 1, 3)
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB."""
    if not harms.can_mount():
        pytest.skip("only root can make a small disk")
    with harms.small_disk(tmp_path / "disk", 1) as place:
        yield place


@pytest.mark.parametrize("taken", [0, 300, 900])
def test_an_import_on_a_full_disk_is_one_sentence_and_leaves_no_answer(
    sample: Path, small_disk: Path, taken: int
) -> None:
    (small_disk / "other").write_bytes(bytes(1024 * taken))
    files = (sample / "responses_2026Q3.csv", "--roster", sample / "roster.csv", "--wave", "2026Q3")
    done = klankbord("import", *files, "--home", small_disk / "home", "--lang", "en")
    assert (done.returncode, done.stderr.strip()) == (1, sentences("en")["error.no_space"])
    left = [path.name for path in (small_disk / "home").rglob("*") if path.is_file()]
    assert set(left) <= {"lock", "secret", "log.jsonl", "log.head", "hashes.json"}
    # with room again the next import is whole
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    assert klankbord("import", *files, "--home", small_disk / "home").returncode == 0


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv on this machine")
@pytest.mark.parametrize("which", ["export", "roster", "waves", "vault", "instruments"])
def test_what_may_not_be_read_is_named_in_one_sentence(tmp_path: Path, which: str) -> None:
    home, export, roster = tmp_path / "home", tmp_path / "export.csv", tmp_path / "roster.csv"
    export.write_text("leader_key,stress_1\na,3\n")
    roster.write_text("wave,leader_key,region,experience_band\n2026Q3,a,Noord,0-1\n")
    waves, instruments = tmp_path / "waves.csv", tmp_path / "instruments"
    waves.write_text("wave,opens,closes\n2026Q3,2026-09-01,2026-09-30\n")
    instruments.mkdir()
    command = ["import", export, "--wave", "2026Q3", "--roster", roster, "--waves", waves, "--home", home]
    closed = {"export": export, "roster": roster, "waves": waves, "instruments": instruments}.get(which)
    if which == "vault":
        assert klankbord(*command).returncode == 0
        closed, command = home / "vault" / "waves" / "2026Q3.duckdb", ["waves", "--home", home]
    if which == "instruments":
        command += ["--instruments", instruments]
    assert closed is not None
    closed.chmod(0)
    done = klankbord(*command, "--lang", "en", without=NO_RIGHTS if os.geteuid() == 0 else None)
    closed.chmod(0o700)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == sentences("en")["error.cannot_write"].format(path=closed)


def test_an_instrument_folder_that_is_not_there_and_a_folder_for_a_file_are_told(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text("leader_key,stress_1\na,3\n")
    home = ("--wave", "2026Q3", "--home", tmp_path / "home", "--lang", "en")
    done = klankbord("import", export, "--instruments", tmp_path / "away", *home)
    assert (done.returncode, done.stderr.strip()) == (1, f"{tmp_path / 'away'} does not exist.")
    done = klankbord("import", tmp_path, *home)
    assert (done.returncode, done.stderr.strip()) == (1, f"{tmp_path.name} is a folder. Name the file itself.")
