"""Log: one line for everything that was done with the vault, kept in it; never an answer, a key or a code.

Each line holds the hash of the one before and which hashes the files had, and a small file beside it the hash of the
last: a line that was changed, taken out or cut off shows itself, and so do hashes of an earlier moment.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
from pathlib import Path

from pipelines.ground.errors import Refused
from pipelines.ground.settings import Home, sync
from pipelines.vault import hashes
from pipelines.vault.accounts import PRIVATE_FILE, make_private, write_private

FILE, HEAD = "log.jsonl", "log.head"
BEFORE = "before"  # what a line calls the hash of the one before it


def log(home: Home, command: str, **counts: object) -> None:
    """Append one line to the vault's log: when, which account, what, how many."""
    make_private(home.vault)
    path = home.vault / FILE
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
    with os.fdopen(handle, "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # what was refused is written down by whoever does not hold the vault
        content = file.read()
        line = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "account": os.getuid(),
            "command": command,
            **counts,
            "hashes": hashes.state(home.vault),
            BEFORE: _before(home, content),
        }
        text = json.dumps(line, default=str).encode()
        file.write((b"" if content.endswith(b"\n") or not content else b"\n") + text + b"\n")
        file.flush()
        os.fsync(file.fileno())
        write_private(home.vault / HEAD, _hash(text) + "\n")
    if is_new:
        sync(home.vault)


def log_fault(home: Home) -> Refused | None:
    """What is wrong with the log: lines that do not follow each other, or an end that is not the one that was written.

    Lines of before the log was chained are held by the first line after them only as far as the last of them.
    """
    path = home.vault / FILE
    lines = path.read_bytes().splitlines() if path.exists() else []
    ends = [_hash(line) for line in lines]
    for number, (line, before) in enumerate(zip(lines[1:], ends, strict=False), 2):
        if (_said(line) or {}).get(BEFORE, before) != before:
            return Refused("log_broken", file=FILE, row=number)
    head = _head(home)
    if head is None:
        is_chained = any(BEFORE in (_said(line) or {}) for line in lines[:-1])
        return Refused("log_broken", file=HEAD, row=len(lines)) if is_chained else None
    return None if head in ends[-2:] else Refused("log_broken", file=FILE, row=len(lines))


def put_log_aside(home: Home) -> str:
    """Begin a new log where the old one is broken; the name under which that stays in the vault."""
    path = home.vault / FILE
    aside = path.with_name(f"log.broken-{1 + len(list(home.vault.glob('log.broken-*')))}.jsonl")
    kept = path.read_bytes() if path.exists() else b""
    if path.exists():
        path.rename(aside)
    (home.vault / HEAD).unlink(missing_ok=True)
    log(home, "log_broken", kept_as=aside.name, file_hash=_hash(kept))
    return aside.name


def logged(home: Home, command: str) -> list[dict[str, object]]:
    """The lines about one command that can be read, oldest first."""
    path = home.vault / FILE
    lines = [_said(line) for line in (path.read_bytes().splitlines() if path.exists() else [])]
    return [line for line in lines if line is not None and line.get("command") == command]


def _before(home: Home, content: bytes) -> str:
    """The hash of the last line, or what it should have been: a break in the chain stays seen."""
    lines = content.splitlines()
    ends = [_hash(line) for line in lines[-2:]]
    head = _head(home)
    if head is not None and head not in ends:
        return head
    return ends[-1] if ends else ""


def _head(home: Home) -> str | None:
    path: Path = home.vault / HEAD
    return path.read_bytes().decode("ascii", "replace").strip() if path.exists() else None


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _said(line: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
