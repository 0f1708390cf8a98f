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


@dataclass(frozen=True)
class Transitions:
    """One row per leader and pair of following waves: scores at the first, event by the second."""

    leader: Ints
    step: Ints  # number of the pair of waves, in time
    scores: Array  # stress, support
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
class Measure:
    """A figure with its bootstrap interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Validated:
    """How the model did on waves it had not seen."""

    folds: int
    figures: Mapping[str, Measure]


def foretold(data: Transitions, make: Callable[[], Any]) -> tuple[Transitions, Array, int]:
    """Predictions for each step from the steps before it; steps without both labels before them are left out."""
    kept, chances, folds = np.zeros(len(data.event), dtype=bool), np.zeros(len(data.event)), 0
    for step in np.unique(data.step):
        before, now = data.step < step, data.step == step
        if len(np.unique(data.event[before])) == 2:
            model = make().fit(data.scores[before], data.event[before])
            chances[now], kept[now], folds = model.predict_proba(data.scores[now])[:, 1], True, folds + 1
    return data[kept], chances[kept], folds


def validate(
    data: Transitions,
    make: Callable[[], Any],
    draws: int,
    certainty: float,
    benefit_at: tuple[float, ...],
    recall_at: float,
) -> Validated:
    """AUC, average precision, Brier, calibration, net benefit and recall on waves not seen; intervals by leader."""
    seen, chance, folds = foretold(data, make)
    if len(np.unique(seen.event)) < 2:
        return Validated(folds, {})
    places = {f"benefit_{at:.2f}": at for at in benefit_at} | {"benefit_twice": min(2 * float(seen.event.mean()), 0.99)}
    once = measures(seen.event, chance, np.ones((1, len(chance))), places, recall_at)
    again = measures(seen.event, chance, leader_weights(seen.leader, draws), places, recall_at)
    tails = [50 * (1 - certainty), 50 * (1 + certainty)]
    return Validated(
        folds,
        {
            name: Measure(float(value[0]), *map(float, np.nanpercentile(again[name], tails)))
            for name, value in once.items()
        },
    )


def leader_weights(leader: Ints, draws: int, seed: int = SEED) -> Array:
    """How often each row counts when leaders are drawn anew with replacement: draws x rows."""
    _, place = np.unique(leader, return_inverse=True)
    count = int(place.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
    weights: Array = drawn[:, place].astype(np.float64)
    return weights


def measures(
    event: Ints, chance: Array, weights: Array, places: Mapping[str, float], recall_at: float
) -> dict[str, Array]:
    """Every figure for every set of weights (sets x rows); an undefined one is NaN."""
    order = np.argsort(-chance, kind="stable")
    event, chance, weights = event[order], np.clip(chance[order], FURTHEST, 1 - FURTHEST), weights[:, order]
    yes, no, total = weights * event, weights * (1 - event), weights.sum(axis=1)
    first = np.flatnonzero(np.r_[True, np.diff(chance) != 0])  # equal chances stand or fall together
    hits, misses = np.add.reduceat(yes, first, axis=1), np.add.reduceat(no, first, axis=1)
    below = misses.sum(axis=1, keepdims=True) - misses.cumsum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        auc = (hits * (below + misses / 2)).sum(axis=1) / (yes.sum(axis=1) * no.sum(axis=1))
        found, asked = hits.cumsum(axis=1), (hits + misses).cumsum(axis=1)
        precision = np.divide(found, asked, out=np.zeros_like(found), where=asked > 0)
        average = (precision * hits).sum(axis=1) / yes.sum(axis=1)
        top = weights.cumsum(axis=1) <= recall_at * total[:, None]
        recall = (yes * top).sum(axis=1) / yes.sum(axis=1)
        brier = (weights @ (event - chance) ** 2) / total
        slope, intercept = calibration(event, special.logit(chance), weights)
        benefit = {
            name: ((yes * (chance >= at)).sum(axis=1) - (no * (chance >= at)).sum(axis=1) * at / (1 - at)) / total
            for name, at in places.items()
        }
    return {"auc": auc, "average_precision": average, "brier": brier, "slope": slope, "intercept": intercept,
            "recall": recall, **benefit}  # fmt: skip


def calibration(event: Ints, logit: Array, weights: Array) -> tuple[Array, Array]:
    """Slope and intercept of the events on the predicted log-odds, for every set of weights, by Newton's method."""
    slope, level = np.ones(len(weights)), np.zeros(len(weights))
    for _ in range(25):
        p = special.expit(level[:, None] + slope[:, None] * logit)
        rest, spread = weights * (event - p), weights * p * (1 - p) + FURTHEST**2
        g0, g1 = rest.sum(axis=1), rest @ logit
        h00, h01, h11 = spread.sum(axis=1), spread @ logit, spread @ logit**2
        room = h00 * h11 - h01**2
        step_level, step_slope = (h11 * g0 - h01 * g1) / room, (h00 * g1 - h01 * g0) / room
        level, slope = level + np.clip(step_level, -2, 2), slope + np.clip(step_slope, -2, 2)
        if max(np.abs(step_level).max(), np.abs(step_slope).max()) < FURTHEST:
            break
    return slope, level
