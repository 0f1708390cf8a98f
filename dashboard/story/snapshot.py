"""Finds and reads the published snapshot, for pages and report; the only place that knows DuckDB."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl

SQL = Path(__file__).resolve().parents[2] / "sql" / "dashboard"
FILES = "klankbord-*.duckdb"
LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "python_scan_all_frames": False,
    "lock_configuration": True,
}
READS = 1  # the newest version of a snapshot that these pages understand
EARLIER_STATUSES = {"too_small": "too_few", "complement": "protects", "policy": "not_planned"}  # as they were called
# How many answers a figure needs: so many times the smallest group, by the dimensions of its table (rule 2).
NEEDED, NEEDED_OF_MEAN = (1, 1, 2), (2, 2, 3)
MEAN = "mean:"  # before the code of a scale: the measure is its mean, not a share
State = Literal["current", "earlier", "newer", "replaced", "none", "unreadable"]


@dataclass(frozen=True)
class Snapshot:
    """One immutable published file; every question to it is a look-up of rows that were published."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    def rows(self, query: str, **params: Any) -> pl.DataFrame:
        """The rows of sql/dashboard/<query>.sql; callers share the frame and never change it in place."""
        return _rows(self.path, query, tuple(sorted(params.items())))

    def later(self, query: str, **params: Any) -> list[dict[str, Any]]:
        """The same rows of a table that snapshots of an earlier version do not have: none there."""
        try:
            return self.rows(query, **params).to_dicts()
        except duckdb.CatalogException:
            return []

    def one(self, query: str, **params: Any) -> Mapping[str, Any] | None:
        """The first row as a mapping, None without rows."""
        rows = self.rows(query, **params)
        return rows.row(0, named=True) if rows.height else None

    def about(self) -> dict[str, str]:
        return dict(self.rows("about").iter_rows())

    def ids(self) -> set[str]:
        """The publications it bundles."""
        return set(self.rows("publications")["publication"])

    def waves(self) -> list[str]:
        """Published waves, newest first."""
        return self.rows("publications")["wave"].to_list()[::-1]

    def publication(self, wave: str) -> Mapping[str, Any]:
        return next(row for row in self.rows("publications").to_dicts()[::-1] if row["wave"] == wave)

    def previous(self, wave: str) -> str | None:
        """The published wave before this one."""
        earlier = [other for other in self.waves() if other < wave]
        return earlier[0] if earlier else None

    def cell(self, wave: str, measure: str, table: str = "total", *levels: str) -> Mapping[str, Any] | None:
        """One published cell, None when the plan has no such cell."""
        first, second = (*levels, None, None)[:2]
        if measure.startswith(MEAN):
            return next((row for row in self.series(measure, table, *levels) if row["wave"] == wave), None)
        return self.one("cell", wave=wave, measure=measure, table_id=table, level_1=first, level_2=second)

    def series(self, measure: str, table: str = "total", *levels: str) -> list[Mapping[str, Any]]:
        """One group through all waves that have the measure."""
        first, second = (*levels, None, None)[:2]
        if not measure.startswith(MEAN):
            rows = self.rows("series", measure=measure, table_id=table, level_1=first, level_2=second)
            return list(rows.iter_rows(named=True))
        wanted = (table, first, second)
        return [row for row in self.means(measure) if (row["table_id"], row["level_1"], row["level_2"]) == wanted]

    def means(self, measure: str) -> list[dict[str, Any]]:
        """All means of the scale of this measure ('mean:openness'); none in snapshots of an earlier version."""
        return self.later("means", scale=measure.removeprefix(MEAN))

    def cells(self, wave: str, measure: str, table: str) -> pl.DataFrame:
        """The cells of one table, in the order of its groups."""
        if measure.startswith(MEAN):
            return pl.DataFrame([row for row in self.means(measure) if (row["wave"], row["table_id"]) == (wave, table)])
        return self.rows("cells", wave=wave, measure=measure, table_id=table)


@dataclass(frozen=True)
class Published:
    """What the published folder offers now: a snapshot to read, and what is the matter if anything is."""

    state: State
    snapshot: Snapshot | None = None


_last_good: dict[Path, Snapshot] = {}


def home_folder() -> Path:
    """$KLANKBORD_HOME, else ./data."""
    return Path(os.environ.get("KLANKBORD_HOME") or "data").resolve()


def find(home: Path | None = None) -> Published:
    """Look up CURRENT anew; when its file cannot be read, the last one that could, and say so."""
    folder = (home or home_folder()).resolve() / "published"
    try:
        current = folder / (folder / "CURRENT").read_text(encoding="utf-8").strip()
        is_ours = current.parent == folder and current.match(FILES)
    except (OSError, UnicodeDecodeError):
        current, is_ours = None, False
    earlier = sorted(folder.glob(FILES), key=lambda path: (len(path.name), path.name), reverse=True)
    if current is None and not earlier:
        return Published("none")
    newer = [
        path
        for path in earlier
        if is_ours and current and path.with_suffix(".sha256").exists() and _is_later(path, current) and _opens(path)
    ]
    if newer:  # CURRENT is written a moment later; or it was damaged
        current = newer[0]
    if current is not None and current.parent == folder and _opens(current):
        _last_good[folder] = Snapshot(current)
        return Published("current", _last_good[folder])
    last_good = [_last_good[folder].path] if folder in _last_good else []
    for path in last_good + earlier:
        if _opens(path):
            return Published("earlier", Snapshot(path))
    return Published("unreadable")


def _is_later(path: Path, other: Path) -> bool:
    """Whether a snapshot was shown after another one."""
    return (len(path.stem), path.stem) > (len(other.stem), other.stem)


def _opens(path: Path) -> bool:
    """Whether this is a snapshot we can read: of our version or an older one."""
    try:
        facts = path.stat()
        return _is_whole(path, facts.st_size, facts.st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=16)
def _is_whole(path: Path, size: int, changed: int) -> bool:
    """Compare it with the hash beside it, and read all of it once: one of before has no hash."""
    try:
        if not _is_as_made(path):
            return False
        cursor = _connection(path).cursor()
        for (table,) in cursor.sql(_statement("tables")).fetchall():
            cursor.table(table).pl()
        return int(Snapshot(path).about().get("schema_version", "0")) in range(1, READS + 1)
    except (duckdb.Error, ValueError, OSError):
        return False


def _is_as_made(path: Path) -> bool:
    """Whether it is what was shown, by the hash beside it; one from before the first that has a hash passes."""
    said = path.with_suffix(".sha256")
    if not said.exists():
        return not any(_is_later(path, other) for other in path.parent.glob("klankbord-*.sha256"))
    with path.open("rb") as file:
        return said.read_bytes() == f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n".encode()


@lru_cache(maxsize=2)
def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    # Safe to keep: a snapshot's name is never used for other contents.
    return duckdb.connect(str(path), read_only=True, config=LOCKED)


@lru_cache(maxsize=32)
def _statement(query: str) -> str:
    return (SQL / f"{query}.sql").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _rows(path: Path, query: str, params: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    rows = _connection(path).cursor().sql(_statement(query), params=dict(params)).pl()
    if "status" not in rows.columns:
        return rows
    rows = rows.with_columns(pl.col("status").cast(pl.String).replace(EARLIER_STATUSES))
    return _with_needed(path, rows) if {"publication", "way", "class"} <= set(rows.columns) else rows


def _with_needed(path: Path, cells: pl.DataFrame) -> pl.DataFrame:
    """The same cells with how many answers each needs to be told; null where the rules of its time are not known."""
    smallest, times = _smallest(path), NEEDED_OF_MEAN if "scale" in cells.columns else NEEDED
    keys = cells.select("publication", "class", "way").iter_rows()
    needed = [
        smallest[publication, kind] * times[way] if (publication, kind) in smallest else None
        for publication, kind, way in keys
    ]
    return cells.with_columns(needed=pl.Series(needed, dtype=pl.Int64))


@lru_cache(maxsize=4)
def _smallest(path: Path) -> dict[tuple[str, str], int]:
    """The smallest group of each publication, by how a figure is protected."""
    rows = _connection(path).cursor().sql(_statement("smallest")).fetchall()
    return {(publication, kind): fewest for publication, kind, fewest in rows}
