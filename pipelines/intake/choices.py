"""Choices: what the desk offers a steward to choose from, and how the screen calls it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from pipelines import vault
from pipelines.ground.language import CARRIED, carried, in_language
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import (
    Instrument,
    codes_by_answer,
    columns_by_question,
    load_instrument,
    load_roster_words,
)
from pipelines.intake.layout import BOX, our_columns
from pipelines.intake.read import read_and_tell
from pipelines.intake.roster_heads import KEY, SCHOOL, WAVE, find_heads, known_heads
from pipelines.intake.seen import seen_levels
from pipelines.intake.source import Source

BEHIND = 4  # quarters before this one that may be chosen
AHEAD = 2  # quarters after it


@dataclass(frozen=True)
class Choices:
    """What may be chosen in one home, in one language: a code -> how the screen calls it."""

    home: Home
    lang: str

    @cached_property
    def instrument(self) -> Instrument:
        """The instrument of the home."""
        return load_instrument(self.home.instruments)

    def profiles(self) -> dict[str, str]:
        """Every layout there is."""
        return {profile.code: in_language(profile, self.lang) for profile in self.instrument.profiles}

    def columns(self) -> dict[str, str]:
        """All that a column of an export may be, with what it asks; a box of a list as "column|code"."""
        texts: dict[str, list[str]] = {}
        for text, column in columns_by_question(self.instrument).items():
            texts.setdefault(column, []).append(text)
        boxes = [f"{column}{BOX}{code}" for column, codes in self.instrument.lists().items() for code in codes]
        asked = {column: self._in_language(of_column) for column, of_column in texts.items()}
        return {column: asked.get(column, "") for column in (*sorted(our_columns(self.instrument)), *boxes)}

    def answers(self, column: str) -> dict[str, str]:
        """Every answer that a column of ours may hold, by its code or score."""
        codes: list[str] = list({**self.instrument.choices(), **self.instrument.lists()}.get(column, ()))
        if column in (numbers := self.instrument.numbers()):
            low, high = numbers[column]
            codes = [f"{low + step:g}" for step in range(round(high - low) + 1)]
        texts: dict[str, list[str]] = {}
        for text, code in codes_by_answer(self.instrument).get(column, {}).items():
            texts.setdefault(code, []).append(text)
        return {code: f"{code} – {self._in_language(texts[code])}" if code in texts else code for code in codes}

    def roster_columns(self) -> list[str]:
        """The columns of ours that a column of a roster may be."""
        return [KEY, SCHOOL, WAVE, *(dimension.code for dimension in self.instrument.dimensions)]

    def levels(self, wave: Wave, dimension: str) -> dict[str, str]:
        """The levels that a word of a roster may be: those declared, else those that other waves have too."""
        found = self.instrument.on(wave.first_day).dimension(dimension)
        if found is None:
            return {}
        seen = set[str]().union(*(levels.get(dimension, set()) for levels in seen_levels(self.home, wave)))
        labels = in_language(found, self.lang, "labels")
        return {level: labels.get(level, level) for level in (found.levels or sorted({*found.named(), *seen}))}

    def labels(self) -> dict[tuple[str, str], str]:
        """(group, "") and (group, level); what has no label is shown as it is written."""
        names: dict[tuple[str, str], str] = {}
        for dimension in self.instrument.dimensions:
            names[dimension.code, ""] = in_language(dimension, self.lang)
            levels = in_language(dimension, self.lang, "labels")
            names |= {(dimension.code, level): label for level, label in levels.items()}
        return names

    def _in_language(self, texts: list[str]) -> str:
        """One of the texts of both languages; what is alike in both has one."""
        return texts[min(CARRIED.index(carried(self.lang)), len(texts) - 1)]


def roster_readings(home: Home, source: Source) -> dict[str, str | None]:
    """Head of the roster -> the column of ours it is read as; None where it is not read."""
    if source.roster is None:
        return {}
    instrument = load_instrument(home.instruments, source.instruments).on(source.wave.first_day)
    words = source.decided.roster_words(load_roster_words(home.instruments, source.instruments))
    columns = read_and_tell(source.roster, known=known_heads(instrument, words)).table.columns
    left_out = {*source.decided.drop, *words.left_out(columns)}
    heads = [head for head in columns if head not in left_out]
    reads = find_heads(heads, instrument, words, source.decided.experience_from).reads
    return dict.fromkeys(heads) | {head: column for column, head in reads.items()}


def this_wave() -> Wave:
    """The quarter it is today."""
    return Wave.on(dt.date.today())


def choosable_waves(home: Home) -> list[Wave]:
    """Waves of the vault and the quarters around today, newest first."""
    near = {this_wave().later(quarters) for quarters in range(-BEHIND, AHEAD + 1)}
    return sorted(near | set(vault.stored_waves(home)), reverse=True)
