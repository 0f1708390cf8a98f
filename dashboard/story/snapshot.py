"""Finds and reads the published snapshot, for pages and report; the only place that knows DuckDB."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar, cast

import duckdb
import polars as pl

from dashboard.published import beside, is_as_made, is_later
from dashboard.story.cells import Cells, Place, Row, by_measure, rows_of

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


Given = ParamSpec("Given")
Told = TypeVar("Told")
_let_go: list[Callable[[], None]] = []


def kept(most: int) -> Callable[[Callable[Given, Told]], Callable[Given, Told]]:
    """Keep what follows from a snapshot, which never changes, for all readers: so many answers, the last ones asked."""

    def keeping(told: Callable[Given, Told]) -> Callable[Given, Told]:
        keeps = lru_cache(maxsize=most)(told)
        _let_go.append(keeps.cache_clear)
        return cast(Callable[Given, Told], keeps)

    return keeping


def let_go() -> None:
    """Let go of all that is kept: another snapshot is shown. Who still reads the one before has it read anew."""
    for clear in _let_go:
        clear()


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

    def read(self, query: str, **params: Any) -> list[Row]:
        """The same, kept by whoever asks: there are too many."""
        return _read(self.path, query, **params)

    def about(self) -> dict[str, str]:
        return dict(self.rows("about").iter_rows())

    def ids(self) -> set[str]:
        """The publications it bundles."""
        return set(self.rows("publications")["publication"])

    def waves(self) -> list[str]:
        """Published waves, newest first."""
        return [*reversed(_publications(self.path))]

    def publication(self, wave: str) -> Mapping[str, Any]:
        return _publications(self.path)[wave]

    def previous(self, wave: str) -> str | None:
        """The published wave before this one."""
        earlier = [other for other in self.waves() if other < wave]
        return earlier[0] if earlier else None

    def group(self, wave: str, table: str, levels: Sequence[str] = ()) -> Mapping[str, Row]:
        """All shares of one group by their measure; `n` holds its response."""
        return _cells(self.path, "cells", wave).group(_place(table, levels))

    def cell(self, wave: str, measure: str, table: str = "total", *levels: str) -> Row | None:
        """One published cell, None when the plan has no such cell."""
        return _cells(self.path, _kind(measure), wave).group(_place(table, levels)).get(measure)

    def cells(self, wave: str, measure: str, table: str) -> tuple[Row, ...]:
        """The cells of one table, in the order of its groups."""
        return _cells(self.path, _kind(measure), wave).table(table, measure)

    def series(self, measure: str, table: str = "total", *levels: str) -> tuple[Row, ...]:
        """One group through all waves that have the measure, the oldest first."""
        query = "series" if _kind(measure) == "cells" else "mean_series"
        return _series(self.path, query, _place(table, levels)).get(measure, ())


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
        if is_ours and current and beside(path).exists() and is_later(path, current) and _opens(path)
    ]
    if newer:  # CURRENT is written a moment later; or it was damaged
        current = newer[0]
    if current is not None and current.parent == folder and _opens(current):
        newest = Snapshot(current)
        if _last_good.get(folder) != newest:
            let_go()
        _last_good[folder] = newest
        return Published("current", newest)
    last_good = [_last_good[folder].path] if folder in _last_good else []
    for path in last_good + earlier:
        if _opens(path):
            return Published("earlier", Snapshot(path))
    return Published("unreadable")


def _opens(path: Path) -> bool:
    """Whether this is a snapshot we can read: of our version or an older one."""
    try:
        facts = path.stat()
        return _is_whole(path, facts.st_size, facts.st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=16)
def _is_whole(path: Path, size: int, changed: int) -> bool:
    """Compare it with the hash beside it; of one of before, which has none, read all once."""
    try:
        if not is_as_made(path):
            return False
        if not beside(path).exists():
            cursor = _connection(path).cursor()
            for (table,) in cursor.sql(_statement("tables")).fetchall():
                cursor.table(table).pl()
        return int(Snapshot(path).about().get("schema_version", "0")) in range(1, READS + 1)
    except (duckdb.Error, ValueError, OSError):
        return False


@kept(2)
def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    # Safe to keep: a snapshot's name is never used for other contents.
    return duckdb.connect(str(path), read_only=True, config=LOCKED)


@lru_cache(maxsize=32)
def _statement(query: str) -> str:
    return (SQL / f"{query}.sql").read_text(encoding="utf-8")


@kept(1024)
def _rows(path: Path, query: str, params: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    return _asked(path, query, **dict(params))


def _asked(path: Path, query: str, **params: Any) -> pl.DataFrame:
    rows = _connection(path).cursor().sql(_statement(query), params=params).pl()
    if "status" not in rows.columns:
        return rows
    rows = rows.with_columns(pl.col("status").cast(pl.String).replace(EARLIER_STATUSES))
    return _with_needed(path, rows) if {"publication", "way", "class"} <= set(rows.columns) else rows


@kept(8)
def _cells(path: Path, query: str, wave: str) -> Cells:
    """All shares or all means of one wave; no means in snapshots of an earlier version."""
    return Cells(_read(path, query, wave=wave))


@kept(8)
def _series(path: Path, query: str, place: Place) -> Mapping[str, tuple[Row, ...]]:
    """The same of one group through all waves, by measure."""
    table, first, second = place
    return by_measure(_read(path, query, table_id=table, level_1=first, level_2=second))


def _read(path: Path, query: str, **params: Any) -> list[Row]:
    """The rows of a table that snapshots of an earlier version do not have: none there."""
    try:
        return rows_of(_asked(path, query, **params))
    except duckdb.CatalogException:
        return []


@kept(4)
def _publications(path: Path) -> dict[str, Row]:
    """The newest publication of each wave, the oldest wave first."""
    return {row["wave"]: row for row in rows_of(_rows(path, "publications", ()))}


def _kind(measure: str) -> str:
    """The query of a wave that holds a measure."""
    return "means" if measure.startswith(MEAN) else "cells"


def _place(table: str, levels: Sequence[str]) -> Place:
    first, second = (*levels, None, None)[:2]
    return table, first, second


def _with_needed(path: Path, cells: pl.DataFrame) -> pl.DataFrame:
    """The same cells with how many answers each needs to be told; null where the rules of its time are not known."""
    smallest, times = _smallest(path), NEEDED_OF_MEAN if "scale" in cells.columns else NEEDED
    keys = cells.select("publication", "class", "way").iter_rows()
    needed = [
        smallest[publication, kind] * times[way] if (publication, kind) in smallest else None
        for publication, kind, way in keys
    ]
    return cells.with_columns(needed=pl.Series(needed, dtype=pl.Int64))


@kept(4)
def _smallest(path: Path) -> dict[tuple[str, str], int]:
    """The smallest group of each publication, by how a figure is protected."""
    rows = _connection(path).cursor().sql(_statement("smallest")).fetchall()
    return {(publication, kind): fewest for publication, kind, fewest in rows}
