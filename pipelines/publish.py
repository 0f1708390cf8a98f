"""Publish: freeze a wave's publication in the vault, then bundle all live publications into one snapshot file.

A snapshot is built beside its place and moved there whole; CURRENT then points to it. A kill at any moment leaves
the last snapshot readable, and the next publish bundles again.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.database import connect, run, statement
from pipelines.errors import Refused
from pipelines.settings import SQL, Home

SCHEMA_VERSION = "1"
FROZEN = ("publication", "level", "cell", "rock_state", "change", "withheld", "policy", "question")
NEWEST = ("dictionary", "target", "benchmark")  # texts and targets are read from the newest publication
PRIVATE = "respondents"


def publications(home: Home) -> list[str]:
    """Ids of all frozen publications, oldest wave first."""
    return sorted(path.name for path in (home.vault / "publications").glob("????Q?-*"))


def next_id(home: Home, wave: str) -> str:
    """The id of a wave's next publication, e.g. 2026Q3-1."""
    return f"{wave}-{1 + sum(name.startswith(f'{wave}-') for name in publications(home))}"


def freeze(home: Home, publication: str, frames: Mapping[str, pl.DataFrame], facts: Mapping[str, object]) -> None:
    """Keep a publication for good: its public tables, and (for the steward) who was counted."""
    place = home.vault / "publications" / publication
    build = place.with_name(f".build-{os.getpid()}-{publication}")
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True, mode=0o700)
    for name, frame in frames.items():
        frame.write_parquet(build / f"{name}.parquet")
    (build / "facts.json").write_text(json.dumps(facts, indent=1, default=str), encoding="utf-8")
    for path in build.iterdir():
        path.chmod(0o400)
        _sync(path)
    build.replace(place)
    _sync(place.parent)


def frozen(home: Home, publication: str, table: str) -> pl.DataFrame:
    """One table of a frozen publication."""
    path = home.vault / "publications" / publication / f"{table}.parquet"
    if not path.exists():
        raise Refused("publication_unknown", publication=publication)
    return pl.read_parquet(path)


def facts_of(home: Home, publication: str) -> dict[str, Any]:
    """The facts an outside auditor needs about a publication; see docs/operations.md."""
    path = home.vault / "publications" / publication / "facts.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def bundle(home: Home, *, data_kind: str) -> Path:
    """Build a new snapshot of all publications, bit for bit as frozen, and make it the current one."""
    live = publications(home)
    if not live:
        raise Refused("nothing_to_publish")
    tables = {
        name: pl.concat([frozen(home, publication, name) for publication in live], how="diagonal_relaxed")
        for name in FROZEN
    }
    tables |= {name: frozen(home, live[-1], name) for name in NEWEST}
    words = pl.concat([frozen(home, publication, "dictionary") for publication in reversed(live)])
    tables["dictionary"] = words.unique(["code", "kind"], keep="first", maintain_order=True)
    number = 1 + max((int(path.stem[-4:]) for path in home.published.glob("klankbord-????.duckdb")), default=0)
    snapshot = f"klankbord-{number:04d}"
    newest = tables["publication"].sort("wave")[-1]
    about = {
        "snapshot_id": snapshot,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "klankbord_version": version("klankbord"),
        "schema_version": SCHEMA_VERSION,
        "newest_wave": newest["wave"].item(),
        "policy_fingerprint": newest["policy_fingerprint"].item(),
        "data_kind": data_kind,
    }
    tables["about"] = pl.DataFrame({"key": list(about), "value": list(about.values())})
    home.published.mkdir(parents=True, exist_ok=True)
    home.published.chmod(0o755)
    for orphan in home.published.glob(".build-*"):
        orphan.unlink()
    build = home.published / f".build-{os.getpid()}.duckdb"
    with connect(build) as connection:
        for name, frame in tables.items():
            run(connection, f"snapshot/{name}", {f"frame_{name}": frame})
        connection.execute(statement("snapshot/comments"))
        for check in sorted((SQL / "checks").glob("*.sql")):
            broken = run(connection, f"checks/{check.stem}")
            if broken is not None and broken.height:
                raise Refused("snapshot_check", check=check.stem, rows=broken.height)
        connection.execute("checkpoint")
    _sync(build)
    build.chmod(0o440)
    place = home.published / f"{snapshot}.duckdb"
    build.replace(place)
    pointer = home.published / f".build-{os.getpid()}-CURRENT"
    pointer.write_text(place.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(home.published / "CURRENT")
    _sync(home.published)
    return place


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def current(home: Home) -> Path | None:
    """The snapshot the dashboard reads now, if there is one."""
    pointer = home.published / "CURRENT"
    if not pointer.exists():
        return None
    place = home.published / pointer.read_text(encoding="utf-8").strip()
    return place if place.exists() else None
