"""Excel's marks: what Excel makes of what was typed, a date of a band, a rounded number of a key; undone or named.

Pure functions over one column. Nothing is guessed: a band is read back where exactly one declared level can have been
typed, and all dates of the column are such bands.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.told import places
from pipelines.intake.sheet import FIRST_CELLS, rows_of

BAND = re.compile(r"\d{1,2}-\d{1,2}")
# The months as Excel shows them in Dutch and in English, short and in full.
MONTHS = {
    "jan januari january": 1,
    "feb februari february": 2,
    "mrt mar maart march": 3,
    "apr april": 4,
    "mei may": 5,
    "jun juni june": 6,
    "jul juli july": 7,
    "aug augustus august": 8,
    "sep sept september": 9,
    "okt oct oktober october": 10,
    "nov november": 11,
    "dec december": 12,
}
MONTH_OF = {word: month for words, month in MONTHS.items() for word in words.split()}
BETWEEN = r"[-/. ]"
NUMBER_AND_MONTH = re.compile(rf"(\d{{1,2}}){BETWEEN}([a-z]+)\.?(?:{BETWEEN}(\d{{2}}|\d{{4}}))?")
MONTH_AND_NUMBER = re.compile(rf"([a-z]+)\.?{BETWEEN}(\d{{1,2}})(?:,?{BETWEEN}+(\d{{4}}))?")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?)?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[t ]0?0:00(?::00)?)?")
SHORT = re.compile(r"0\d[-/]\d{1,2}|\d{1,2}[-/]0\d|\d{1,2}/\d{1,2}")  # 02-05 or 2/5; a band is written without zeros
SERIAL = re.compile(r"([1-7]\d{4})(?:[.,]0+)?")  # days since 1900, from 1927 to 2119
FIRST_OF_SERIALS = dt.date(1899, 12, 30)
SCIENTIFIC = re.compile(r"\s*\d(?:[.,]\d+)?[eE]\+\d{2,3}\s*")
LAST_MONTH, LAST_DAY = 12, 31
CENTURY = 100
THIS_CENTURY = 2000
YEARS_OF_TYPING = 1  # Excel gives a band the year in which it was typed: two dates lie no further apart


def undo_dates(column: pl.Series, levels: Sequence[str], typed_in: int | None = None) -> tuple[pl.Series, int]:
    """A column with the bands back that Excel made dates of, and how many cells that were.

    Where one date of the column cannot be a declared level, or the years say that these are real dates, nothing is
    touched. `typed_in`: the year in which the column will have been typed; Excel gives a band the year of that day, and
    where nothing but dates stands, a month and a year are no band.
    """
    dates = _dates_in(column, levels)
    typed = {text: _typed(text, levels) for text in dates}
    if not typed or None in typed.values() or _are_of_many_years(dates.values(), levels):
        return column, 0
    if typed_in and not _were_typed_in(typed_in, column, dates.values(), levels):
        return column, 0
    texts = column.cast(pl.String)
    return texts.replace(typed), int(texts.is_in(list(typed)).sum())


def looks_like_date(text: str) -> bool:
    """Whether a cell looks as Excel shows a date: 2-mei, 05-Feb, 2026-05-02 00:00:00, 46144; a band does not."""
    return bool(_parts(text))


def refuse_scientific(table: pl.DataFrame, file: str, column: str = "leader_key", first_row: int = FIRST_CELLS) -> None:
    """Refuse keys that Excel rounded: two leaders may have become one, and no key can be told from it.

    `first_row`: the row of the file in which the table begins.
    """
    if column in table.columns:
        rows = rows_of(table[column].cast(pl.String).str.contains(f"^{SCIENTIFIC.pattern}$"), first_row)
        if rows:
            raise Refused("keys_scientific", column=column, file=file, rows=places(rows))


# ------------------------------------------------------------------------------------------- what a date says

Parts = tuple[int, int, int | None]  # day, month, year


def _dates_in(column: pl.Series, levels: Sequence[str]) -> Mapping[str, Parts]:
    """The different cells of a column that are dates; none where no level is a band."""
    if not any(map(BAND.fullmatch, levels)):
        return {}
    texts = column.cast(pl.String).drop_nulls().unique()
    return {text: parts for text in texts if text not in levels and (parts := _parts(text))}


def _typed(text: str, levels: Sequence[str]) -> str | None:
    """The one level that can have been typed: day-month, month-day, or month-year; None where it is none or several."""
    parts = _parts(text)
    if parts is None:
        return None
    day, month, year = parts
    possible = {f"{day}-{month}", f"{month}-{day}"}
    if year is not None and day == 1 and year % CENTURY > LAST_MONTH:  # else Excel takes the two for day and month
        possible.add(f"{month}-{year % CENTURY}")
    found = possible.intersection(levels)
    return found.pop() if len(found) == 1 else None


def _were_typed_in(year: int, column: pl.Series, dates: Collection[Parts], levels: Sequence[str]) -> bool:
    """Whether the years of these dates allow that bands were typed in that year."""
    whole = _whole(dates, levels)
    is_alone = not column.is_in(list(levels)).any()
    return all(abs((one[2] or year) - year) <= YEARS_OF_TYPING for one in whole) and not (
        is_alone and len(whole) < len(dates)
    )


def _whole(dates: Iterable[Parts], levels: Sequence[str]) -> list[Parts]:
    """Those whose day and month are a level, so that the year is that of the day of typing."""
    return [parts for parts in dates if {f"{parts[0]}-{parts[1]}", f"{parts[1]}-{parts[0]}"}.intersection(levels)]


def _are_of_many_years(dates: Iterable[Parts], levels: Sequence[str]) -> bool:
    """Whether the years of days and months lie apart, as those of appointments do."""
    years = {year for _, _, year in _whole(dates, levels) if year}
    return bool(years) and max(years) - min(years) > YEARS_OF_TYPING


def _parts(text: str) -> Parts | None:
    """Day, month and year of a cell that looks like a date."""
    text = text.strip().lower()
    return _worded(text) or _numbered(text)


def _worded(text: str) -> Parts | None:
    """A date whose month is a word."""
    if found := NUMBER_AND_MONTH.fullmatch(text):
        number, word, year = found.groups()
    elif found := MONTH_AND_NUMBER.fullmatch(text):
        word, number, year = found.groups()
    else:
        return None
    return (int(number), MONTH_OF[word], _year(year)) if word in MONTH_OF else None


def _numbered(text: str) -> Parts | None:
    """A date of numbers only; whether day or month stands first, does not matter to a band."""
    if found := YEAR_FIRST.fullmatch(text):
        return _checked(int(found[3]), int(found[2]), int(found[1]))
    if found := YEAR_LAST.fullmatch(text):
        return _checked(int(found[1]), int(found[3]), _year(found[4]))
    if SHORT.fullmatch(text):
        first, second = map(int, re.split("[-/]", text))
        return _checked(first, second, None)
    if found := SERIAL.fullmatch(text):
        day = FIRST_OF_SERIALS + dt.timedelta(days=int(found[1]))
        return day.day, day.month, day.year
    return None


def _checked(first: int, second: int, year: int | None) -> Parts | None:
    """Two numbers that are a day and a month in one order or the other."""
    day, month = (first, second) if second <= LAST_MONTH else (second, first)
    return (day, month, year) if 1 <= month <= LAST_MONTH and 1 <= day <= LAST_DAY else None


def _year(text: str | None) -> int | None:
    """A year of four figures, or of two in this century."""
    if text is None:
        return None
    return int(text) if int(text) >= CENTURY else THIS_CENTURY + int(text)
