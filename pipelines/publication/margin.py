"""Margin: between which shares of all leaders the truth lies, silent ones included. Law: docs/method.md, section 3.

Of N leaders n answered, and between lo and hi of those said yes. The yes-count of the N - n silent ones is
beta-binomial, and their odds of yes may differ from those of who answered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from pipelines.ground.later import Later
from pipelines.instruments import Policy

special = Later("scipy.special")

GRID = 400  # points at which the share of silent leaders is integrated

Response = Literal["ok", "amber", "low", "unknown", "all"]  # amber: with a warning; all: nobody was silent


def response_word(n: int, leaders: int | None, policy: Policy) -> Response:
    """Whether enough leaders of a cell answered to speak of shares; `leaders`: on the roster, where there is one."""
    if leaders is None:
        return "unknown"
    if n >= leaders:
        return "all"
    share = n / leaders
    if share < policy.response_floor:
        return "low"
    return "amber" if share < policy.response_amber else "ok"


def margin(n: int, leaders: int | None, lo: int, hi: int, policy: Policy) -> tuple[float, float] | None:
    """Lowest and highest honest share (0-1) among all eligible leaders: the band, and room for the silent ones.

    None when fewer than half of the leaders answered. Without a roster it is the band alone, among who answered.
    """
    word = response_word(n, leaders, policy)
    if word == "low" or n == 0:
        return None
    if leaders is None or word == "all":
        return lo / n, hi / n
    silent = leaders - n
    least_odds, most_odds = policy.silent_odds
    low = lo + silent_yes(silent, lo, n, least_odds, (1 - policy.certainty) / 2)
    high = hi + silent_yes(silent, hi, n, most_odds, (1 + policy.certainty) / 2)
    return low / leaders, high / leaders


@lru_cache(maxsize=100_000)
def silent_yes(silent: int, x: int, n: int, odds: float, quantile: float) -> int:
    """Quantile of the yes-count among `silent` leaders, when `x` of `n` others said yes.

    Beta-binomial with Jeffreys' prior, their odds of yes multiplied by `odds`; the mixture is taken over GRID equally
    probable shares.
    """
    shares = special.betaincinv(x + 0.5, n - x + 0.5, (np.arange(GRID) + 0.5) / GRID)
    tilted = odds * shares / (1 - shares + odds * shares)
    least, most = 0, silent
    while least < most:  # the chance of so many or fewer only rises: halving finds where it reaches the quantile
        middle = (least + most) // 2
        if special.bdtr(middle, silent, tilted).mean() < quantile:
            least = middle + 1
        else:
            most = middle
    return least
