"""Fingerprint: a publication's own rows as one short word, the same in the vault, in a snapshot and on paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import polars as pl

from pipelines.ground.schemas import PUBLISHED

DIGITS = 24  # hexadecimal: 96 bits
NAME = "fingerprint"  # the column of the table publication that holds it
OWN = [name for name, one in PUBLISHED.items() if "publication" in one.column_names() and not one.OF_SNAPSHOT]


def fingerprint(tables: Mapping[str, pl.DataFrame], publication: str) -> str:
    """The word for the rows of one publication, whatever their order; nothing that is empty counts.

    So a column or a table that comes with a later version leaves the fingerprints of before as they are.
    """
    whole = hashlib.sha256()
    for name in sorted(tables.keys() & OWN):
        rows = tables[name].filter(pl.col("publication") == publication)
        for line in sorted(_line(row) for row in rows.iter_rows(named=True)):
            whole.update(f"{name} {line}\n".encode())
    return whole.hexdigest()[:DIGITS]


def _line(row: Mapping[str, object]) -> str:
    told = {key: value for key, value in row.items() if value is not None and key != NAME}
    return json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)
