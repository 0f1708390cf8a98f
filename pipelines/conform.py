"""Conform: an export as strings becomes typed answers of known leaders; bad rows are kept and explained."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.errors import Refused
from pipelines.instruments import Instrument, Profile
from pipelines.instruments.checks import suggest
from pipelines.instruments.wording import answers as wording_of
from pipelines.schemas import UNKNOWN, Conformed

YEARS = (1990, 2100)  # a day outside them was read by the wrong shape
Labels = Mapping[str, dict[str, str]]
HELPERS = ("is_dated", "is_on_roster", "is_placed", "is_answered")


@dataclass(frozen=True)
class Wave:
    """When a wave was open; None when nobody said."""

    name: str
    opens: dt.date | None = None
    closes: dt.date | None = None


@dataclass(frozen=True)
class Imported:
    """What became of an export: every row is in `answers` or in `rejected`."""

    answers: pl.DataFrame
    rejected: pl.DataFrame  # row, column, rule and the raw answers (they stay in the vault)
    data_errors: pl.DataFrame  # row, column, rule: one answer that became empty
    rows: int
    late: int
    has_keys: bool
    columns_asked: tuple[str, ...]
    early: int = 0  # sent before the wave opened
    partial: int = 0  # broke off: at least one scale that was asked is wholly open
    standing: str = "new"  # to what the vault holds; see flow_import
    profile: str = ""  # the layout it was read by
    unread: tuple[str, ...] = ()  # heads that belong to no question
    combinations: Any = None  # who could be recognised by groups alone; see levels.Combinations

    @property
    def duplicates(self) -> int:
        """Rows that were a second answer by one leader."""
        return self.rejected.filter(pl.col("rule") == "duplicate_leader").height


def conform(
    table: pl.DataFrame,
    instrument: Instrument,
    profile: Profile,
    wave: Wave,
    roster: pl.DataFrame | None,
    labels: Labels | None = None,
) -> Imported:
    """Export (our columns, all strings) -> answers, one row per leader, with the leader's dimensions.

    `labels`: column -> value in the export -> what the export calls it. Raises Refused when nothing was asked.
    """
    asked = [c for c in (*instrument.choices(), *instrument.lists(), *instrument.numbers()) if c in table.columns]
    if not asked:
        raise Refused("no_known_columns", profile=profile.code)
    known = _known_answers(instrument, profile, labels or {})
    has_keys = "leader_key" in table.columns
    table = table.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    answers, errors = _typed(table, instrument, known, asked)
    keys = table.select(pl.col("leader_key") if has_keys else pl.format("row-{}", "row").alias("leader_key"))
    answers = answers.with_columns(keys["leader_key"], _date(table, profile))
    answers = _placed(answers, _in_our_levels(table, instrument, known), instrument, roster if has_keys else None)
    answers = answers.with_columns(
        is_dated=(table["submitted"].is_null() | answers["submitted"].is_not_null())
        if "submitted" in table.columns
        else pl.lit(value=True),
        is_answered=pl.any_horizontal(pl.col(asked).is_not_null()),
    )
    accepted, failures = Conformed.filter(answers.select(Conformed.column_names()))
    first_rule = pl.coalesce(
        pl.when(pl.col(rule) == "invalid").then(pl.lit(rule))
        for rule in ("no_key", "bad_date", "not_on_roster", "no_group", "nothing_answered")
    )
    rejected = failures.details().select("row", rule=first_rule)
    good = accepted.sort(pl.col("submitted").fill_null(dt.date.min), "row", descending=[True, False])
    second = good.filter(~pl.col("leader_key").is_first_distinct()).select("row", rule=pl.lit("duplicate_leader"))
    rejected = pl.concat([rejected, second]).sort("row")
    column = pl.col("rule").replace_strict(
        {"bad_date": "submitted", "no_group": "dimensions", "nothing_answered": None}, default="leader_key"
    )
    # What is no answer is not kept: it could be anything.
    told = [c for c in ("leader_key", "submitted", *asked) if c in table.columns]
    bad = answers.join(rejected, on="row", how="semi").select("row", pl.col(told).cast(pl.String))
    raw = bad.select("row", raw=pl.struct(told).struct.json_encode())
    kept = (answers.join(rejected, on="row", how="anti") if rejected.height else answers).drop(HELPERS)
    return Imported(
        answers=kept,
        rejected=rejected.select("row", column.alias("column"), "rule").join(raw, on="row", how="left"),
        data_errors=errors.join(rejected, on="row", how="anti"),
        rows=table.height,
        late=kept.filter(pl.col("submitted") > wave.closes).height if wave.closes else 0,
        has_keys=has_keys,
        columns_asked=tuple(asked),
        early=kept.filter(pl.col("submitted") < wave.opens).height if wave.opens else 0,
        partial=_broken_off(kept, instrument),
    )


def _broken_off(answers: pl.DataFrame, instrument: Instrument) -> int:
    blocks = [[item.code for item in scale.items if item.code in answers.columns] for scale in instrument.scales]
    is_open = [pl.all_horizontal(pl.col(block).is_null()) for block in blocks if block]
    return answers.filter(pl.any_horizontal(is_open)).height if is_open else 0


def conform_roster(table: pl.DataFrame, instrument: Instrument, wave: str) -> pl.DataFrame:
    """Roster (all strings) -> one row per leader on the roster of one wave, with its dimensions.

    Raises Refused for a wave nobody is on, a double key, or a level the dimension does not know.
    """
    if "leader_key" not in table.columns:
        raise Refused("roster_without_key", column="leader_key")
    if "wave" in table.columns:
        table = table.filter(pl.col("wave") == wave)
    if table.is_empty():
        raise Refused("roster_without_wave", wave=wave, column="wave")
    if table["leader_key"].is_duplicated().any():
        raise Refused("roster_double_key", column="leader_key", wave=wave)
    dimensions = [d.code for d in instrument.dimensions if d.code in table.columns]
    table = _in_our_levels(table, instrument, wording_of(instrument))
    _check_levels(table, instrument, dimensions)
    extra = [c for c in ("school_key",) if c in table.columns]
    return table.select("leader_key", *extra, pl.col(dimensions).fill_null(UNKNOWN))


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
    for column in asked:
        said = table[column]
        if column in numbers:
            answers = _numbers(said, known[column], *numbers[column])
        else:
            answers = _codes(said, known[column], choices.get(column) or lists[column], is_list=column in lists)
        typed.append(answers)
        if answers.null_count() > said.null_count():
            rule = "out_of_range" if column in numbers else "unknown_code"
            wrong = table["row"].filter(said.is_not_null() & answers.is_null())
            errors.append(pl.select(row=wrong, column=pl.lit(column), rule=pl.lit(rule)))
    none = pl.DataFrame(schema={"row": pl.Int64, "column": pl.String, "rule": pl.String})
    return pl.DataFrame(typed), pl.concat([none, *errors]).sort("row")


def _numbers(said: pl.Series, known: Mapping[str, str], low: float, high: float) -> pl.Series:
    """Scores as they stand; where one does not, each different answer is looked up once."""
    if not _relabels(known):
        value = said.cast(pl.Float64, strict=False)
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
    if not is_list and not _relabels(known) and said.drop_nulls().is_in(list(codes)).all():
        return said

    def read(word: str) -> str | None:
        parts = re.split(r"[|;]", word) if is_list else [word]
        found = [known.get(part.strip().lower(), part.strip()) for part in parts if part.strip()]
        return "|".join(found) if found and all(code in codes for code in found) else None

    return _looked_up(said, read, pl.String)


def _relabels(known: Mapping[str, str]) -> bool:
    """Whether the file calls some number something else, so that no number may be taken as it stands."""
    return any(value != code and value[:1].isdigit() for value, code in known.items())


def _looked_up(said: pl.Series, read: Callable[[str], Any], kind: type[pl.DataType]) -> pl.Series:
    words = said.drop_nulls().unique()
    found = pl.Series([read(word) for word in words], dtype=kind)
    return said.replace_strict(words, found, default=None, return_dtype=kind)


def _in_our_levels(table: pl.DataFrame, instrument: Instrument, known: Labels) -> pl.DataFrame:
    """Groups by our names where the export has our labels."""
    renamed = []
    for dimension in (d for d in instrument.dimensions if d.code in table.columns):
        words, levels = known.get(dimension.code, {}), dimension.named()
        ours = {word: words.get(word.strip().lower(), word) for word in table[dimension.code].drop_nulls().unique()}
        changed = {word: level for word, level in ours.items() if word not in levels and word != level}
        renamed.append(table[dimension.code].replace(changed) if changed else table[dimension.code])
    return table.with_columns(renamed)


def _date(table: pl.DataFrame, profile: Profile) -> pl.Series:
    """The day of submission, read by the shapes of the profile in their order; the time of day is left out."""
    if "submitted" not in table.columns:
        return pl.Series("submitted", [None] * table.height, pl.Date)
    said = table["submitted"]
    days = said.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    if days.null_count() > said.null_count() or "%Y-%m-%d" not in profile.dates:
        day = said.str.strip_chars().str.extract("^([^ T]+)", 1)
        tries = [day.str.to_date(shape, strict=False) for shape in profile.dates]
        days = pl.select(pl.coalesce(pl.when(t.dt.year().is_between(*YEARS)).then(t) for t in tries)).to_series()
    return days.alias("submitted")


def _placed(
    answers: pl.DataFrame, table: pl.DataFrame, instrument: Instrument, roster: pl.DataFrame | None
) -> pl.DataFrame:
    """Give every row its dimensions: from the roster when there is one, else from the export."""
    if roster is not None:
        dimensions = [c for c in roster.columns if c not in ("leader_key", "school_key")]
        listed = roster.select("leader_key", *dimensions, is_on_roster=pl.lit(value=True))
        found = answers.select("leader_key").join(listed, on="leader_key", how="left", maintain_order="left")
        answers = answers.with_columns(found.drop("leader_key")).with_columns(
            pl.col("is_on_roster").fill_null(value=False)
        )
    else:
        dimensions = [d.code for d in instrument.dimensions if d.code in table.columns]
        _check_levels(table, instrument, dimensions)
        answers = answers.with_columns(*(table[d].alias(d) for d in dimensions), is_on_roster=pl.lit(value=True))
    known = pl.all_horizontal(pl.col(dimensions).is_not_null()) if dimensions else pl.lit(value=True)
    return answers.with_columns(is_placed=known | ~pl.col("is_on_roster"))


def _check_levels(table: pl.DataFrame, instrument: Instrument, dimensions: list[str]) -> None:
    for code in dimensions:
        dimension = instrument.dimension(code)
        if dimension is None or not dimension.levels:
            continue
        for level in table[code].drop_nulls().unique().sort():
            if level not in dimension.levels:
                raise Refused("unknown_level", column=code, level=level, suggestion=suggest(level, dimension.levels))
