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
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dataframely as dy
import duckdb
import polars as pl

from pipelines.database import connect, run, statement
from pipelines.errors import Refused
from pipelines.schemas import Mean, NeedState
from pipelines.schemas_analysed import LATER
from pipelines.settings import SQL, Home, sync
from pipelines.vault_keys import make_private

SCHEMA_VERSION = "1"
NEWEST = ("target", "benchmark")  # read from the newest publication; of all other tables every publication counts
TABLES = (
    "publication",
    "level",
    "cell",
    "mean",
    "rock_state",
    "need_state",
    "change",
    "withheld",
    "policy",
    "question",
    "dictionary",
    *LATER,
    *NEWEST,
)
PRIVATE = "respondents"
WITHDRAWN = "withdrawn"  # a file beside the tables of a publication that is no longer shown
COUNTS_SINCE = {"schools_answered": pl.Int64, "schools": pl.Int64}  # columns that older publications lack
# Tables that older publications lack.
SINCE_THEN: dict[str, type[dy.Schema]] = {"mean": Mean, "need_state": NeedState, **LATER}


def publications(home: Home) -> list[str]:
    """Ids of all frozen publications, oldest wave first."""
    names = [path.name.rsplit("-", 1) for path in (home.vault / "publications").glob("????Q?-*")]
    return [f"{wave}-{number}" for wave, number in sorted((wave, int(number)) for wave, number in names)]


def of_wave(home: Home, wave: str) -> list[str]:
    """Ids of the frozen publications of one wave, oldest first."""
    return [name for name in publications(home) if name.startswith(f"{wave}-")]


def is_live(home: Home, publication: str) -> bool:
    """Whether a publication was not withdrawn."""
    return not (home.vault / "publications" / publication / WITHDRAWN).exists()


def live(home: Home) -> list[str]:
    """The publications on show: the newest of each wave that was not withdrawn, oldest wave first."""
    return list({name.rsplit("-", 1)[0]: name for name in publications(home) if is_live(home, name)}.values())


def next_id(home: Home, wave: str) -> str:
    """The id of a wave's next publication, e.g. 2026Q3-1."""
    return f"{wave}-{1 + len(of_wave(home, wave))}"


def clear_leftovers(home: Home) -> None:
    """Remove what a kill left half-built; nothing of it was ever shown, but it may hold leaders."""
    for leftover in [*home.published.glob(".build-*"), *home.vault.glob(".build-*"), *home.vault.glob("*/.build-*")]:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    for leftover in (home.vault / "publications").glob("*/*.build"):
        leftover.unlink()


def frozen(home: Home, publication: str, table: str) -> pl.DataFrame:
    """One table of a frozen publication."""
    path = home.vault / "publications" / publication / f"{table}.parquet"
    if table == PRIVATE and path.parent.exists() and not path.exists():
        raise Refused("publication_past_retention", publication=publication)
    if not path.parent.exists():
        raise Refused("publication_unknown", publication=publication)
    if table in SINCE_THEN and not path.exists():
        return SINCE_THEN[table].create_empty()
    frame = pl.read_parquet(path)
    lacking = COUNTS_SINCE.items() if table == "publication" else ()
    return frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking if name not in frame.columns)


def without_leader(home: Home, publication: str, code: str, stands_in: str) -> int:
    """Take one leader's code and answers out of who was counted; the group stays, under a name without meaning.

    Later audits need to know that somebody of this group was counted, not who and not what was answered.
    """
    path = home.vault / "publications" / publication / f"{PRIVATE}.parquet"
    if not path.exists():
        return 0
    frame = pl.read_parquet(path)
    is_gone = pl.col("leader_key") == code
    answers = [name for name in frame.columns if frame[name].dtype != pl.String and name != "had_memory"]
    found = frame.filter(is_gone).height
    if found:
        frame = frame.with_columns(
            pl.when(is_gone).then(pl.lit(stands_in)).otherwise("leader_key").alias("leader_key"),
            *(pl.when(~is_gone).then(pl.col(name)).alias(name) for name in answers),
        )
        build = path.with_suffix(".build")
        build.unlink(missing_ok=True)
        frame.write_parquet(build)
        build.chmod(0o400)
        sync(build)
        build.replace(path)
        sync(path.parent)
    return found


def without_leaders(home: Home, publication: str) -> None:
    """Take everybody who was counted out of a publication whose wave is past retention; its figures stay."""
    (home.vault / "publications" / publication / f"{PRIVATE}.parquet").unlink(missing_ok=True)


def is_past_retention(home: Home, publication: str) -> bool:
    """Whether who was counted has been removed; then nothing can be audited or added any more."""
    return not (home.vault / "publications" / publication / f"{PRIVATE}.parquet").exists()


def facts_of(home: Home, publication: str) -> dict[str, Any]:
    """The facts an outside auditor needs about a publication; see docs/operations.md."""
    path = home.vault / "publications" / publication / "facts.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def publish(home: Home, publication: str, frames: Mapping[str, pl.DataFrame], facts: Mapping[str, object]) -> Path:
    """Freeze a publication and put it on show; when a check stops the snapshot, nothing is kept."""
    build, place = _build(home, frames)
    _freeze(home, publication, frames, facts)
    return _show(home, build, place)


def mend(home: Home) -> Path | None:
    """Put frozen publications on show that the current snapshot lacks, or cannot show; None when all are in."""
    clear_leftovers(home)
    return None if live(home) == _bundled(home) else _show_live(home)


def withdraw(home: Home, names: list[str]) -> None:
    """Take publications off show; they stay frozen."""
    for name in names:
        mark = home.vault / "publications" / name / WITHDRAWN
        mark.touch(mode=0o400)
        sync(mark)
        sync(mark.parent)
    _show_live(home)


def _show_live(home: Home) -> Path | None:
    """A new snapshot of what is live; without anything live there is none."""
    if live(home):
        return _show(home, *_build(home, {}))
    (home.published / "CURRENT").unlink(missing_ok=True)
    sync(home.published)
    return None


def _freeze(home: Home, publication: str, frames: Mapping[str, pl.DataFrame], facts: Mapping[str, object]) -> None:
    """Keep a publication for good: its public tables, and (for the steward) who was counted."""
    place = home.vault / "publications" / publication
    build = place.with_name(f".build-{os.getpid()}-{publication}")
    make_private(place.parent)
    build.mkdir(mode=0o700)
    for name, frame in frames.items():
        frame.write_parquet(build / f"{name}.parquet")
    (build / "facts.json").write_text(json.dumps(facts, indent=1, default=str), encoding="utf-8")
    for path in build.iterdir():
        path.chmod(0o400)
        sync(path)
    build.replace(place)
    sync(place.parent)


def _build(home: Home, new: Mapping[str, pl.DataFrame]) -> tuple[Path, Path]:
    """A checked snapshot file of all live publications, bit for bit as frozen, beside the place it will have."""
    replaced = None if not new else new["publication"]["wave"][0]
    shown = [name for name in live(home) if name.rsplit("-", 1)[0] != replaced]
    tables = {}
    for name in TABLES:
        frames = [*(frozen(home, publication, name) for publication in shown), *([new[name]] if new else [])]
        tables[name] = frames[-1] if name in NEWEST else pl.concat(frames, how="diagonal_relaxed")
        if name == "dictionary":
            newest_first = pl.concat(reversed(frames))
            tables[name] = newest_first.unique(["code", "kind"], keep="first", maintain_order=True)
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
    tables["about"] = pl.DataFrame({"key": list(about), "value": list(about.values())})
    home.published.mkdir(parents=True, exist_ok=True)
    home.published.chmod(0o755)
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
    sync(build)
    build.chmod(0o440)
    return build, place


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
