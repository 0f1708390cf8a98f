"""Restore: a back-up brought back into a home that is not there yet, checked file by file, whole or not at all.

It is unpacked beside the home, in a folder for this account only; nothing is open to others before all is checked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from pipelines.ground.errors import Refused
from pipelines.ground.settings import Home, sync
from pipelines.vault.accounts import PRIVATE_FILE, PRIVATE_FOLDER
from pipelines.vault.backup import KEY_BEGINS, LIST, MODES, PARTS, SENDER_BEGINS, Member, signed, through_pipe

PRIVATE_PARTS = {"vault", "actions"}
OPEN_FOLDER, OPEN_FILE = 0o755, 0o644
MOST_FILES = 100_000  # in one back-up
CHUNK = 1 << 16
# What an archive that is not whole, or not ours, ends in.
BROKEN = (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class Keys:
    """What the file of a secret key holds: what opens back-ups, and perhaps by what those of one vault are known."""

    opens: pyrage.x25519.Identity
    sender: bytes | None


def remains(home: Home) -> list[Path]:
    """What restores that were killed left beside a home: folders with a vault that is open to whoever gets there."""
    found = home.path.absolute().parent.glob(f".build-*-{home.path.absolute().name}")
    return [path for path in sorted(found) if path.is_dir() and not _is_alive(path)]


def clear_remains(home: Home) -> None:
    """Remove that."""
    for path in remains(home):
        shutil.rmtree(path)


def _is_alive(build: Path) -> bool:
    """Whether the process that is named in the name of something half-built still runs."""
    number = build.name.split("-")[1]
    if not number.isdecimal() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def restore(place: Path, key_file: Path, home: Home, *, unsigned: bool = False) -> int:
    """Bring a back-up back into a home that is not there yet, whole or not at all; how many files.

    `unsigned`: also one that is not signed by the sender that the key file names, as those of an earlier version are
    not. Refused for a home that holds something, a key that does not fit, and a file that is not complete or forged.
    """
    if home.path.exists() and any(home.path.iterdir()):
        raise Refused("restore_occupied", home=home.path)
    keys = _read_key(key_file)
    if keys.sender is None and not unsigned:
        raise Refused("restore_no_sender", file=key_file.name)
    most = place.stat().st_size  # nothing in it is compressed
    home.path.parent.mkdir(parents=True, exist_ok=True)
    build = home.path.with_name(f".build-{os.getpid()}-{home.path.name}")
    clear_remains(home)
    build.mkdir(mode=PRIVATE_FOLDER)
    try:
        with place.open("rb") as file:
            through_pipe(
                lambda pipe: pyrage.decrypt_io(file, pipe, [keys.opens]), lambda pipe: _unpack(pipe, build, most)
            )
        files = _check(build, None if unsigned else keys.sender)
        build.rename(home.path)
        sync(home.path.parent)
    except (pyrage.DecryptError, *BROKEN, OSError) as mistake:
        if isinstance(mistake, OSError) and mistake.errno:
            raise  # of the disk; what age itself finds wrong has no number
        raise Refused("backup_broken", file=place.name) from mistake
    finally:
        shutil.rmtree(build, ignore_errors=True)
    return files


def _read_key(key_file: Path) -> Keys:
    try:
        words = key_file.read_text(encoding="utf-8").split()
        secret = next(word for word in words if word.startswith(KEY_BEGINS))
        senders = [word.removeprefix(SENDER_BEGINS) for word in words if word.startswith(SENDER_BEGINS)]
        return Keys(pyrage.x25519.Identity.from_str(secret), bytes.fromhex(senders[0]) if senders else None)
    except (StopIteration, ValueError, pyrage.IdentityError) as mistake:
        raise Refused("restore_key", file=key_file.name) from mistake


def _unpack(pipe: BinaryIO, build: Path, most: int) -> None:
    """Write the members into a new folder, for this account only; ValueError for anything but a file in it.

    `most`: bytes that they may take together, whatever each says of itself; too many members are a ValueError too.
    Not by tarfile's own filter: Python before 3.11.4, as in Debian 12, has none.
    """
    with tarfile.open(fileobj=pipe, mode="r|") as archive:
        for number, entry in enumerate(archive):
            place = build / entry.name
            most -= entry.size
            is_plain = entry.isreg() and not entry.issparse()  # a sparse one may be any size
            content = archive.extractfile(entry) if is_plain and most >= 0 and number < MOST_FILES else None
            if content is None or not place.resolve().is_relative_to(build.resolve()):
                raise ValueError(entry.name)
            for folder in reversed([one for one in place.parents if one.is_relative_to(build)]):
                folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
                shutil.copyfileobj(content, file)
    while pipe.read(CHUNK):
        pass  # to the end, so that a cut-off file is noticed


def _check(build: Path, sender: bytes | None) -> int:
    """Compare every file with the list, then give all the rights they had; how many files.

    One of BROKEN when something is missing, added or changed, Refused when the list is not signed by the sender;
    without one it need not be.
    """
    listing: dict[str, Any] = json.loads((build / LIST).read_text(encoding="utf-8"))
    files = _listed(listing)
    if sender is not None and not hmac.compare_digest(signed(files, sender), str(listing.get("signed"))):
        raise Refused("backup_forged", file=LIST)
    (build / LIST).unlink()
    names = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
    if names != set(files):
        raise ValueError("files")
    for name, expected in files.items():
        with (build / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected["hash"]:
                raise ValueError(name)
        (build / name).chmod(expected["mode"] & MODES)
        sync(build / name)
    # The home itself comes last: until then nobody else gets to what is in it.
    for folder in [*(path for path in build.rglob("*") if path.is_dir()), build]:
        is_private = bool(PRIVATE_PARTS & {*folder.relative_to(build).parts})
        folder.chmod(PRIVATE_FOLDER if is_private else OPEN_FOLDER)
        sync(folder)
    return len(files)


def _listed(listing: Mapping[str, Any]) -> dict[str, Member]:
    """Name -> hash and rights; a list of before says the hashes only, and everything stays for one account."""
    if "signed" in listing:
        return dict(listing["files"])
    return {name: {"hash": found, "mode": _mode_of_before(name)} for name, found in listing.items()}


def _mode_of_before(name: str) -> int:
    return OPEN_FILE if name.split("/")[0] in PARTS and name.split("/")[0] not in PRIVATE_PARTS else PRIVATE_FILE
