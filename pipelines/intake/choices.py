"""Choices: what the desk offers a steward to choose from, and how the screen calls it."""

from __future__ import annotations

import datetime as dt

from pipelines import vault
from pipelines.ground.language import CARRIED, carried, in_language
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import columns_by_question, load_instrument
from pipelines.intake.layout import BOX, our_columns

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
