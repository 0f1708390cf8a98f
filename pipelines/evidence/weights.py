"""Weights: would the whole look different if every group had answered alike? Raking, for federations only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.instruments import Weights

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Word = Literal["inside", "above", "below"]
MOST_ROUNDS = 200
CLOSE = 1e-8  # no weight moves more than this: every margin is met


def rake(margins: Sequence[tuple[Ints, Ints]], numbers: Weights) -> Array | None:
    """One weight per respondent, mean 1, so that every roster margin is met; None where weighting is not sound.

    margins: per dimension the level of each respondent, and how many leaders of each level the roster holds. A margin
    with a level of too few respondents is left out. Weights are trimmed; a design effect above the limit is refused.
    """
    usable = [
        (level, on_roster)
        for level, on_roster in margins
        if (np.bincount(level, minlength=len(on_roster)) >= numbers.fewest_in_category).all()
    ]
    if not usable:
        return None
    weights = np.ones(len(usable[0][0]))
    for _ in range(MOST_ROUNDS):
        before = weights
        for level, on_roster in usable:
            weighted = np.bincount(level, weights, minlength=len(on_roster))
            wanted = on_roster / on_roster.sum() * len(weights)
            weights = weights * (wanted / weighted)[level]
        weights = np.clip(weights, 1 / numbers.trim, numbers.trim)
        weights = weights / weights.mean()
        if np.abs(weights - before).max() < CLOSE:
            break
    return weights if design_effect(weights) <= numbers.design_effect else None


def design_effect(weights: Array) -> float:
    """How much wider weighting makes an interval (Kish): n sum(w^2) / (sum w)^2."""
    return float(len(weights) * (weights**2).sum() / weights.sum() ** 2)


def weighted_word(weights: Array, yes: Array, margin: tuple[float, float]) -> Word:
    """Whether the weighted share lies inside the published margin; only that word leaves the vault."""
    low, high = margin
    share = float((weights * yes).sum() / weights.sum())
    return "below" if share < low else "above" if share > high else "inside"
