"""Accounts: who may own and open the folders of a home; one rule, for the start of every command and for the doctor.

The vault is its account's alone, so are the actions. What is published belongs to whoever owns the vault or the home,
and nobody else may change it: the account of the dashboard, which owns neither, only reads.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines.ground.errors import Refused
from pipelines.ground.settings import Home, find_home, sync

ROOT_ACCOUNT = 0
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
PERMISSIONS = 0o777
ANYTHING_BY_OTHERS = 0o077
CHANGES_BY_OTHERS = 0o022
PASSING = (".build-", ".upload-")  # another command may be writing this just now
PASSING_END = ".build"


@dataclass(frozen=True)
class Wall:
    """What other accounts may not do with one folder of a home and what lies in it."""

    folder: str
    check: str  # its name for the doctor
    rule: str  # its sentence for whoever must mend it
    forbidden: int  # bits of a file's mode


WALLS = (
    Wall("vault", "vault_private", "folder_seen", ANYTHING_BY_OTHERS),
    Wall("published", "published_fixed", "folder_changed", CHANGES_BY_OTHERS),
    Wall("actions", "actions_private", "folder_seen", ANYTHING_BY_OTHERS),
)
Statuses = Mapping[Path, os.stat_result]


def open_home(home: Path | None) -> Home:
    """The home a command works in; Refused, with what to do, when others can get at it."""
    place = find_home(home)
    for fault in access_faults(place).values():
        if fault is not None:
            raise fault
    return place


def is_vault_closed(home: Home) -> bool:
    """Whether this account cannot look into the vault, as it should be for the dashboard's."""
    return home.vault.exists() and not os.access(home.vault, os.R_OK | os.X_OK)


def is_private(file: Path) -> bool:
    """Whether other accounts can do nothing at all with a file."""
    return not file.stat().st_mode & ANYTHING_BY_OTHERS


def access_faults(home: Home) -> dict[str, Refused | None]:
    """What is wrong, if anything, by the name of the check: vault_private, vault_owner, published_fixed and so on."""
    faults: dict[str, Refused | None] = {}
    for wall in () if sys.platform.startswith("win") else WALLS:
        statuses = _statuses(home.path / wall.folder)
        if not statuses:
            continue
        faults[wall.check] = _mode_fault(wall, statuses)
        owners = _owners(home, wall.folder)
        if owners:
            faults[f"{wall.folder}_owner"] = _owner_fault(owners, statuses)
    return faults


def close_access(home: Home) -> None:
    """Close what stands open, as far as this account may."""
    for wall in WALLS:
        for path, status in _statuses(home.path / wall.folder).items():
            if status.st_mode & wall.forbidden:
                with suppress(PermissionError):
                    path.chmod(status.st_mode & PERMISSIONS & ~wall.forbidden)


def make_private(folder: Path) -> None:
    """A folder only this account can enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(PRIVATE_FOLDER)


def write_private(path: Path, text: str) -> None:
    """Put a small file in its place in one step, readable for this account only."""
    with place_private(path, text) as build:
        build.replace(path)


@contextmanager
def place_private(path: Path, text: str) -> Iterator[Path]:
    """A small file beside its place, readable for this account only, which the body of the `with` moves there."""
    make_private(path.parent)
    build = path.with_name(f".build-{os.getpid()}-{path.name}")
    build.unlink(missing_ok=True)
    handle = os.open(build, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    sync(build)
    yield build
    sync(path.parent)


def _mode_fault(wall: Wall, statuses: Statuses) -> Refused | None:
    open_paths = [path for path, status in statuses.items() if status.st_mode & wall.forbidden]
    return Refused(wall.rule, path=open_paths[0], files=len(open_paths)) if open_paths else None


def _owner_fault(owners: set[int], statuses: Statuses) -> Refused | None:
    for path, status in statuses.items():
        if status.st_uid not in owners:
            return Refused("folder_owner", path=path, owner=status.st_uid)
    return None


def _owners(home: Home, folder: str) -> set[int]:
    """The accounts a folder and what lies in it may belong to; none named: any."""
    if folder == "published":
        above = (home.path, home.vault if home.vault.exists() else home.published)
        return {ROOT_ACCOUNT, *(status.st_uid for path in above if (status := _status(path)))}
    is_steward = home.vault.exists() and not is_vault_closed(home)
    is_ours = is_steward == (folder == "vault")  # the actions are of the dashboard's account
    return {os.geteuid()} if is_ours else set()


def _statuses(folder: Path) -> dict[Path, os.stat_result]:
    """A folder and what lies in it, as far as this account may look."""
    return {path: status for path in _all_in(folder) if (status := _status(path))}


def _all_in(folder: Path) -> Iterator[Path]:
    yield folder
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(PASSING)]
        names = [name for name in files if not (name.startswith(PASSING) or name.endswith(PASSING_END))]
        yield from (Path(place, name) for name in (*folders, *names))


def _status(path: Path) -> os.stat_result | None:
    """None for what is not there, or not any more."""
    try:
        return path.stat()
    except OSError:
        return None
