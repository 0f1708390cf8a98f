"""A kill at any step of importing or publishing loses nothing and shows nothing half-done."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.flow import Source, import_wave, mend, publish_wave, unpublished
from pipelines.instruments import load_instrument
from pipelines.publish import current, publications
from pipelines.sample import write_sample
from pipelines.settings import Home
from pipelines.vault import stored_waves

# Kills the process just before the nth call of a function that changes what is on disk.
KILLER = """
import os, pathlib, signal, sys
from pipelines import flow, publish, vault
from pipelines.settings import Home
name, at, home, wave = sys.argv[1], int(sys.argv[2]), Home(pathlib.Path(sys.argv[3])), sys.argv[4]
calls = 0
real = getattr(pathlib.Path, name)
def deadly(self, *rest, **named):
    global calls
    calls += 1
    if calls == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *rest, **named)
setattr(pathlib.Path, name, deadly)
flow.publish_wave(home, wave) if sys.argv[5] == "publish" else flow.import_wave(
    home, flow.Source(pathlib.Path(sys.argv[6]), wave)
)
"""


@pytest.fixture
def two_waves(tmp_path: Path) -> tuple[Home, Path]:
    """The first of two waves is published, the second imported."""
    sample, home = tmp_path / "sample", Home(tmp_path / "home")
    write_sample(sample, load_instrument(), 20, 2, 3)
    for file in sorted(sample.glob("responses_*.csv")):
        import_wave(home, Source(file, file.stem.removeprefix("responses_"), roster=sample / "roster.csv"))
    publish_wave(home, unpublished(home)[0])
    return home, sample / "responses_2026Q3.csv"


def _die(home: Home, step: str, at: int, command: str, file: Path) -> None:
    words = [sys.executable, "-c", KILLER, step, str(at), str(home.path), "2026Q3", command, str(file)]
    ended = subprocess.run(words, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def _readable_snapshot(home: Home) -> int:
    snapshot = current(home)
    assert snapshot is not None
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        row = connection.execute("select count(*) from publication").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("step", "at"), [("replace", 1), ("replace", 2), ("replace", 3), ("chmod", 8), ("write_text", 1)]
)
def test_a_kill_while_publishing_leaves_the_last_snapshot_and_the_next_publish_mends_it(
    two_waves: tuple[Home, Path], step: str, at: int
) -> None:
    home, file = two_waves
    _die(home, step, at, "publish", file)
    assert _readable_snapshot(home) == 1
    if not mend(home):
        publish_wave(home, "2026Q3")
    assert publications(home) == ["2026Q2-1", "2026Q3-1"]
    assert _readable_snapshot(home) == 2
    assert not list(home.published.glob(".build-*"))


def test_a_kill_while_importing_leaves_the_wave_as_it_was(two_waves: tuple[Home, Path]) -> None:
    home, file = two_waves
    before = (home.vault / "waves" / "2026Q3.duckdb").read_bytes()
    _die(home, "replace", 1, "import", file)
    assert (home.vault / "waves" / "2026Q3.duckdb").read_bytes() == before
    assert stored_waves(home) == ["2026Q2", "2026Q3"]
    import_wave(home, Source(file, "2026Q3"))
