"""Homes to test with: real waves that went the whole way."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.again import sample_sources
from pipelines.flow import Source, import_wave, publish_wave, unpublished
from pipelines.ground.settings import ROOT, Home
from pipelines.instruments import load_instrument
from pipelines.publication import current
from pipelines.sample import write_sample
from pipelines.vault.accounts import write_private

SEED = 20260922
# What is drawn by chance is drawn in the order of the leaders' codes, which follow from the secret of a vault: with one
# secret the same waves always give the same figures.
SECRET = "5e" * 32
SHELF = ROOT / ".cache" / "boards"
MAKE_HOMES = ("pipelines/**/*", "sql/**/*", "instruments/**/*", "data/sample/*", "requirements.lock", "tests/homes.py")
VERSIONS = 3  # of the code, of which homes stay on the shelf


def fixed(path: Path) -> Home:
    """A new home whose vault has our secret."""
    home = Home(path)
    write_private(home.vault / "secret", SECRET)
    return home


def as_before_hashes(home: Home) -> Home:
    """A home as an earlier version left it: nothing has a hash, and no line of the log follows from the one before."""
    for path in [home.vault / "hashes.json", home.vault / "log.head", *home.published.glob("*.sha256")]:
        path.unlink(missing_ok=True)
    log = home.vault / "log.jsonl"
    if log.exists():
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        kept = [{key: value for key, value in line.items() if key != "before"} for line in lines]
        texts = [json.dumps(line) + "\n" for line in kept if line["command"] != "hashed"]
        log.write_text("".join(texts), encoding="utf-8")
    for place in home.vault.glob("publications/*/facts.json"):
        facts = {key: value for key, value in json.loads(place.read_bytes()).items() if key != "hashes"}
        place.chmod(0o600)
        place.write_text(json.dumps(facts), encoding="utf-8")
    return home


def walk(folder: Path, leaders: int, waves: int) -> Path:
    """Sample waves of a board, imported and published; the home they live in."""
    sample, home = folder / "sample", fixed(folder / "home")
    write_sample(sample, load_instrument(), leaders, waves, SEED)
    for file in sorted(sample.glob("responses_*.csv")):
        wave = file.stem.removeprefix("responses_")
        import_wave(home, Source(file, wave, roster=sample / "roster.csv", is_sample=True))
    for wave in unpublished(home):
        publish_wave(home, wave)
    return home.path


def walk_sample(folder: Path) -> Path:
    """The committed waves of `make demo`, all imported and published; the home they live in.

    Its secret is the one of every demo, so that tests and docs show the figures that people see.
    """
    home = Home(folder / "home")
    for source in sample_sources():
        import_wave(home, source)
    for wave in unpublished(home):
        publish_wave(home, wave)
    return home.path


def tables_of(home: Home) -> dict[str, pl.DataFrame]:
    """Every table of the current snapshot, but where it comes from."""
    place = current(home)
    assert place is not None
    with duckdb.connect(str(place), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: connection.sql(f'select * from "{name}"').pl() for name in names if name != "about"}


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Path]) -> Path:
    """A home made once, by the process that asks first, and kept on disk for as long as what makes it is the same.

    `make` builds it in the folder it is given, with the files it came from beside it, and returns where the home is.
    What is kept is handed to nobody: every process gets a copy of its own.
    """
    kept = SHELF / made_of() / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            part = kept.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(make(factory.mktemp(f"making-{name}")).parent, part)
            part.rename(kept)
            _clear()
    return shutil.copytree(kept, factory.mktemp(name) / "board") / "home"


@cache
def made_of() -> str:
    """A hash of all that decides what a home holds: code, SQL, instruments, the sample, packages and Python itself."""
    found = hashlib.sha256(sys.version.encode())
    every = (path for pattern in MAKE_HOMES for path in ROOT.glob(pattern) if path.is_file())
    for path in sorted(path for path in every if path.suffix != ".pyc"):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:20]


def _clear() -> None:
    """Keep what was made of the newest few versions."""
    for old in sorted(SHELF.iterdir(), key=lambda folder: folder.stat().st_mtime_ns)[:-VERSIONS]:
        shutil.rmtree(old, ignore_errors=True)
