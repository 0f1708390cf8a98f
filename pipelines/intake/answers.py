"""Cast: an export as strings becomes codes, scores and days; each different answer is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.told import Told
from pipelines.instruments import Instrument, Profile, codes_by_answer
from pipelines.intake.days import days_of
from pipelines.intake.wording import NOTHING, Question, questions_of, stray_codes

ERRORS = {"row": pl.Int64, "answer": pl.String, "column": pl.String, "rule": pl.String}
NOT_ANSWERED = {"row": pl.Int64, "column": pl.String}
Labels = Mapping[str, Mapping[str, str]]  # column -> value in the export -> what the export calls it
Wording = Mapping[str, Mapping[str, str]]  # column -> answer in the export, without capitals -> our code


@dataclass(frozen=True)
class Typed:
    """An export whose answers are typed, before anything is decided about its rows."""

    answers: (
        pl.DataFrame
    )  # row (of the file), leader_key, submitted, is_dated, what was asked, the export's own dimensions
    errors: pl.DataFrame  # row, column, rule and the `answer`: what stood there could be anything, and is kept nowhere
    asked: tuple[str, ...]
    dimensions: tuple[str, ...]  # those in the export
    frame: tuple[str, ...]  # which of leader_key and submitted it has
    sent: pl.Series  # when each row was sent, as it is written: the time of day may decide which answer counts
    questions: Mapping[str, Question] = field(repr=False)
    not_answered: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NOT_ANSWERED))  # said, not left open
    first_row: int = 1  # of the file, in which the first answer stands
    told: tuple[Told, ...] = ()


def cast_answers(
    table: pl.DataFrame, instrument: Instrument, profile: Profile, labels: Labels | None = None, first_row: int = 1
) -> Typed:
    """Export (our columns, strings or Categoricals) -> typed answers; codes and levels are Enums, whole scores Int8.

    `labels`: column -> value in the export -> what the export calls it. `first_row`: that of the file in which the
    first answer stands. Raises Refused when nothing was asked.
    """
    columns = (*instrument.choices(), *instrument.lists(), *instrument.numbers())
    asked = tuple(column for column in columns if column in table.columns)
    if not asked:
        raise Refused("no_known_columns", profile=profile.code)
    questions = questions_of(instrument, profile, labels or {}, asked)
    frame = tuple(column for column in ("leader_key", "submitted") if column in table.columns)
    dimensions = tuple(dimension.code for dimension in instrument.dimensions if dimension.code in table.columns)
    table = table.with_row_index("row", offset=first_row).with_columns(pl.col("row").cast(pl.Int64))
    cast = [_cast_column(table["row"], table[column], question) for column, question in questions.items()]
    sent = table["submitted"] if "submitted" in frame else pl.Series("submitted", [None] * table.height, pl.String)
    days, told_of_days = days_of(sent, profile.dates)
    answers = pl.DataFrame([table["row"], *(one.answers for one in cast)]).with_columns(
        _keys(table, first_row),
        days,
        *in_our_levels(table, dimensions, instrument, _level_names(instrument, profile, labels or {})),
        is_dated=days.is_not_null() | sent.is_null(),
    )
    return Typed(
        answers=answers,
        errors=pl.concat([one.errors for one in cast]).sort("row", maintain_order=True),
        asked=asked,
        dimensions=dimensions,
        frame=frame,
        sent=sent,
        questions=questions,
        not_answered=pl.concat([one.not_answered for one in cast]),
        first_row=first_row,
        told=(*told_of_days, *(one for column in cast for one in column.told), *_turned(questions)),
    )


def _keys(table: pl.DataFrame, first_row: int) -> pl.Series:
    """The key of each row without the blanks around it, of a file without keys the number of the answer."""
    has_keys = "leader_key" in table.columns
    key = pl.col("leader_key").cast(pl.String).str.strip_chars().replace("", None)
    return (
        table.select(key if has_keys else pl.format("row-{}", pl.col("row") - first_row + 1))
        .to_series()
        .alias("leader_key")
    )


def _level_names(instrument: Instrument, profile: Profile, labels: Labels) -> Wording:
    """Dimension -> what the export may write for its levels. What the file calls a value wins over the value."""
    codes = {code for of in ({**instrument.choices(), **instrument.lists()}).values() for code in of}
    labelled = codes_by_answer(instrument)
    names: dict[str, dict[str, str]] = {}
    for dimension in instrument.dimensions:
        named = dimension.named()
        # A target for all columns is meant for a group that declares no levels where no question has such an answer.
        anywhere = {
            answer: level
            for answer, level in profile.answers_anywhere.items()
            if level in named or not (dimension.levels or level in codes or level.isdigit())
        }
        written = {**anywhere, **profile.answers_in(dimension.code)}
        of_column = {**labelled.get(dimension.code, {}), **{a.strip().lower(): level for a, level in written.items()}}
        called = labels.get(dimension.code, {}).items()
        by_label = {value.lower(): of_column.get(label.strip().lower()) for value, label in called}
        names[dimension.code] = {**of_column, **{value: level for value, level in by_label.items() if level}}
    return names


def _turned(questions: Mapping[str, Question]) -> list[Told]:
    """The questions whose numbers mean another answer by what the file or the profile calls them."""
    turned = [
        column
        for column, question in questions.items()
        if any(code != NOTHING and question.own(word) not in (None, code) for word, code in question.declared.items())
    ]
    return [Told("turned_by_labels", len(turned), ", ".join(turned))] if turned else []


# ------------------------------------------------------------------------------------- the answers of one column


@dataclass(frozen=True)
class _Column:
    """One column, typed."""

    answers: pl.Series
    errors: pl.DataFrame  # answers that do not fit and became null; see ERRORS
    not_answered: pl.DataFrame  # those that say that nothing was answered; see NOT_ANSWERED
    told: tuple[Told, ...] = ()  # how many these are


def _cast_column(rows: pl.Series, written: pl.Series, question: Question) -> _Column:
    """Every answer cast; what says that nothing was answered is counted, and is no error."""
    cast = _cast_numbers if question.low is not None else _cast_lists if question.is_list else _cast_codes
    answers = _each_word(written, partial(cast, question=question))
    if answers.null_count() == written.null_count():
        return _Column(answers, pl.DataFrame(schema=ERRORS), pl.DataFrame(schema=NOT_ANSWERED))
    is_open = written.is_not_null() & answers.is_null()
    wrong = pl.DataFrame([rows.filter(is_open), written.filter(is_open).cast(pl.String).alias("answer")])
    words = wrong["answer"].unique().to_list()
    nothing = {word for word in words if question.read(word) == NOTHING}
    nothing |= stray_codes(word for word in words if word not in nothing)
    is_nothing = pl.col("answer").is_in(nothing)
    errors = wrong.filter(~is_nothing)
    not_answered = wrong.filter(is_nothing).select("row", column=pl.lit(question.column))
    rule = "out_of_range" if question.low is not None else "unknown_code"
    return _Column(
        answers,
        errors.with_columns(column=pl.lit(question.column), rule=pl.lit(rule)),
        not_answered,
        (Told("not_answered", not_answered.height, question.column),) if not_answered.height else (),
    )


def _cast_numbers(written: pl.Series, question: Question) -> pl.Series:
    """Scores as they stand; where one does not, each different answer is looked up once."""
    for kind in () if question.calls_a_number_otherwise else (pl.Int8, pl.Float64):
        values = written.cast(kind, strict=False)
        if values.is_between(question.low, question.high).sum() == written.len() - written.null_count():
            return values

    def number(word: str) -> float | None:
        meant = question.meaning(word)
        return float(meant) if meant else None

    return _look_up(written, number, pl.Float64)


def _cast_codes(written: pl.Series, question: Question) -> pl.Series:
    """Codes as they stand; where one does not, each different answer is looked up once."""
    if not question.calls_a_number_otherwise:
        values = written.cast(pl.Enum(question.codes), strict=False)
        if values.null_count() == written.null_count():
            return values
    return few_words(_look_up(written, lambda word: question.meaning(word) or None, pl.String))


def _cast_lists(written: pl.Series, question: Question) -> pl.Series:
    """Several codes in one answer; each different answer is looked up once."""
    return few_words(_look_up(written, lambda word: question.list_of(word) or None, pl.String))


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
