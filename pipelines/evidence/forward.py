"""Forward: how well a risk model foretells later waves than it was fitted on, with intervals by leader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipelines.evidence.classifier import REFERENCE

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Figures = Callable[[Ints, Array, Array], dict[str, Array]]
SEED = 1
FURTHEST = 1e-6  # a chance is held this far from 0 and 1
MOST_NEWTON_STEPS = 25
LONGEST_STEP = 2  # log-odds, of a Newton step
HIGHEST_THRESHOLD = 0.99  # of a chance to act on
WEIGHTLESS = 1e-9  # of a row that is there for its label only
HALF = 0.5  # the chance of who nothing is known of
TOLD = ("auc", "slope", "recall", "benefit_twice")


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


def fitted(make: Callable[[], Any], data: Transitions) -> Any:
    """The model, also where nobody or everybody has the event, or nothing is known: it then leans on its prior alone.

    Two rows that weigh nothing carry the labels, so that no board is one on which there is no model.
    """
    scores = np.vstack([data.scores.reshape(-1, 2), [REFERENCE, REFERENCE]])
    weights = np.r_[np.ones(len(data.event)), WEIGHTLESS, WEIGHTLESS]
    return make().fit(scores, np.r_[data.event, 0, 1], sample_weight=weights)


def predict_forward(data: Transitions, make: Callable[[], Any]) -> tuple[Transitions, Array, int]:
    """Chances for each step from the steps before it, by the model that `make` returns; how many folds that were.

    The first step, which has none before it, is left out of the rows that come back.
    """
    chances = np.zeros(len(data.event))
    steps = np.unique(data.step)
    for step in steps[1:]:
        now = data.step == step
        chances[now] = fitted(make, data[data.step < step]).predict_proba(data.scores[now])[:, 1]
    is_predicted = np.isin(data.step, steps[1:])
    return data[is_predicted], chances[is_predicted], max(len(steps) - 1, 0)


def validate(
    data: Transitions, make: Callable[[], Any], draws: int, certainty: float, recall_at: float
) -> tuple[int, dict[str, Interval]]:
    """How many waves were foretold, and how well: AUC, slope, net benefit, recall; intervals by leader.

    Two leaders stand beside those who were followed, one with the event and one without, of whom the model knows
    nothing: their chance is the mean. So every figure exists whatever happened, and nobody having an event looks like
    hardly anybody having one.
    """
    unseen, chance, folds = predict_forward(data, make)

    def told(event: Ints, chance: Array, weights: Array) -> dict[str, Array]:
        thresholds = {"benefit_twice": min(2 * float(event.mean()), HIGHEST_THRESHOLD)}
        return performance(event, chance, weights, thresholds, recall_at)

    figures = _with_limits(unseen, chance, draws, certainty, told)
    return folds, {name: figures[name] for name in TOLD}


def discrimination(data: Transitions, chance: Array, draws: int, certainty: float) -> Interval:
    """How well chances (rows,) of leaders a model had not seen order who has the event: the AUC over all transitions,
    with limits by leader; two leaders stand beside them as in `validate`.
    """

    def told(event: Ints, chance: Array, weights: Array) -> dict[str, Array]:
        order = np.argsort(-chance, kind="stable")
        weights = weights[:, order]
        return _ranking(weights * event[order], weights * (1 - event[order]), chance[order])

    return _with_limits(data, chance, draws, certainty, told)["auc"]


def _with_limits(
    data: Transitions, chance: Array, draws: int, certainty: float, figures: Figures
) -> dict[str, Interval]:
    """What `figures` makes of events, chances (rows,) and weights (sets, rows), with limits by leader."""
    event = np.r_[data.event, 1, 0]
    chance = np.r_[chance, np.full(2, chance.mean() if len(chance) else HALF)]
    drawn = leader_weights(data.leader, draws) if len(data.leader) else np.ones((draws, 0))
    observed = figures(event, chance, np.ones((1, len(chance))))
    redrawn = figures(event, chance, np.column_stack([drawn, np.ones((draws, 2))]))
    return {name: Interval(float(observed[name][0]), *bootstrap_limits(redrawn[name], certainty)) for name in observed}


def leader_weights(leader: Ints, draws: int, seed: int = SEED) -> Array:
    """How often each row counts when leaders are drawn anew with replacement: (draws, rows)."""
    _, number = np.unique(leader, return_inverse=True)
    leaders = int(number.max()) + 1
    times_drawn = np.random.default_rng(seed).multinomial(leaders, np.full(leaders, 1 / leaders), size=draws)
    weights: Array = times_drawn[:, number].astype(np.float64)
    return weights


def bootstrap_limits(values: Array, certainty: float) -> tuple[float, float]:
    """The percentiles between which a share `certainty` of the drawn values (draws,) lies; undefined ones left out."""
    if not np.isfinite(values).any():
        return float("nan"), float("nan")
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
