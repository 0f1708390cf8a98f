"""Vault: the restricted home of pseudonymous answers, one DuckDB file per wave, whole or not there at all."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.database import connect, run
from pipelines.errors import Refused
from pipelines.settings import Home, sync

TABLES = ("about", "answers", "scores", "roster", "rejected", "data_errors")


def wave_file(home: Home, wave: str) -> Path:
    """The vault file of one wave."""
    return home.vault / "waves" / f"{wave}.duckdb"


def stored_waves(home: Home) -> list[str]:
    """Waves in the vault, oldest first."""
    return sorted(path.stem for path in (home.vault / "waves").glob("????Q?.duckdb"))


def store(home: Home, wave: str, about: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]) -> None:
    """Write one wave beside its place, then move it there in one step: a half wave is never seen."""
    place = wave_file(home, wave)
    make_private(place.parent)
    build = place.with_name(f".build-{os.getpid()}-{wave}.duckdb")
    build.unlink(missing_ok=True)
    facts = {"schema_version": 1, **about}
    rows = pl.DataFrame({"key": list(facts), "value": [json.dumps(v, default=str) for v in facts.values()]})
    try:
        with connect(build) as connection:
            for name, frame in {"about": rows, **tables}.items():
                run(connection, f"vault/create_{name}", {f"frame_{name}": frame})
            connection.execute("checkpoint")
        build.chmod(0o600)
        sync(build)
        build.replace(place)
        sync(place.parent)
    finally:
        build.unlink(missing_ok=True)


def read(home: Home, wave: str, table: str) -> pl.DataFrame:
    """One table of one wave."""
    place = wave_file(home, wave)
    if not place.exists():
        raise Refused("wave_unknown", wave=wave)
    with connect(place, read_only=True) as connection:
        frame = run(connection, f"vault/read_{table}")
    return pl.DataFrame() if frame is None else frame


def read_about(home: Home, wave: str) -> dict[str, Any]:
    """Where a wave came from: hash, profile, counts, dates and the whole instrument it is read by."""
    return {key: json.loads(value) for key, value in read(home, wave, "about").iter_rows()}


def log(home: Home, command: str, **counts: object) -> None:
    """Append one line to the vault log: when, which account, what, how many; never an answer."""
    make_private(home.vault)
    line = {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "account": os.getuid(), "command": command}
    path = home.vault / "log.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**line, **counts}, default=str) + "\n")
    path.chmod(0o600)


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Hold the vault: a second importer or publisher is told to wait."""
    make_private(home.vault)
    with (home.vault / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            raise Refused("vault_busy") from busy
        yield


def make_private(folder: Path) -> None:
    """A folder only this account can enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
