"""Conform: an export as strings becomes typed answers of known leaders; bad rows are kept and explained."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import polars as pl

from pipelines.errors import Refused
from pipelines.instruments import Instrument, Profile
from pipelines.instruments.checks import suggest
from pipelines.schemas import UNKNOWN, Conformed

PERSONAL_HEADS = re.compile(
    r"(^|[\W_])(naam|voornaam|achternaam|name|first_?name|last_?name|e-?mail(adres|address)?|telefoon(nummer)?|phone"
    r"|mobiel|bsn|iban|ip(_?adres|_?address)?|geboortedatum|birth_?date|latitude|longitude)([\W_]|$)",
    re.IGNORECASE,
)
EMAIL = r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}"
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

    @property
    def duplicates(self) -> int:
        """Rows that were a second answer by one leader."""
        return self.rejected.filter(pl.col("rule") == "duplicate_leader").height


def conform(
    table: pl.DataFrame, instrument: Instrument, profile: Profile, wave: Wave, roster: pl.DataFrame | None
) -> Imported:
    """Export (all strings) -> answers, one row per leader, with the leader's dimensions.

    Raises Refused when the export holds personal data or nothing the instrument knows.
    """
    refuse_personal_data(table, profile)
    table = table.drop(profile.drop, strict=False).rename(profile.columns, strict=False)
    asked = [c for c in (*instrument.choices(), *instrument.lists(), *instrument.numbers()) if c in table.columns]
    if not asked:
        raise Refused("no_known_columns", profile=profile.code)
    has_keys = "leader_key" in table.columns
    table = table.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    answers, errors = _typed(table, instrument, profile, asked)
    keys = table.select(pl.col("leader_key") if has_keys else pl.format("row-{}", "row").alias("leader_key"))
    answers = answers.with_columns(keys["leader_key"], _date(table, profile))
    answers = _placed(answers, table, instrument, roster if has_keys else None)
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
    bad = table.join(rejected, on="row", how="semi")
    raw = bad.select("row", raw=pl.struct(pl.exclude("row")).struct.json_encode())
    kept = answers.join(rejected, on="row", how="anti").drop(HELPERS)
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
    _check_levels(table, instrument, dimensions)
    extra = [c for c in ("school_key",) if c in table.columns]
    return table.select("leader_key", *extra, pl.col(dimensions).fill_null(UNKNOWN))


def refuse_personal_data(table: pl.DataFrame, profile: Profile) -> None:
    """Refused on names, addresses and the like, unless the profile drops the column."""
    for head in table.columns:
        if head in profile.drop or head in profile.columns:
            continue
        if PERSONAL_HEADS.search(head):
            raise Refused("personal_head", column=head)
        if table[head].str.contains(EMAIL).any():
            raise Refused("personal_email", column=head)


def _typed(
    table: pl.DataFrame, instrument: Instrument, profile: Profile, asked: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cast every answer; one that does not fit becomes null and is listed."""
    choices, lists, numbers = instrument.choices(), instrument.lists(), instrument.numbers()
    casts: list[pl.Expr] = []
    for column in asked:
        text = pl.col(column).str.strip_chars()
        if profile.answers:
            text = text.replace(profile.answers)
        if column in choices:
            casts.append(pl.when(text.is_in(choices[column])).then(text).alias(column))
        elif column in lists:
            known = text.str.split("|").list.eval(pl.element().is_in(lists[column])).list.all()
            casts.append(pl.when(known).then(text).alias(column))
        else:
            value = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
            casts.append(pl.when(value.is_between(*numbers[column])).then(value).alias(column))
    answers = table.select("row", *casts)
    errors = [
        table.filter(table[column].is_not_null() & answers[column].is_null()).select(
            "row", column=pl.lit(column), rule=pl.lit("out_of_range" if column in numbers else "unknown_code")
        )
        for column in asked
    ]
    return answers, pl.concat(errors).sort("row")


def _date(table: pl.DataFrame, profile: Profile) -> pl.Expr:
    if "submitted" not in table.columns:
        return pl.lit(None, dtype=pl.Date).alias("submitted")
    days = table["submitted"].str.slice(0, 19)
    tries = [days.str.to_date(shape, strict=False, exact=False) for shape in profile.dates]
    return pl.coalesce(pl.lit(day) for day in tries).alias("submitted")


def _placed(
    answers: pl.DataFrame, table: pl.DataFrame, instrument: Instrument, roster: pl.DataFrame | None
) -> pl.DataFrame:
    """Give every row its dimensions: from the roster when there is one, else from the export."""
    if roster is not None:
        dimensions = [c for c in roster.columns if c not in ("leader_key", "school_key")]
        answers = answers.join(
            roster.select("leader_key", *dimensions, is_on_roster=pl.lit(value=True)),
            on="leader_key",
            how="left",
            maintain_order="left",
        ).with_columns(pl.col("is_on_roster").fill_null(value=False))
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
