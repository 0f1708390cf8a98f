"""Log: one line for everything that was done with the vault, kept in it; never an answer, a key or a code."""

from __future__ import annotations

import datetime as dt
import json
import os

from pipelines.ground.settings import Home
from pipelines.vault.accounts import PRIVATE_FILE, make_private


def log(home: Home, command: str, **counts: object) -> None:
    """Append one line to the vault's log: when, which account, what, how many."""
    make_private(home.vault)
    line = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "account": os.getuid(),
        "command": command,
        **counts,
    }
    handle = os.open(home.vault / "log.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, default=str) + "\n")
