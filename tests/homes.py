"""Homes to test with: real waves that went the whole way."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.again import sample_sources
from pipelines.flow import Source, import_wave, publish_wave, unpublished
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.publication import current
from pipelines.sample import write_sample
from pipelines.vault.accounts import write_private

SEED = 20260922
# What is drawn by chance is drawn in the order of the leaders' codes, which follow from the secret of a vault: with one
# secret the same waves always give the same figures.
SECRET = "5e" * 32


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
    """A home made once per run, by the process of it that asks first; every process gets a copy of its own.

    `make` builds it in the folder it is given, with the files it came from beside it, and returns where the home is.
    """
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        return make(factory.mktemp(name))
    shelf = factory.getbasetemp().parent / f"made-{name}"
    with shelf.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shelf.exists():
            shutil.copytree(make(factory.mktemp(f"making-{name}")).parent, shelf.with_suffix(".part"))
            shelf.with_suffix(".part").rename(shelf)
    return shutil.copytree(shelf, factory.mktemp(name) / "board") / "home"
