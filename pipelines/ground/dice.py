"""Dice: what is left to chance, drawn by a key: the same publication always draws the same, nobody else knows what.

Draws about different things are independent as far as anybody without the key can tell (HMAC-SHA-512).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from dataclasses import dataclass, field

BYTES = 8  # of one number; what dividing it leaves uneven is below 1 in 10**15
SIDES = 2 ** (8 * BYTES)


@dataclass(frozen=True)
class Dice:
    """Draws under one key; `about` names what is drawn, and naming it again draws the same."""

    key: bytes = field(repr=False)

    def picks(self, count: int, among: int, *about: str | int | None) -> list[int]:
        """So many numbers, each of 0 .. among - 1 alike."""
        return [number % among for number in self._numbers(count, *about)]

    def falls(self, chance: float, *about: str | int | None) -> bool:
        """Whether something that happens with this chance does."""
        return self._numbers(1, *about)[0] < chance * SIDES

    def noise(self, ratio: float, *about: str | int | None) -> int:
        """A whole number around 0, to either side; each further one is `ratio` times as likely as the one before.

        Any number can come, so what is judged after adding it is never certain.
        """
        up, down = (math.floor(math.log((number + 1) / SIDES) / math.log(ratio)) for number in self._numbers(2, *about))
        return up - down

    def _numbers(self, count: int, *about: str | int | None) -> list[int]:
        """Numbers of 0 .. SIDES - 1; named as JSON, so that no two lists of names read alike."""
        digest = hmac.digest(self.key, json.dumps(about).encode(), "sha512")
        drawn = hashlib.shake_256(digest).digest(count * BYTES)
        return [int.from_bytes(drawn[at : at + BYTES], "big") for at in range(0, len(drawn), BYTES)]
