"""agency.toml: one line a board, with its places and how its exports are read; no two boards share a place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from pipelines.ground.errors import Refused, gathered

FILE = "agency.toml"
TABLE = "boards"
PLACES = ("home", "inbox", "backup", "reports")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]  # it names files too
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Line(_Strict):
    """One board as it is written; paths from the folder of the file."""

    home: Text
    inbox: Text | None = None
    backup: Text | None = None
    reports: Text | None = None
    to: Annotated[str, StringConstraints(pattern="^age1")] | None = None
    profile: Text | None = None
    without: Annotated[list[Text], Field(strict=True)] = []


class _File(_Strict):
    boards: Annotated[dict[Name, _Line], Field(min_length=1)]


@dataclass(frozen=True)
class Board:
    """The places of one board, absolute, and how its exports are read."""

    name: str
    home: Path
    inbox: Path  # where its exports and rosters are laid
    backup: Path  # the newest back-up
    reports: Path
    to: str | None  # the public key of its back-ups
    profile: str | None
    without: tuple[str, ...]


def read_boards(folder: Path) -> list[Board]:
    """The boards of a folder, in the order of its agency.toml.

    Raises Refused, or RefusedAll with one refusal a mistake, each with its line; OSError without the file.
    """
    file = folder / FILE
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8")
        told = tomllib.loads(text)
    except UnicodeDecodeError as mistake:
        raise Refused("agency_toml", file=FILE, line=raw.count(b"\n", 0, mistake.start) + 1) from mistake
    except (ValueError, RecursionError) as mistake:  # no TOML, or a number or a depth without end
        named = re.search(r"at line (\d+)", str(mistake))
        raise Refused("agency_toml", file=FILE, line=named[1] if named else len(text.splitlines())) from mistake
    try:
        lines = _File.model_validate(told).boards
    except ValidationError as mistakes:
        with gathered() as problems:
            problems += [_refusal(text, mistake) for mistake in mistakes.errors()]
        raise
    boards = [_placed(folder.resolve(), name, line) for name, line in lines.items()]
    with gathered() as problems:
        problems += _shared(text, boards)
    return boards


def _placed(folder: Path, name: str, line: _Line) -> Board:
    home = folder / line.home
    return Board(
        name,
        home=home.resolve(),
        inbox=(folder / line.inbox if line.inbox else home / "inbox").resolve(),
        backup=(folder / (line.backup or f"backups/{name}.age")).resolve(),
        reports=(folder / (line.reports or f"reports/{name}")).resolve(),
        to=line.to,
        profile=line.profile,
        without=tuple(line.without),
    )


def _shared(text: str, boards: list[Board]) -> Iterator[Refused]:
    """A place of one board that is, or lies in, a place of another: their answers would meet there."""
    owners = {getattr(board, place): board.name for board in reversed(boards) for place in PLACES}
    for board in boards:
        for place in PLACES:
            path: Path = getattr(board, place)
            others = {owners[one] for one in (path, *path.parents) if one in owners} - {board.name}
            if others:
                line = _line_of(text, board.name, place)
                yield Refused("agency_shared", file=FILE, line=line, board=board.name, key=place, other=min(others))


def _refusal(text: str, mistake: Any) -> Refused:
    """What pydantic found, with the line it stands on and what could be meant."""
    kind, (table, *way) = mistake["type"], map(str, mistake["loc"])
    if not way:
        line = _line_of(text, table)
        if kind == "extra_forbidden":
            return Refused("agency_key", file=FILE, line=line, key=table, board=FILE, suggestion=TABLE)
        return Refused("agency_none", file=FILE, line=line)
    board, key = [*way, ""][:2]
    line = _line_of(text, board, key)
    if key == "[key]":
        return Refused("agency_name", file=FILE, line=line, board=board)
    if kind == "extra_forbidden":
        near = get_close_matches(key, _Line.model_fields, n=1) or _Line.model_fields
        return Refused("agency_key", file=FILE, line=line, key=key, board=board, suggestion=", ".join(near))
    if kind == "missing":
        return Refused("agency_missing", file=FILE, line=line, key=key, board=board)
    if key == "to":
        return Refused("agency_to", file=FILE, line=line, board=board)
    return Refused("agency_value", file=FILE, line=line, key=key or board, board=board)


def _line_of(text: str, board: str, key: str = "") -> int:
    """The line, from 1, of a key of a board; of the board where that has no line of its own."""
    lines = text.splitlines()
    own = re.compile(rf"""\s*(?:\[{TABLE}\.)?["']?{re.escape(board)}["']?\s*(?:[\]=.]|$)|\s*\[{re.escape(board)}\]""")
    first = next((number for number, line in enumerate(lines) if own.match(line)), 0)
    last = next((n for n in range(first + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    is_table = bool(lines) and lines[first].lstrip().startswith("[")
    wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    found = (n for n in range(first + 1, last) if is_table and key and wanted.match(lines[n]))
    return next(found, first) + 1
