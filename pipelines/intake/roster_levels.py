"""What the cells of a group on a roster say: a level, its label, a number, a date since when, or another spelling."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.instruments import Dimension, RosterWords
from pipelines.intake.excel_marks import looks_like_date, undo_dates
from pipelines.intake.fold import folded, plain

NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
RANGE = re.compile(r"(\d+)\s*(?:-|t/?m|tot en met|tot|to|until)\s*(\d+)")
FROM = re.compile(
    r"(\d+)\s*(?:\+|of meer|en meer|en hoger|or more|and more|and over)|(?:vanaf|from|at least|minstens)\s*(\d+)"
)
OVER = re.compile(r"(?:>|meer dan|langer dan|more than|over)\s*(\d+)")
BELOW = re.compile(r"(?:<|minder dan|korter dan|kleiner dan|fewer than|less than|under)\s*(\d+)")
DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d")
ISO_LETTERS = 10
QUARTER = dt.timedelta(days=92)
Bounds = tuple[float, float]  # the numbers of a level: from, up to and not including


@dataclass(frozen=True)
class Levels:
    """A group of the roster in our levels; null where a cell is empty or not understood."""

    column: pl.Series
    unknown: dict[str, int]  # word -> the first row that has it, from 0
    as_numbers: int = 0  # cells that were a number, or a date since when
    as_dates: int = 0
    undone: int = 0  # cells that Excel had made a date of
    folded: int = 0  # cells in another spelling of a group


def read_levels(
    written: pl.Series,
    dimension: Dimension,
    words: RosterWords,
    first_day: dt.date,
    seen: Collection[str] = (),
) -> Levels:
    """Cells of one group -> our levels. `seen`: levels that other waves have, for the spelling of undeclared ones."""
    name = dimension.code
    column, undone = undo_dates(written.cast(pl.String), dimension.levels, first_day.year)
    known = dict(_known(dimension, words))
    bounds = _bounds(dimension, words)
    spelling = _spellings(column, dimension, seen) if not dimension.levels else {}
    meant: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    unknown: dict[str, int] = {}
    # Dates among bands are Excel's: those of appointments fill a column by themselves.
    day = None if column.is_in(list(dimension.levels)).any() else first_day
    sizes = dict(column.drop_nulls().value_counts().iter_rows())
    for word in column.drop_nulls().unique(maintain_order=True):
        kind, level = _meaning(word, dimension, known, bounds, spelling, day)
        if level is None:
            unknown[word] = int((column == word).arg_max() or 0)
            continue
        meant[word] = level
        if kind and level != word:
            kinds[kind] += sizes[word]
    levels = column.replace_strict(meant, default=None, return_dtype=pl.String).alias(name)
    return Levels(levels, unknown, kinds["number"], kinds["date"], undone, kinds["spelling"])


def _meaning(
    word: str,
    dimension: Dimension,
    known: Mapping[str, str],
    bounds: Mapping[str, Bounds],
    spelling: Mapping[str, str],
    first_day: dt.date | None,
) -> tuple[str, str | None]:
    """How a word was understood, and the level it is."""
    if word in dimension.named():
        return "", word
    text = folded(word)
    if text in known:
        return ("spelling" if folded(known[text]) == text else ""), known[text]
    if bounds:
        if first_day and (years := _years_since(plain(word), first_day)) is not None:
            return "date", _bin_of(years, bounds)
        if NUMBER.fullmatch(plain(word)):
            return "number", _bin_of(float(plain(word).replace(",", ".")), bounds)
        if (found := bounds_in(text)) is not None:
            return "", _level_of(found, bounds)
        return "", None
    if dimension.levels or looks_like_date(word):
        return "", None
    return "spelling", spelling[word]


def _known(dimension: Dimension, words: RosterWords) -> Iterator[tuple[str, str]]:
    """Folded word -> level; what the board says goes last, and so before all else."""
    for labels in (dimension.labels_nl, dimension.labels_en):
        yield from ((folded(label), level) for level, label in labels.items() if level in dimension.named())
    yield from ((folded(level), level) for level in dimension.named())
    yield from ((folded(word), level) for word, level in words.levels.get(dimension.code, {}).items())


def _spellings(column: pl.Series, dimension: Dimension, seen: Collection[str]) -> dict[str, str]:
    """Word -> how its group is written: as other waves have it, else as most rows do, without blanks around it."""
    sizes = Counter(dict(column.drop_nulls().value_counts().iter_rows()))
    declared = {folded(level): level for level in (*seen, *dimension.named())}
    most: dict[str, str] = {}
    for word, _ in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        most.setdefault(folded(word), plain(word))
    return {word: declared.get(folded(word), most[folded(word)]) for word in sizes}


# ---------------------------------------------------------------------------------- numbers in levels


def _bounds(dimension: Dimension, words: RosterWords) -> dict[str, Bounds]:
    """Level -> the numbers it holds, where all levels are ranges of numbers or the board says where they begin."""
    own = words.bins.get(dimension.code)
    if own:
        ordered = sorted(own.items(), key=lambda pair: pair[1])
        ends = [start for _, start in ordered[1:]] + [float("inf")]
        return {level: (start, end) for (level, start), end in zip(ordered, ends, strict=True)}
    found = {level: bounds_in(folded(level)) for level in dimension.levels}
    whole = {level: bounds for level, bounds in found.items() if bounds is not None}
    return whole if whole and len(whole) == len(found) else {}


def has_bounds(dimension: Dimension, words: RosterWords) -> bool:
    """Whether a number can be put in a level of a dimension."""
    return bool(_bounds(dimension, words))


def bounds_in(text: str) -> Bounds | None:
    """The numbers of a range in words: "2-5 jaar", "0 t/m 1", "21+", "21 jaar of meer", "minder dan 100"."""
    text = re.sub(r"\b(jaar|jaren|year|years|leerlingen|pupils)\b", "", text).strip(" .")
    text = " ".join(text.split())
    if match := RANGE.fullmatch(text):
        return float(match[1]), float(match[2]) + 1
    if match := FROM.fullmatch(text):
        return float(match[1] or match[2]), float("inf")
    if match := OVER.fullmatch(text):
        return float(match[1]) + 1, float("inf")
    if match := BELOW.fullmatch(text):
        return 0.0, float(match[1])
    return None


def _level_of(asked: Bounds, bounds: Mapping[str, Bounds]) -> str | None:
    """The level that holds all of a range."""
    return next((level for level, (low, high) in bounds.items() if low <= asked[0] and asked[1] <= high), None)


def _bin_of(number: float, bounds: Mapping[str, Bounds]) -> str | None:
    return next((level for level, (low, high) in bounds.items() if low <= number < high), None)


def _years_since(text: str, first_day: dt.date) -> float | None:
    """Whole years from a date to the first day of the wave, 0 for who began in its quarter; None for no such date."""
    for shape in DATES:
        try:
            since = dt.datetime.strptime(text[:ISO_LETTERS], shape).date()
        except ValueError:
            continue
        if since > first_day + QUARTER:
            return None
        years = first_day.year - since.year - ((first_day.month, first_day.day) < (since.month, since.day))
        return max(years, 0)
    return None
