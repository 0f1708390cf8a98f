"""How offices call what a roster says, as data: instruments/roster.toml, and a board's own file over it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pipelines.ground.errors import Refused
from pipelines.ground.settings import INSTRUMENTS
from pipelines.ground.told import Label
from pipelines.instruments.checks import suggest
from pipelines.instruments.model import Instrument
from pipelines.instruments.rules import Model

FILE = "roster.toml"
DESK_ROSTER = "roster.desk.toml"  # what was decided on the desk; it goes before the other


class RosterWords(Model):
    """Heads and levels of rosters; what a board says of its own goes before what is usual."""

    several: Literal["largest", "first", "refuse"] = "refuse"
    drop: tuple[str, ...] = ()  # a board's own heads that are left out, or "column_3" for a head that is a value
    appointment: tuple[str, ...] = ()  # heads of how large an appointment is
    other_dates: tuple[str, ...] = ()  # heads of dates that do not say since when somebody is a leader
    heads: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # our column -> usual heads
    columns: dict[str, str] = Field(default_factory=dict)  # a board's own head -> our column
    levels: dict[str, dict[str, str]] = Field(default_factory=dict)  # dimension -> word -> level
    bins: dict[str, dict[str, float]] = Field(default_factory=dict)  # dimension -> level -> the number it begins at

    gap_nl: str = "unknown"  # how a cell without a group is called
    gap_en: str = "unknown"

    @property
    def gap(self) -> Label:
        """What the group of leaders without one is called."""
        return Label(self.gap_nl, self.gap_en)

    def left_out(self, heads: Sequence[str]) -> set[str]:
        """Those of these heads that the board leaves out."""
        return {head for at, head in enumerate(heads, 1) if {head, f"column_{at}"} & set(self.drop)}


def load_roster_words(*folders: Path | None) -> RosterWords:
    """What is usual, with the files of `folders` over it, later ones first; Refused with file and key."""
    merged = _usual()
    files = [folder / name for folder in folders if folder for name in (FILE, DESK_ROSTER)]
    for file in files:
        if file.exists():
            merged = _over(merged, _read(file))
    return RosterWords.model_validate(merged)


@cache
def _usual() -> dict[str, Any]:
    """What is usual, as it stands in its file; nobody changes it."""
    return _read(INSTRUMENTS / FILE)


def check_roster_words(words: RosterWords, instrument: Instrument) -> None:
    """Refuse what a board says of a column, a group or a level that there is not: it would be read past in silence."""
    usual = load_roster_words()
    groups = [dimension.code for dimension in instrument.dimensions]
    columns = ["wave", "leader_key", "school_key", *groups]
    for table, named in (("columns", words.columns.values()), ("heads", words.heads.keys() - usual.heads.keys())):
        for column in named:
            _must_be(f"roster.{table}", column, columns)
    own = {code: dict(of_it.items() - usual.levels.get(code, {}).items()) for code, of_it in words.levels.items()}
    meant = {code: list(of_it.values()) for code, of_it in own.items() if of_it}
    for table, levels_of in (("levels", meant), ("bins", words.bins)):
        for code, levels in levels_of.items():
            _must_be(f"roster.{table}", code, groups)
            dimension = instrument.dimension(code)
            known = sorted(dimension.named()) if dimension and dimension.levels else ()
            for level in levels if known else ():
                _must_be(f"roster.{table}.{code}", level, known)


def _must_be(key: str, word: str, known: Sequence[str]) -> None:
    if word not in known:
        raise Refused("instrument_reference", file=FILE, key=key, word=word, suggestion=suggest(word, known))


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        if other := sorted(set(raw) - {"roster"}):
            raise Refused("instrument_key_unknown", file=file.name, key=other[0], suggestion="roster")
        RosterWords.model_validate(raw.get("roster", {}))
    except ValidationError as mistakes:
        first = mistakes.errors()[0]
        key = ".".join(["roster", *map(str, first["loc"])])
        raise Refused("instrument_value", file=file.name, key=key, detail=first["msg"]) from mistakes
    except (ValueError, RecursionError) as mistake:
        raise Refused("instrument_not_toml", file=file.name, detail=str(mistake)) from mistake
    return dict(raw.get("roster", {}))


def _over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Tables key by key, what is left out together; anything else as the later file says."""
    merged = dict(under)
    for key, value in over.items():
        is_table = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if is_table else value
    if "drop" in under:  # what one file leaves out no other one brings back
        merged["drop"] = list(dict.fromkeys([*under["drop"], *over.get("drop", ())]))
    return merged
