"""Begin: what a new board starts with, written from a few answers: its groups and dates as data, and what leaders get.

Everything is written down and loaded in a place apart first: what reaches the home is known to work.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipelines.ground.errors import Refused
from pipelines.ground.language import in_language
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.settings import Home
from pipelines.ground.texts import listed, quoted
from pipelines.instruments import Dimension, Instrument, load_instrument
from pipelines.questionnaire.leaflet import leaflet, read_places
from pipelines.questionnaire.letter import Days, Sender, letter, read_sender
from pipelines.questionnaire.lime import limesurvey
from pipelines.questionnaire.paper import paper
from pipelines.questionnaire.sheet import sheet_of

KINDS = "school_type"
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


def regions_of(text: str) -> tuple[str, ...]:
    """Names with commas between them; Refused when there is none, or one twice."""
    names = tuple(name for name in (" ".join(part.split()) for part in text.split(",")) if name)
    if not names or len({name.casefold() for name in names}) < len(names):
        raise Refused("init_names", text=text)
    return names


def kinds_of(text: str) -> tuple[str, ...]:
    """School types with commas between them, by code or name; known ones become codes, others stay as they are."""
    dimension = _kinds()
    known = {code.casefold(): code for code in dimension.levels}
    for labels in (dimension.labels_nl, dimension.labels_en):
        known |= {label.casefold(): code for code, label in labels.items() if code in dimension.levels}
    return regions_of(", ".join(known.get(name.casefold(), name) for name in regions_of(text)))


def known_kinds(lang: str) -> str:
    """The school types that need no explaining, for whoever is asked."""
    dimension = _kinds()
    labels = in_language(dimension, lang, "labels")
    return ", ".join(f"{code} ({labels[code]})" for code in dimension.levels)


def wave_of(text: str) -> WaveDays:
    """A wave from its name and its days, e.g. "2026Q4 2026-10-05 2026-10-25"; it opens in its quarter."""
    try:
        name, first, last = text.split()
        opens, closes = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError as mistake:
        raise Refused("init_wave", text=text) from mistake
    wave = Wave(name)
    begins = wave.first_day
    is_in_quarter = opens.year == begins.year and 0 <= opens.month - begins.month < 3
    if not is_in_quarter or closes < opens:
        raise Refused("init_wave_days", wave=name)
    return WaveDays(wave, opens, closes)


def begin(home: Home, told: Beginning, lang: str) -> list[Path]:
    """Write what is new of the board's files and its handouts; returns their places.

    Raises Refused, before anything is written, when a file is there already and says something else.
    """
    instruments = {
        "dimensions.toml": HEAD + "".join(map(_toml, _dimensions(told))),
        home.letter.name: "".join(f"{key} = {quoted(value)}\n" for key, value in told.sender.model_dump().items()),
        home.waves.name: _csv(told.waves),
    }
    with tempfile.TemporaryDirectory() as apart:
        for name, text in instruments.items():
            Path(apart, name).write_text(text, encoding="utf-8")
        instrument = load_instrument(Path(apart))
        read_sender(Path(apart, home.letter.name))
    policy = instrument.policy(told.waves[0].wave.first_day)
    sheet = sheet_of(instrument, policy, lang)
    places = read_places(home.leaflet) if home.leaflet.exists() else ()
    files = {home.instruments / name: text.encode() for name, text in instruments.items()} | {
        home.handout / "questionnaire.lss": limesurvey(sheet),
        home.handout / "questionnaire.pdf": paper(sheet),
        home.handout / "leaflet.pdf": leaflet(places, policy, lang),
        home.handout / "letter.pdf": _letter(instrument, told.sender, told.waves, lang),
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
    waves = sorted(planned, key=lambda one: one.wave)
    if wave:
        waves = [one for one in waves if one.wave >= wave]
        if not waves or waves[0].wave != wave:
            raise Refused("letter_wave", wave=wave, file=home.waves)
    else:
        waves = [one for one in waves if one.closes and one.closes >= dt.date.today()]
    return _letter(instrument, sender, waves, lang), sender is not None and bool(waves)


def _letter(instrument: Instrument, sender: Sender | None, waves: Sequence[WaveDays], lang: str) -> bytes:
    days: list[Days] = [(one.opens, one.closes) for one in waves if one.opens and one.closes]
    day = waves[0].wave.first_day if waves else dt.date.today()
    return letter(instrument, instrument.policy(day), sender, days[0] if days else None, days[1:], lang)


def _kinds() -> Dimension:
    return next(one for one in load_instrument().dimensions if one.code == KINDS)


def _dimensions(told: Beginning) -> list[Dimension]:
    """The built-in ones, with the regions and school types of the board."""
    found = []
    for one in load_instrument().dimensions:
        if one.code == "region":
            found.append(one.model_copy(update={"levels": told.regions, "labels_en": {}, "coarse": {}}))
        elif one.code == KINDS:
            levels = sorted(told.school_types, key=lambda kind: one.levels.index(kind) if kind in one.levels else 99)
            wide = {level: to for level, to in one.coarse.items() if level in levels}
            found.append(one.model_copy(update={"levels": tuple(levels), "coarse": wide}))
        else:
            found.append(one)
    return found


def _toml(dimension: Dimension) -> str:
    lines = ["", "[[dimension]]"]
    for key, value in dimension.model_dump(exclude_defaults=True).items():
        if isinstance(value, dict):
            lines.append(f"{key} = {{ {', '.join(f'{quoted(old)} = {quoted(new)}' for old, new in value.items())} }}")
        else:
            lines.append(f"{key} = {quoted(value) if isinstance(value, str) else listed(value)}")
    return "\n".join(lines) + "\n"


def _csv(waves: Sequence[WaveDays]) -> str:
    return "wave,opens,closes\n" + "".join(f"{one.wave},{one.opens},{one.closes}\n" for one in waves)


def in_order(waves: Sequence[WaveDays]) -> tuple[WaveDays, ...]:
    """Waves in their order; Refused when one is named twice or opens before the last has closed."""
    ordered = sorted(waves, key=lambda one: one.wave)
    for before, after in pairwise(ordered):
        if before.wave == after.wave or not (before.closes and after.opens) or after.opens <= before.closes:
            raise Refused("init_wave_order", wave=after.wave, before=before.wave)
    return tuple(ordered)
