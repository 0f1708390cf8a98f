"""How offices call what a roster says, as data: instruments/roster.toml, and a board's own file over it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pipelines.ground.errors import Refused
from pipelines.ground.settings import INSTRUMENTS
from pipelines.instruments.rules import Model

FILE = "roster.toml"
DESK_ROSTER = "roster.desk.toml"  # what was decided on the desk; it goes before the other


class RosterWords(Model):
    """Heads and levels of rosters; what a board says of its own goes before what is usual."""

    several: Literal["largest", "first", "refuse"] = "refuse"
    appointment: tuple[str, ...] = ()  # heads of how large an appointment is
    other_dates: tuple[str, ...] = ()  # heads of dates that do not say since when somebody is a leader
    heads: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # our column -> usual heads
    columns: dict[str, str] = Field(default_factory=dict)  # a board's own head -> our column
    levels: dict[str, dict[str, str]] = Field(default_factory=dict)  # dimension -> word -> level
    bins: dict[str, dict[str, float]] = Field(default_factory=dict)  # dimension -> level -> the number it begins at


def load_roster_words(*folders: Path | None) -> RosterWords:
    """What is usual, with the files of `folders` over it, later ones first; Refused with file and key."""
    merged: dict[str, Any] = {}
    files = [folder / name for folder in (INSTRUMENTS, *folders) if folder for name in (FILE, DESK_ROSTER)]
    for file in files:
        if file.exists():
            merged = _over(merged, _read(file))
    return RosterWords.model_validate(merged)


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
    """Tables key by key; anything else as the later file says."""
    merged = dict(under)
    for key, value in over.items():
        is_table = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if is_table else value
    return merged
