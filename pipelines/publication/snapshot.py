"""Snapshot: all publications on show in one read-only file, which the dashboard reads.

A snapshot is built beside its place and moved there whole; CURRENT then points to it. A kill at any moment leaves
the last snapshot readable.
"""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.ground.database import connect, run
from pipelines.ground.errors import Refused
from pipelines.ground.frames import dy
from pipelines.ground.period import PublicationId, WaveDays
from pipelines.ground.published import beside, is_as_made, line_of
from pipelines.ground.schemas import (
    PUBLISHED,
    About,
    Calendar,
    Cell,
    Contrast,
    Dictionary,
    Mean,
    Policy,
    Publication,
    PublishedTable,
    Tables,
    ddl,
    frame_of,
)
from pipelines.ground.settings import SQL, Home, sync
from pipelines.publication.contrast_table import contrast_table
from pipelines.publication.earlier import with_meaning

SCHEMA_VERSION = "1"
BLOCK_SIZE = 16_384  # bytes, DuckDB's smallest: a snapshot has many small tables and keys, of which each fills blocks
NEWEST = ("target", "benchmark")  # read from the newest publication; of all other tables every publication counts


@dataclass(frozen=True)
class Built:
    """A checked snapshot file beside the place it will have."""

    file: Path
    place: Path


def build(
    home: Home,
    publications: Sequence[Tables],
    withdrawn: Sequence[PublicationId],
    planned: Sequence[WaveDays] = (),
) -> Built:
    """A snapshot file of some publications, oldest wave first, at least one; and the days of planned waves.

    Raises Refused, with nothing on show changed, when a rule of a schema is broken or a check of sql/checks finds rows.
    """
    tables = {
        name: _bundle(name, [_table(one, name) for one in publications])
        for name, schema in PUBLISHED.items()
        if not schema.OF_SNAPSHOT
    }
    place = _next_place(home.published)
    about = _about(place, tables["publication"], withdrawn, _board(home))
    home.published.mkdir(parents=True, exist_ok=True)
    home.published.chmod(0o755)
    file = home.published / f".build-{os.getpid()}.duckdb"
    with connect(file, block_size=BLOCK_SIZE) as connection:
        for name, table in tables.items():
            _write(connection, PUBLISHED[name], table)
        _write(connection, Contrast, _contrasts(tables))  # of figures of which the rules were checked
        _write(connection, About, about)
        _write(connection, Calendar, frame_of(Calendar, [vars(days) for days in planned]))
        for check in sorted((SQL / "checks").glob("*.sql")):
            broken = run(connection, f"checks/{check.stem}")
            if broken is not None and broken.height:
                raise Refused("snapshot_check", check=check.stem, rows=broken.height)
        connection.execute("checkpoint")
    sync(file)
    file.chmod(0o440)
    return Built(file, place)


def show(home: Home, built: Built) -> Path:
    """Give the snapshot its immutable name, with its hash beside it, then let CURRENT point to it."""
    _put(beside(built.place), line_of(built.file, built.place.name))
    built.file.replace(built.place)
    _put(home.published / "CURRENT", built.place.name + "\n")
    return built.place


def _put(place: Path, text: str) -> None:
    """Put a small file in its place in one step."""
    build = place.with_name(f".build-{os.getpid()}-{place.name}")
    build.write_text(text, encoding="utf-8")
    build.chmod(0o644)  # whatever the account's umask: the dashboard reads it, nobody else changes it
    sync(build)
    build.replace(place)
    sync(place.parent)


def clear_damaged(home: Home) -> None:
    """Remove the snapshots that are not what was shown; the one on show is that, or was replaced before."""
    for place in home.published.glob("klankbord-*.duckdb"):
        if beside(place).exists() and not is_as_made(place):
            place.unlink()
    for said in home.published.glob("klankbord-*.sha256"):
        if not said.with_suffix(".duckdb").exists():
            said.unlink()


def show_nothing(home: Home) -> None:
    """Without a publication to show there is no snapshot to read."""
    (home.published / "CURRENT").unlink(missing_ok=True)
    sync(home.published)


def _table(publication: Tables, name: str) -> pl.DataFrame:
    """One table of a publication; a dictionary of before it said what figures mean, with that."""
    if name != "dictionary":
        return publication[name]
    return with_meaning(
        Dictionary.cast(publication[name]), Cell.cast(publication["cell"]), Mean.cast(publication["mean"])
    )


def _contrasts(tables: Mapping[str, pl.DataFrame]) -> dy.DataFrame[Contrast]:
    """What the figures on show say about differences between them."""
    return contrast_table(
        Publication.cast(tables["publication"]),
        Cell.cast(tables["cell"]),
        Policy.cast(tables["policy"]),
        Dictionary.cast(tables["dictionary"]),
    )


def _bundle(name: str, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One table of all publications, given oldest first."""
    if name in NEWEST:
        return frames[-1]
    if name == "dictionary":  # the newest word for a thing
        return pl.concat(reversed(frames)).unique(["code", "kind"], keep="first", maintain_order=True)
    return pl.concat(frames)


def _write(connection: duckdb.DuckDBPyConnection, schema: type[PublishedTable], frame: pl.DataFrame) -> None:
    """Make and fill one table of the snapshot; Refused when a row breaks a rule of its schema."""
    _, broken = schema.filter(frame)
    if len(broken):
        rule, rows = next(iter(broken.counts().items()))
        raise Refused("snapshot_check", check=f"{schema.table()}: {rule}", rows=rows)
    connection.execute(ddl.create(schema))
    connection.register("frame", frame)
    connection.execute(ddl.fill(schema, "frame"))
    connection.unregister("frame")
    for comment in ddl.comments(schema):
        connection.execute(comment)


def _next_place(published: Path) -> Path:
    # Those that were taken away left a mark: the dashboard knows a file by its name.
    taken = [path.stem.removeprefix("klankbord-") for path in published.glob("klankbord-*")]
    number = 1 + max((int(name) for name in taken if name.isdecimal()), default=0)
    return published / f"klankbord-{number:04d}.duckdb"


def _board(home: Home) -> str:
    """What the board calls itself in the letter to its leaders; empty where it has not said so, or cannot be read."""
    with suppress(OSError, ValueError):
        name = tomllib.loads(home.letter.read_text(encoding="utf-8")).get("board", "")
        return name.strip() if isinstance(name, str) else ""
    return ""


def _about(
    place: Path, publication: pl.DataFrame, withdrawn: Sequence[PublicationId], board: str
) -> dy.DataFrame[About]:
    """Where the snapshot comes from, key by key."""
    newest = publication.sort("wave").row(-1, named=True)
    facts = {
        "snapshot_id": place.stem,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "klankbord_version": version("klankbord"),
        "schema_version": SCHEMA_VERSION,
        "newest_wave": newest["wave"],
        "policy_fingerprint": newest["policy_fingerprint"],
        "data_kind": "sample" if newest["is_sample"] else "real",
        "withdrawn": " ".join(withdrawn),
        **({"board": board} if board else {}),
    }
    return frame_of(About, [{"key": key, "value": value} for key, value in facts.items()])


def bundled(home: Home) -> list[PublicationId]:
    """The publications in the current snapshot; none when it cannot be read."""
    snapshot = current(home)
    return publications_in(snapshot) if snapshot else []


def publications_in(snapshot: Path) -> list[PublicationId]:
    """The publications in a snapshot file; none when it cannot be read, or is not what was shown."""
    if not is_as_made(snapshot):
        return []
    try:
        with connect(snapshot, read_only=True) as connection:
            rows = run(connection, "snapshot/read_publications")
    except duckdb.Error:
        return []
    return [] if rows is None else [PublicationId(name) for name in rows["publication"]]


def on_show(home: Home) -> list[dict[str, Any]]:
    """What is on show, in counts: one row per publication, oldest wave first; Refused when it cannot be read."""
    snapshot = current(home)
    if snapshot is None:
        return []
    if not is_as_made(snapshot):
        raise Refused("snapshot_damaged", file=snapshot.name)
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
    return current(home) if bundled(home) else None


def current(home: Home) -> Path | None:
    """The snapshot the dashboard reads now, if there is one."""
    place = home.published / (named(home) or "-")
    return place if place.parent == home.published and place.is_file() else None


def named(home: Home) -> str | None:
    """The name of the snapshot that CURRENT points to, whether it is there or not."""
    pointer = home.published / "CURRENT"
    return pointer.read_bytes().decode("ascii", "replace").strip().replace("\0", "") if pointer.exists() else None
