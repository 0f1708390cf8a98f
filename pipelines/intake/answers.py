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
from pipelines.instruments import Instrument, Profile, codes_by_answer

YEARS = (1990, 2100)  # a day outside them was read by the wrong shape
ISO_DAY = "%Y-%m-%d"
ISO_LETTERS = 10  # of such a day, before any time of day
BETWEEN_CODES = re.compile(r"[|;]")  # of one answer to a question that may have several
CODES = "|"  # between the codes we keep of it
ERRORS = {"row": pl.Int64, "answer": pl.String, "column": pl.String, "rule": pl.String}
Labels = Mapping[str, Mapping[str, str]]  # column -> value in the export -> what the export calls it
Wording = Mapping[str, Mapping[str, str]]  # column -> answer in the export, without capitals -> our code


@dataclass(frozen=True)
class Typed:
    """An export whose answers are typed, before anything is decided about its rows."""

    answers: pl.DataFrame  # row (from 1), leader_key, submitted, is_dated, what was asked, the export's own dimensions
    errors: pl.DataFrame  # row, column, rule and the `answer`: what stood there could be anything, and is kept nowhere
    asked: tuple[str, ...]
    dimensions: tuple[str, ...]  # those in the export
    frame: tuple[str, ...]  # which of leader_key and submitted it has


def cast_answers(table: pl.DataFrame, instrument: Instrument, profile: Profile, labels: Labels | None = None) -> Typed:
    """Export (our columns, strings or Categoricals) -> typed answers; codes and levels are Enums, whole scores Int8.

    `labels`: column -> value in the export -> what the export calls it. Raises Refused when nothing was asked.
    """
    columns = (*instrument.choices(), *instrument.lists(), *instrument.numbers())
    asked = tuple(column for column in columns if column in table.columns)
    if not asked:
        raise Refused("no_known_columns", profile=profile.code)
    wording = _wording(instrument, profile, labels or {})
    frame = tuple(column for column in ("leader_key", "submitted") if column in table.columns)
    dimensions = tuple(dimension.code for dimension in instrument.dimensions if dimension.code in table.columns)
    table = table.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    answers, errors = _cast_each(table, instrument, wording, asked)
    days = _days(table, profile)
    had_no_date = table["submitted"].is_null() if "submitted" in frame else pl.lit(value=True)
    answers = answers.with_columns(
        _keys(table),
        days,
        *in_our_levels(table, dimensions, instrument, wording),
        is_dated=days.is_not_null() | had_no_date,
    )
    return Typed(answers, errors, asked, dimensions, frame)


def _keys(table: pl.DataFrame) -> pl.Series:
    """The key of each row, of a file without keys the number of the row."""
    has_keys = "leader_key" in table.columns
    keys = table.select(pl.col("leader_key").cast(pl.String) if has_keys else pl.format("row-{}", "row"))
    return keys.to_series().alias("leader_key")


def _wording(instrument: Instrument, profile: Profile, labels: Labels) -> Wording:
    """What the export may write for each of our codes. What the file calls a value wins over the value."""
    of_instrument = codes_by_answer(instrument)
    of_profile = {answer.lower(): code for answer, code in profile.answers.items()}
    columns = {*instrument.choices(), *instrument.lists(), *instrument.numbers(), *of_instrument}
    wording = {column: {**of_instrument.get(column, {}), **of_profile} for column in columns}
    for column, label_of in labels.items():
        of_column = wording.setdefault(column, {})
        codes = {value.lower(): of_column.get(label.strip().lower()) for value, label in label_of.items()}
        wording[column] = {**of_column, **{value: code for value, code in codes.items() if code}}
    return wording


def _cast_each(
    table: pl.DataFrame, instrument: Instrument, wording: Wording, asked: Collection[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every answer cast, and a list of those that do not fit and became null (see ERRORS)."""
    choices = instrument.choices()
    lists = instrument.lists()
    numbers = instrument.numbers()
    columns = [table["row"]]
    errors = [pl.DataFrame(schema=ERRORS)]
    for column in asked:
        cast: Callable[[pl.Series], pl.Series]
        if column in numbers:
            low, high = numbers[column]
            cast = partial(_cast_numbers, wording=wording[column], low=low, high=high)
        elif column in lists:
            cast = partial(_cast_lists, wording=wording[column], codes=lists[column])
        else:
            cast = partial(_cast_codes, wording=wording[column], codes=choices[column])
        written = table[column]
        answers = _each_word(written, cast)
        columns.append(answers)
        if answers.null_count() > written.null_count():
            rule = "out_of_range" if column in numbers else "unknown_code"
            errors.append(_errors_of(table["row"], written, answers, rule))
    return pl.DataFrame(columns), pl.concat(errors).sort("row", maintain_order=True)


def _errors_of(rows: pl.Series, written: pl.Series, answers: pl.Series, rule: str) -> pl.DataFrame:
    is_wrong = written.is_not_null() & answers.is_null()
    wrong = written.filter(is_wrong).cast(pl.String).alias("answer")
    what = pl.select(column=pl.lit(written.name), rule=pl.lit(rule))
    return pl.DataFrame([rows.filter(is_wrong), wrong]).join(what, how="cross")


# ------------------------------------------------------------------------------- what one answer comes to


def _cast_numbers(written: pl.Series, wording: Mapping[str, str], low: float, high: float) -> pl.Series:
    """Scores as they stand; where one does not, each different answer is looked up once."""
    for kind in () if _calls_a_number_otherwise(wording) else (pl.Int8, pl.Float64):
        values = written.cast(kind, strict=False)
        if values.is_between(low, high).sum() == written.len() - written.null_count():
            return values

    def number(word: str) -> float | None:
        text = word.strip().lower()
        try:
            value = float(wording.get(text, text).replace(",", "."))
        except ValueError:
            return None
        return value if low <= value <= high else None

    return _look_up(written, number, pl.Float64)


def _cast_codes(written: pl.Series, wording: Mapping[str, str], codes: Collection[str]) -> pl.Series:
    """Codes as they stand; where one does not, each different answer is looked up once."""
    if not _calls_a_number_otherwise(wording):
        values = written.cast(pl.Enum(list(codes)), strict=False)
        if values.null_count() == written.null_count():
            return values

    def code(word: str) -> str | None:
        text = word.strip()
        meant = wording.get(text.lower(), text)
        return meant if text and meant in codes else None

    return few_words(_look_up(written, code, pl.String))


def _cast_lists(written: pl.Series, wording: Mapping[str, str], codes: Collection[str]) -> pl.Series:
    """Several codes in one answer, joined again by |; one that is no code spoils the answer."""

    def joined(word: str) -> str | None:
        parts = [part.strip() for part in BETWEEN_CODES.split(word) if part.strip()]
        meant = [wording.get(part.lower(), part) for part in parts]
        return CODES.join(meant) if meant and all(code in codes for code in meant) else None

    return few_words(_look_up(written, joined, pl.String))


def _calls_a_number_otherwise(wording: Mapping[str, str]) -> bool:
    """Whether the file calls some number something else, so that no number may be taken as it stands."""
    return any(word != code and word[:1].isdigit() for word, code in wording.items())


def _look_up(written: pl.Series, meaning: Callable[[str], Any], kind: type[pl.DataType]) -> pl.Series:
    words = written.drop_nulls().unique()
    meanings = pl.Series([meaning(word) for word in words], dtype=kind)
    return written.replace_strict(words, meanings, default=None, return_dtype=kind)


# ----------------------------------------------------------------------- columns of few different words


def few_words(column: pl.Series) -> pl.Series:
    """Words of which there are few, each kept once: a million take a byte each in place of sixteen."""
    return _each_word(column, lambda words: words.cast(pl.Enum(words.drop_nulls().unique().cast(pl.String).sort())))


def _each_word(column: pl.Series, cast: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `cast` makes of a column; of a Categorical it casts each word once."""
    if column.dtype != pl.Categorical:
        return cast(column)
    words = column.drop_nulls().unique()
    codes = words.to_physical().cast(pl.Int64).to_numpy()
    place_of_code = np.zeros(codes.max(initial=-1) + 1, dtype=np.uint32)  # code -> place among the words
    place_of_code[codes] = np.arange(codes.size)
    return cast(words.cast(pl.String)).gather(place_of_code).gather(column.to_physical()).alias(column.name)


def in_our_levels(
    table: pl.DataFrame, dimensions: Collection[str], instrument: Instrument, wording: Wording
) -> list[pl.Series]:
    """Groups by our names where the export has our labels; one Enum per dimension."""
    columns = []
    for dimension in instrument.dimensions:
        if dimension.code not in dimensions:
            continue
        column = few_words(table[dimension.code])
        level_of = wording.get(dimension.code, {})
        known = dimension.named()
        words = [word for word in column.drop_nulls().unique() if word not in known]
        renamed = {word: level_of[word.strip().lower()] for word in words if word.strip().lower() in level_of}
        columns.append(few_words(column.cast(pl.String).replace(renamed)) if renamed else column)
    return columns


def _days(table: pl.DataFrame, profile: Profile) -> pl.Series:
    """The day of submission, read by the shapes of the profile in their order; the time of day is left out."""
    if "submitted" not in table.columns:
        return pl.Series("submitted", [None] * table.height, pl.Date)
    written = table["submitted"].cast(pl.String)
    days = written.str.slice(0, ISO_LETTERS).str.to_date(ISO_DAY, strict=False)
    if days.null_count() > written.null_count() or ISO_DAY not in profile.dates:
        day = written.str.strip_chars().str.extract("^([^ T]+)", 1)
        tries = [day.str.to_date(shape, strict=False) for shape in profile.dates]
        days = pl.select(pl.coalesce(pl.when(t.dt.year().is_between(*YEARS)).then(t) for t in tries)).to_series()
    return days.alias("submitted")
