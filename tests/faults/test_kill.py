"""A kill at any step of importing, publishing, erasing or removing loses nothing and shows nothing half-done."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.flow import Source, import_wave, mend, publish_wave, unpublished
from pipelines.flow_rights import erase, held, retain
from pipelines.instruments import load_instrument
from pipelines.publish import current, publications
from pipelines.sample import write_sample
from pipelines.settings import Home
from pipelines.vault import read, stored_waves
from pipelines.vault_keys import codes

# Kills the process just before the nth call of a function that changes what is on disk.
KILLER = """
import os, pathlib, signal, sys
from pipelines import flow, flow_rights, publish, vault
from pipelines.settings import Home
name, at, home, wave = sys.argv[1], int(sys.argv[2]), Home(pathlib.Path(sys.argv[3])), sys.argv[4]
command, word = sys.argv[5], sys.argv[6]
calls = 0
real = getattr(pathlib.Path, name)
def deadly(self, *rest, **named):
    global calls
    calls += 1
    if calls == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *rest, **named)
setattr(pathlib.Path, name, deadly)
if command == "publish":
    flow.publish_wave(home, wave)
elif command == "erase":
    flow_rights.erase(home, word)
elif command == "retain":
    flow_rights.retain(home, int(word))
else:
    flow.import_wave(home, flow.Source(pathlib.Path(word), wave, replace=True))
"""


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first of two waves is published, the second imported."""
    folder = tmp_path_factory.mktemp("two_waves")
    sample, home = folder / "sample", Home(folder / "home")
    write_sample(sample, load_instrument(), 20, 2, 3)
    for file in sorted(sample.glob("responses_*.csv")):
        import_wave(home, Source(file, file.stem.removeprefix("responses_"), roster=sample / "roster.csv"))
    publish_wave(home, unpublished(home)[0])
    return folder


@pytest.fixture
def two_waves(made_once: Path, tmp_path: Path) -> tuple[Home, Path]:
    """A copy to kill in."""
    shutil.copytree(made_once, tmp_path / "copy")
    return Home(tmp_path / "copy" / "home"), tmp_path / "copy" / "sample" / "responses_2026Q3.csv"


def _die(home: Home, step: str, at: int, command: str, file: object) -> None:
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
    import_wave(home, Source(file, "2026Q3", replace=True))
    assert (home.vault / "waves" / "2026Q3.duckdb").read_bytes() != before


def _everybody(home: Home) -> dict[str, bytes]:
    """All files of the vault that hold leaders, and the tombstones."""
    places = [*home.vault.glob("waves/*.duckdb"), *home.vault.glob("publications/*/respondents.parquet")]
    return {str(path.relative_to(home.vault)): path.read_bytes() for path in [*places, *home.vault.glob("erased")]}


def _key_of_all_waves(file: Path) -> str:
    """The key of a leader who answered in both waves."""
    first, second = (
        {line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]}
        for path in sorted(file.parent.glob("responses_*.csv"))
    )
    return min(first & second)


# What replaces a file while a leader is erased: the intent, the tombstone, two waves, and who was counted.
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_a_kill_while_erasing_leaves_the_leader_wholly_there_or_wholly_gone(
    two_waves: tuple[Home, Path], at: int
) -> None:
    home, file = two_waves
    before, key = _everybody(home), _key_of_all_waves(file)
    code = codes(home, pl.Series([key]))[0]
    _die(home, "replace", at, "erase", key)
    seen = [code in read(home, wave, table)["leader_key"] for wave in stored_waves(home) for table in ("answers",)]
    if at == 1:
        assert _everybody(home) == before
        assert seen == [True, True]
    else:
        assert seen == [False, False]  # from the intent on, nobody reads the leader any more
        assert _everybody(home) != before or at == 2
        with held(home):  # the next command, whichever it is, finishes
            pass
        for name, content in _everybody(home).items():
            assert code.encode() not in content or name == "erased", name
    assert erase(home, key).rows >= (at == 1)
    assert not [*home.vault.glob("waves/.build-*"), *home.vault.glob("publications/*/*.build")]


@pytest.mark.parametrize(("step", "at"), [("replace", 1), ("unlink", 2), ("unlink", 3), ("unlink", 4)])
def test_a_kill_while_removing_an_old_wave_leaves_it_wholly_there_or_wholly_gone(
    two_waves: tuple[Home, Path], step: str, at: int
) -> None:
    home, _ = two_waves
    _die(home, step, at, "retain", 1)
    if step == "replace":
        assert stored_waves(home) == ["2026Q2", "2026Q3"]
    else:
        assert stored_waves(home) == ["2026Q3"]
        with held(home):
            pass
    retain(home, 1)
    assert [path.stem for path in home.vault.glob("waves/*.duckdb")] == ["2026Q3"]
    assert not list(home.vault.glob("publications/*/respondents.parquet"))
    assert publications(home) == ["2026Q2-1"]
    assert _readable_snapshot(home) == 1
