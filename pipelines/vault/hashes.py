"""Hashes: what every file of the vault must be, written down before the file gets its place. See docs/decisions/0039.

One small file, `hashes.json`, names every file that is kept and the SHA-256 of its content; its first line is the hash
of the rest. While a file is being replaced both what it was and what it becomes count, so that a kill at any moment
leaves a vault that is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pipelines.ground import published
from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.vault.accounts import place_private, write_private

NAME = "hashes.json"
ABSENT = "-"  # stands for the hash of a file that is not there
BEGUN = "hashed"  # the command of the line in the log that says since when there are hashes
SAID = b'"hashes": "'  # before what a line of the log says they were
FROZEN = f"publications/{Wave.FILES}-*"
KEPT = (
    "secret",
    "erased",
    "school_years/*.json",
    f"waves/{Wave.FILES}.duckdb",
    f"late/{Wave.FILES}-*.duckdb",
    f"{FROZEN}/*.parquet",
    f"{FROZEN}/*.json",
    f"{FROZEN}/withdrawn",
)
Book = Mapping[str, tuple[str, ...]]  # name below the vault -> the hashes it may have


# ------------------------------------------------------------------------------------------------ checking


def check(place: Path) -> None:
    """Look whether a file of the vault is as it was written, or rightly not there; a home of before has no hashes.

    Raises Refused, with the way back, for one that is damaged, gone, or was put there by somebody else.
    """
    vault = _vault_of(place)
    if (book := _book(vault)) is not None and (wrong := _fault(book, vault, place.relative_to(vault).as_posix())):
        raise wrong


def check_there(home: Home, folder: str = "", passing: Path | None = None) -> None:
    """Look whether every file that is kept below a folder of the vault is there; Refused names the first that is not.

    `passing`: a file that is about to be made anew.
    """
    for name, hashes in (_book(home.vault) or {}).items():
        place = home.vault / name
        if name.startswith(folder) and ABSENT not in hashes and place != passing and not place.exists():
            raise _damaged(home.vault, name)


def faults(home: Home) -> list[Refused]:
    """Everything in the vault that is not as it was written; nothing for a home of before."""
    try:
        book = _book(home.vault)
    except Refused as broken:
        return [broken]
    if book is None:
        return []
    names = sorted(book.keys() | set(_kept(home.vault)))
    return [fault for name in names if (fault := _fault(book, home.vault, name))]


def count(home: Home) -> int | None:
    """How many files have a hash; None in a home of an earlier version, which gets them when something changes."""
    book = _book(home.vault)
    return None if book is None else len(book)


def is_stale(home: Home) -> bool:
    """Whether the hashes are those of an earlier moment: lines of the log say which they were after each command."""
    written = [line.partition(b'"')[0].decode("ascii", "replace") for line in _log(home.vault).split(SAID)[1:]]
    return bool(written) and (now := state(home.vault)) != written[-1] and now in written


def state(vault: Path) -> str | None:
    """What the hashes are now, as one word; None where there are none."""
    path = vault / NAME
    return path.read_bytes().partition(b"\n")[0].decode("ascii", "replace") if path.exists() else None


def hash_of(place: Path) -> str:
    """The hash of a file, or the word for none."""
    try:
        return published.hash_of(place)
    except FileNotFoundError:
        return ABSENT


def _fault(book: Book, vault: Path, name: str) -> Refused | None:
    found, expected = hash_of(vault / name), book.get(name)
    if expected is None:
        return None if found == ABSENT else Refused("vault_foreign", file=name)
    return None if found in expected else _damaged(vault, name)


def _damaged(vault: Path, name: str) -> Refused:
    place = vault / name
    if place.parent.name == "waves":
        return Refused("wave_broken", file=name, wave=place.stem)
    return Refused("vault_broken", file=name)


# ------------------------------------------------------------------------------------------------ changing


@contextmanager
def changing(vault: Path, files: Mapping[Path, Path | None]) -> Iterator[None]:
    """Files get new content, or go (None), in the body of the `with`: place -> where that content lies now."""
    book = dict(_begun(vault))
    for place, build in files.items():
        name = place.relative_to(vault).as_posix()
        was = book.get(name, (ABSENT,))
        book[name] = tuple(dict.fromkeys((*was, ABSENT if build is None else hash_of(build))))
    _write(vault, book)
    try:
        yield
    finally:
        settle(vault)


def write_kept(place: Path, text: str) -> None:
    """Put a small file of the vault in its place in one step, with its hash."""
    with place_private(place, text) as build, changing(_vault_of(place), {place: build}):
        build.replace(place)


def begin(home: Home) -> int | None:
    """Hash what a home of before holds; how many files, None when they have hashes already.

    Raises Refused when there were hashes and they are gone.
    """
    if _book(home.vault) is not None:
        settle(home.vault)
        return None
    book = _begun(home.vault)
    _write(home.vault, book)
    return len(book)


def settle(vault: Path) -> None:
    """Of a file that was being replaced, keep the hash of what it has become."""
    book = _book(vault) or {}
    settled: dict[str, tuple[str, ...]] = {}
    for name, hashes in book.items():
        found = hash_of(vault / name) if len(hashes) > 1 else hashes[0]
        if found != ABSENT or ABSENT not in hashes:
            settled[name] = (found,) if found in hashes else hashes
    if settled != book:
        _write(vault, settled)


def _begun(vault: Path) -> Book:
    """The hashes as they are written down; where none are yet, those of what is there."""
    book = _book(vault)
    return {name: (hash_of(vault / name),) for name in _kept(vault)} if book is None else book


def _kept(vault: Path) -> list[str]:
    found = {place for pattern in KEPT for place in vault.glob(pattern) if not place.name.startswith(".build-")}
    return sorted(place.relative_to(vault).as_posix() for place in found)


def _write(vault: Path, book: Book) -> None:
    body = json.dumps(book, indent=0, sort_keys=True)
    write_private(vault / NAME, f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")


def _book(vault: Path) -> Book | None:
    try:
        seen = (vault / NAME).stat()
    except FileNotFoundError:
        if _was_begun(vault):
            raise Refused("hashes_broken", file=NAME) from None
        return None
    return _read(vault / NAME, seen.st_ino, seen.st_size, seen.st_mtime_ns)


@lru_cache(maxsize=8)
def _read(place: Path, *_facts: int) -> Book:
    """The file as it is known by its inode, size and moment: each change of it is another file."""
    first, _, body = place.read_bytes().partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != first:
        raise Refused("hashes_broken", file=NAME)
    return {name: tuple(kept) for name, kept in json.loads(body).items()}


def _was_begun(vault: Path) -> bool:
    """Whether the log says that files have hashes."""
    return f'"command": "{BEGUN}"'.encode() in _log(vault)


def _log(vault: Path) -> bytes:
    log = vault / "log.jsonl"
    return log.read_bytes() if log.exists() else b""


def _vault_of(place: Path) -> Path:
    return next(folder for folder in place.parents if folder.name == "vault")


# ---------------------------------------------------------------------------------- files that hold their own hash


def sealed(text: str) -> str:
    """A text that says its own hash in its first line, for a file that is no part of what is kept."""
    return f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}"


def unsealed(text: str) -> str | None:
    """The text again, None when it was damaged; one of before, which is JSON, as it is."""
    if text.startswith(("{", "[")):
        return text
    first, _, body = text.partition("\n")
    return body if hashlib.sha256(body.encode()).hexdigest() == first else None
