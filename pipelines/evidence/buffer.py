"""Buffer: does support dampen what stress goes along with? One model, its slopes, and what emotional support adds.

y = b0 + bS S + bU U + bSU S U + controls, with S stress and U support. Every array is (rows,), rows are complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special, stats

from pipelines.evidence.regress import Array, Cluster, Covariance, Estimate, Fit, logit, ols
from pipelines.ground.errors import Refused

Scaling = Literal["none", "center", "standardize"]
SUPPORT_LEVELS = (-1, 0, 1)  # SD of support: little, average, much
PRODUCT = "stress:support"
FEWEST_TERMS = 4  # intercept, stress, support, product


@dataclass(frozen=True)
class Edges:
    """Johnson-Neyman: the support at which the slope of stress just becomes significant."""

    low: float | None
    high: float | None
    kind: Literal["inside", "outside", "always", "never"]  # where it is significant


@dataclass(frozen=True)
class Moderation:
    """The moderated regression, what it gains by its product, and the slopes of stress along support."""

    fit: Fit
    slopes: Mapping[int, Estimate]  # of stress, at each of SUPPORT_LEVELS
    edges: Edges
    delta_r2: float  # by the product
    f2: float | None
    standardizing: float  # sd(S) sd(U) / sd(y): from the product term to a standardised effect
    support_at: Mapping[int, float]  # the support that -1, 0 and +1 SD stand for, in the units of the model
    observed_support: tuple[float, float]  # lowest and highest

    @property
    def product(self) -> Estimate:
        """The buffer term, standardised by the spread that was observed."""
        return self.fit[PRODUCT].times(self.standardizing)


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
    """y on stress, support and their product, with controls; Refused when that cannot be fitted."""
    controls = controls or {}
    if len(y) < 2:
        raise Refused("fit_too_few", rows=len(y), needed=FEWEST_TERMS + len(controls) + 1)
    if scaling != "none":
        stress = stress - stress.mean()
        support = support - support.mean()
    if scaling == "standardize":
        y, stress, support = (standardized(values) for values in (y, stress, support))
    main_terms = {"stress": stress, "support": support}
    fit = ols(y, {**main_terms, PRODUCT: stress * support, **controls}, covariance, cluster, certainty)
    without_product = ols(y, {**main_terms, **controls}, "ols")
    delta_r2 = fit.r2 - without_product.r2
    support_sd = support.std(ddof=1)
    support_at = {level: float(support.mean() + level * support_sd) for level in SUPPORT_LEVELS}
    return Moderation(
        fit=fit,
        slopes={level: fit.sum({"stress": 1, PRODUCT: at}) for level, at in support_at.items()},
        edges=johnson_neyman(fit),
        delta_r2=delta_r2,
        f2=delta_r2 / (1 - fit.r2) if fit.r2 < 1 else None,
        standardizing=float(stress.std(ddof=1) * support_sd / y.std(ddof=1)),
        support_at=support_at,
        observed_support=(float(support.min()), float(support.max())),
    )


def standardized(values: Array) -> Array:
    """Mean 0, SD 1 (n - 1); a constant stays a constant."""
    spread = values.std(ddof=1)
    return (values - values.mean()) / spread if spread > 0 else values - values.mean()


def johnson_neyman(fit: Fit) -> Edges:
    """Roots in u of (bS + bSU u)^2 = t^2 Var(bS + bSU u): the edges of where the slope of stress is significant.

    That is a u^2 + b u + c = 0, and the slope is significant where the left side is above 0.
    """
    s = fit.names.index("stress")
    su = fit.names.index(PRODUCT)
    t2 = float(stats.t.ppf((1 + fit.certainty) / 2, fit.df)) ** 2
    a = fit.beta[su] ** 2 - t2 * fit.cov[su, su]
    b = 2 * (fit.beta[s] * fit.beta[su] - t2 * fit.cov[s, su])
    c = fit.beta[s] ** 2 - t2 * fit.cov[s, s]
    discriminant = b * b - 4 * a * c
    if a == 0 or discriminant < 0:
        return Edges(None, None, "always" if c > 0 else "never")
    low, high = sorted((-b + sign * np.sqrt(discriminant)) / (2 * a) for sign in (-1, 1))
    return Edges(float(low), float(high), "outside" if a > 0 else "inside")


def contrast(
    y: Array,
    stress: Array,
    emotional: Array,
    instrumental: Array,
    controls: Mapping[str, Array],
    *,
    covariance: Covariance,
    cluster: Cluster = None,
    certainty: float = 0.95,
    regress: Callable[..., Fit] = ols,
) -> dict[str, Estimate]:
    """What either kind of support goes along with, and their difference d = bE - bI."""
    terms = {"stress": stress, "emotional": emotional, "instrumental": instrumental, **controls}
    fit = regress(y, terms, covariance, cluster, certainty)
    return {
        "emotional": fit["emotional"],
        "instrumental": fit["instrumental"],
        "difference": fit.sum({"emotional": 1, "instrumental": -1}),
    }


def corners(
    y: Array,
    stress: Array,
    support: Array,
    controls: Mapping[str, Array],
    cluster: Cluster,
    certainty: float = 0.95,
    regress: Callable[..., Fit] = logit,
) -> tuple[dict[str, float], Estimate]:
    """A yes/no outcome as chances at low/high stress and support (-1/+1), controls at their mean.

    Second: how much smaller the rise by stress is with much support (difference in differences), by the delta method.
    """
    terms = {"stress": stress, "support": support, PRODUCT: stress * support, **controls}
    fit = regress(y, terms, cluster, certainty)
    average = [float(column.mean()) for column in controls.values()]
    points = {f"{s:+d}{u:+d}": np.array([1, s, u, s * u, *average]) for s in (-1, 1) for u in (-1, 1)}
    chances = {corner: float(special.expit(x @ fit.beta)) for corner, x in points.items()}
    signs = {"+1+1": 1, "-1+1": -1, "+1-1": -1, "-1-1": 1}
    gradient = np.sum(
        [sign * chances[corner] * (1 - chances[corner]) * points[corner] for corner, sign in signs.items()], axis=0
    )
    difference = sum(sign * chances[corner] for corner, sign in signs.items())
    se = np.sqrt(max(gradient @ fit.cov @ gradient, 0))
    return chances, fit.estimate(float(difference), float(se))
