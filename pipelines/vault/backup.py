"""Back-up: everything of a home in one encrypted file; the way back is `restoring`.

The format is age (X25519): whoever backs up needs the public key only, and any age tool can open the archive, a tar
with a list of hashes at its end. The list is signed with the vault's sender key, which the file of the secret key names
too: whoever knows the public key alone can make no back-up that is brought back. Nothing is ever written down
unencrypted on the way.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from pipelines.ground.errors import Refused
from pipelines.ground.failures import rule_of
from pipelines.ground.settings import Home, sync
from pipelines.vault.accounts import CHANGES_BY_OTHERS, PRIVATE_FILE
from pipelines.vault.codes import sender_key

PARTS = ("vault", "published", "instruments", "actions")
LIST = "klankbord-backup.json"  # the last member: the hash of every other one
MODES = 0o777 & ~CHANGES_BY_OTHERS  # nobody but the owner may write what comes back
KEY_BEGINS = "AGE-SECRET-KEY-"
SENDER_BEGINS = "klankbord-sender-"
KEEP = 12  # back-ups of one home, the newest among them
FEWEST = 2  # so that the only one is never written over
KEY_SHOWN = 8  # letters of a public key that a sentence repeats
Member = dict[str, Any]  # hash and mode of one file


def new_backup_key(place: Path, home: Home) -> str:
    """Write a new secret key, and the sender key of this vault, to a file of its own, 0600; the public key.

    Raises FileExistsError.
    """
    sender = sender_key(home).hex()
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"# public key: {public}\n# sender: {SENDER_BEGINS}{sender}\n{identity}\n")
    sync(place)
    return public


def write_backup(home: Home, place: Path, public: str, keep: int = KEEP) -> int:
    """Encrypt all files of a home for a public key; how many. The file appears whole or not at all.

    What stood at that place before stays beside it under a number (b.1.age, b.2.age; the highest is the newest), until
    there are more than `keep` back-ups. The caller holds the vault, so that nothing changes meanwhile.
    """
    try:
        recipient = pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError as mistake:
        raise Refused("backup_key", key=public[:KEY_SHOWN]) from mistake
    members = [path for part in PARTS for path in _files_to_keep(home.path / part)]
    build = place.with_name(f".build-{os.getpid()}-{place.name}")
    try:
        with os.fdopen(os.open(build, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
            through_pipe(
                lambda pipe: _pack(home.path, members, pipe, sender_key(home)),
                lambda pipe: pyrage.encrypt_io(pipe, file, [recipient]),
            )
        sync(build)
        _set_aside(place)
        build.replace(place)
        sync(place.parent)
        for old in _generations(place)[: -(max(keep, FEWEST) - 1)]:
            old.unlink()
    except pyrage.EncryptError as mistake:
        # Writing is all it can fail at; the words of the computer are in its own.
        raise Refused(rule_of(mistake) or "no_space", path=place) from mistake
    finally:
        build.unlink(missing_ok=True)
    return len(members)


def _generations(place: Path) -> list[Path]:
    """The earlier back-ups beside one, oldest first."""
    numbered = {
        int(number): path
        for path in place.parent.glob(f"{place.stem}.*{place.suffix}")
        if (number := path.name[len(place.stem) + 1 : len(path.name) - len(place.suffix)]).isdecimal()
    }
    return [path for _, path in sorted(numbered.items())]


def _set_aside(place: Path) -> None:
    """Give the back-up that stands at a place a number as well, so that the next one takes nothing away."""
    earlier = _generations(place)
    if not place.exists() or (earlier and earlier[-1].samefile(place)):
        return
    number = 1 + (int(earlier[-1].name[len(place.stem) + 1 : -len(place.suffix) or None]) if earlier else 0)
    aside = place.with_name(f"{place.stem}.{number}{place.suffix}")
    try:
        os.link(place, aside)
    except OSError:  # a disk that knows one name a file only
        place.rename(aside)


def _files_to_keep(folder: Path) -> Iterator[Path]:
    """Files worth keeping: not the lock, nothing half-built."""
    for path in sorted(folder.rglob("*")):
        is_passing = path.name == "lock" or any(part.startswith(".build-") for part in path.parts)
        if path.is_file() and not path.is_symlink() and not is_passing:
            yield path


class _Hashing(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        chunk = self.file.read(size)
        self.hash.update(chunk)
        return chunk


def _pack(root: Path, members: list[Path], pipe: BinaryIO, sender: bytes) -> None:
    """Write the archive, its signed list last."""
    files: dict[str, Member] = {}
    with tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in members:
            status = path.stat()
            entry = _entry(path.relative_to(root).as_posix(), status.st_size, status.st_mode & MODES)
            with path.open("rb") as file:
                content = _Hashing(file)
                archive.addfile(entry, content)
            files[entry.name] = {"hash": content.hash.hexdigest(), "mode": entry.mode}
        listing = json.dumps({"files": files, "signed": signed(files, sender)}).encode()
        archive.addfile(_entry(LIST, len(listing), PRIVATE_FILE), io.BytesIO(listing))


def signed(files: Mapping[str, Member], sender: bytes) -> str:
    """What the sender alone can say of these files."""
    return hmac.new(sender, json.dumps(files, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def _entry(name: str, size: int, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = mode
    return entry


def through_pipe(fill: Callable[[Any], object], empty: Callable[[Any], object]) -> None:
    """Let one side write and the other read at the same time; the first that fails says why."""
    outlet, inlet = os.pipe()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(inlet, "wb") as pipe:
                fill(pipe)
        except BaseException as failure:  # told by the side that waits
            failures.append(failure)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with os.fdopen(outlet, "rb") as pipe:
            empty(pipe)
    except BaseException:
        writer.join()
        if failures and not isinstance(failures[0], BrokenPipeError):
            raise failures[0] from None
        raise
    writer.join()
    if failures:
        raise failures[0]
