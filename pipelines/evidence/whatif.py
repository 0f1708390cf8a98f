"""What-if: the share at risk if more leaders used a pillar, all else as it is; an association, never a promise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipelines.evidence.forward import Interval, Ints, bootstrap_limits, leader_weights
from pipelines.instruments import Method

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
NEARLY_FREE = 1e-9  # penalty of the intercept
LONGEST_STEP = 5.0  # log-odds, of a Newton step
MOST_NEWTON_STEPS = 50
NEWTON_CLOSE = 1e-8


def what_if(
    is_flagged: Flags,
    is_used: Flags,
    is_starter: Flags,
    others: Mapping[str, Array],
    leader: Ints,
    targets: Mapping[str, Flags],
    method: Method,
) -> dict[str, Interval]:
    """P(flag) ~ pillar * starter + others, averaged over each target group: with the pillar less without it.

    All arrays are (rows,), a row a leader in a wave. Stress and support are no columns here: the pillar works through
    them. The regression has a solution whatever was answered; where nothing varies the difference is 0.
    """
    starter = is_starter.astype(np.float64)
    strength = method.what_if.ridge

    def design(pillar: Array) -> Array:
        return np.column_stack([pillar, starter, pillar * starter, *others.values()])

    x, flagged = design(is_used.astype(np.float64)), is_flagged.astype(np.float64)
    if not len(x):
        return dict.fromkeys(targets, Interval(0, 0, 0))
    every_row_once = np.ones((1, len(x)))
    beta = ridge(x, flagged, every_row_once, strength, np.zeros(x.shape[1] + 1))
    weights = leader_weights(leader, method.draws)
    beta_drawn = ridge(x, flagged, weights, strength, beta[0])
    with_pillar, without_pillar = design(np.ones(len(x))), design(np.zeros(len(x)))
    differences = {}
    for name, inside in targets.items():
        both = (with_pillar[inside], without_pillar[inside])
        everybody, nobody = (_share(side, beta, every_row_once[:, inside]) for side in both)
        drawn = np.subtract(*(_share(side, beta_drawn, weights[:, inside]) for side in both))
        differences[name] = Interval(float((everybody - nobody)[0]), *bootstrap_limits(drawn, method.certainty))
    return differences


def ridge(x: Array, y: Array, weights: Array, strength: float, start: Array) -> Array:
    """Logistic regression with a penalty (C = strength, intercept free), for every set of weights (sets, rows) at once.

    x: (rows, terms), without the intercept that is put in front. Coefficients come back as (sets, 1 + terms). A set of
    weights may leave out everybody who is flagged: the chance then goes to nought, and no step may jump.
    """
    rows = np.column_stack([np.ones(len(x)), x])
    width = rows.shape[1]
    products = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), width * width)
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
    total = weights.sum(axis=1)
    share: Array = np.divide((chance * weights).sum(axis=1), total, out=np.zeros(len(total)), where=total > 0)
    return share
