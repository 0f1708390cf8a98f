"""Back-up: everything of a home in one encrypted file, and the way back, checked file by file.

The format is age (X25519): whoever backs up needs the public key only, and any age tool can open the archive, a tar
with a list of hashes at its end. Nothing is ever written down unencrypted on the way.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from pipelines.ground.errors import Refused
from pipelines.ground.settings import Home, sync
from pipelines.vault.accounts import CHANGES_BY_OTHERS, PRIVATE_FILE, PRIVATE_FOLDER

PARTS = ("vault", "published", "instruments", "actions")
PRIVATE_PARTS = {"vault", "actions"}
LIST = "klankbord-backup.json"  # the last member: the hash of every other one
OPEN_FOLDER = 0o755
MODES = 0o777 & ~CHANGES_BY_OTHERS  # nobody but the owner may write what comes back
KEY_BEGINS = "AGE-SECRET-KEY-"
KEY_SHOWN = 8  # letters of a public key that a sentence repeats
CHUNK = 1 << 16


def new_backup_key(place: Path) -> str:
    """Write a new secret key to a file of its own, 0600; the public key. Raises FileExistsError."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"# public key: {public}\n{identity}\n")
    sync(place)
    return public


def write_backup(home: Home, place: Path, public: str) -> int:
    """Encrypt all files of a home for a public key; how many. The file appears whole or not at all.

    The caller holds the vault, so that nothing changes meanwhile.
    """
    try:
        recipient = pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError as mistake:
        raise Refused("backup_key", key=public[:KEY_SHOWN]) from mistake
    members = [path for part in PARTS for path in _files_to_keep(home.path / part)]
    build = place.with_name(f".build-{os.getpid()}-{place.name}")
    try:
        with os.fdopen(os.open(build, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
            _through_pipe(
                lambda pipe: _pack(home.path, members, pipe),
                lambda pipe: pyrage.encrypt_io(pipe, file, [recipient]),
            )
        sync(build)
        build.replace(place)
        sync(place.parent)
    except pyrage.EncryptError as mistake:
        raise Refused("no_space") from mistake  # writing is all it can fail at
    finally:
        build.unlink(missing_ok=True)
    return len(members)


def restore(place: Path, key_file: Path, home: Home) -> int:
    """Bring a back-up back into a home that is not there yet, whole or not at all; how many files.

    Refused for a home that holds something, a key that does not fit, and a file that is not complete.
    """
    if home.path.exists() and any(home.path.iterdir()):
        raise Refused("restore_occupied", home=home.path)
    identity = _read_key(key_file)
    home.path.parent.mkdir(parents=True, exist_ok=True)
    build = home.path.with_name(f".build-{os.getpid()}-{home.path.name}")
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(mode=OPEN_FOLDER)
    try:
        with place.open("rb") as file:
            _through_pipe(lambda pipe: pyrage.decrypt_io(file, pipe, [identity]), lambda pipe: _unpack(pipe, build))
        files = _check(build)
        build.rename(home.path)
        sync(home.path.parent)
    except (pyrage.DecryptError, tarfile.TarError, EOFError, ValueError, KeyError, OSError) as mistake:
        if isinstance(mistake, OSError) and mistake.errno:
            raise  # of the disk; what age itself finds wrong has no number
        raise Refused("backup_broken", file=place.name) from mistake
    finally:
        shutil.rmtree(build, ignore_errors=True)
    return files


def _read_key(key_file: Path) -> pyrage.x25519.Identity:
    try:
        words = key_file.read_text(encoding="utf-8").split()
        secret = next(word for word in words if word.startswith(KEY_BEGINS))
        return pyrage.x25519.Identity.from_str(secret)
    except (StopIteration, UnicodeDecodeError, pyrage.IdentityError) as mistake:
        raise Refused("restore_key", file=key_file.name) from mistake


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


def _pack(root: Path, members: list[Path], pipe: BinaryIO) -> None:
    """Write the archive, its list last."""
    hashes = {}
    with tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in members:
            status = path.stat()
            entry = _entry(path.relative_to(root).as_posix(), status.st_size, status.st_mode & MODES)
            with path.open("rb") as file:
                content = _Hashing(file)
                archive.addfile(entry, content)
            hashes[entry.name] = content.hash.hexdigest()
        listing = json.dumps(hashes).encode()
        archive.addfile(_entry(LIST, len(listing), PRIVATE_FILE), io.BytesIO(listing))


def _entry(name: str, size: int, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = mode
    return entry


def _unpack(pipe: BinaryIO, build: Path) -> None:
    """Write the members into a new folder; ValueError for anything but a file in it.

    Not by tarfile's own filter: Python before 3.11.4, as in Debian 12, has none.
    """
    with tarfile.open(fileobj=pipe, mode="r|") as archive:
        for entry in archive:
            place = build / entry.name
            content = archive.extractfile(entry) if entry.isreg() else None
            if content is None or not place.resolve().is_relative_to(build.resolve()):
                raise ValueError(entry.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                shutil.copyfileobj(content, file)
            place.chmod(entry.mode & MODES)
    while pipe.read(CHUNK):
        pass  # to the end, so that a cut-off file is noticed


def _check(build: Path) -> int:
    """Compare every file with the list; ValueError or KeyError when something is missing, added or changed."""
    hashes: dict[str, str] = json.loads((build / LIST).read_text(encoding="utf-8"))
    (build / LIST).unlink()
    names = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
    if names != set(hashes):
        raise ValueError("files")
    for name, expected in hashes.items():
        with (build / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise ValueError(name)
        sync(build / name)
    for folder in [build, *(path for path in build.rglob("*") if path.is_dir())]:
        is_private = bool(PRIVATE_PARTS & {*folder.relative_to(build).parts})
        folder.chmod(PRIVATE_FOLDER if is_private else OPEN_FOLDER)
        sync(folder)
    return len(hashes)


def _through_pipe(fill: Callable[[Any], object], empty: Callable[[Any], object]) -> None:
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
