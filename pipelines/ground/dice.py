"""Dice: what is left to chance, drawn by a key: the same publication always draws the same, nobody else knows what.

Draws about different things are independent as far as anybody without the key can tell (HMAC-SHA-512).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field

BYTES = 8  # of one number; what dividing it leaves uneven is below 1 in 10**15


@dataclass(frozen=True)
class Dice:
    """Draws under one key; `about` names what is drawn, and naming it again draws the same."""

    key: bytes = field(repr=False)

    def picks(self, count: int, among: int, *about: str | int | None) -> list[int]:
        """So many numbers, each of 0 .. among - 1 alike."""
        drawn = self._bytes(count * BYTES, *about)
        return [int.from_bytes(drawn[at : at + BYTES], "big") % among for at in range(0, len(drawn), BYTES)]

    def falls(self, chance: float, *about: str | int | None) -> bool:
        """Whether something that happens with this chance does."""
        return int.from_bytes(self._bytes(BYTES, *about), "big") < chance * 2 ** (8 * BYTES)

    def _bytes(self, length: int, *about: str | int | None) -> bytes:
        """As JSON, so that no two lists of names read alike."""
        digest = hmac.digest(self.key, json.dumps(about).encode(), "sha512")
        return hashlib.shake_256(digest).digest(length)
