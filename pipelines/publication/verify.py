"""Verify: whether the publications in a snapshot tell what they told when they were made, by their fingerprints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.ground.database import connect
from pipelines.ground.errors import Refused
from pipelines.ground.published import is_as_made
from pipelines.publication.fingerprint import NAME, OWN, fingerprint


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
