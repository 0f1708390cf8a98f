"""Margin: what is said beside every band for who was silent. Law: docs/method.md."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from scipy import stats

from pipelines.instruments import Policy

GRID = 400  # points at which the share of silent leaders is integrated

Response = Literal["ok", "amber", "low", "unknown", "all"]


def response_word(n: int, leaders: int | None, policy: Policy) -> Response:
    """Whether enough leaders of a cell answered to speak of shares."""
    if leaders is None:
        return "unknown"
    if n >= leaders:
        return "all"
    share = n / leaders
    return "low" if share < policy.response_floor else "amber" if share < policy.response_amber else "ok"


def margin(n: int, leaders: int | None, lo: int, hi: int, policy: Policy) -> tuple[float, float] | None:
    """The widest honest share among all eligible leaders: band, silent leaders and who may stay silent.

    None when fewer than half of the leaders answered. Without a roster it is the band alone.
    """
    word = response_word(n, leaders, policy)
    if word == "low" or n == 0:
        return None
    if leaders is None or word == "all":
        return lo / n, hi / n
    low = lo + silent_yes(leaders - n, lo, n, policy.silent_odds[0], (1 - policy.certainty) / 2)
    high = hi + silent_yes(leaders - n, hi, n, policy.silent_odds[1], (1 + policy.certainty) / 2)
    return low / leaders, high / leaders


@lru_cache(maxsize=100_000)
def silent_yes(silent: int, x: int, n: int, odds: float, quantile: float) -> int:
    """Quantile of the yes-count among silent leaders: beta-binomial with their odds of yes multiplied by `odds`."""
    shares = stats.beta.ppf((np.arange(GRID) + 0.5) / GRID, x + 0.5, n - x + 0.5)
    tilted = odds * shares / (1 - shares + odds * shares)
    counts = np.arange(silent + 1)
    below = stats.binom.cdf(counts[:, None], silent, tilted[None, :]).mean(axis=1)
    return min(int(np.searchsorted(below, quantile)), silent)
