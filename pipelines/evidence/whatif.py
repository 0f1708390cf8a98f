"""What-if: the share at risk if more leaders used a pillar, all else as it is; an association, never a promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sklearn.linear_model import LogisticRegression

from pipelines.evidence.forward import Ints, Measure, leader_weights
from pipelines.instruments.method import Method

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Word = Literal["lower", "higher", "cannot_tell", "too_few"]
NEARLY_FREE, LONGEST_STEP = 1e-9, 5.0  # penalty of the intercept; log-odds


@dataclass(frozen=True)
class Answer:
    """One pillar for one group: the share at risk at every share of coverage, and what may be said."""

    word: Word
    at: Mapping[float, Measure]


def what_if(
    is_flagged: Flags, is_used: Flags, is_starter: Flags, others: Mapping[str, Array], leader: Ints,
    targets: Mapping[str, Flags], method: Method,
) -> dict[str, Answer]:  # fmt: skip
    """P(flag) ~ pillar * starter + others, averaged over each target group with and without the pillar.

    Stress and support are no columns here: the pillar works through them.
    """
    numbers, used = method.what_if, is_used.astype(np.float64)
    start = is_starter.astype(np.float64)

    def columns(pillar: Array) -> Array:
        return np.column_stack([pillar, start, pillar * start, *others.values()])

    flagged = len(np.unique(leader[is_flagged])), len(np.unique(leader[~is_flagged]))
    rows = int(is_used.sum()), int((~is_used).sum())
    if min(rows) < numbers.fewest_rows or min(flagged) < numbers.fewest_rows:
        return {name: Answer("too_few", {}) for name in targets}
    x = columns(used)
    point = LogisticRegression(C=numbers.ridge, tol=1e-8, max_iter=1000).fit(x, is_flagged)
    beta = np.r_[point.intercept_, point.coef_[0]]
    weights = leader_weights(leader, method.draws)
    drawn = ridge(x, is_flagged.astype(np.float64), weights, numbers.ridge, beta)
    answers = {}
    for name, rows_in in targets.items():
        pair = [columns(np.full(len(used), value))[rows_in] for value in (1.0, 0.0)]
        shares = np.array([_share(one, beta[None, :], np.ones((1, len(used)))[:, rows_in])[0] for one in pair])
        again = np.array([_share(one, drawn, weights[:, rows_in]) for one in pair])
        answers[name] = _answer(shares, again, method)
    return answers


def ridge(x: Array, y: Array, weights: Array, strength: float, start: Array) -> Array:
    """Logistic regression with a penalty (C = strength, intercept free), for every set of weights at once.

    A set of weights may leave out everybody who is flagged: the chance then goes to nought, and no step may jump.
    """
    rows = np.column_stack([np.ones(len(x)), x])
    width = rows.shape[1]
    pairs = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
    penalty = np.r_[NEARLY_FREE, np.full(width - 1, 1 / strength)]
    beta = np.tile(start, (len(weights), 1))
    for _ in range(50):
        p = special.expit(beta @ rows.T)
        slope = (weights * (y - p)) @ rows - beta * penalty
        bend = ((weights * p * (1 - p)) @ pairs).reshape(-1, width, width) + np.diag(penalty)
        step = np.clip(np.linalg.solve(bend, slope[:, :, None])[:, :, 0], -LONGEST_STEP, LONGEST_STEP)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def _share(x: Array, beta: Array, weights: Array) -> Array:
    """The mean chance over a group, per set of coefficients and weights."""
    chance = special.expit(beta @ np.column_stack([np.ones(len(x)), x]).T)
    share: Array = (chance * weights).sum(axis=1) / weights.sum(axis=1)
    return share


def _answer(shares: Array, again: Array, method: Method) -> Answer:
    """Share at risk on a grid of coverage; the word asks whether all or none makes a difference."""
    tails = [50 * (1 - method.certainty), 50 * (1 + method.certainty)]
    at = {}
    for step in range(method.what_if.steps + 1):
        c = step / method.what_if.steps
        mixed = c * again[0] + (1 - c) * again[1]
        at[c] = Measure(float(c * shares[0] + (1 - c) * shares[1]), *map(float, np.nanpercentile(mixed, tails)))
    low, high = np.nanpercentile(again[0] - again[1], tails)
    word: Word = "lower" if high < 0 else "higher" if low > 0 else "cannot_tell"
    return Answer(word, at)
