"""Contrasts: what published ranges say together about a difference. Law: docs/method.md, section 4.

One function for every question: a group and the rest of the board, now and before, and a year of waves. It sees nothing
but the edges, respondents and leaders of published cells, so telling it costs no privacy.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
WORDS = np.array(["cannot_tell", "same", "lower", "higher"])
POINT = 1 / 100  # differences are told in whole points
ROUNDING = 1e-9  # so that a whole number of points stays itself
PRIOR = 0.5  # yes-answers that Jeffreys' prior adds; as many no-answers


class Side(NamedTuple):
    """One side of a comparison, as published: arrays (comparisons, waves), nan where nothing is shown."""

    lo: Floats  # lowest possible count of yes
    hi: Floats  # highest possible count
    n: Floats  # leaders who answered
    leaders: Floats  # leaders on the roster, silent ones included


@dataclass(frozen=True)
class Doubt:
    """How much room a comparison leaves; from the policy and from instruments/method.toml."""

    least_odds: float  # silent leaders' odds of yes, as a multiple of those who answered: at least
    most_odds: float  # and at most
    response_floor: float  # a side of which a smaller share answered is not compared
    sure: float  # certainty of each limit by itself
    relevant: float  # a difference that is certainly smaller than this share is "same"
    power: float  # how often a noticeable difference is told
    retest: float = 0.0  # variance of one leader's answer, asked again with nothing changed


class Difference(NamedTuple):
    """Share of one side minus share of the other, as a fraction of all leaders; arrays (comparisons,)."""

    low: Floats  # whole points, rounded outward; nan where nothing can be compared
    high: Floats
    word: NDArray[np.str_]
    noticeable: Floats  # a true difference of this size or more would usually be told; inf without any wave
    waves: NDArray[np.int64]  # waves that could be compared


class _Waves(NamedTuple):
    """Wave by wave: the limits of the difference, its middle, and its noticeable size; arrays (comparisons, waves)."""

    low: Floats
    high: Floats
    middle: Floats
    noticeable: Floats


def rest_of(total: Side, group: Side, others: Side) -> Side:
    """The rest of the board: the total minus a group, cut by what the other groups of its table show.

    `others`: sums over the other groups that are shown; their n is the sum of theirs alone.
    """
    n, leaders = total.n - group.n, total.leaders - group.leaders
    lo = np.maximum(np.maximum(total.lo - group.hi, 0), others.lo)
    hi = np.minimum(np.minimum(total.hi - group.lo, n), n - (others.n - others.hi))
    return Side(lo, hi, n, leaders)


def is_comparable(side: Side, response_floor: float) -> Bools:
    """Whether a range is shown, and of enough of its leaders."""
    return np.isfinite(side.lo) & (side.n > 0) & (side.n >= response_floor * side.leaders)


def share_of(yes: Floats, side: Side, odds: float) -> tuple[Floats, Floats]:
    """Expected share of all leaders, and its variance, when `yes` said yes and the silent have `odds` times the odds.

    The mean of the beta distribution that Jeffreys' prior gives, and beta-binomial variance for the silent ones.
    """
    silent = side.leaders - side.n
    p = (yes + PRIOR) / (side.n + 2 * PRIOR)
    q = odds * p / (1 - p + odds * p)
    spread = silent * (side.leaders + 1) / (side.n + 2) * q * (1 - q)
    return (yes + silent * q) / side.leaders, spread / side.leaders**2


def contrast(a: Side, b: Side, doubt: Doubt) -> Difference:
    """Interval, word and noticeable size of a - b.

    Of several waves the interval is the mean of the waves' limits, each with the doubt shared out (Bonferroni), so that
    it does not matter how much answers of one leader resemble each other. It lies on one side of 0 where one wave's
    limits do and the middles of all waves point that way.
    """
    seen = is_comparable(a, doubt.response_floor) & is_comparable(b, doubt.response_floor)
    waves = seen.sum(-1)
    certain = _quantile(1 - (1 - doubt.sure) / np.maximum(waves, 1))[:, None]
    of_waves = _wave_by_wave(_filled(a, seen), _filled(b, seen), certain, doubt)
    low, high = _together(of_waves, seen, waves)
    noticeable = np.where(seen, of_waves.noticeable, np.inf).min(-1)
    return Difference(low, high, _word(low, high, doubt.relevant), noticeable, waves)


def _filled(side: Side, seen: Bools) -> Side:
    """A side with numbers to reckon with where nothing can be compared; the outcome is left out afterwards."""
    return Side(*(np.where(seen, values, fill) for values, fill in zip(side, (0.0, 1.0, 1.0, 1.0), strict=True)))


def _wave_by_wave(a: Side, b: Side, certain: Floats, doubt: Doubt) -> _Waves:
    """The difference in every wave by itself; `certain`: standard errors between the middle and a limit."""
    noise = doubt.retest / a.leaders + doubt.retest / b.leaders
    lowest, spread = _apart(a.lo, a, doubt.least_odds, b.hi, b, doubt.most_odds)
    low = lowest - certain * np.sqrt(spread + noise)
    highest, spread = _apart(a.hi, a, doubt.most_odds, b.lo, b, doubt.least_odds)
    high = highest + certain * np.sqrt(spread + noise)
    least = a.lo / a.leaders - (b.hi + b.leaders - b.n) / b.leaders  # whatever the silent ones say
    most = (a.hi + a.leaders - a.n) / a.leaders - b.lo / b.leaders
    low = np.maximum(low, least - certain * np.sqrt(noise))
    high = np.minimum(high, most + certain * np.sqrt(noise))
    low, high = _outward(low, high)
    middle, spread = _apart((a.lo + a.hi) / 2, a, 1, (b.lo + b.hi) / 2, b, 1)
    half = np.maximum(high - middle, middle - low)
    usual = NormalDist().inv_cdf((1 + doubt.power) / 2)
    noticeable = half + usual * np.sqrt(spread + noise + _place(a) + _place(b))
    return _Waves(low, high, middle, noticeable)


def _apart(yes: Floats, a: Side, odds: float, other_yes: Floats, b: Side, other_odds: float) -> tuple[Floats, Floats]:
    """Expected difference and its variance, when both counts and both odds are so."""
    share, spread = share_of(yes, a, odds)
    other, other_spread = share_of(other_yes, b, other_odds)
    return share - other, spread + other_spread


def _place(side: Side) -> Floats:
    """Variance of where in its range a count lies, as a share: each of its values as likely as the others."""
    values = side.hi - side.lo + 1
    return (values**2 - 1) / 12 / side.n**2


def _together(of_waves: _Waves, seen: Bools, waves: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The limits of all waves together."""
    is_one_way = np.abs(np.where(seen, np.sign(of_waves.middle), 0).sum(-1)) == waves
    is_higher = is_one_way & (seen & (of_waves.low > 0)).any(-1)
    is_lower = is_one_way & (seen & (of_waves.high < 0)).any(-1)
    counted = np.where(waves > 0, waves, np.nan)
    low, high = _outward(
        np.where(seen, of_waves.low, 0).sum(-1) / counted, np.where(seen, of_waves.high, 0).sum(-1) / counted
    )
    return np.where(is_higher, np.maximum(low, POINT), low), np.where(is_lower, np.minimum(high, -POINT), high)


def _quantile(chance: Floats) -> Floats:
    """Quantiles of the standard normal distribution, without the weight of a library for all distributions."""
    found, back = np.unique(chance, return_inverse=True)
    return np.array([NormalDist().inv_cdf(one) for one in found])[back].reshape(chance.shape)


def _outward(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Limits in whole points, never narrower than they were, so that page, word and sentence agree."""
    return np.floor(100 * low + ROUNDING) / 100, np.ceil(100 * high - ROUNDING) / 100


def in_points(size: Floats) -> Floats:
    """A size in whole points, never smaller than it was."""
    return np.ceil(100 * size - ROUNDING) / 100


def _word(low: Floats, high: Floats, relevant: float) -> NDArray[np.str_]:
    """Same: certainly no relevant difference. Otherwise lower or higher, when 0 is outside; else it cannot be told."""
    is_same = (low > -relevant) & (high < relevant)
    return WORDS[np.select([is_same, high < 0, low > 0], [1, 2, 3], 0)]
