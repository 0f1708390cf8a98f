"""Removals: what is being taken away holds from the moment it is written down, though files are rewritten later.

After a kill the next command that holds the vault finishes what this small file still names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ground.period import Wave
from pipelines.ground.settings import Home, sync
from pipelines.vault.accounts import write_private


@dataclass(frozen=True)
class Removal:
    """Leaders that are being erased, by code, and waves that are being removed."""

    codes: tuple[str, ...] = ()
    waves: tuple[Wave, ...] = ()


def pending_removal(home: Home) -> Removal:
    """The removal that holds already, though not every file is rewritten yet; an empty one when there is none."""
    path = _file(home)
    if not path.exists():
        return Removal()
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Removal(tuple(raw["codes"]), tuple(Wave(name) for name in raw["waves"]))


def begin_removal(home: Home, codes: Sequence[str] = (), waves: Sequence[Wave] = ()) -> None:
    """Make a removal hold: from here on it is done, now or by the next command."""
    write_private(_file(home), json.dumps({"codes": list(codes), "waves": list(waves)}))


def end_removal(home: Home) -> None:
    """Every file was rewritten."""
    _file(home).unlink(missing_ok=True)
    sync(home.vault)


def _file(home: Home) -> Path:
    return home.vault / "pending.json"
