"""Removals: what is being taken away holds from the moment it is written down, though files are rewritten later.

After a kill the next command that holds the vault finishes what this small file still names.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home, sync
from pipelines.vault.accounts import write_private
from pipelines.vault.hashes import sealed, unsealed

STANDS_IN = "erased-"  # how the row of somebody who was taken out begins in a list of who was counted
STAND_IN_DIGITS = 16
SALT_BYTES = 32


@dataclass(frozen=True)
class Removal:
    """Leaders that are being erased, by code, and waves that are being removed."""

    codes: tuple[str, ...] = ()
    waves: tuple[Wave, ...] = ()
    salt: str = ""  # gone when the removal is done, so that nobody can tell whom a stand-in stands for

    def stand_in(self, wave: Wave, code: str) -> str:
        """The name without meaning that takes a leader's place in what the publications of a wave counted.

        One a wave: a reader knows that all its publications counted the same leader.
        """
        return STANDS_IN + hashlib.sha256(f"{self.salt}|{wave}|{code}".encode()).hexdigest()[:STAND_IN_DIGITS]


def pending_removal(home: Home) -> Removal:
    """The removal that holds already, though not every file is rewritten yet; an empty one when there is none."""
    path = _file(home)
    if not path.exists():
        return Removal()
    try:
        raw = json.loads(unsealed(path.read_text(encoding="utf-8")) or "")
    except ValueError as mistake:
        raise Refused("vault_broken", file=path.name) from mistake
    return Removal(tuple(raw["codes"]), tuple(Wave(name) for name in raw["waves"]), raw.get("salt", ""))


def begin_removal(home: Home, codes: Sequence[str] = (), waves: Sequence[Wave] = ()) -> Removal:
    """Make a removal hold: from here on it is done, now or by the next command."""
    removal = Removal(tuple(codes), tuple(waves), secrets.token_hex(SALT_BYTES))
    names = {"codes": list(codes), "waves": list(waves), "salt": removal.salt}
    write_private(_file(home), sealed(json.dumps(names)))
    return removal


def end_removal(home: Home) -> None:
    """Every file was rewritten."""
    _file(home).unlink(missing_ok=True)
    sync(home.vault)


def _file(home: Home) -> Path:
    return home.vault / "pending.json"
