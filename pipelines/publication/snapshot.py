"""Snapshot: all publications on show in one read-only file, which the dashboard reads.

A snapshot is built beside its place and moved there whole; CURRENT then points to it. A kill at any moment leaves
the last snapshot readable.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dataframely as dy
import duckdb
import polars as pl

from pipelines.ground.database import connect, run
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId
from pipelines.ground.published import beside, is_as_made, line_of
from pipelines.ground.schemas import (
    PUBLISHED,
    About,
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
from pipelines.publication.fingerprint import NAME, OWN, fingerprint

SCHEMA_VERSION = "1"
BLOCK_SIZE = 16_384  # bytes, DuckDB's smallest: a snapshot has many small tables and keys, of which each fills blocks
NEWEST = ("target", "benchmark")  # read from the newest publication; of all other tables every publication counts


@dataclass(frozen=True)
class Built:
    """A checked snapshot file beside the place it will have."""

    file: Path
    place: Path


@dataclass(frozen=True)
class Verified:
    """The fingerprint that a publication was given (None before there were any), and the one that its rows give."""

    publication: str
    given: str | None
    found: str

    @property
    def is_whole(self) -> bool:
        """Whether it tells what it told when it was made, as far as that can be known."""
        return self.given in (None, self.found)


def build(home: Home, publications: Sequence[Tables], withdrawn: Sequence[PublicationId]) -> Built:
    """A snapshot file of some publications, oldest wave first; at least one.

    Raises Refused, with nothing on show changed, when a rule of a schema is broken or a check of sql/checks finds rows.
    """
    tables = {
        name: _bundle(name, [_table(one, name) for one in publications])
        for name, schema in PUBLISHED.items()
        if not schema.OF_SNAPSHOT
    }
    place = _next_place(home.published)
    about = _about(place, tables["publication"], withdrawn)
    home.published.mkdir(parents=True, exist_ok=True)
    home.published.chmod(0o755)
    file = home.published / f".build-{os.getpid()}.duckdb"
    with connect(file, block_size=BLOCK_SIZE) as connection:
        for name, table in tables.items():
            _write(connection, PUBLISHED[name], table)
        _write(connection, Contrast, _contrasts(tables))  # of figures of which the rules were checked
        _write(connection, About, about)
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
    taken = [path.stem.removeprefix("klankbord-") for path in published.glob("klankbord-*.duckdb")]
    number = 1 + max((int(name) for name in taken if name.isdecimal()), default=0)
    return published / f"klankbord-{number:04d}.duckdb"


def _about(place: Path, publication: pl.DataFrame, withdrawn: Sequence[PublicationId]) -> dy.DataFrame[About]:
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
    }
    return frame_of(About, [{"key": key, "value": value} for key, value in facts.items()])


def bundled(home: Home) -> list[PublicationId]:
    """The publications in the current snapshot; none when it cannot be read."""
    snapshot = current(home)
    if snapshot is None or not is_as_made(snapshot):
        return []
    try:
        with connect(snapshot, read_only=True) as connection:
            rows = run(connection, "snapshot/read_publications")
    except duckdb.Error:
        return []
    return [] if rows is None else [PublicationId(name) for name in rows["publication"]]


def verify(place: Path) -> list[Verified]:
    """What a snapshot file says its publications are, and what its rows are, oldest wave first.

    Raises Refused for a file that cannot be read, or is not what the hash beside it says.
    """
    if not is_as_made(place):
        raise Refused("snapshot_damaged", file=place.name)
    try:
        with connect(place, read_only=True) as connection:
            there = {name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()}
            tables = {name: connection.table(name).pl() for name in OWN if name in there}
    except (duckdb.Error, UnicodeDecodeError) as mistake:
        raise Refused("snapshot_unreadable", file=place.name) from mistake
    if "publication" not in tables:
        raise Refused("snapshot_unreadable", file=place.name)
    rows = tables["publication"].sort("wave", "publication").to_dicts()
    return [Verified(row["publication"], row.get(NAME), fingerprint(tables, row["publication"])) for row in rows]


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
