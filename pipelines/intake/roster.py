"""Roster: who could have answered a wave and in which group each leader is, from what a personnel office delivers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pipelines.ground.errors import Refused, gathered
from pipelines.ground.period import Wave
from pipelines.ground.schemas import UNKNOWN
from pipelines.ground.told import Label, Told, places
from pipelines.instruments import Dimension, Instrument, RosterWords, unknown_level
from pipelines.intake.answers import few_words
from pipelines.intake.decided import Decided
from pipelines.intake.excel_marks import BAND, looks_like_date
from pipelines.intake.fold import folded
from pipelines.intake.fold import head as folded_head
from pipelines.intake.keys import check_keys
from pipelines.intake.roster_heads import KEY, SCHOOL, WAVE, Heads, find_heads, main_dimensions
from pipelines.intake.roster_levels import Levels, read_levels
from pipelines.intake.sheet import FIRST_CELLS

SPELLED_WAVE = re.compile(r"(?:(\d{4})\s*[-/ ]?\s*[qk]\s*([1-4])|[qk]\s*([1-4])\s*[-/ ]?\s*(\d{4}))")
NAMED = 5  # waves or words that are named one by one
Seen = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Roster:
    """One row per leader of one wave, with the leader's dimensions, and what is to be told of the file."""

    people: pl.DataFrame
    told: tuple[Told, ...]
    reads: Mapping[str, str] = field(default_factory=dict)  # head -> our column


def read_roster(
    table: pl.DataFrame,
    instrument: Instrument,
    words: RosterWords,
    wave: Wave,
    decided: Decided,
    seen: Seen,
    told: Sequence[Told] = (),
    first_row: int = FIRST_CELLS,
) -> Roster:
    """Roster (all strings) -> its leaders in one wave; `seen`: the levels that other waves have; `told`: of the file.

    `first_row`: the row of the file in which the first leader stands.

    A school is only counted, so of its key a number is kept: the first row on the roster that has it. Raises Refused
    with everything that stops at once: no keys, nobody in the wave, a main dimension that is not there and was not
    meant to be, levels nobody knows, a leader on several rows.
    """
    heads = find_heads(table.columns, instrument, words, decided.experience_from)
    if KEY not in heads.reads:
        raise Refused("roster_without_key", column=KEY, heads=_listed(table.columns), unread=heads.unread)
    told = [*told, *_about_heads(heads, instrument, words), *_not_without(heads, instrument, decided)]
    with gathered() as problems:
        problems += _missing(heads, instrument, words, decided)
        ours = table.select(pl.col(head).cast(pl.String).alias(column) for column, head in heads.reads.items())
        ours = ours.with_row_index("line", offset=first_row).with_columns(
            pl.col(KEY).str.strip_chars().replace("", None)
        )
        ours = _of_wave(ours, wave)
        told += _vacancies(ours)
        ours = ours.filter(pl.col(KEY).is_not_null())
        told += check_keys(ours[KEY])
        ours, more = _one_row_each(ours, table, words, wave, first_row)
        told += more
        dimensions = [one for one in instrument.dimensions if one.code in ours.columns]
        columns = [ours[KEY]]
        if SCHOOL in ours.columns:
            columns.append(_first_row_of(ours[SCHOOL]))
        for dimension in dimensions:
            read = read_levels(ours[dimension.code], dimension, words, wave.first_day, seen.get(dimension.code, ()))
            told += _about_levels(dimension, read)
            problems += _unknown(dimension, read, ours["line"])
            columns.append(few_words(read.column.fill_null(UNKNOWN)))
    people = pl.DataFrame(columns)
    reads = {head: column for column, head in heads.reads.items()}
    return Roster(people, (*told, *_groups(people, dimensions, words)), reads)


# ---------------------------------------------------------------------------------------------- columns


def _missing(heads: Heads, instrument: Instrument, words: RosterWords, decided: Decided) -> list[Refused]:
    """Main dimensions that are not on the roster, unless that is meant."""
    found = []
    for dimension in main_dimensions(instrument):
        code = dimension.code
        if code in heads.reads or code in decided.without:
            continue
        near = heads.near.get(code)
        dates = [head for head in heads.unread if folded_head(head) in {folded_head(one) for one in words.other_dates}]
        label = dimension.label
        if near:
            found.append(Refused("roster_head_near", head=near, group=label, column=code, unread=heads.unread))
        elif dates and "years" in dimension.roles:
            found.append(Refused("roster_head_dates", head=dates[0], group=label, column=code, unread=heads.unread))
        else:
            found.append(
                Refused(
                    "roster_without_group", heads=_listed(heads.unread), group=label, column=code, unread=heads.unread
                )
            )
    return found


def _not_without(heads: Heads, instrument: Instrument, decided: Decided) -> list[Told]:
    """Dimensions that were said to be absent and are there: they are read."""
    there = [one for one in instrument.dimensions if one.code in decided.without and one.code in heads.reads]
    return [Told("without_but_there", 1, f"‘{heads.reads[one.code]}’", {"group": one.label}) for one in there]


def _about_heads(heads: Heads, instrument: Instrument, words: RosterWords) -> list[Told]:
    """Columns that were read by another name than ours, and those that were not read."""
    sizes = {folded_head(head) for head in words.appointment}
    unread = [head for head in heads.unread if folded_head(head) not in sizes]
    otherwise = [f"‘{head}’ = {column}" for column, head in heads.reads.items() if head != column]
    told = [Told("roster_read_as", len(otherwise), ", ".join(otherwise))] if otherwise else []
    near = {head: column for column, head in heads.near.items() if head in unread}
    told += [Told("roster_near", 1, f"‘{head}’", {"column": column}) for head, column in near.items()]
    if unread:
        told.append(Told("roster_unread", len(unread), _listed(unread)))
    return told


def _listed(heads: Sequence[str]) -> str:
    return ", ".join(f"‘{head}’" for head in heads) or "-"


# ------------------------------------------------------------------------------------------------- rows


def _of_wave(roster: pl.DataFrame, wave: Wave) -> pl.DataFrame:
    """The rows of one wave; all of them where the roster names no waves. Refused names those it has."""
    if WAVE not in roster.columns:
        return roster
    spelled = {word: wave_in(word) for word in roster[WAVE].drop_nulls().unique()}
    of_wave = roster.filter(pl.col(WAVE).replace_strict(spelled, default=None, return_dtype=pl.String) == wave)
    if of_wave.is_empty():
        if not spelled:
            raise Refused("roster_wave_empty", wave=wave)
        waves = sorted({one for one in spelled.values() if one}) or sorted(spelled)
        raise Refused("roster_without_wave", wave=wave, waves=", ".join(waves[:NAMED]))
    return of_wave.drop(WAVE)


def wave_in(text: str) -> str | None:
    """The wave a cell names: 2026Q3, 2026-Q3, Q3 2026, 2026 K3."""
    match = SPELLED_WAVE.fullmatch(folded(text))
    return f"{match[1] or match[4]}Q{match[2] or match[3]}" if match else None


def _vacancies(roster: pl.DataFrame) -> list[Told]:
    """Rows without a key are posts without a leader: they are told, and count for nobody."""
    lines = roster.filter(pl.col(KEY).is_null())["line"].to_list()
    return [Told("roster_vacancies", len(lines), places(lines))] if lines else []


def _one_row_each(
    roster: pl.DataFrame, table: pl.DataFrame, words: RosterWords, wave: Wave, first_row: int
) -> tuple[pl.DataFrame, list[Told]]:
    """Of leaders on several rows the one that counts, as declared; Refused where nothing is."""
    is_again = ~roster[KEY].is_first_distinct()
    if not is_again.any():
        return roster, []
    doubled = roster.filter(pl.col(KEY).is_in(roster.filter(is_again)[KEY].to_list()))
    lines = places(doubled["line"].to_list())
    if words.several == "refuse":
        raise Refused("roster_double_key", column=KEY, wave=wave, count=doubled[KEY].n_unique(), rows=lines)
    if words.several == "largest":
        sizes = {folded_head(head) for head in words.appointment}
        heads = [head for head in table.columns if folded_head(head) in sizes]
        if not heads:
            raise Refused("roster_without_size", rows=lines, known=_listed(words.appointment))
        size = table[heads[0]].cast(pl.String).str.replace(",", ".").cast(pl.Float64, strict=False).fill_null(0)
        roster = roster.with_columns(size=size.gather(roster["line"] - first_row))
        roster = roster.sort("size", descending=True, maintain_order=True).drop("size")
    kept = roster.unique(KEY, keep="first", maintain_order=True).sort("line")
    return kept, [Told(f"roster_several_{words.several}", doubled[KEY].n_unique(), lines)]


def _first_row_of(keys: pl.Series) -> pl.Series:
    """The first row that has the same key, from 0; null for null."""
    _, first, which = np.unique(keys.hash().to_numpy(), return_index=True, return_inverse=True)
    return pl.select(pl.when(keys.is_not_null()).then(pl.Series(first[which])).alias(keys.name)).to_series()


# ----------------------------------------------------------------------------------------------- levels


def _about_levels(dimension: Dimension, read: Levels) -> list[Told]:
    """Cells that were no level of ours and became one."""
    kinds = {
        "roster_numbers": read.as_numbers,
        "roster_dates": read.as_dates,
        "band_was_a_date": read.undone,
        "roster_spelling": read.folded,
    }
    return [Told(kind, count, dimension.code, {"group": dimension.label}) for kind, count in kinds.items() if count]


def _unknown(dimension: Dimension, read: Levels, lines: pl.Series) -> list[Refused]:
    """Words that are no level; what looks like none is not repeated, for it could be a name."""
    known = list(dimension.levels) or sorted(dimension.named())
    found: list[Refused] = []
    dates = [int(lines[first]) for word, first in read.unknown.items() if looks_like_date(word)]
    if dates and (bands := [level for level in known if BAND.fullmatch(level)]):
        band = next((band for band in bands if looks_like_date(band.replace("-", "/"))), bands[0])
        found.append(Refused("band_is_date", column=dimension.code, rows=places(dates), band=band))
    words = {word: first for word, first in read.unknown.items() if not (found and looks_like_date(word))}
    found += [unknown_level(dimension.code, word, known, row=int(lines[first])) for word, first in words.items()]
    return found[:NAMED]


def _groups(people: pl.DataFrame, dimensions: Sequence[Dimension], words: RosterWords) -> list[Told]:
    """The groups there are, with how many leaders, before anything of the school year is fixed."""
    told = []
    for dimension in dimensions:
        sizes = dict(people[dimension.code].cast(pl.String).value_counts().iter_rows())
        order = dict.fromkeys(level for level in (*dimension.levels, *sorted(sizes)) if level in sizes)
        labels = {level: dimension.level(level, {UNKNOWN: words.gap}) for level in order}
        listed = Label(
            nl=", ".join(f"{label.nl} ({sizes[level]})" for level, label in labels.items()),
            en=", ".join(f"{label.en} ({sizes[level]})" for level, label in labels.items()),
        )
        groups = ", ".join(f"{level} {sizes[level]}" for level in order)
        told.append(Told("roster_groups", len(sizes), groups, {"group": dimension.label, "listed": listed}))
    return told
