"""Buffer: does support dampen what stress goes along with? One model, its slopes, and what emotional support adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from pipelines.evidence.regress import Array, Covariance, Estimate, Fit, logit, ols
from pipelines.ground.errors import Refused

Cluster = Sequence[Any] | NDArray[Any] | None
Scaling = Literal["none", "center", "standardize"]
AT = (-1, 0, 1)  # SD of support at which slopes are told
PRODUCT = "stress:support"


@dataclass(frozen=True)
class Edges:
    """Johnson-Neyman: the support at which the slope of stress just becomes significant."""

    low: float | None
    high: float | None
    kind: Literal["inside", "outside", "always", "never"]  # where it is significant


@dataclass(frozen=True)
class Moderation:
    """The moderated regression; `unit` turns its product term into a standardised effect."""

    fit: Fit
    slopes: Mapping[int, Estimate]
    edges: Edges
    delta_r2: float
    f2: float | None
    unit: float
    support: Mapping[int, float]  # the support that -1, 0 and +1 SD stand for, in the units of the model
    observed: tuple[float, float]  # lowest and highest support

    @property
    def product(self) -> Estimate:
        """The buffer term, standardised by the spread that was observed."""
        return self.fit[PRODUCT].times(self.unit)


def moderation(
    y: Array,
    stress: Array,
    support: Array,
    controls: Mapping[str, Array] | None = None,
    *,
    covariance: Covariance,
    cluster: Cluster = None,
    scaling: Scaling = "none",
    certainty: float = 0.95,
) -> Moderation:
    """y on stress, support and their product, with controls; rows are complete."""
    if len(y) < 2:
        raise Refused("fit_too_few", rows=len(y), needed=5 + len(controls or {}))
    if scaling != "none":
        stress, support = stress - stress.mean(), support - support.mean()
    if scaling == "standardize":
        y, stress, support = (standardized(v) for v in (y, stress, support))
    terms = {"stress": stress, "support": support, PRODUCT: stress * support, **(controls or {})}
    fit = ols(y, terms, covariance, cluster, certainty)
    without = ols(y, {name: column for name, column in terms.items() if name != PRODUCT}, "ols")
    gained = fit.r2 - without.r2
    spread = support.std(ddof=1)
    levels = {at: float(support.mean() + at * spread) for at in AT}
    return Moderation(
        fit=fit,
        slopes={at: fit.sum({"stress": 1, PRODUCT: level}) for at, level in levels.items()},
        edges=johnson_neyman(fit),
        delta_r2=gained,
        f2=gained / (1 - fit.r2) if fit.r2 < 1 else None,
        unit=float(stress.std(ddof=1) * spread / y.std(ddof=1)),
        support=levels,
        observed=(float(support.min()), float(support.max())),
    )


def standardized(values: Array) -> Array:
    """Mean 0, SD 1 (n - 1); a constant stays a constant."""
    spread = values.std(ddof=1)
    return (values - values.mean()) / spread if spread > 0 else values - values.mean()


def johnson_neyman(fit: Fit) -> Edges:
    """Roots in u of (bS + bSU u)^2 = t^2 Var(bS + bSU u): the edges of where the slope of stress is significant."""
    s, su = fit.names.index("stress"), fit.names.index(PRODUCT)
    t2 = float(stats.t.ppf((1 + fit.certainty) / 2, fit.df)) ** 2
    a = fit.beta[su] ** 2 - t2 * fit.cov[su, su]
    b = 2 * (fit.beta[s] * fit.beta[su] - t2 * fit.cov[s, su])
    c = fit.beta[s] ** 2 - t2 * fit.cov[s, s]
    inside = b * b - 4 * a * c
    if a == 0 or inside < 0:
        return Edges(None, None, "always" if c > 0 else "never")
    low, high = sorted((-b + sign * np.sqrt(inside)) / (2 * a) for sign in (-1, 1))
    return Edges(float(low), float(high), "outside" if a > 0 else "inside")


def contrast(
    y: Array, stress: Array, emotional: Array, instrumental: Array, controls: Mapping[str, Array],
    *, covariance: Covariance, cluster: Cluster = None, certainty: float = 0.95,
) -> dict[str, Estimate]:  # fmt: skip
    """What either kind of support goes along with, and their difference d = bE - bI."""
    terms = {"stress": stress, "emotional": emotional, "instrumental": instrumental, **controls}
    fit = ols(y, terms, covariance, cluster, certainty)
    difference = fit.sum({"emotional": 1, "instrumental": -1})
    return {"emotional": fit["emotional"], "instrumental": fit["instrumental"], "difference": difference}


def mundlak(
    y: Array, stress: Array, support: Array, waves: Mapping[str, Array], leader: Sequence[Any] | NDArray[Any],
    covariance: Covariance, certainty: float = 0.95,
) -> dict[str, Estimate]:  # fmt: skip
    """The two product terms of the split into the usual level of a leader (_b) and what differs from it (_w)."""
    stress_b, support_b = usual(stress, leader), usual(support, leader)
    stress_w, support_w = stress - stress_b, support - support_b
    terms = {
        "stress_w": stress_w, "stress_b": stress_b, "support_w": support_w, "support_b": support_b,
        "within": stress_w * support_b, "between": stress_b * support_b, **waves,
    }  # fmt: skip
    fit = ols(y, terms, covariance, leader, certainty)
    return {"within": fit["within"], "between": fit["between"]}


def usual(values: Array, leader: Sequence[Any] | NDArray[Any]) -> Array:
    """The mean of each leader, one per row."""
    _, place = np.unique(np.asarray(leader), return_inverse=True)
    means: Array = np.bincount(place, values) / np.bincount(place)
    return means[place]


def corners(
    y: Array, stress: Array, support: Array, controls: Mapping[str, Array], cluster: Cluster, certainty: float = 0.95
) -> tuple[dict[str, float], Estimate]:
    """A yes/no outcome as chances at low/high stress and support (-1/+1), controls at their mean.

    Second: how much smaller the rise by stress is with much support (difference in differences), by the delta method.
    """
    terms = {"stress": stress, "support": support, PRODUCT: stress * support, **controls}
    fit = logit(y, terms, cluster, certainty)
    rest = [float(column.mean()) for column in controls.values()]
    points = {f"{s:+d}{u:+d}": np.array([1, s, u, s * u, *rest]) for s in (-1, 1) for u in (-1, 1)}
    chances = {name: float(special.expit(x @ fit.beta)) for name, x in points.items()}
    signs = {"+1+1": 1, "-1+1": -1, "+1-1": -1, "-1-1": 1}
    slope = np.sum([sign * chances[at] * (1 - chances[at]) * points[at] for at, sign in signs.items()], axis=0)
    value = sum(sign * chances[at] for at, sign in signs.items())
    return chances, fit.estimate(float(value), float(np.sqrt(max(slope @ fit.cov @ slope, 0))))
