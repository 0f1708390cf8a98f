"""Begin: what a new board starts with, written from a few answers: its groups and dates as data, and what leaders get.

Everything is written down and loaded in a place apart first: what reaches the home is known to work.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.settings import Home
from pipelines.ground.texts import listed, quoted
from pipelines.instruments import Dimension, Instrument, load_instrument
from pipelines.questionnaire.expectations import Expected, expectations
from pipelines.questionnaire.leaflet import leaflet, read_places
from pipelines.questionnaire.letter import Sender, letter, read_sender
from pipelines.questionnaire.lime import limesurvey
from pipelines.questionnaire.paper import paper
from pipelines.questionnaire.sheet import sheet_of
from pipelines.questionnaire.typed import KINDS

HEAD = (
    "# The groups of this board, in their order; written by klankbord init. docs/instruments.md explains every key.\n"
)


@dataclass(frozen=True)
class Beginning:
    """What a board says of itself; `school_types` are codes, or words of its own."""

    sender: Sender
    regions: tuple[str, ...]
    school_types: tuple[str, ...]
    waves: tuple[WaveDays, ...]


def begin(home: Home, beginning: Beginning, expected: Expected, lang: str) -> list[Path]:
    """Write what is new of the board's files and its handouts; returns their places.

    Raises Refused, before anything is written, when a file is there already and says something else.
    """
    own = _own_files(home, beginning)
    instrument = _loaded(own, home.letter.name)
    files = {home.instruments / name: text.encode() for name, text in own.items()}
    files |= {
        home.handout / name: content for name, content in _handouts(home, instrument, beginning, expected, lang).items()
    }
    for file, content in files.items():
        if file.exists() and file.read_bytes() != content:
            raise Refused("init_exists", file=file)
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return list(files)


def letter_of_wave(
    home: Home, instrument: Instrument, planned: Sequence[WaveDays], lang: str, wave: Wave | None = None
) -> tuple[bytes, bool]:
    """The letter about a wave, or the first that has not closed; and whether the board said who writes and when."""
    sender = read_sender(home.letter) if home.letter.exists() else None
    waves = sorted(planned, key=lambda days: days.wave)
    if wave:
        waves = [days for days in waves if days.wave >= wave]
        if not waves or waves[0].wave != wave:
            raise Refused("letter_wave", wave=wave, file=home.waves)
    else:
        waves = [days for days in waves if days.closes and days.closes >= dt.date.today()]
    return _letter(instrument, sender, waves, lang), sender is not None and bool(waves)


def _own_files(home: Home, beginning: Beginning) -> dict[str, str]:
    """The files of the instrument that are the board's own, by name."""
    dimensions = _dimensions(beginning)
    return {
        "dimensions.toml": HEAD + "".join(_toml(dimension) for dimension in dimensions),
        home.letter.name: "".join(f"{key} = {quoted(value)}\n" for key, value in beginning.sender.model_dump().items()),
        home.waves.name: _csv(beginning.waves),
    }


def _loaded(own: dict[str, str], letter_name: str) -> Instrument:
    """The instrument with the board's own files over it, read from a place apart; so is who writes the letter."""
    with tempfile.TemporaryDirectory() as apart:
        for name, text in own.items():
            Path(apart, name).write_text(text, encoding="utf-8")
        read_sender(Path(apart, letter_name))
        return load_instrument(Path(apart))


def _handouts(
    home: Home, instrument: Instrument, beginning: Beginning, expected: Expected, lang: str
) -> dict[str, bytes]:
    """What leaders get, and what the board may expect, by name."""
    policy = instrument.policy(beginning.waves[0].wave.first_day)
    sheet = sheet_of(instrument, policy, lang)
    places = read_places(home.leaflet) if home.leaflet.exists() else ()
    return {
        "questionnaire.lss": limesurvey(sheet),
        "questionnaire.pdf": paper(sheet),
        "leaflet.pdf": leaflet(places, policy, lang),
        "letter.pdf": _letter(instrument, beginning.sender, beginning.waves, lang),
        "expectations.pdf": expectations(beginning.sender.board, expected, policy, lang),
    }


def _letter(instrument: Instrument, sender: Sender | None, waves: Sequence[WaveDays], lang: str) -> bytes:
    spans = [(days.opens, days.closes) for days in waves if days.opens and days.closes]
    day = waves[0].wave.first_day if waves else dt.date.today()
    return letter(instrument, instrument.policy(day), sender, spans[0] if spans else None, spans[1:], lang)


def _dimensions(beginning: Beginning) -> list[Dimension]:
    """The built-in ones, with the regions and school types of the board."""
    dimensions = []
    for dimension in load_instrument().dimensions:
        if dimension.code == "region":
            own = {"levels": beginning.regions, "labels_en": {}, "coarse": {}}
            dimensions.append(dimension.model_copy(update=own))
        elif dimension.code == KINDS:
            dimensions.append(_school_types(dimension, beginning.school_types))
        else:
            dimensions.append(dimension)
    return dimensions


def _school_types(dimension: Dimension, chosen: Sequence[str]) -> Dimension:
    """Those the board has: the known ones in their own order, then its own."""
    known = [level for level in dimension.levels if level in chosen]
    levels = (*known, *(level for level in chosen if level not in known))
    coarse = {level: wider for level, wider in dimension.coarse.items() if level in levels}
    return dimension.model_copy(update={"levels": levels, "coarse": coarse})


def _toml(dimension: Dimension) -> str:
    lines = ["", "[[dimension]]"]
    for key, value in dimension.model_dump(exclude_defaults=True).items():
        if isinstance(value, dict):
            pairs = ", ".join(f"{quoted(level)} = {quoted(text)}" for level, text in value.items())
            lines.append(f"{key} = {{ {pairs} }}")
        else:
            lines.append(f"{key} = {quoted(value) if isinstance(value, str) else listed(value)}")
    return "\n".join(lines) + "\n"


def _csv(waves: Sequence[WaveDays]) -> str:
    return "wave,opens,closes\n" + "".join(f"{days.wave},{days.opens},{days.closes}\n" for days in waves)
