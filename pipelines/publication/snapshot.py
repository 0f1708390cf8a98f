"""Publish: freeze a wave's publication in the vault, then bundle all live publications into one snapshot file.

A snapshot is built beside its place and moved there whole; CURRENT then points to it. A kill at any moment leaves
the last snapshot readable, and the next publish bundles again.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.ground.database import connect, run
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import PUBLISHED, About, Cell, Dictionary, Mean, PublishedTable, ddl, frame_of
from pipelines.ground.settings import SQL, Home, sync
from pipelines.publication.earlier import with_meaning
from pipelines.vault import (
    clear_leftovers,
    freeze,
    is_live,
    live_publications,
    mark_withdrawn,
    publications,
    read_frozen,
)

SCHEMA_VERSION = "1"
BLOCK_SIZE = 16_384  # bytes, DuckDB's smallest: a snapshot has many small tables and keys, of which each fills blocks
NEWEST = ("target", "benchmark")  # read from the newest publication; of all other tables every publication counts


def publish(
    home: Home, publication: PublicationId, frames: Mapping[str, pl.DataFrame], facts: Mapping[str, object]
) -> Path:
    """Freeze a publication and put it on show; when a check stops the snapshot, nothing is kept."""
    build, place = _build(home, frames)
    freeze(home, publication, frames, facts)
    return _show(home, build, place)


def mend(home: Home) -> Path | None:
    """Put frozen publications on show that the current snapshot lacks, or cannot show; None when all are in."""
    clear_leftovers(home)
    return None if live_publications(home) == _bundled(home) else _show_live(home)


def withdraw(home: Home, names: list[PublicationId]) -> None:
    """Take publications off show; they stay frozen."""
    mark_withdrawn(home, names)
    _show_live(home)


def _show_live(home: Home) -> Path | None:
    """A new snapshot of what is live; without anything live there is none."""
    if live_publications(home):
        return _show(home, *_build(home, {}))
    (home.published / "CURRENT").unlink(missing_ok=True)
    sync(home.published)
    return None


def _build(home: Home, new: Mapping[str, pl.DataFrame]) -> tuple[Path, Path]:
    """A checked snapshot file of all live publications, bit for bit as frozen, beside the place it will have."""
    replaced = None if not new else new["publication"]["wave"][0]
    shown = [name for name in live_publications(home) if name.wave != replaced]
    tables: dict[str, pl.DataFrame] = {}
    for name, schema in PUBLISHED.items():
        if schema is not About:
            frames = [_frozen(home, publication, schema) for publication in shown]
            tables[name] = _bundle(name, [*frames, new[name]] if new else frames)
    taken = [path.stem.removeprefix("klankbord-") for path in home.published.glob("klankbord-*.duckdb")]
    number = 1 + max((int(name) for name in taken if name.isdecimal()), default=0)
    place = home.published / f"klankbord-{number:04d}.duckdb"
    newest = tables["publication"].sort("wave").row(-1, named=True)
    about = {
        "snapshot_id": place.stem,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "klankbord_version": version("klankbord"),
        "schema_version": SCHEMA_VERSION,
        "newest_wave": newest["wave"],
        "policy_fingerprint": newest["policy_fingerprint"],
        "data_kind": "sample" if newest["is_sample"] else "real",
        "withdrawn": " ".join(name for name in publications(home) if not is_live(home, name)),
    }
    tables["about"] = frame_of(About, [{"key": key, "value": value} for key, value in about.items()])
    home.published.mkdir(parents=True, exist_ok=True)
    home.published.chmod(0o755)
    build = home.published / f".build-{os.getpid()}.duckdb"
    with connect(build, block_size=BLOCK_SIZE) as connection:
        for name, schema in PUBLISHED.items():
            _write(connection, schema, tables[name])
        for check in sorted((SQL / "checks").glob("*.sql")):
            broken = run(connection, f"checks/{check.stem}")
            if broken is not None and broken.height:
                raise Refused("snapshot_check", check=check.stem, rows=broken.height)
        connection.execute("checkpoint")
    sync(build)
    build.chmod(0o440)
    return build, place


def _frozen(home: Home, publication: PublicationId, schema: type[PublishedTable]) -> pl.DataFrame:
    """A table as it was frozen; a dictionary of before it said what figures mean, with that."""
    if schema is not Dictionary:
        return read_frozen(home, publication, schema)
    words = read_frozen(home, publication, Dictionary)
    return with_meaning(words, read_frozen(home, publication, Cell), read_frozen(home, publication, Mean))


def _bundle(name: str, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One table of all publications, given oldest first."""
    if name in NEWEST:
        return frames[-1]
    if name == "dictionary":  # the newest word for a thing
        return pl.concat(reversed(frames)).unique(["code", "kind"], keep="first", maintain_order=True)
    return pl.concat(frames)


def _write(connection: duckdb.DuckDBPyConnection, schema: type[PublishedTable], frame: pl.DataFrame) -> None:
    """Make and fill one table of the snapshot; Refused when a row breaks a rule of its schema."""
    broken = schema.filter(frame)[1].counts()
    for rule, rows in broken.items():
        raise Refused("snapshot_check", check=f"{schema.table()}: {rule}", rows=rows)
    connection.execute(ddl.create(schema))
    connection.register("frame", frame)
    connection.execute(ddl.fill(schema, "frame"))
    connection.unregister("frame")
    for comment in ddl.comments(schema):
        connection.execute(comment)


def _show(home: Home, build: Path, place: Path) -> Path:
    """Give the snapshot its immutable name, then let CURRENT point to it."""
    build.replace(place)
    pointer = home.published / f".build-{os.getpid()}-CURRENT"
    pointer.write_text(place.name + "\n", encoding="utf-8")
    pointer.chmod(0o644)  # whatever the account's umask: the dashboard reads it, nobody else changes it
    sync(pointer)
    pointer.replace(home.published / "CURRENT")
    sync(home.published)
    return place


def _bundled(home: Home) -> list[str]:
    """The publications in the current snapshot; none when it cannot be read."""
    snapshot = current(home)
    if snapshot is None:
        return []
    try:
        with connect(snapshot, read_only=True) as connection:
            rows = run(connection, "snapshot/read_publications")
    except duckdb.Error:
        return []
    return [] if rows is None else rows["publication"].to_list()


def told(home: Home) -> list[dict[str, Any]]:
    """What is on show, in counts: one row per publication, oldest wave first; Refused when it cannot be read."""
    snapshot = current(home)
    if snapshot is None:
        return []
    rungs: dict[str, str] = {}
    try:
        with connect(snapshot, read_only=True) as connection:
            rows = run(connection, "snapshot/read_told")
            with suppress(duckdb.CatalogException):  # snapshots of an earlier version have no model card
                found = run(connection, "snapshot/read_rungs")
                rungs = dict(found.iter_rows()) if found is not None else {}
    except duckdb.Error as mistake:
        raise Refused("snapshot_unreadable", file=snapshot.name) from mistake
    return [] if rows is None else [{**row, "rung": rungs.get(row["wave"])} for row in rows.to_dicts()]


def readable(home: Home) -> Path | None:
    """The current snapshot, when it can be opened and tells what it bundles."""
    return current(home) if _bundled(home) else None


def current(home: Home) -> Path | None:
    """The snapshot the dashboard reads now, if there is one."""
    pointer = home.published / "CURRENT"
    if not pointer.exists():
        return None
    place = home.published / pointer.read_text(encoding="utf-8").strip()
    return place if place.exists() else None
