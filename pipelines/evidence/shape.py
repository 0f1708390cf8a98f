"""Shape: a buffer read in more than one way, so that a curve or a floor is not taken for one.

A product of 0 looks like a buffer when the outcome bends along stress or support, or when many have its lowest score.
So curves of both are in every model, and a score is read a second time as if it had no ends (floored.py). What may be
said is what holds of both readings: the interval runs from the lowest limit to the highest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipelines.evidence.clusters import Array
from pipelines.evidence.floored import Ends, weak_tobit
from pipelines.evidence.regress import Cluster, Estimate, Fit
from pipelines.evidence.weak import weak_logit, weak_ols

PRODUCT = "stress:support"


@dataclass(frozen=True)
class Read:
    """An outcome as it stands and, of a score, as if it had no ends; `share` of its rows at the lowest and highest."""

    fit: Fit
    without_ends: Fit | None = None
    shares: tuple[float, float] = (0.0, 0.0)

    @property
    def product(self) -> Estimate:
        """The buffer: the estimate as the outcome stands, and an interval that holds both readings."""
        own = self.fit[PRODUCT]
        if self.without_ends is None:
            return own
        other = self.without_ends[PRODUCT]
        low, high = min(own.low, other.low), max(own.high, other.high)
        wider = (high - low) / (own.high - own.low) if own.high > own.low else 1.0
        return replace(own, se=own.se * wider, low=low, high=high)


def with_curves(stress: Array, support: Array, controls: Mapping[str, Array]) -> dict[str, Array]:
    """The terms of every model that is judged."""
    return {
        "stress": stress,
        "support": support,
        PRODUCT: stress * support,
        "stress^2": stress**2,
        "support^2": support**2,
        **controls,
    }


def read_score(
    y: Array, terms: Mapping[str, Array], ends: tuple[float, float], leader: Cluster, certainty: float
) -> Read:
    """A score (rows,) that can go from one of its ends to the other."""
    fit, without_ends = weak_ols(y, terms, leader, certainty), weak_tobit(y, terms, ends, leader, certainty)
    return Read(fit, without_ends, Ends.of(y, ends).shares)


def read_chance(is_yes: Array, terms: Mapping[str, Array], leader: Cluster, certainty: float, strength: float) -> Read:
    """A yes/no outcome, 0 or 1 (rows,): its product is one of log-odds."""
    return Read(weak_logit(is_yes, terms, leader, certainty, strength=strength))


def corners(fit: Fit, terms: Mapping[str, Array]) -> dict[str, float]:
    """Chances at low and high stress and support (-1, +1), everything else at its mean: an illustration, no verdict."""
    average = np.array([1.0, *(float(column.mean()) if len(column) else 0.0 for column in terms.values())])
    at = {name: place for place, name in enumerate(fit.names)}
    chances = {}
    for stress in (-1, 1):
        for support in (-1, 1):
            x = average.copy()
            x[[at["stress"], at["support"], at[PRODUCT], at["stress^2"], at["support^2"]]] = (
                stress,
                support,
                stress * support,
                1,
                1,
            )
            chances[f"{stress:+d}{support:+d}"] = float(1 / (1 + np.exp(-x @ fit.beta)))
    return chances
