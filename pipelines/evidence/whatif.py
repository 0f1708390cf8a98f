"""What-if: the share at risk if more leaders used a pillar, all else as it is; an association, never a promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sklearn.linear_model import LogisticRegression

from pipelines.evidence.forward import Interval, Ints, bootstrap_limits, leader_weights
from pipelines.instruments import Method

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Word = Literal["lower", "higher", "cannot_tell", "too_few"]
NEARLY_FREE = 1e-9  # penalty of the intercept
LONGEST_STEP = 5.0  # log-odds, of a Newton step
MOST_NEWTON_STEPS = 50
NEWTON_CLOSE = 1e-8


@dataclass(frozen=True)
class Curve:
    """One pillar for one group: the share at risk at every share of coverage, and what may be said."""

    word: Word
    at: Mapping[float, Interval]


def what_if(
    is_flagged: Flags,
    is_used: Flags,
    is_starter: Flags,
    others: Mapping[str, Array],
    leader: Ints,
    targets: Mapping[str, Flags],
    method: Method,
) -> dict[str, Curve]:
    """P(flag) ~ pillar * starter + others, averaged over each target group with and without the pillar.

    All arrays are (rows,), a row a leader in a wave. Stress and support are no columns here: the pillar works through
    them.
    """
    numbers = method.what_if
    if len(np.unique(is_flagged)) == 1 or len(np.unique(is_used)) == 1:  # nothing to compare; `presence` tells it not
        return {name: Curve("too_few", {}) for name in targets}

    starter = is_starter.astype(np.float64)

    def design(pillar: Array) -> Array:
        return np.column_stack([pillar, starter, pillar * starter, *others.values()])

    x = design(is_used.astype(np.float64))
    observed = LogisticRegression(C=numbers.ridge, tol=1e-8, max_iter=1000).fit(x, is_flagged)
    beta = np.r_[observed.intercept_, observed.coef_[0]]
    weights = leader_weights(leader, method.draws)
    beta_drawn = ridge(x, is_flagged.astype(np.float64), weights, numbers.ridge, beta)
    with_pillar = design(np.ones(len(is_used)))
    without_pillar = design(np.zeros(len(is_used)))
    every_row_once = np.ones((1, len(is_used)))
    curves = {}
    for name, inside in targets.items():
        both = (with_pillar[inside], without_pillar[inside])
        shares = [_share(x, beta[None, :], every_row_once[:, inside])[0] for x in both]
        shares_drawn = [_share(x, beta_drawn, weights[:, inside]) for x in both]
        curves[name] = _curve(shares, shares_drawn, method)
    return curves


def ridge(x: Array, y: Array, weights: Array, strength: float, start: Array) -> Array:
    """Logistic regression with a penalty (C = strength, intercept free), for every set of weights (sets, rows) at once.

    x: (rows, terms), without the intercept that is put in front. Coefficients come back as (sets, 1 + terms). A set of
    weights may leave out everybody who is flagged: the chance then goes to nought, and no step may jump.
    """
    rows = np.column_stack([np.ones(len(x)), x])
    width = rows.shape[1]
    products = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
    penalty = np.r_[NEARLY_FREE, np.full(width - 1, 1 / strength)]
    beta = np.tile(start, (len(weights), 1))
    for _ in range(MOST_NEWTON_STEPS):
        p = special.expit(beta @ rows.T)
        gradient = (weights * (y - p)) @ rows - beta * penalty
        information = ((weights * p * (1 - p)) @ products).reshape(-1, width, width) + np.diag(penalty)
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        step = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        beta = beta + step
        if np.abs(step).max() < NEWTON_CLOSE:
            break
    return beta


def _share(x: Array, beta: Array, weights: Array) -> Array:
    """The mean chance over a group (rows), per set of coefficients (sets, terms) and weights (sets, rows)."""
    chance = special.expit(beta @ np.column_stack([np.ones(len(x)), x]).T)
    share: Array = (chance * weights).sum(axis=1) / weights.sum(axis=1)
    return share


def _curve(shares: list[float], shares_drawn: list[Array], method: Method) -> Curve:
    """Share at risk on a grid of coverage, mixed from everybody and nobody using the pillar (in that order).

    The word asks whether all or none makes a difference.
    """
    everybody, nobody = shares
    everybody_drawn, nobody_drawn = shares_drawn
    at = {}
    for step in range(method.what_if.steps + 1):
        coverage = step / method.what_if.steps
        share = coverage * everybody + (1 - coverage) * nobody
        drawn = coverage * everybody_drawn + (1 - coverage) * nobody_drawn
        at[coverage] = Interval(float(share), *bootstrap_limits(drawn, method.certainty))
    low, high = bootstrap_limits(everybody_drawn - nobody_drawn, method.certainty)
    word: Word = "lower" if high < 0 else "higher" if low > 0 else "cannot_tell"
    return Curve(word, at)
