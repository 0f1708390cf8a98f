"""Vault: the restricted home of pseudonymous answers, one DuckDB file per wave, whole or not there at all.

Answers that come after a wave's publication lie beside it, one file per import (`late/2026Q3-1.duckdb`).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from polars import selectors as cs

from pipelines.ground.database import connect, run
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.settings import Home, sync
from pipelines.vault import versions as vault_schema
from pipelines.vault.codes import make_private, pending

TABLES = ("about", "answers", "scores", "roster", "rejected", "data_errors", "outcomes")
EVENTS = {"wave": pl.String, "leader_key": pl.String, "event": pl.String}


def wave_file(home: Home, wave: Wave) -> Path:
    """The vault file of one wave."""
    return home.vault / "waves" / f"{wave}.duckdb"


def stored_waves(home: Home) -> list[Wave]:
    """Waves in the vault, oldest first."""
    gone = pending(home).get("waves", [])
    files = (home.vault / "waves").glob(f"{Wave.FILES}.duckdb")
    return sorted(Wave(path.stem) for path in files if path.stem not in gone)


def late_files(home: Home, wave: Wave) -> list[Path]:
    """The vault files with answers that came after a wave's publication, in the order they came."""
    return sorted((home.vault / "late").glob(f"{wave}-*.duckdb"), key=_number)


def _number(late_file: Path) -> int:
    return PublicationId(late_file.stem).number  # named as publications are: 2026Q3-1


def next_late(home: Home, wave: Wave) -> Path:
    """Where the next late answers of a wave go."""
    taken = late_files(home, wave)
    number = 1 + (_number(taken[-1]) if taken else 0)
    return home.vault / "late" / f"{wave}-{number}.duckdb"


def store(place: Path, about: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]) -> None:
    """Write one vault file beside its place, then move it there in one step: a half wave is never seen."""
    make_private(place.parent)
    build = place.with_name(f".build-{os.getpid()}-{place.name}")
    build.unlink(missing_ok=True)
    words = {
        name: {column: kind.categories.to_list() for column, kind in frame.schema.items() if isinstance(kind, pl.Enum)}
        for name, frame in tables.items()
    }
    facts = {**about, "words": words, "schema_version": vault_schema.NEWEST}
    rows = pl.DataFrame({"key": list(facts), "value": [json.dumps(v, default=str) for v in facts.values()]})
    try:
        with connect(build) as connection:
            connection.execute("set threads = 1")  # a fifth less CPU, for frames that lie in memory
            connection.execute("set memory_limit = '512MB'")  # it would keep what is written already
            for name, frame in {"about": rows, **tables}.items():
                # Numbers in place of words that come back: a third less CPU.
                run(connection, f"vault/create_{name}", {f"frame_{name}": frame.with_columns(cs.enum().to_physical())})
            connection.execute("checkpoint")
        build.chmod(0o600)
        sync(build)
        build.replace(place)
        sync(place.parent)
    finally:
        build.unlink(missing_ok=True)
        build.with_name(f"{build.name}.wal").unlink(missing_ok=True)  # what DuckDB leaves when the disk was full


def read(home: Home, wave: Wave, table: str) -> pl.DataFrame:
    """One table of one wave."""
    place = wave_file(home, wave)
    if wave not in stored_waves(home):
        raise Refused("wave_unknown", wave=wave)
    frame, gone = read_file(place, table), pending(home).get("codes", [])
    return frame.filter(~pl.col("leader_key").is_in(gone)) if gone and "leader_key" in frame.columns else frame


def read_file(place: Path, table: str) -> pl.DataFrame:
    """One table of one vault file, as it lies there."""
    place.open("rb").close()  # a file that may not be read says so; it is not broken
    try:
        with connect(place, read_only=True) as connection:
            frame, about = (run(connection, f"vault/read_{name}") for name in (table, "about"))
    except duckdb.CatalogException:  # a wave that was imported before events could be
        return pl.DataFrame(schema=EVENTS)
    except (duckdb.IOException, duckdb.FatalException, duckdb.InvalidInputException) as mistake:
        raise Refused("vault_broken", file=place.name) from mistake
    assert frame is not None
    assert about is not None
    words = json.loads(dict(about.iter_rows()).get("words", "{}")).get(table, {})
    spelled = [pl.Series(column, said, pl.String).gather(frame[column]) for column, said in words.items()]
    # Whole scores are kept in a byte, others as they are: to whoever reads them all are alike.
    return frame.with_columns(spelled).cast({pl.Int8: pl.Float64})


def read_late(home: Home, wave: Wave, table: str) -> pl.DataFrame:
    """One table of all answers of a wave that came after its publication; the answer that came last counts."""
    frames = [read_file(place, table) for place in late_files(home, wave)]
    if not frames:
        return pl.DataFrame(schema={"leader_key": pl.String})
    frame, gone = pl.concat(frames, how="diagonal"), pending(home).get("codes", [])
    if "leader_key" not in frame.columns:
        return frame
    return frame.unique("leader_key", keep="last", maintain_order=True).filter(~pl.col("leader_key").is_in(gone))


def read_about(home: Home, wave: Wave) -> dict[str, Any]:
    """Where a wave came from: hash, profile, counts, dates and the whole instrument it is read by."""
    return facts_of(read(home, wave, "about"))


def facts_of(about: pl.DataFrame) -> dict[str, Any]:
    """The about table as facts of the newest version; Refused when a newer Klankbord wrote it."""
    return vault_schema.upgraded({key: json.loads(value) for key, value in about.iter_rows()})


def bring_up_to_date(home: Home) -> int:
    """Rewrite the files an earlier version wrote, one by one and each at once; how many there were.

    Raises Refused when a newer version wrote one, before anything is changed.
    """
    places = [
        place for kind in ("waves", "late") for place in sorted((home.vault / kind).glob(f"{Wave.FILES}*.duckdb"))
    ]
    abouts = {place: read_file(place, "about") for place in places}
    facts = {place: facts_of(about) for place, about in abouts.items()}
    old = [
        place
        for place, about in abouts.items()
        if dict(about.iter_rows())["schema_version"] != str(vault_schema.NEWEST)
    ]
    for place in old:
        store(place, facts[place], {name: read_file(place, name) for name in TABLES if name != "about"})
    return len(old)


def log(home: Home, command: str, **counts: object) -> None:
    """Append one line to the vault log: when, which account, what, how many; never an answer."""
    make_private(home.vault)
    line = {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "account": os.getuid(), "command": command}
    handle = os.open(home.vault / "log.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(json.dumps({**line, **counts}, default=str) + "\n")


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Hold the vault: a second importer or publisher is told to wait, another account to stay out, root too."""
    if home.vault.exists() and (owner := home.vault.stat().st_uid) != os.geteuid():
        raise Refused("folder_owner", path=home.vault, owner=owner)
    make_private(home.vault)
    with os.fdopen(os.open(home.vault / "lock", os.O_RDWR | os.O_CREAT, 0o600), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            raise Refused("vault_busy") from busy
        yield
