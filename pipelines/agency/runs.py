"""Runs: what was asked of which boards and how each ended, kept line by line, so that a killed run goes on.

A run that was stopped is gone on with by whoever asks the same again; one that came to its end is over. What it did is
not done again, as long as the board is as it was left. A status is of now, and never gone on with.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.agency.engines import Engine
from pipelines.agency.works import Asked, Work
from pipelines.ground.errors import Refused
from pipelines.ground.settings import sync

FOLDER, JOURNAL = "runs", "journal.jsonl"
PRIVATE_FOLDER, PRIVATE = 0o700, 0o600
DIGITS = 4  # of the number in the name of a run
ENDED = {"ended": True}
ALWAYS_ANEW = ("status",)


class Run:
    """One run over boards, held by this process."""

    def __init__(self, folder: Path, journal: BinaryIO, lines: Sequence[dict[str, Any]]) -> None:
        self.folder = folder
        self._journal = journal
        self._done = {line["state"] for line in lines if line.get("code") == 0}

    def go(self, works: Sequence[Work], engine: Engine) -> Iterator[tuple[Work, int | None]]:
        """Do what is not done yet; each work with its exit code, None where it could not be done and is tried again.

        A work is written down the moment it ended, before it is told.
        """
        left = []
        for work in works:
            if not work.steps:
                yield work, None
            elif work.state() in self._done:
                yield work, 0
            else:
                left.append(work)
        is_whole = True
        for work, code in engine(left, self.folder) if left else ():
            is_whole = is_whole and code is not None
            _append(self._journal, {"board": work.board, "state": work.state(), "code": code})
            yield work, code
        if is_whole:
            _append(self._journal, ENDED)


@contextmanager
def begin(agency: Path, asked: Asked) -> Iterator[Run]:
    """The run of the same that was stopped, else a new one; Refused while another process is at it."""
    runs = agency.resolve() / FOLDER
    runs.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    identity = {"asked": asdict(asked)}
    numbered = sorted(path for path in runs.glob("[0-9]*-*") if path.is_dir())
    folder = _stopped(numbered, identity)
    if folder is None or asked.action in ALWAYS_ANEW:
        number = 1 + max((int(path.name.partition("-")[0]) for path in numbered), default=0)
        folder = runs / "-".join(filter(None, [f"{number:0{DIGITS}}", asked.action, asked.wave]))
        folder.mkdir(mode=PRIVATE_FOLDER)
    with _held(folder / JOURNAL) as journal:
        lines = _lines(folder / JOURNAL)
        if not lines:
            _append(journal, identity)
            sync(folder)
            sync(runs)
        yield Run(folder, journal, lines)


def _stopped(folders: Sequence[Path], identity: dict[str, Any]) -> Path | None:
    """The newest run of the same, when it did not come to its end."""
    same = [folder for folder in folders if _lines(folder / JOURNAL)[:1] == [identity]]
    return same[-1] if same and ENDED not in _lines(same[-1] / JOURNAL) else None


@contextmanager
def _held(place: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE), "rb+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            raise Refused("agency_busy", folder=place.parent) from busy
        yield file


def _append(journal: BinaryIO, line: dict[str, Any]) -> None:
    """Add one line for good; what a kill left of another is closed off before it."""
    journal.seek(0)
    content = journal.read()
    text = json.dumps(line).encode() + b"\n"
    journal.write(text if content.endswith(b"\n") or not content else b"\n" + text)
    journal.flush()
    os.fsync(journal.fileno())


def _lines(place: Path) -> list[dict[str, Any]]:
    """The lines that can be read: the last one may be half-written."""
    found = []
    for line in place.read_bytes().splitlines() if place.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
