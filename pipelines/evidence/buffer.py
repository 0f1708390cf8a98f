"""Buffer: does support dampen what stress goes along with? The textbook model, its slopes, and what each kind adds.

y = b0 + bS S + bU U + bSU S U + controls, with S stress and U support. Every array is (rows,), rows are complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import stats

from pipelines.evidence.clusters import Array
from pipelines.evidence.regress import Estimate, Fit, need_to_vary
from pipelines.evidence.shape import PRODUCT
from pipelines.ground.errors import Refused

Scaling = Literal["none", "center", "standardize"]
Regress = Callable[[Array, Mapping[str, Array]], Fit]  # an outcome (rows,) on an intercept and columns
SUPPORT_LEVELS = (-1, 0, 1)  # SD of support: little, average, much
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
    delta_r2: float | None  # by the product; None for a yes/no outcome
    f2: float | None
    standardizing: float  # sd(S) sd(U) / sd(y): from the product term to a standardised effect; in log-odds sd(S) sd(U)
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
    regress: Regress,
    scaling: Scaling = "none",
    is_chance: bool = False,
) -> Moderation:
    """y on stress, support and their product, with controls; Refused when that cannot be fitted.

    Fitted around the means and taken back to them, so that no offset costs a digit. `is_chance`: y is 0 or 1, and
    effects are log-odds.
    """
    controls = controls or {}
    if len(y) < 2:
        raise Refused("fit_too_few", rows=len(y), needed=FEWEST_TERMS + len(controls) + 1)
    need_to_vary({"outcome": y, "stress": stress, "support": support})
    means = (float(stress.mean()), float(support.mean()))
    stress, support = stress - means[0], support - means[1]
    if scaling == "standardize":
        stress, support = standardized(stress), standardized(support)
        y = y if is_chance else standardized(y)
    if scaling != "none":
        means = (0.0, 0.0)
    main_terms = {"stress": stress, "support": support}
    centred = regress(y, {**main_terms, PRODUCT: stress * support, **controls})
    spreads = (float(stress.std(ddof=1)), float(support.std(ddof=1)))
    gained = None if is_chance else centred.r2 - regress(y, {**main_terms, **controls}).r2
    edges = johnson_neyman(centred)
    if edges.low is not None and edges.high is not None:
        edges = replace(edges, low=edges.low + means[1], high=edges.high + means[1])
    return Moderation(
        fit=centred.moved(_from_means(centred.names, *means)),
        slopes={level: centred.sum({"stress": 1, PRODUCT: level * spreads[1]}) for level in SUPPORT_LEVELS},
        edges=edges,
        delta_r2=gained,
        f2=None if gained is None or centred.r2 >= 1 else gained / (1 - centred.r2),
        standardizing=spreads[0] * spreads[1] / (1 if is_chance else float(y.std(ddof=1))),
        support_at={level: means[1] + level * spreads[1] for level in SUPPORT_LEVELS},
        observed_support=(means[1] + float(support.min()), means[1] + float(support.max())),
    )


def _from_means(names: tuple[str, ...], stress: float, support: float) -> Array:
    """What takes coefficients around these means to coefficients around 0 (terms, terms)."""
    back, at = np.eye(len(names)), {name: place for place, name in enumerate(names)}
    back[0, [at["stress"], at["support"], at[PRODUCT]]] = (-stress, -support, stress * support)
    back[at["stress"], at[PRODUCT]] = -support
    back[at["support"], at[PRODUCT]] = -stress
    return back


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
    y: Array, stress: Array, emotional: Array, instrumental: Array, controls: Mapping[str, Array], regress: Regress
) -> dict[str, Estimate]:
    """What either kind of support goes along with, and their difference d = bE - bI."""
    fit = regress(y, {"stress": stress, "emotional": emotional, "instrumental": instrumental, **controls})
    return {
        "emotional": fit["emotional"],
        "instrumental": fit["instrumental"],
        "difference": fit.sum({"emotional": 1, "instrumental": -1}),
    }
