"""Forward: how well a risk model foretells later waves than it was fitted on, with intervals by leader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
SEED = 1
FURTHEST = 1e-6  # a chance is held this far from 0 and 1
MOST_NEWTON_STEPS = 25
LONGEST_STEP = 2  # log-odds, of a Newton step
HIGHEST_THRESHOLD = 0.99  # of a chance to act on


@dataclass(frozen=True)
class Transitions:
    """One row per leader and pair of following waves: scores at the first, event by the second."""

    leader: Ints
    step: Ints  # number of the pair of waves, in time
    scores: Array  # (rows, 2): stress, support
    event: Ints  # 0 or 1
    is_flagged: NDArray[np.bool_]

    def __getitem__(self, rows: NDArray[np.bool_]) -> Transitions:
        """Some of the rows."""
        return Transitions(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @property
    def leaders(self) -> int:
        """How many leaders."""
        return len(np.unique(self.leader))

    @property
    def leaders_with_event(self) -> int:
        """How many leaders have one."""
        return len(np.unique(self.leader[self.event == 1]))


@dataclass(frozen=True)
class Interval:
    """A figure with its bootstrap interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Validated:
    """How the model did on waves it had not seen."""

    folds: int
    figures: Mapping[str, Interval]


def predict_forward(data: Transitions, make: Callable[[], Any]) -> tuple[Transitions, Array, int]:
    """Chances for each step from the steps before it, by the model that `make` returns; how many folds that were.

    Steps without both labels before them are left out of the rows that come back.
    """
    rows = len(data.event)
    is_predicted = np.zeros(rows, dtype=bool)
    chances = np.zeros(rows)
    folds = 0
    for step in np.unique(data.step):
        before = data.step < step
        now = data.step == step
        if len(np.unique(data.event[before])) == 2:
            model = make().fit(data.scores[before], data.event[before])
            chances[now] = model.predict_proba(data.scores[now])[:, 1]
            is_predicted[now] = True
            folds += 1
    return data[is_predicted], chances[is_predicted], folds


def validate(
    data: Transitions,
    make: Callable[[], Any],
    draws: int,
    certainty: float,
    benefit_at: tuple[float, ...],
    recall_at: float,
) -> Validated:
    """AUC, average precision, Brier, calibration, net benefit and recall on waves not seen; intervals by leader."""
    unseen, chance, folds = predict_forward(data, make)
    if len(np.unique(unseen.event)) < 2:
        return Validated(folds, {})
    twice_the_base_rate = min(2 * float(unseen.event.mean()), HIGHEST_THRESHOLD)
    thresholds = {f"benefit_{at:.2f}": at for at in benefit_at} | {"benefit_twice": twice_the_base_rate}
    every_row_once = np.ones((1, len(chance)))
    observed = performance(unseen.event, chance, every_row_once, thresholds, recall_at)
    redrawn = performance(unseen.event, chance, leader_weights(unseen.leader, draws), thresholds, recall_at)
    figures = {
        name: Interval(float(value[0]), *bootstrap_limits(redrawn[name], certainty)) for name, value in observed.items()
    }
    return Validated(folds, figures)


def leader_weights(leader: Ints, draws: int, seed: int = SEED) -> Array:
    """How often each row counts when leaders are drawn anew with replacement: (draws, rows)."""
    _, number = np.unique(leader, return_inverse=True)
    leaders = int(number.max()) + 1
    times_drawn = np.random.default_rng(seed).multinomial(leaders, np.full(leaders, 1 / leaders), size=draws)
    weights: Array = times_drawn[:, number].astype(np.float64)
    return weights


def bootstrap_limits(values: Array, certainty: float) -> tuple[float, float]:
    """The percentiles between which a share `certainty` of the drawn values (draws,) lies; undefined ones left out."""
    low, high = np.nanpercentile(values, [50 * (1 - certainty), 50 * (1 + certainty)])
    return float(low), float(high)


def performance(
    event: Ints, chance: Array, weights: Array, thresholds: Mapping[str, float], recall_at: float
) -> dict[str, Array]:
    """Every figure for every set of weights (sets, rows); an undefined one is NaN.

    `thresholds`: chances from which somebody would act, by the name of their net benefit. `recall_at`: the share of the
    rows, highest chance first, of which recall is told.
    """
    order = np.argsort(-chance, kind="stable")
    event = event[order]
    chance = np.clip(chance[order], FURTHEST, 1 - FURTHEST)
    weights = weights[:, order]
    with_event = weights * event
    without_event = weights * (1 - event)
    total = weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope, intercept = calibration(event, special.logit(chance), weights)
        is_top = weights.cumsum(axis=1) <= recall_at * total[:, None]
        return {
            **_ranking(with_event, without_event, chance),
            "brier": (weights @ (event - chance) ** 2) / total,
            "slope": slope,
            "intercept": intercept,
            "recall": (with_event * is_top).sum(axis=1) / with_event.sum(axis=1),
            **{
                name: _net_benefit(with_event, without_event, chance >= at, at) / total
                for name, at in thresholds.items()
            },
        }


def _ranking(with_event: Array, without_event: Array, chance: Array) -> dict[str, Array]:
    """AUC and average precision from weighted rows (sets, rows), highest chance first."""
    first_of_tie = np.flatnonzero(np.r_[True, np.diff(chance) != 0])  # equal chances stand or fall together
    hits = np.add.reduceat(with_event, first_of_tie, axis=1)
    misses = np.add.reduceat(without_event, first_of_tie, axis=1)
    misses_below = misses.sum(axis=1, keepdims=True) - misses.cumsum(axis=1)
    pairs = with_event.sum(axis=1) * without_event.sum(axis=1)
    hits_so_far = hits.cumsum(axis=1)
    rows_so_far = (hits + misses).cumsum(axis=1)
    precision = np.divide(hits_so_far, rows_so_far, out=np.zeros_like(hits_so_far), where=rows_so_far > 0)
    return {
        "auc": (hits * (misses_below + misses / 2)).sum(axis=1) / pairs,
        "average_precision": (precision * hits).sum(axis=1) / with_event.sum(axis=1),
    }


def _net_benefit(with_event: Array, without_event: Array, is_acted_on: NDArray[np.bool_], at: float) -> Array:
    """Events acted on less the others, weighed by the odds of the threshold; (sets,), not yet per row."""
    benefit: Array = (with_event * is_acted_on).sum(axis=1) - (without_event * is_acted_on).sum(axis=1) * at / (1 - at)
    return benefit


def calibration(event: Ints, logit: Array, weights: Array) -> tuple[Array, Array]:
    """Slope and intercept of the events on the predicted log-odds, for every set of weights, by Newton's method."""
    slope = np.ones(len(weights))
    intercept = np.zeros(len(weights))
    for _ in range(MOST_NEWTON_STEPS):
        p = special.expit(intercept[:, None] + slope[:, None] * logit)
        residual = weights * (event - p)
        information = weights * p * (1 - p) + FURTHEST**2
        g0 = residual.sum(axis=1)
        g1 = residual @ logit
        h00 = information.sum(axis=1)
        h01 = information @ logit
        h11 = information @ logit**2
        determinant = h00 * h11 - h01**2
        intercept_step = (h11 * g0 - h01 * g1) / determinant
        slope_step = (h00 * g1 - h01 * g0) / determinant
        intercept = intercept + np.clip(intercept_step, -LONGEST_STEP, LONGEST_STEP)
        slope = slope + np.clip(slope_step, -LONGEST_STEP, LONGEST_STEP)
        if max(np.abs(intercept_step).max(), np.abs(slope_step).max()) < FURTHEST:
            break
    return slope, intercept
