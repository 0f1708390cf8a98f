"""Ladder: how much a board may be told about leaders who later want to leave, by events and by validation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from pipelines.evidence.classifier import BufferRiskClassifier
from pipelines.evidence.forward import SEED, Array, Transitions, Validated, validate
from pipelines.instruments.method import Method, Risk

Rung = Literal["R0", "R1", "R2", "R3", "STOP"]
FOLDS = 5


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
    make = partial(model, numbers)
    validated = validate(data, make, method.draws, method.certainty, numbers.benefit_at, numbers.recall_at)
    if events >= numbers.stop_from and predicts_nothing(validated, numbers):
        return Card("STOP", validated)
    chance, has_product = out_of_fold(data, numbers), bool(make().fit(data.scores, data.event).has_product_)
    flagged, others = (
        float(chance[rows].mean()) if rows.any() else 0.0 for rows in (data.is_flagged, ~data.is_flagged)
    )
    if events >= numbers.rungs["R3"] and is_good_enough(validated, numbers):
        return Card("R3", validated, round(10 * flagged), (flagged, others), has_product)
    return Card("R2", validated, round(10 * flagged) if data.is_flagged.any() else None, None, has_product)


def model(numbers: Risk) -> BufferRiskClassifier:
    """The risk model with the numbers of the method."""
    return BufferRiskClassifier(
        numbers.prior, numbers.prior_leaders, numbers.level_leaders, numbers.grid_size, numbers.grid_correlation,
        numbers.guard_range,
    )  # fmt: skip


def predicts_nothing(validated: Validated, numbers: Risk) -> bool:
    """STOP: the order is no better than chance, far too sure, or acting on it would do no good."""
    told = validated.figures
    if not told:
        return False
    return (
        told["auc"].low <= 0.5 or told["slope"].high < numbers.slope_stop or told["benefit_twice"].estimate <= 0
    )  # an AUC wholly below .5 is no better


def is_good_enough(validated: Validated, numbers: Risk) -> bool:
    """Whether group probabilities may be told."""
    told = validated.figures
    return (
        bool(told)
        and validated.folds >= numbers.fewest_folds
        and told["slope"].low <= numbers.slope_high
        and told["slope"].high >= numbers.slope_low
        and told["auc"].low > numbers.auc_floor
    )


def out_of_fold(data: Transitions, numbers: Risk) -> Array:
    """The chance of every row by a model that has not seen its leader."""
    chance = np.zeros(len(data.event))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for rest, held in folds.split(data.scores, data.event, data.leader):
        chance[held] = model(numbers).fit(data.scores[rest], data.event[rest]).predict_proba(data.scores[held])[:, 1]
    return chance
