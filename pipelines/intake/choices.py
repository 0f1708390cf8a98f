"""Choices: what the desk offers a steward to choose from, and how the screen calls it."""

from __future__ import annotations

import datetime as dt

from pipelines import vault
from pipelines.ground.language import CARRIED, carried, in_language
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import codes_by_answer, columns_by_question, load_instrument, load_roster_words
from pipelines.intake.layout import BOX, our_columns
from pipelines.intake.read import read_and_tell
from pipelines.intake.roster_heads import KEY, SCHOOL, WAVE, find_heads, known_heads
from pipelines.intake.seen import seen_levels
from pipelines.intake.source import Source

BEHIND = 4  # quarters before this one that may be chosen
AHEAD = 2  # quarters after it


def profiles(home: Home, lang: str) -> dict[str, str]:
    """Code and name of every layout there is."""
    return {profile.code: in_language(profile, lang) for profile in load_instrument(home.instruments).profiles}


def targets(home: Home, lang: str) -> dict[str, str]:
    """Every column of ours that a column of an export may be, with what it asks; a box of a list as "column|code"."""
    instrument = load_instrument(home.instruments)
    texts: dict[str, list[str]] = {}
    for text, column in columns_by_question(instrument).items():
        texts.setdefault(column, []).append(text)
    place = CARRIED.index(carried(lang))  # a question whose texts are alike in both languages has one
    questions = {column: of_column[min(place, len(of_column) - 1)] for column, of_column in texts.items()}
    boxes = [f"{column}{BOX}{code}" for column, codes in instrument.lists().items() for code in codes]
    return {column: questions.get(column, "") for column in (*sorted(our_columns(instrument)), *boxes)}


def answers_of(home: Home, lang: str, column: str) -> dict[str, str]:
    """Every answer that a column of ours may hold: code or score -> how the screen calls it."""
    instrument = load_instrument(home.instruments)
    codes: list[str] = list({**instrument.choices(), **instrument.lists()}.get(column, ()))
    if column in (numbers := instrument.numbers()):
        low, high = numbers[column]
        codes = [f"{low + step:g}" for step in range(round(high - low) + 1)]
    texts: dict[str, list[str]] = {}
    for text, code in codes_by_answer(instrument).get(column, {}).items():
        texts.setdefault(code, []).append(text)
    place = CARRIED.index(carried(lang))
    called = {code: of_code[min(place, len(of_code) - 1)] for code, of_code in texts.items()}
    return {code: f"{code} – {called[code]}" if code in called else code for code in codes}


def levels_known(home: Home, lang: str, wave: Wave, dimension: str) -> dict[str, str]:
    """The levels that a word of a roster may be: those declared, and those that other waves have."""
    found = load_instrument(home.instruments).on(wave.first_day).dimension(dimension)
    seen = set[str]().union(*(of_waves.get(dimension, set()) for of_waves in seen_levels(home, wave)))
    if found is None:
        return {}
    labels = in_language(found, lang, "labels")
    return {level: labels.get(level, level) for level in (found.levels or sorted({*found.named(), *seen}))}


def roster_readings(home: Home, source: Source) -> dict[str, str | None]:
    """Head of the roster -> the column of ours it is read as; None where it is not read."""
    if source.roster is None:
        return {}
    instrument = load_instrument(home.instruments, source.instruments).on(source.wave.first_day)
    words = source.decided.roster_words(load_roster_words(home.instruments, source.instruments))
    table, _ = read_and_tell(source.roster, known=known_heads(instrument, words))
    heads = [head for head in table.columns if head not in source.decided.drop]
    reads = find_heads(heads, instrument, words, source.decided.experience_from).reads
    return dict.fromkeys(heads) | {head: column for column, head in reads.items()}


def roster_targets(home: Home) -> list[str]:
    """The columns of ours that a column of a roster may be."""
    return [KEY, SCHOOL, WAVE, *(dimension.code for dimension in load_instrument(home.instruments).dimensions)]


def labels(home: Home, lang: str) -> dict[tuple[str, str], str]:
    """(group, "") and (group, level) -> what the screen calls it; what has no label is shown as it is written."""
    names: dict[tuple[str, str], str] = {}
    for dimension in load_instrument(home.instruments).dimensions:
        names[dimension.code, ""] = in_language(dimension, lang)
        levels = in_language(dimension, lang, "labels")
        names |= {(dimension.code, level): label for level, label in levels.items()}
    return names


def this_wave() -> Wave:
    """The quarter it is today."""
    return Wave.on(dt.date.today())


def choosable_waves(home: Home) -> list[Wave]:
    """Waves of the vault and the quarters around today, newest first."""
    near = {this_wave().later(quarters) for quarters in range(-BEHIND, AHEAD + 1)}
    return sorted(near | set(vault.stored_waves(home)), reverse=True)
