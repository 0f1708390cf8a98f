"""Dice: numbers drawn under a key: the same for whoever holds it, nobody else's to know."""

from __future__ import annotations

import hashlib
import hmac
import math

BYTES = hashlib.sha256().digest_size
SIDES = 2 ** (8 * BYTES)


def noise(key: bytes, what: str, ratio: float) -> int:
    """A whole number around 0, the same for the same key and `what`; each further one is `ratio` times as likely.

    Any number can come, on either side, so what is judged after adding it is never certain.
    """
    up, down = (_waited(hmac.new(key, f"{what} | {side}".encode(), hashlib.sha256).digest(), ratio) for side in "+-")
    return up - down


def _waited(digest: bytes, ratio: float) -> int:
    """How many times in a row something of chance `ratio` happened."""
    share = (int.from_bytes(digest) + 1) / (SIDES + 1)
    return math.floor(math.log(share) / math.log(ratio))
