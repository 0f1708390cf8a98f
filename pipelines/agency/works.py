"""What an action is for one board: ordinary command lines of klankbord, or why there is nothing to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from pipelines.agency.boards import Board
from pipelines.ground.errors import Refused, WrongUsage
from pipelines.ground.language import DEFAULT
from pipelines.ground.period import Wave

Action = Literal["status", "check", "import", "publish", "report", "backup"]
ACTIONS: tuple[Action, ...] = get_args(Action)
OF_A_WAVE = ("check", "import", "report")  # these need one
OF_NO_WAVE = ("publish", "backup")
EXPORTS = (".csv", ".xlsx", ".sav", ".parquet")
ROSTER = "roster"  # what the name of a roster says

Words = tuple[str, ...]  # one command line, without the name of the program


@dataclass(frozen=True)
class Asked:
    """What is asked of all boards."""

    action: Action
    wave: Wave | None = None
    form: str = "pdf"  # of the reports
    lang: str = DEFAULT

    def __post_init__(self) -> None:
        if self.action in OF_A_WAVE and self.wave is None:
            raise WrongUsage("agency_wave", action=self.action)
        if self.action in OF_NO_WAVE and self.wave is not None:
            raise WrongUsage("agency_no_wave", action=self.action)


@dataclass(frozen=True)
class Work:
    """What is to be done for one board; without steps `why` says why nothing is."""

    board: str
    steps: tuple[Words, ...] = ()
    watched: tuple[Path, ...] = ()  # what it reads and changes
    why: Refused | None = None
    is_nothing: bool = False  # nothing to do, and nothing wrong

    def state(self) -> str:
        """Changes with the command lines, and with size or time of what is watched: a work is done in one state."""
        seen = [(str(path), *_size_and_time(path)) for path in self.watched]
        return hashlib.sha256(json.dumps([self.steps, seen]).encode()).hexdigest()


class _Nothing(Refused):
    """There is nothing to do for a board."""


@dataclass(frozen=True)
class _Line:
    """A command line in the making."""

    command: str
    words: list[str] = field(default_factory=list)
    files: tuple[Path, ...] = ()  # that come in

    def with_(self, **options: Any) -> _Line:
        """The line with options; one that is None or empty is left out, one that is a list is repeated."""
        words = list(self.words)
        for name, value in options.items():
            for one in value if isinstance(value, (list, tuple)) else [value]:
                words += [f"--{name}={one}"] if one else []
        return _Line(self.command, words, self.files)


def work_for(board: Board, asked: Asked) -> Work:
    """The work of one board; what stands in its way is that board's, and stops no other."""
    try:
        if not board.home.is_dir():  # a slip in a path must not become a new home
            raise Refused("agency_home", board=board.name, path=board.home)
        lines = _LINES[asked.action](board, asked)
    except _Nothing as nothing:
        return Work(board.name, why=nothing, is_nothing=True)
    except Refused as refusal:
        return Work(board.name, why=refusal)
    except OSError as failure:
        return Work(board.name, why=Refused("cannot_write", path=failure.filename))
    steps = [(line.command, *line.words, f"--home={board.home}", f"--lang={asked.lang}") for line in lines]
    home = [board.home / "vault" / "log.jsonl", board.home / "published" / "CURRENT", *board.home.glob("actions/*")]
    return Work(board.name, tuple(steps), watched=(*home, *(path for line in lines for path in line.files)))


def _size_and_time(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns


def _status(_: Board, __: Asked) -> list[_Line]:
    return [_Line("waves", ["--json"]), _Line("doctor")]


def _coming_in(board: Board, asked: Asked) -> list[_Line]:
    export, roster = _files(board.inbox, Wave(asked.wave or ""))
    line = _Line(asked.action, [str(export)], tuple(filter(None, (export, roster))))
    return [line.with_(wave=asked.wave, roster=roster, profile=board.profile, without=board.without)]


def _publish(_: Board, __: Asked) -> list[_Line]:
    return [_Line("publish")]


def _report(board: Board, asked: Asked) -> list[_Line]:
    board.reports.mkdir(parents=True, exist_ok=True)
    out = board.reports / f"{board.name}-{asked.wave}.{asked.form}"
    return [_Line("report").with_(wave=asked.wave, out=out, format=asked.form)]


def _backup(board: Board, _: Asked) -> list[_Line]:
    if board.to is None:
        raise Refused("agency_no_key", board=board.name)
    board.backup.parent.mkdir(parents=True, exist_ok=True)
    return [_Line("backup").with_(out=board.backup, to=board.to)]


_LINES: dict[Action, Callable[[Board, Asked], list[_Line]]] = {
    "status": _status,
    "check": _coming_in,
    "import": _coming_in,
    "publish": _publish,
    "report": _report,
    "backup": _backup,
}


def _files(inbox: Path, wave: Wave) -> tuple[Path, Path | None]:
    """The export of a wave in an inbox and the roster beside it, by their names.

    The export names the wave and no roster (`export-2026Q4.csv`); the roster says `roster` and the wave, else it is the
    one called `roster`. Raises Refused where two could be meant.
    """
    found = sorted(path for path in inbox.glob("*") if path.suffix.lower() in EXPORTS and path.is_file())
    of_wave = [path for path in found if Wave.named_in(path.stem) == wave]
    rosters = [path for path in of_wave if ROSTER in path.stem.lower()]
    exports = [path for path in of_wave if path not in rosters]
    rosters = rosters or [path for path in found if path.stem.lower() == ROSTER]
    if not exports:
        raise _Nothing("agency_no_file", folder=inbox, wave=wave)
    for candidates in (exports, rosters):
        if len(candidates) > 1:
            names = ", ".join(path.name for path in candidates)
            raise Refused("agency_two_files", folder=inbox, wave=wave, files=names)
    return exports[0], next(iter(rosters), None)
