"""Reliability: do the items of a scale measure one thing? Alpha with the Feldt interval, omega, Spearman-Brown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from pipelines.instruments import Reliable

Items = NDArray[np.float64]
Word = Literal["good", "usable", "low", "not_assessable"]
TWO = 2  # items: too few for a factor, so the halves are stepped up
SMALLEST = 0.005  # a unique variance is at least this part of an item's variance
FACTOR_SEARCH = {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000}


@dataclass(frozen=True)
class Reliability:
    """What can be said about one scale; None where it cannot be worked out."""

    leaders: int
    items: int
    alpha: float | None = None
    low: float | None = None
    high: float | None = None
    omega: float | None = None
    stepped_up: float | None = None  # Spearman-Brown, for two items

    @property
    def estimate(self) -> float | None:
        """The figure the word is about: Spearman-Brown for two items, alpha from three on."""
        return self.stepped_up if self.items == TWO else self.alpha

    def word(self, numbers: Reliable) -> Word:
        """Good, usable for group figures, low (do not compare small groups), or not assessable."""
        if self.estimate is None:
            return "not_assessable"
        if self.estimate >= numbers.good:
            return "good"
        return "usable" if self.estimate >= numbers.usable else "low"

    def carries_evidence(self, numbers: Reliable) -> bool:
        """Whether a buffer may be judged by this scale: omega where there is one, else the gate of flags."""
        return not self.is_gate_shut(numbers) if self.omega is None else self.omega >= numbers.usable

    def is_gate_shut(self, numbers: Reliable) -> bool:
        """Whether even the upper limit of alpha is too low to flag anybody."""
        return self.high is not None and self.high < numbers.usable


def reliability(items: Items, certainty: float = 0.95) -> Reliability:
    """Reliability of a scale from its items (rows, items), reversed ones turned, NaN = not answered; complete rows."""
    complete = items[np.isfinite(items).all(axis=1)]
    leaders, count = complete.shape
    if count < TWO or leaders < TWO:
        return Reliability(leaders, count)
    covariance = np.cov(complete, rowvar=False)
    if (np.diag(covariance) <= 0).any() or covariance.sum() <= 0:
        return Reliability(leaders, count)
    alpha = count / (count - 1) * (1 - np.trace(covariance) / covariance.sum())
    low, high = feldt(alpha, leaders, count, certainty)
    if count == TWO:
        return Reliability(leaders, count, float(alpha), low, high, stepped_up=spearman_brown(covariance))
    return Reliability(leaders, count, float(alpha), low, high, omega(complete))


def feldt(alpha: float, leaders: int, items: int, certainty: float = 0.95) -> tuple[float, float]:
    """Feldt's exact interval: (1 - alpha) / (1 - alpha in the population) is F with n-1 and (n-1)(k-1) degrees."""
    tail = (1 - certainty) / 2
    degrees = leaders - 1, (leaders - 1) * (items - 1)
    low, high = (1 - (1 - alpha) * stats.f.ppf(q, *degrees) for q in (1 - tail, tail))
    return float(low), float(high)


def spearman_brown(covariance: Items) -> float | None:
    """2r / (1 + r) of two items, from their covariance (2, 2); None when they are each other's opposite."""
    r = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    return float(2 * r / (1 + r)) if r > -1 else None


def omega(items: Items) -> float | None:
    """McDonald's omega-total of complete items (rows, items); None when an item does not vary or rows are too few.

    (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), from a one-factor maximum-likelihood fit.
    """
    spread = items.std(axis=0, ddof=1)
    if (spread <= 0).any() or len(items) <= items.shape[1]:
        return None
    loadings, unique = one_factor(np.asarray(np.corrcoef(items, rowvar=False)))
    common_variance = (loadings * spread).sum() ** 2
    unique_variance = (unique * spread**2).sum()
    return float(common_variance / (common_variance + unique_variance))


def one_factor(correlation: Items) -> tuple[Items, Items]:
    """Loadings and unique variances (items,) of one common factor, by Jöreskog's profile likelihood.

    Given the unique variances u, the best loadings follow from the largest eigenvalue of u^-1/2 R u^-1/2, and the
    misfit from the others; so the search is over log u alone.
    """
    count = len(correlation)

    def scaled(unique: Items) -> Items:
        return correlation / np.sqrt(np.outer(unique, unique))

    def misfit(log_unique: Items) -> float:
        others = np.linalg.eigvalsh(scaled(np.exp(log_unique)))[:-1]
        others = np.maximum(others, np.finfo(float).tiny)
        return float((others - np.log(others)).sum() - (count - 1))

    start = np.log(np.clip((1 - 0.5 / count) / np.diag(np.linalg.pinv(correlation)), SMALLEST, 1))
    bounds = [(np.log(SMALLEST), 0)] * count
    best = optimize.minimize(misfit, start, method="L-BFGS-B", bounds=bounds, options=FACTOR_SEARCH)
    unique = np.exp(best.x)
    values, vectors = np.linalg.eigh(scaled(unique))
    loadings = np.sqrt(unique) * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0))
    return loadings, unique
