"""Days: when an answer was sent, in whatever shape a survey tool or a spreadsheet writes a day; and at what time."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.ground.told import Told
from pipelines.intake.excel_marks import FIRST_OF_SERIALS, MONTH_OF

YEARS = (1990, 2100)  # a day outside them was read by the wrong shape
ISO_DAY = "%Y-%m-%d"
ISO_LETTERS = 10  # of such a day, before any time of day
SERIALS = (40_000, 60_000)  # days since the last one of 1899, as Excel counts them: 2009 to 2064
LONG_YEAR = 100  # a year of two digits is below it
CENTURY = 2000
NOON = 12
MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
MONTHS = {word[:3]: month for word, month in MONTH_OF.items()}  # by three letters no two are alike
DAY_FIRST = r"(?i)\b(?<day>\d{1,2})[\s./-]+(?<month>[a-z]{3})[a-z]*[\s./,-]+(?<year>\d{4}|\d{2})\b"
MONTH_FIRST = r"(?i)\b(?<month>[a-z]{3})[a-z]*[\s.]+(?<day>\d{1,2}),?\s+(?<year>\d{4})\b"
TIME = r"(?i)\b(?<hour>\d{1,2})[:.](?<minute>\d{2})(?:[:.](?<second>\d{2}))?[\d.]*\s*(?:(?<half>[ap])\.?m\b)?"


def days_of(sent: pl.Series, shapes: Sequence[str]) -> tuple[pl.Series, list[Told]]:
    """The day of submission, by the shapes of the profile in their order; the time of day is left out."""
    written = sent.cast(pl.String)
    days = written.str.slice(0, ISO_LETTERS).str.to_date(ISO_DAY, strict=False)
    if days.null_count() > written.null_count() or ISO_DAY not in shapes:
        day = written.str.strip_chars().str.extract("^([^ T]+)", 1)
        tries = [day.str.to_date(shape, strict=False) for shape in shapes]
        days = pl.select(pl.coalesce(pl.when(t.dt.year().is_between(*YEARS)).then(t) for t in tries)).to_series()
    told = []
    if days.null_count() > written.null_count():
        open_ones = pl.select(pl.when(days.is_null()).then(written)).to_series()
        days = days.zip_with(days.is_not_null(), _by_name(open_ones))
    if days.null_count() == days.len() > written.null_count():
        days = _by_serial(written)
        if count := days.len() - days.null_count():
            told.append(Told("serial_dates", count))
    return days.alias("submitted"), told


def _by_name(written: pl.Series) -> pl.Series:
    """Days whose month is a word: 13 jul. 2026, 13-jul-26, July 13, 2026."""
    year = pl.col("year").cast(pl.Int32)
    whole_year = pl.when(year < LONG_YEAR).then(year + CENTURY).otherwise(year)
    month = pl.col("month").str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int8)
    day = pl.format("{}-{}-{}", whole_year, month, pl.col("day")).str.to_date(ISO_DAY, strict=False)
    parts = [written.str.extract_groups(shape).struct.unnest() for shape in (DAY_FIRST, MONTH_FIRST)]
    return pl.select(pl.coalesce(part.select(day).to_series() for part in parts)).to_series()


def _by_serial(written: pl.Series) -> pl.Series:
    """Days as Excel counts them, where every number in the column is one."""
    numbers = written.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    is_serial = numbers.is_between(*SERIALS)
    if is_serial.sum() < numbers.len() - numbers.null_count():
        return pl.Series([None] * written.len(), dtype=pl.Date)
    day = pl.lit(FIRST_OF_SERIALS) + pl.duration(days="days")
    return numbers.floor().cast(pl.Int64).to_frame("days").select(day).to_series()


def seconds_of(sent: pl.Series) -> pl.Series:
    """The time of day at which answers were sent, in seconds; null where none is written."""
    written = sent.cast(pl.String).str.strip_chars()
    serial = pl.lit(written.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)) % 1
    clock = written.str.extract(r"(\d{1,2}:.*)$", 1).str.extract_groups(TIME).struct.unnest()
    hour, minute, second = (pl.col(part).cast(pl.Int64, strict=False) for part in ("hour", "minute", "second"))
    half = pl.col("half").str.to_lowercase()
    of_day = pl.when(half.is_null()).then(hour).otherwise(hour % NOON + pl.when(half == "p").then(NOON).otherwise(0))
    of_clock = of_day * HOUR + minute * MINUTE + second.fill_null(0)
    of_serial = pl.when(serial > 0).then((serial * DAY).round().cast(pl.Int64))
    return clock.select(pl.coalesce(of_clock, of_serial)).to_series()
