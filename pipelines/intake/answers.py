"""Cast: an export as strings becomes codes, scores and days; each different answer is looked at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from pipelines.ground.errors import Refused
from pipelines.instruments import Instrument, Profile
from pipelines.instruments.wording import answers as wording_of

YEARS = (1990, 2100)  # a day outside them was read by the wrong shape
Labels = Mapping[str, dict[str, str]]


@dataclass(frozen=True)
class Typed:
    """An export whose answers are typed, before anything is decided about its rows."""

    answers: pl.DataFrame  # row (from 1), leader_key, submitted, is_dated, what was asked, the export's own dimensions
    errors: pl.DataFrame  # row, column, rule and `said`: what stood there could be anything, and is kept nowhere
    asked: tuple[str, ...]
    dimensions: tuple[str, ...]  # those in the export
    frame: tuple[str, ...]  # which of leader_key and submitted it has


def cast_answers(table: pl.DataFrame, instrument: Instrument, profile: Profile, labels: Labels | None = None) -> Typed:
    """Export (our columns, strings or Categoricals) -> typed answers; codes and levels are Enums, whole scores Int8.

    `labels`: column -> value in the export -> what the export calls it. Raises Refused when nothing was asked.
    """
    asked = [c for c in (*instrument.choices(), *instrument.lists(), *instrument.numbers()) if c in table.columns]
    if not asked:
        raise Refused("no_known_columns", profile=profile.code)
    known = _known_answers(instrument, profile, labels or {})
    frame = tuple(c for c in ("leader_key", "submitted") if c in table.columns)
    table = table.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    answers, errors = _typed(table, instrument, known, asked)
    keys = table.select(pl.col("leader_key").cast(pl.String) if "leader_key" in frame else pl.format("row-{}", "row"))
    dimensions = tuple(d.code for d in instrument.dimensions if d.code in table.columns)
    answers = answers.with_columns(
        keys.to_series().alias("leader_key"),
        _date(table, profile),
        *in_our_levels(table, dimensions, instrument, known),
    )
    was_dated = table["submitted"].is_not_null() if "submitted" in frame else pl.lit(value=False)
    answers = answers.with_columns(is_dated=answers["submitted"].is_not_null() | ~was_dated)
    return Typed(answers, errors, tuple(asked), dimensions, frame)


def _known_answers(instrument: Instrument, profile: Profile, labels: Labels) -> dict[str, dict[str, str]]:
    """Column -> answer in the export, without capitals -> our code. What the file calls a value wins over the value."""
    wording = wording_of(instrument)
    ours = {answer.lower(): code for answer, code in profile.answers.items()}
    known = {
        column: {**wording.get(column, {}), **ours}
        for column in {*instrument.choices(), *instrument.lists(), *instrument.numbers(), *wording}
    }
    for column, called in labels.items():
        said = {value: known.get(column, {}).get(label.strip().lower()) for value, label in called.items()}
        known[column] = {**known.get(column, {}), **{value.lower(): code for value, code in said.items() if code}}
    return known


def _typed(
    table: pl.DataFrame, instrument: Instrument, known: Labels, asked: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cast every answer; one that does not fit becomes null and is listed."""
    choices, lists, numbers = instrument.choices(), instrument.lists(), instrument.numbers()
    typed, errors = [table["row"]], []

    def read(said: pl.Series, column: str) -> pl.Series:
        if column in numbers:
            return _numbers(said, known[column], *numbers[column])
        return _codes(said, known[column], choices.get(column) or lists[column], is_list=column in lists)

    for column in asked:
        said = table[column]
        typed.append(answers := _each_word(said, partial(read, column=column)))
        if answers.null_count() > said.null_count():
            rule = "out_of_range" if column in numbers else "unknown_code"
            wrong = said.is_not_null() & answers.is_null()
            what = pl.select(column=pl.lit(column), rule=pl.lit(rule))
            said = said.filter(wrong).cast(pl.String).alias("said")
            errors.append(pl.DataFrame([table["row"].filter(wrong), said]).join(what, how="cross"))
    none = {"row": pl.Int64, "said": pl.String, "column": pl.String, "rule": pl.String}
    return pl.DataFrame(typed), pl.concat([pl.DataFrame(schema=none), *errors]).sort("row", maintain_order=True)


def _numbers(said: pl.Series, known: Mapping[str, str], low: float, high: float) -> pl.Series:
    """Scores as they stand; where one does not, each different answer is looked up once."""
    for kind in () if _relabels(known) else (pl.Int8, pl.Float64):
        value = said.cast(kind, strict=False)
        if value.is_between(low, high).sum() == said.len() - said.null_count():
            return value

    def read(word: str) -> float | None:
        text = word.strip().lower()
        try:
            value = float(known.get(text, text).replace(",", "."))
        except ValueError:
            return None
        return value if low <= value <= high else None

    return _looked_up(said, read, pl.Float64)


def _codes(said: pl.Series, known: Mapping[str, str], codes: Collection[str], *, is_list: bool) -> pl.Series:
    """Codes as they stand; where one does not, each different answer is looked up once."""
    if not is_list and not _relabels(known):
        value = said.cast(pl.Enum(list(codes)), strict=False)
        if value.null_count() == said.null_count():
            return value

    def read(word: str) -> str | None:
        parts = re.split(r"[|;]", word) if is_list else [word]
        found = [known.get(part.strip().lower(), part.strip()) for part in parts if part.strip()]
        return "|".join(found) if found and all(code in codes for code in found) else None

    return few_words(_looked_up(said, read, pl.String))


def _relabels(known: Mapping[str, str]) -> bool:
    """Whether the file calls some number something else, so that no number may be taken as it stands."""
    return any(value != code and value[:1].isdigit() for value, code in known.items())


def _looked_up(said: pl.Series, read: Callable[[str], Any], kind: type[pl.DataType]) -> pl.Series:
    words = said.drop_nulls().unique()
    found = pl.Series([read(word) for word in words], dtype=kind)
    return said.replace_strict(words, found, default=None, return_dtype=kind)


def few_words(said: pl.Series) -> pl.Series:
    """Words of which there are few, each kept once: a million take a byte each in place of sixteen."""
    return _each_word(said, lambda words: words.cast(pl.Enum(words.drop_nulls().unique().cast(pl.String).sort())))


def _each_word(said: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `read` makes of a column; of a Categorical it reads each word once."""
    if said.dtype != pl.Categorical:
        return read(said)
    words = said.drop_nulls().unique()
    codes = words.to_physical().cast(pl.Int64).to_numpy()
    place = np.zeros(codes.max(initial=-1) + 1, dtype=np.uint32)  # code -> place among the words
    place[codes] = np.arange(codes.size)
    return read(words.cast(pl.String)).gather(place).gather(said.to_physical()).alias(said.name)


def in_our_levels(
    table: pl.DataFrame, dimensions: Collection[str], instrument: Instrument, known: Labels
) -> list[pl.Series]:
    """Groups by our names where the export has our labels."""
    ours = []
    for dimension in (d for d in instrument.dimensions if d.code in dimensions):
        said, words, levels = few_words(table[dimension.code]), known.get(dimension.code, {}), dimension.named()
        named = {word: words.get(word.strip().lower(), word) for word in said.drop_nulls().unique()}
        changed = {word: level for word, level in named.items() if word not in levels and word != level}
        ours.append(few_words(said.cast(pl.String).replace(changed)) if changed else said)
    return ours


def _date(table: pl.DataFrame, profile: Profile) -> pl.Series:
    """The day of submission, read by the shapes of the profile in their order; the time of day is left out."""
    if "submitted" not in table.columns:
        return pl.Series("submitted", [None] * table.height, pl.Date)
    said = table["submitted"].cast(pl.String)
    days = said.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    if days.null_count() > said.null_count() or "%Y-%m-%d" not in profile.dates:
        day = said.str.strip_chars().str.extract("^([^ T]+)", 1)
        tries = [day.str.to_date(shape, strict=False) for shape in profile.dates]
        days = pl.select(pl.coalesce(pl.when(t.dt.year().is_between(*YEARS)).then(t) for t in tries)).to_series()
    return days.alias("submitted")
