"""Numbers of a file of the steward's own, for evidence that is worked out and not kept: no instrument, no profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.ground.errors import Refused
from pipelines.instruments import MISSING_CODES, MISSING_WORDS, NO, YES, suggest
from pipelines.intake.read import read_table

GROUPS = "cluster:"  # beside the columns by their own names
DECIMAL_COMMA = r"^[+-]?\d*,\d+$"
MOSTLY = 0.95  # of the answers lie on a scale that nobody named: then it is the scale
LARGEST = 1e100  # a square of it is a number still
STRAY = tuple(map(float, MISSING_CODES))
Range = tuple[float, float]


@dataclass(frozen=True)
class Numbers:
    """Columns as numbers, over the rows in which all of them are filled in, and what of the file is no number."""

    columns: Mapping[str, NDArray[np.float64]]
    clusters: NDArray[Any] | None
    incomplete: int  # rows in which something is not filled in, so left out
    left_out: Mapping[str, int] = field(default_factory=dict)  # column -> values outside its range, or a missing code
    strays: Mapping[str, str] = field(
        default_factory=dict
    )  # column -> a value that looks like a missing code, and counts


def read_numbers(
    file: Path,
    columns: Sequence[str],
    cluster: str | None = None,
    *,
    missing: Collection[float] = (),
    ranges: Mapping[str, Range] | None = None,
) -> Numbers:
    """Columns of a file as numbers, and a cluster column as words.

    `missing`: codes that say that nothing was answered; `ranges`: column -> lowest and highest value there can be; what
    lies outside is no value. Yes and no become 1 and 0, and a decimal comma is read. Refused when a column is not there
    or holds something else.
    """
    ranges = ranges or {}
    texts = _texts(file, (*columns, *ranges, *([cluster] if cluster else [])))
    read = {name: _numbers(texts[name], file.name) for name in dict.fromkeys(columns)}
    kept = {name: _values(column, missing, ranges.get(name)) for name, column in read.items()}
    frame = pl.DataFrame(list(kept.values()))
    if cluster:
        frame = frame.with_columns(texts[cluster].alias(GROUPS))
    whole = frame.drop_nulls()
    clusters = whole.drop_in_place(GROUPS).to_numpy() if cluster else None
    lost = {name: kept[name].null_count() - column.null_count() for name, column in read.items()}
    strays = {name: _stray(column) for name, column in kept.items() if name not in ranges}
    return Numbers(
        columns={name: whole[name].to_numpy() for name in whole.columns},
        clusters=clusters,
        incomplete=frame.height - whole.height,
        left_out={name: count for name, count in lost.items() if count},
        strays={name: stray for name, stray in strays.items() if stray},
    )


def read_items(
    file: Path, columns: Sequence[str], scale: Range, *, is_said: bool, missing: Collection[float] = ()
) -> tuple[Numbers, Range]:
    """The statements of one scale as numbers, and the scale they were read on.

    What lies outside `scale` is no value, also where nobody said that it is the scale but MOSTLY of the answers lie on
    it. Else the scale goes from the lowest to the highest answer.
    """
    if not is_said:
        table = {name: _numbers(column, file.name) for name, column in _texts(file, columns).items()}
        answers = np.concatenate([column.drop_nulls().to_numpy() for column in table.values()])
        answers = answers[~np.isin(answers, [*missing, *STRAY]) | ((scale[0] <= answers) & (answers <= scale[1]))]
        on_scale = (scale[0] <= answers) & (answers <= scale[1])
        if len(answers) and on_scale.mean() < MOSTLY:
            return read_numbers(file, columns, missing=missing), (float(answers.min()), float(answers.max()))
    return read_numbers(file, columns, missing=missing, ranges=dict.fromkeys(columns, scale)), scale


def _texts(file: Path, columns: Sequence[str]) -> dict[str, pl.Series]:
    """Columns of a file as texts without blanks around them, null where empty; Refused when one is not there."""
    table = read_table(file)
    for name in columns:
        if name not in table.columns:
            raise Refused("column_unknown", column=name, file=file.name, suggestion=suggest(name, table.columns))
    return {name: table[name].cast(pl.String).str.strip_chars().replace("", None) for name in columns}


def _numbers(texts: pl.Series, file: str) -> pl.Series:
    """A column of texts as numbers, null where nothing was answered."""
    words = texts.str.to_lowercase()
    texts = texts.set(words.is_in(MISSING_WORDS), None)
    words = words.set(words.is_in(MISSING_WORDS), None).drop_nulls()
    numbers = texts.cast(pl.Float64, strict=False)
    if words.len() and words.is_in([*YES, *NO]).all():
        numbers = texts.str.to_lowercase().is_in(YES).cast(pl.Float64)
    elif not texts.str.contains(".", literal=True).any():
        is_comma = texts.str.contains(DECIMAL_COMMA)
        with_points = texts.zip_with(~is_comma, texts.str.replace(",", ".", literal=True))
        numbers = with_points.cast(pl.Float64, strict=False)
    if numbers.null_count() > texts.null_count() or not (numbers.drop_nulls().abs() < LARGEST).all():
        raise Refused("column_not_number", column=texts.name, file=file)
    return numbers


def _values(column: pl.Series, missing: Collection[float], allowed: Range | None) -> pl.Series:
    """A column without the codes that say that nothing was answered, and without what lies outside its range."""
    is_value = ~column.is_in(list(missing))
    if allowed:
        is_value &= column.is_between(*allowed)
    return column.set(~is_value, None)


def _stray(column: pl.Series) -> str:
    """A value that may mean that nothing was answered: a usual code for that, farther from all other values than these
    lie apart. Empty where there is none.
    """
    values = np.unique(column.drop_nulls().to_numpy())
    is_code = np.isin(values, STRAY)
    if is_code.all():
        return ""
    low, high = values[~is_code].min(), values[~is_code].max()
    far = [code for code in values[is_code] if code <= 2 * low - high or code >= 2 * high - low]
    return f"{far[0]:g}" if far and high > low else ""
