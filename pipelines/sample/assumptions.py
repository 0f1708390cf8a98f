"""What the sample assumes: data with a comment each, in assumptions.toml, and the random draws made from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TEXT = Path(__file__).with_name("assumptions.toml").read_text(encoding="utf-8")
ASSUMED: Mapping[str, dict[str, Any]] = tomllib.loads(TEXT)
QUARTER = 0.25  # of a year, between two waves
BANDS = {"0-1": 0, "2-5": 2, "6-10": 6, "11-20": 11, "21+": 21}  # band -> completed years at which it starts
NO_STARTER_FROM = BANDS["2-5"]  # completed years
Random = np.random.Generator
Array = NDArray[Any]


def happens(rng: Random, odds: list[float], *pushes: Array) -> Array:
    """Whether it happens to each: log-odds of the level, then by how much each push moves them."""
    total = odds[0] + sum(weight * push for weight, push in zip(odds[1:], pushes, strict=True))
    return np.asarray(rng.random(np.shape(total)) < 1 / (1 + np.exp(-total)))


def stress_and_support(rng: Random, people: int) -> Array:
    """Stress, emotional support and instrumental support as they go together; people x 3, standard deviation 1."""
    with_support = ASSUMED["life"]["stress_with_support"]
    between_kinds = ASSUMED["life"]["emotional_with_instrumental"]
    correlations = np.array(
        [
            [1, with_support, with_support],
            [with_support, 1, between_kinds],
            [with_support, between_kinds, 1],
        ]
    )
    return rng.standard_normal((people, len(correlations))) @ np.linalg.cholesky(correlations).T


def quota(shares: Mapping[str, float], number: int) -> Array:
    """Each word as often as its share asks, rounded so that they add up to a number."""
    ends = np.round(np.cumsum([*shares.values()]) / sum(shares.values()) * number).astype(int)
    return np.repeat([*shares], np.diff(ends, prepend=0))


def keys(rng: Random, number: int, size: int) -> Array:
    """Keys without meaning, of `size` bytes in hexadecimal digits."""
    return np.array([rng.bytes(size).hex() for _ in range(number)], dtype=object)
