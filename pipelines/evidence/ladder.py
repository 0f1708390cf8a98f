"""Ladder: how much a board may be told about leaders who later want to leave, by events and by validation."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from pipelines.evidence.classifier import BufferRiskClassifier
from pipelines.evidence.forward import SEED, Array, Interval, Transitions, fitted, validate
from pipelines.instruments import Method, Risk

Rung = Literal["R1", "R2", "R3", "STOP"]
FOLDS = 5
CHANCE_AUC = 0.5  # the order of a model that knows nothing


@dataclass(frozen=True)
class Card:
    """What the model may be used for, and how it did."""

    rung: Rung
    figures: Mapping[str, Interval] = field(default_factory=dict)
    chances: tuple[float, float] = (0.0, 0.0)  # flagged, others
    has_product: bool = False


def climb(data: Transitions, method: Method, noise: int = 0) -> Card:
    """The rung of a board, by its leaders with an event and `noise` that can be any number: so that no rung is a
    certain statement about how many they are.
    """
    numbers = method.risk
    events = min(data.leaders_with_event, data.leaders - data.leaders_with_event) + noise
    if events < numbers.rungs["R2"]:
        return Card("R1")
    make_model = partial(model, numbers)
    folds, figures = validate(data, make_model, method.draws, method.certainty, numbers.recall_at)
    chance = out_of_fold(data, numbers)
    chances = (_mean_chance(chance, data.is_flagged), _mean_chance(chance, ~data.is_flagged))
    has_product = bool(fitted(make_model, data).has_product_)
    if events >= numbers.stop_from and predicts_nothing(figures, numbers):
        rung: Rung = "STOP"
    else:
        rung = "R3" if events >= numbers.rungs["R3"] and is_good_enough(figures, folds, numbers) else "R2"
    return Card(rung, figures, chances, has_product)


def _mean_chance(chance: Array, rows: np.ndarray) -> float:
    """The mean over some rows; where there are none, over all."""
    return float(chance[rows].mean() if rows.any() else chance.mean() if len(chance) else 0)


def model(numbers: Risk) -> BufferRiskClassifier:
    """The risk model with the numbers of the method."""
    return BufferRiskClassifier(
        prior=numbers.prior,
        prior_leaders=numbers.prior_leaders,
        level_leaders=numbers.level_leaders,
        grid_size=numbers.grid_size,
        grid_correlation=numbers.grid_correlation,
        guard_range=numbers.guard_range,
    )


def predicts_nothing(figures: Mapping[str, Interval], numbers: Risk) -> bool:
    """STOP: the order is no better than chance, far too sure, or acting on it would do no good."""
    return (
        figures["auc"].low <= CHANCE_AUC  # wholly below it is no better
        or figures["slope"].high < numbers.slope_stop
        or figures["benefit_twice"].estimate <= 0
    )


def is_good_enough(figures: Mapping[str, Interval], folds: int, numbers: Risk) -> bool:
    """Whether group probabilities may be told."""
    return (
        folds >= numbers.fewest_folds
        and figures["slope"].low <= numbers.slope_high
        and figures["slope"].high >= numbers.slope_low
        and figures["auc"].low > numbers.auc_floor
    )


def out_of_fold(data: Transitions, numbers: Risk) -> Array:
    """The chance of every row by a model that has not seen its leader."""
    make_model = partial(model, numbers)
    if data.leaders < FOLDS:
        return fitted(make_model, data).predict_proba(data.scores)[:, 1] if len(data.event) else np.zeros(0)
    chance = np.zeros(len(data.event))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # hardly any event: the folds are not balanced
        parts = list(folds.split(data.scores, data.event, data.leader))
    for rest, held_out in parts:
        is_rest = np.isin(np.arange(len(data.event)), rest)
        chance[held_out] = fitted(make_model, data[is_rest]).predict_proba(data.scores[held_out])[:, 1]
    return chance
