"""Ladder: how much a board may be told about leaders who later want to leave, by events and by validation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from pipelines.evidence.classifier import BufferRiskClassifier
from pipelines.evidence.forward import SEED, Array, Transitions, Validated, validate
from pipelines.instruments import Method, Risk

Rung = Literal["R0", "R1", "R2", "R3", "STOP"]
FOLDS = 5
CHANCE_AUC = 0.5  # the order of a model that knows nothing


@dataclass(frozen=True)
class Card:
    """What the model may be used for, and how it did."""

    rung: Rung
    validated: Validated | None = None
    of_ten: int | None = None  # of ten flagged leaders, so many later have the event
    chances: tuple[float, float] | None = None  # flagged, others
    has_product: bool | None = None


def climb(data: Transitions, method: Method) -> Card:
    """The rung of a board. Below `fewest_leaders`, or where nearly nobody or everybody has an event: the rule only."""
    numbers = method.risk
    # Counted by the rarer of the two: that everybody, or nobody, has an event must not show in the rung.
    events = min(data.leaders_with_event, data.leaders - data.leaders_with_event)
    if events < numbers.rungs["R1"] or data.leaders < method.fewest_leaders:
        return Card("R0")
    if events < numbers.rungs["R2"]:
        return Card("R1")
    make_model = partial(model, numbers)
    validated = validate(data, make_model, method.draws, method.certainty, numbers.benefit_at, numbers.recall_at)
    if events >= numbers.stop_from and predicts_nothing(validated, numbers):
        return Card("STOP", validated)
    chance = out_of_fold(data, numbers)
    flagged = _mean_chance(chance, data.is_flagged)
    others = _mean_chance(chance, ~data.is_flagged)
    has_product = bool(make_model().fit(data.scores, data.event).has_product_)
    if events >= numbers.rungs["R3"] and is_good_enough(validated, numbers):
        return Card("R3", validated, round(10 * flagged), (flagged, others), has_product)
    of_ten = round(10 * flagged) if data.is_flagged.any() else None
    return Card("R2", validated, of_ten, None, has_product)


def _mean_chance(chance: Array, rows: np.ndarray) -> float:
    return float(chance[rows].mean()) if rows.any() else 0.0


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


def predicts_nothing(validated: Validated, numbers: Risk) -> bool:
    """STOP: the order is no better than chance, far too sure, or acting on it would do no good."""
    figures = validated.figures
    if not figures:
        return False
    return (
        figures["auc"].low <= CHANCE_AUC  # wholly below it is no better
        or figures["slope"].high < numbers.slope_stop
        or figures["benefit_twice"].estimate <= 0
    )


def is_good_enough(validated: Validated, numbers: Risk) -> bool:
    """Whether group probabilities may be told."""
    figures = validated.figures
    return (
        bool(figures)
        and validated.folds >= numbers.fewest_folds
        and figures["slope"].low <= numbers.slope_high
        and figures["slope"].high >= numbers.slope_low
        and figures["auc"].low > numbers.auc_floor
    )


def out_of_fold(data: Transitions, numbers: Risk) -> Array:
    """The chance of every row by a model that has not seen its leader."""
    chance = np.zeros(len(data.event))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for rest, held_out in folds.split(data.scores, data.event, data.leader):
        fitted = model(numbers).fit(data.scores[rest], data.event[rest])
        chance[held_out] = fitted.predict_proba(data.scores[held_out])[:, 1]
    return chance
