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

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.vault.hashes import check, write_kept

BLOCK = 64  # bytes of one SHA-256 block, to which HMAC pads its key
INNER_PAD = 0x36  # this and the next: the two pads of RFC 2104
OUTER_PAD = 0x5C
AT_ONCE = 50_000  # keys that are Python's at one time, for its strings take much memory
LENGTH = 32  # hexadecimal digits of a code: the first 128 bits
SAMPLE_SECRET = "5a" * (BLOCK // 2)  # known to everybody: fictional waves give the same figures everywhere
# What a key is made of the secret for; another purpose takes another label.
DRAWING, SENDING, CHECKING = b"klankbord: drawing", b"klankbord: sending", b"klankbord: checking"


def make_secret(home: Home, *, for_sample: bool = False) -> None:
    """The vault's secret, made on first use; without it no key can be recognised again.

    A vault that begins with fictional waves gets the one that everybody knows, and may hold no others.
    """
    path = _secret_file(home)
    check(path)  # one that is lost is not made anew
    if not path.exists():
        write_kept(path, (SAMPLE_SECRET if for_sample else secrets.token_hex(BLOCK // 2)) + "\n")


def is_for_sample(home: Home) -> bool:
    """Whether this vault's secret is the one that everybody knows: it protects nothing."""
    return _secret(home) == bytes.fromhex(SAMPLE_SECRET)


def leader_codes(home: Home, keys: pl.Series) -> pl.Series:
    """The vault's code of each key, null for null; the keys as they are when this vault has no secret yet."""
    secret = _secret(home)
    if secret is None:
        return keys
    code = _coder(secret)
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
    return _made_of_secret(home, DRAWING)


def sender_key(home: Home) -> bytes:
    """The key that back-ups of this vault are signed with: whoever holds it knows that one comes from here."""
    return _made_of_secret(home, SENDING)


def secret_check(home: Home) -> str | None:
    """A word that only this vault's secret gives, and that tells nothing of it; None without a secret."""
    secret = _secret(home)
    return None if secret is None else hmac.new(secret, CHECKING, hashlib.sha256).hexdigest()[:LENGTH]


def check_secret(home: Home, word: str | None, wave: Wave) -> None:
    """Refused when a wave was written under another secret; a wave of an earlier version has no such word."""
    if word is not None and word != secret_check(home):
        raise Refused("secret_other", wave=wave)


def erased_codes(home: Home) -> set[str]:
    """The codes of erased leaders."""
    path = _tombstones_file(home)
    check(path)
    return set(path.read_text(encoding="utf-8").split()) if path.exists() else set()


def remember_erased(home: Home, codes: Iterable[str]) -> None:
    """Add tombstones."""
    every = erased_codes(home) | set(codes)
    write_kept(_tombstones_file(home), "".join(f"{code}\n" for code in sorted(every)))


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


def _made_of_secret(home: Home, label: bytes) -> bytes:
    make_secret(home)
    return hmac.new(_secret(home) or b"", label, hashlib.sha256).digest()


def _secret(home: Home) -> bytes | None:
    """The secret, None where there is none yet; Refused when it is not as it was written."""
    path = _secret_file(home)
    check(path)
    if not path.exists():
        return None
    try:
        return bytes.fromhex(path.read_text(encoding="utf-8").strip())
    except ValueError as mistake:
        raise Refused("vault_broken", file=path.name) from mistake


def _secret_file(home: Home) -> Path:
    return home.vault / "secret"


def _tombstones_file(home: Home) -> Path:
    return home.vault / "erased"
