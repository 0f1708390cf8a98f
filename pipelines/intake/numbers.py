"""Numbers of a file of the steward's own, for evidence that is worked out and not kept: no instrument, no profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.ground.errors import Refused
from pipelines.instruments import suggest
from pipelines.intake.read import read_table

MISSING = ("", "NA", "na", "NaN", "nan")
GROUPS = "cluster:"  # beside the columns by their own names


def read_numbers(
    file: Path, columns: Sequence[str], cluster: str | None = None
) -> tuple[dict[str, NDArray[np.float64]], NDArray[Any] | None]:
    """Columns of a file as numbers and a cluster column as words, over the rows in which all of these are filled in.

    Refused when a column is not there or holds something that is neither a number nor missing.
    """
    table = read_table(file)
    for name in (*columns, *([cluster] if cluster else [])):
        if name not in table.columns:
            raise Refused("column_unknown", column=name, file=file.name, suggestion=suggest(name, table.columns))
    texts = table.with_columns(pl.all().str.strip_chars())
    texts = texts.with_columns(pl.when(~pl.all().is_in(MISSING)).then(pl.all()))
    numbers = texts.select(pl.col(name).cast(pl.Float64, strict=False) for name in dict.fromkeys(columns))
    for name in numbers.columns:
        if numbers[name].null_count() > texts[name].null_count() or numbers[name].is_infinite().any():
            raise Refused("column_not_number", column=name, file=file.name)
    if cluster:
        numbers = numbers.with_columns(texts[cluster].alias(GROUPS))
    whole = numbers.drop_nulls()
    groups = whole.drop_in_place(GROUPS).to_numpy() if cluster else None
    return {name: whole[name].to_numpy() for name in whole.columns}, groups
