"""DuckDB for the steps that may use it: one way to open a file, one way to run a statement from sql/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.failures import rule_of
from pipelines.ground.settings import SQL

Connection = duckdb.DuckDBPyConnection


@contextmanager
def connect(
    path: Path | None = None, *, read_only: bool = False, block_size: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reaches no network and no other file; in memory without a path.

    `block_size`: bytes of a block of a new file, instead of DuckDB's 256 KiB. Raises Refused when the
    disk or the memory fails.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
    }
    if block_size is not None:
        config["default_block_size"] = block_size
    try:
        connection = duckdb.connect(str(path or ":memory:"), read_only=read_only, config=config)
        try:
            yield connection
        finally:
            connection.close()
    except duckdb.Error as mistake:
        rule = rule_of(mistake)
        if rule not in (None, "data_damaged"):  # who reads a file knows which one is damaged
            raise Refused(str(rule), path=path or "-") from mistake
        raise


@cache
def statement(name: str) -> str:
    """The text of sql/<name>.sql."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def run(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    frames: Mapping[str, pl.DataFrame] | None = None,
    **values: object,
) -> pl.DataFrame | None:
    """Run sql/<name>.sql over `frames` with $name values; the rows as a frame, None for a statement without rows."""
    cursor = connection.cursor()
    for view, frame in (frames or {}).items():
        cursor.register(view, frame)
    relation = cursor.sql(statement(name), params=values or None)
    return None if relation is None else relation.pl()
