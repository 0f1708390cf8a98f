"""Walls: who may own and open the folders of a home; one rule, for the start of every command and for the doctor.

The vault is its account's alone, so are the actions. What is published belongs to whoever owns the vault or the home,
and nobody else may change it: the account of the dashboard, which owns neither, only reads.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipelines.ground.errors import Refused
from pipelines.ground.settings import Home, find_home

ROOT_ACCOUNT = 0
SEEN, CHANGED = 0o077, 0o022  # what others may never do: anything at all, or change something
RULES = {
    "vault": ("vault_private", SEEN),
    "published": ("published_fixed", CHANGED),
    "actions": ("actions_private", SEEN),
}
PASSING = (".build-", ".upload-")  # another command may be writing this just now


def open_home(home: Path | None) -> Home:
    """The home a command works in; Refused, with what to do, when others can get at it."""
    found = find_home(home)
    for fault in look(found).values():
        if fault:
            raise fault
    return found


def is_closed(home: Home) -> bool:
    """Whether this account cannot look into the vault, as it should be for the dashboard's."""
    return home.vault.exists() and not os.access(home.vault, os.R_OK | os.X_OK)


def look(home: Home) -> dict[str, Refused | None]:
    """What is wrong, if anything, by the name of the check: vault_private, vault_owner, published_fixed and so on."""
    found: dict[str, Refused | None] = {}
    for name, (check, bits) in RULES.items() if not sys.platform.startswith("win") else ():
        paths = {path: status for path in _all(home.path / name) if (status := _status(path))}
        if not paths:
            continue
        wide = [path for path, status in paths.items() if status.st_mode & bits]
        rule = "folder_seen" if bits == SEEN else "folder_changed"
        found[check] = Refused(rule, path=wide[0], files=len(wide)) if wide else None
        if owners := _owners(home, name):
            foreign = [(path, status.st_uid) for path, status in paths.items() if status.st_uid not in owners]
            wrong = Refused("folder_owner", path=foreign[0][0], owner=foreign[0][1]) if foreign else None
            found[f"{name}_owner"] = wrong
    return found


def mend(home: Home) -> None:
    """Close what stands open, as far as this account may."""
    for name, (_, bits) in RULES.items():
        for path in _all(home.path / name):
            if (status := _status(path)) and status.st_mode & bits:
                with suppress(PermissionError):
                    path.chmod(status.st_mode & 0o777 & ~bits)


def _owners(home: Home, name: str) -> set[int]:
    """The accounts a folder and what lies in it may belong to; none named: any."""
    is_steward = home.vault.exists() and not is_closed(home)
    if name == "published":
        above = (home.path, home.vault if home.vault.exists() else home.published)
        return {ROOT_ACCOUNT, *(status.st_uid for path in above if (status := _status(path)))}
    return {os.geteuid()} if is_steward == (name == "vault") else set()  # the actions are of the dashboard's account


def _all(folder: Path) -> Iterator[Path]:
    """A folder and what lies in it, as far as this account may look."""
    yield folder
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(PASSING)]
        names = [name for name in files if not name.startswith(PASSING) and not name.endswith(".build")]
        yield from (Path(place, name) for name in (*folders, *names))


def _status(path: Path) -> os.stat_result | None:
    """None for what is not there, or not any more."""
    try:
        return path.stat()
    except OSError:
        return None
