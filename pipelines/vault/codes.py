"""Codes: the agency's keys are never stored; each becomes a code that only this vault can make.

The same leader gets the same code in every wave, so memory over waves works. Codes of erased leaders are kept as
tombstones: they tell nothing without the secret, and stop a file imported again from bringing the leader back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl

from pipelines.ground.settings import Home
from pipelines.vault.accounts import write_private

BLOCK = 64  # bytes of one SHA-256 block, to which HMAC pads its key
INNER_PAD = 0x36  # this and the next: the two pads of RFC 2104
OUTER_PAD = 0x5C
AT_ONCE = 50_000  # keys that are Python's at one time, for its strings take much memory
LENGTH = 32  # hexadecimal digits of a code: the first 128 bits
DRAWING = b"klankbord: drawing"  # what the key of draws is made for; another purpose takes another label


def make_secret(home: Home) -> None:
    """The vault's secret, made on first use; without it no key can be recognised again."""
    path = _secret_file(home)
    if not path.exists():
        write_private(path, secrets.token_hex(BLOCK // 2) + "\n")


def leader_codes(home: Home, keys: pl.Series) -> pl.Series:
    """The vault's code of each key, null for null; the keys as they are when this vault has no secret yet."""
    path = _secret_file(home)
    if not path.exists():
        return keys
    code = _coder(bytes.fromhex(path.read_text(encoding="utf-8").strip()))
    raw_keys = keys.cast(pl.String).cast(pl.Binary)
    parts = [pl.Series(keys.name, [], pl.String)]
    for start in range(0, raw_keys.len(), AT_ONCE):
        codes = [None if key is None else code(key) for key in raw_keys.slice(start, AT_ONCE).to_list()]
        parts.append(pl.Series(keys.name, codes, pl.String))
    return pl.concat(parts)


def drawing_key(home: Home) -> bytes:
    """The key that every draw of a publication is made with: the same home draws the same, nobody outside knows what.

    It is derived from the secret, so that no draw and no code of a leader can be told from one another's key.
    """
    make_secret(home)
    secret = bytes.fromhex(_secret_file(home).read_text(encoding="utf-8").strip())
    return hmac.new(secret, DRAWING, hashlib.sha256).digest()


def erased_codes(home: Home) -> set[str]:
    """The codes of erased leaders."""
    path = _tombstones_file(home)
    return set(path.read_text(encoding="utf-8").split()) if path.exists() else set()


def remember_erased(home: Home, codes: Iterable[str]) -> None:
    """Add tombstones."""
    every = erased_codes(home) | set(codes)
    write_private(_tombstones_file(home), "".join(f"{code}\n" for code in sorted(every)))


def _coder(secret: bytes) -> Callable[[bytes], str]:
    """HMAC-SHA256 of a key, cut to the length of a code.

    Both pads are hashed once: a million keys take a third of the CPU of Python's hmac; a test compares the two.
    """
    padded = secret.ljust(BLOCK, b"\0")
    inner_start = hashlib.sha256(bytes(byte ^ INNER_PAD for byte in padded))
    outer_start = hashlib.sha256(bytes(byte ^ OUTER_PAD for byte in padded))

    def code(key: bytes) -> str:
        inner = inner_start.copy()
        inner.update(key)
        outer = outer_start.copy()
        outer.update(inner.digest())
        return outer.hexdigest()[:LENGTH]

    return code


def _secret_file(home: Home) -> Path:
    return home.vault / "secret"


def _tombstones_file(home: Home) -> Path:
    return home.vault / "erased"
