"""Vault keys: the agency's keys are never stored; each becomes a code that only this vault can make.

The same leader gets the same code in every wave, so memory over waves works. Codes of erased leaders are kept as
tombstones: they tell nothing without the secret, and stop a file imported again from bringing the leader back.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ground.settings import Home, sync

BLOCK = 64  # bytes of one SHA-256 block, to which HMAC pads its key
INNER, OUTER = 0x36, 0x5C  # the two pads of RFC 2104
AT_ONCE = 50_000  # keys that are Python's at one time, for its strings take much memory
LENGTH = 32  # hexadecimal digits of a code: the first 128 bits


def make_private(folder: Path) -> None:
    """A folder only this account can enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Put a small file in its place in one step, readable for this account only."""
    make_private(path.parent)
    build = path.with_name(f".build-{os.getpid()}-{path.name}")
    build.unlink(missing_ok=True)
    with os.fdopen(os.open(build, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    sync(build)
    build.replace(path)
    sync(path.parent)


def make_secret(home: Home) -> None:
    """The vault's secret, made on first use; without it no key can be recognised again."""
    path = home.vault / "secret"
    if not path.exists():
        write_private(path, secrets.token_hex(BLOCK // 2) + "\n")


def codes(home: Home, keys: pl.Series) -> pl.Series:
    """The vault's code of each key, null for null; the keys as they are when this vault has no secret yet."""
    path = home.vault / "secret"
    if not path.exists():
        return keys
    secret = bytes.fromhex(path.read_text(encoding="utf-8").strip()).ljust(BLOCK, b"\0")
    # HMAC-SHA256 with both pads hashed once: a million keys take a third of the CPU of Python's hmac; a test compares.
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in secret)) for pad in (INNER, OUTER))

    def code(key: bytes) -> str:
        within, around = inner.copy(), outer.copy()
        within.update(key)
        around.update(within.digest())
        return around.hexdigest()[:LENGTH]

    keys, made = keys.cast(pl.String).cast(pl.Binary), [pl.Series(keys.name, [], pl.String)]
    for at in range(0, keys.len(), AT_ONCE):
        coded = [None if key is None else code(key) for key in keys.slice(at, AT_ONCE).to_list()]
        made.append(pl.Series(keys.name, coded, pl.String))
    return pl.concat(made)


def erased(home: Home) -> set[str]:
    """The codes of erased leaders."""
    path = home.vault / "erased"
    return set(path.read_text(encoding="utf-8").split()) if path.exists() else set()


def remember_erased(home: Home, gone: Iterable[str]) -> None:
    """Add tombstones."""
    write_private(home.vault / "erased", "".join(f"{code}\n" for code in sorted(erased(home) | set(gone))))


def pending(home: Home) -> dict[str, Any]:
    """What is being erased (`codes`) or removed (`waves`) and holds already, though not every file is rewritten yet."""
    path = home.vault / "pending.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def begin(home: Home, codes: Sequence[str] = (), waves: Sequence[str] = ()) -> None:
    """Make a removal hold: from here on it is done, now or by the next command."""
    write_private(home.vault / "pending.json", json.dumps({"codes": list(codes), "waves": list(waves)}))


def end(home: Home) -> None:
    """Every file was rewritten."""
    (home.vault / "pending.json").unlink(missing_ok=True)
    sync(home.vault)
