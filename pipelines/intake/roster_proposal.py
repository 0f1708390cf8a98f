"""Proposal for a roster: what each of its columns probably is, and which of its words are no groups yet."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import vault
from pipelines.ground.settings import Home
from pipelines.instruments import Dimension, Instrument, RosterWords, load_instrument, load_roster_words
from pipelines.intake.choices import this_wave
from pipelines.intake.fold import folded
from pipelines.intake.fold import head as folded_head
from pipelines.intake.keys import look_like_names
from pipelines.intake.layout import FRAME, column_of, has_marks
from pipelines.intake.personal import KEYS, looks_personal, personal_columns
from pipelines.intake.propose import ALIKE, SURE, Guess, propose
from pipelines.intake.read import read_and_tell, read_sheet
from pipelines.intake.roster import wave_in
from pipelines.intake.roster_heads import (
    KEY,
    WAVE,
    dated_groups,
    harmless_heads,
    known_heads,
    match_heads,
    roster_columns,
)
from pipelines.intake.roster_levels import NUMBER, has_bounds, read_levels
from pipelines.intake.sheet import Beside, below_titles, name_columns
from pipelines.intake.stops import LONGEST_LABEL

FEW = 20  # different words up to which they can be groups
MOST = 0.8  # of the rows
LONG_KEY = 6  # letters of a key
NEAR = 0.6  # difflib's measure from which a word may be a slip in another


@dataclass(frozen=True)
class Word:
    """A word of a roster that is no level; None where it could be personal, and is not repeated."""

    text: str | None
    rows: tuple[int, ...]  # of the file
    near: str | None = None  # the level it may be


@dataclass(frozen=True)
class Open:
    """What is open about a dimension."""

    dimension: Dimension
    known: tuple[str, ...]  # levels that a word may be
    words: tuple[Word, ...]
    is_numbers: bool  # its words are numbers, and nobody said at which number a level begins


@dataclass(frozen=True)
class RosterProposal:
    """What a roster probably is, column by column, before anybody decided."""

    guesses: list[Guess]
    open: list[Open]
    doubled: tuple[int, ...]  # rows of leaders who stand on several
    has_sizes: bool  # whether the roster says how large an appointment is


def is_roster(home: Home, file: Path, instruments: Path | None = None) -> bool:
    """Whether a file is a roster and no export: it has a group and no question, and most of its heads are known."""
    reader = _Reader(home, instruments)
    instrument = reader.instrument
    sheet = below_titles(read_sheet(file), known_heads(instrument, reader.words))
    if any(profile.recognise and has_marks(sheet, profile) for profile in instrument.profiles):
        return False
    table = name_columns(sheet).table
    ours = {*roster_columns(instrument), *FRAME}
    likely = (guess.column for guess in propose(table.columns, {}, {}, (), {}, instrument))
    if any(column and column_of(column) not in ours for column in likely):
        return False
    guesses = reader.guesses(table)
    groups = {guess.column for guess in guesses} & {one.code for one in instrument.dimensions}
    return bool(groups) and sum(guess.by == "nothing" for guess in guesses) <= len(guesses) / 2


def propose_roster(home: Home, file: Path, instruments: Path | None = None) -> RosterProposal:
    """Look at the heads and groups of a roster and say what each is; nothing that could be personal is repeated."""
    reader = _Reader(home, instruments)
    rows = read_and_tell(file, known=known_heads(reader.instrument, reader.words))
    guesses = reader.guesses(rows.table)
    heads = {guess.column: guess.head for guess in guesses if guess.by == "read"}
    is_open = [
        reader.open(rows, heads[dimension.code], dimension)
        for dimension in reader.instrument.dimensions
        if dimension.code in heads
    ]
    sizes = [guess for guess in guesses if guess.by == "size"]
    return RosterProposal(guesses, [one for one in is_open if one.words], _doubled(rows, heads), bool(sizes))


def _doubled(rows: Beside, heads: Mapping[str | None, str]) -> tuple[int, ...]:
    """The rows of leaders who stand on several in one wave."""
    if KEY not in heads:
        return ()
    keys = rows.table[heads[KEY]].cast(pl.String).str.strip_chars()
    of_wave = rows.table.select(heads[WAVE]).to_series() if WAVE in heads else pl.repeat("", keys.len(), eager=True)
    pairs = pl.DataFrame({"wave": of_wave.cast(pl.String), "key": keys})
    return rows.rows_where(pairs.is_duplicated() & (keys != ""))


class _Reader:
    """How rosters are read in a home: its instrument, its words, and the levels that its waves have."""

    def __init__(self, home: Home, instruments: Path | None) -> None:
        self.instrument: Instrument = load_instrument(home.instruments, instruments)
        self.words: RosterWords = load_roster_words(home.instruments, instruments)
        self.seen: dict[str, set[str]] = {}
        for wave in vault.stored_waves(home):
            for code, levels in vault.read_about(home, wave).get("levels", {}).items():
                self.seen.setdefault(code, set()).update(levels)
        self.day = this_wave().first_day

    # -------------------------------------------------------------------------------------- columns

    def guesses(self, table: pl.DataFrame) -> list[Guess]:
        """One guess per column, in the order of the roster."""
        left_out = self.words.left_out(table.columns)
        heads = [head for head in table.columns if head not in left_out]
        found, several = match_heads(heads, self.instrument, self.words, self.words.columns)
        column_of = {head: column for column, head in found.reads.items()}
        twice = {head: column for column, of_it in several.items() for head in of_it}
        near = {head: column for column, head in found.near.items()}
        harmless = set(harmless_heads(heads, self.words))
        codes = [one.code for one in self.instrument.dimensions]
        dated = dated_groups(self.instrument)
        personal = personal_columns(table, {**column_of, **twice}, {*left_out, *harmless}, {}, codes, dated)
        missing = {KEY, WAVE, *codes} - {*found.reads, *several}

        def guess(head: str) -> Guess:
            cells = table[head].cast(pl.String)
            if head in left_out:
                return Guess(head, None, "dropped", 1)
            if head in personal and not (KEY in missing and personal[head].rule in KEYS[KEY] and _are_keys(cells)):
                return Guess(head, None, "personal", 1, personal[head])
            if head in column_of:
                are_names = column_of[head] == KEY and look_like_names(cells)
                return (
                    Guess(head, column_of[head], "names", 0) if are_names else Guess(head, column_of[head], "read", 1)
                )
            if head in twice:
                return Guess(head, twice[head], "twice", ALIKE)
            if head in near:
                return Guess(head, near[head], "near", ALIKE * SURE)
            return self._harmless(head, missing) if head in harmless else self._by_cells(head, cells, missing)

        return [guess(head) for head in table.columns]

    def _harmless(self, head: str, missing: Collection[str]) -> Guess:
        """A column that offices often have: how large a post is; or a date that only somebody knows the meaning of."""
        years = next((one for one in self.instrument.dimensions if "years" in one.roles), None)
        if years and folded_head(head) in map(folded_head, self.words.other_dates):
            return Guess(head, years.code if years.code in missing else None, "employment", 0)
        return Guess(head, None, "size", 1)

    def _by_cells(self, head: str, cells: pl.Series, missing: Collection[str]) -> Guess:
        """What a column without a known head may be, by its cells; never more than a doubtful guess."""
        filled = cells.drop_nulls()
        if WAVE in missing and filled.len() and all(map(wave_in, filled.unique())):
            return Guess(head, WAVE, "cells", ALIKE)
        for dimension in self.instrument.dimensions:
            if dimension.code in missing and self._are_levels(filled, dimension):
                return Guess(head, dimension.code, "cells", ALIKE)
        is_key = KEY in missing and _are_keys(cells) and not look_like_names(cells)
        return Guess(head, KEY, "unique", ALIKE) if is_key else Guess(head, None, "nothing", 0)

    def _are_levels(self, filled: pl.Series, dimension: Dimension) -> bool:
        """Whether most of these cells are words for levels of a dimension; numbers and dates may be anything."""
        words = filled.unique()
        if dimension.levels:
            read = read_levels(filled, dimension, self.words, self.day)
            known = set() if read.as_numbers or read.as_dates else set(words) - read.unknown.keys()
        else:
            levels = {folded(level) for level in (*dimension.named(), *self.seen.get(dimension.code, ()))}
            known = {word for word in words if folded(word) in levels}
        return bool(known) and filled.is_in(list(known)).sum() >= MOST * filled.len()

    # --------------------------------------------------------------------------------------- levels

    def open(self, rows: Beside, head: str, dimension: Dimension) -> Open:
        """The words of a dimension that are no level, or none that any wave of the home has."""
        cells = rows.table[head].cast(pl.String).alias(dimension.code)
        seen = self.seen.get(dimension.code, set())
        read = read_levels(cells, dimension, self.words, self.day, seen)
        known = tuple(dimension.levels or (sorted({*seen, *dimension.named()}) if seen else ()))
        unknown = set(read.unknown)
        if known and not dimension.levels:
            unknown |= set(cells.filter(~read.column.is_in(list(known))).drop_nulls())
        is_numbers = bool(unknown and dimension.levels) and all(NUMBER.fullmatch(word.strip()) for word in unknown)
        is_numbers = is_numbers and not has_bounds(dimension, self.words)
        return Open(dimension, known, tuple(_words(rows, cells, unknown, () if is_numbers else known)), is_numbers)


def _are_keys(cells: pl.Series) -> bool:
    """Whether every row has a code of its own."""
    filled = cells.drop_nulls()
    is_code = filled.str.contains(r"^\S*\d\S*$") & (filled.str.len_chars() >= LONG_KEY)
    return filled.len() > max(1, MOST * cells.len()) and bool(is_code.all()) and filled.n_unique() == filled.len()


def _words(rows: Beside, cells: pl.Series, unknown: Collection[str], known: Sequence[str]) -> Iterator[Word]:
    """Words with their rows, in the order of the file; none is repeated where one of them could be personal."""
    words = [word for word in cells.drop_nulls().unique(maintain_order=True) if word in unknown]
    are_groups = len(words) <= FEW and not looks_personal(pl.Series(words, dtype=pl.String))
    for word in words:
        near = next(iter(difflib.get_close_matches(word, known, n=1, cutoff=NEAR)), None)
        may_be_told = len(word) <= LONGEST_LABEL and (near is not None or not look_like_names(pl.Series([word])))
        is_told = are_groups and may_be_told
        yield Word(word if is_told else None, rows.rows_where(cells == word), near if is_told else None)
