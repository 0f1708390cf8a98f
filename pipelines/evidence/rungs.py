"""Rungs: how much a board may be told about leaders who later want to leave, by events and by validation."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sklearn.model_selection import StratifiedGroupKFold

from pipelines.evidence.classifier import BufferRiskClassifier, terms_of
from pipelines.evidence.forward import (
    SEED,
    Array,
    Interval,
    Transitions,
    bootstrap_limits,
    discrimination,
    fitted,
    leader_weights,
    validate,
)
from pipelines.evidence.whatif import ridge
from pipelines.instruments import Method, Risk

Rung = Literal["R1", "R2", "R3", "STOP"]
Bools = NDArray[np.bool_]
FOLDS = 5
NOTHING = Interval(0, 0, 0)
CHANCE_AUC = 0.5  # the order of a model that knows nothing
UNBOUND = 1e9  # the strength of a ridge that is none
WITHOUT_PRIOR = 1.0  # pseudo-leaders: one, so that there is a solution whatever was answered


@dataclass(frozen=True)
class Card:
    """What the model may be used for, how it did, and what it expects."""

    rung: Rung
    figures: Mapping[str, Interval] = field(default_factory=dict)
    flagged: Interval = NOTHING  # chance by the next wave, of leaders with low support and high stress
    others: Interval = NOTHING
    without_prior: tuple[float, float] = (0.0, 0.0)  # the same two, from the board's own answers alone
    has_product: bool = False


def judged(data: Transitions, method: Method, noise: int = 0) -> Card:
    """The rung of a board, by its leaders with an event and `noise` that can be any number: so that no rung is a
    certain statement about how many they are.
    """
    numbers = method.risk
    events = min(data.leaders_with_event, data.leaders - data.leaders_with_event) + noise
    if events < numbers.rungs["R2"]:
        return Card("R1")
    make = partial(model, numbers)
    chance = out_of_fold(data, make)
    folds, later = validate(data, make, method.draws, method.certainty, numbers.recall_at)
    figures = {"auc_all": discrimination(data, chance, method.draws, method.certainty), **later}
    rung = _rung(events, figures, folds, numbers)
    if rung == "STOP":
        return Card(rung, figures)
    flagged, others = group_chances(data, make, chance, method)
    alone = out_of_fold(data, partial(model, numbers, WITHOUT_PRIOR))
    without_prior = (_mean(alone, data.is_flagged), _mean(alone, ~data.is_flagged))
    return Card(rung, figures, flagged, others, without_prior, bool(fitted(make, data).has_product_))


def _rung(events: int, figures: Mapping[str, Interval], folds: int, numbers: Risk) -> Rung:
    """Which rung, of a board with enough events."""
    is_many = events >= numbers.stop_from and folds > 0
    if figures["auc_all"].low <= CHANCE_AUC or (is_many and _is_useless(figures, numbers)):
        return "STOP"
    return "R3" if events >= numbers.rungs["R3"] and _is_good_enough(figures, folds, numbers) else "R2"


def _is_useless(figures: Mapping[str, Interval], numbers: Risk) -> bool:
    """Whether chances are far too sure, or acting on them would do no good; only many events can say so."""
    return figures["slope"].high < numbers.slope_stop or figures["benefit_twice"].estimate <= 0


def _is_good_enough(figures: Mapping[str, Interval], folds: int, numbers: Risk) -> bool:
    """Whether group probabilities may be told."""
    return (
        folds >= numbers.fewest_folds
        and figures["slope"].low <= numbers.slope_high
        and figures["slope"].high >= numbers.slope_low
        and figures["auc"].low > numbers.auc_floor
    )


def model(numbers: Risk, prior_leaders: float | None = None) -> BufferRiskClassifier:
    """The risk model with the numbers of the method; or with its prior counting as so many leaders instead."""
    return BufferRiskClassifier(
        prior=numbers.prior,
        prior_leaders=numbers.prior_leaders if prior_leaders is None else prior_leaders,
        level_leaders=numbers.level_leaders,
        grid_size=numbers.grid_size,
        grid_correlation=numbers.grid_correlation,
        guard_range=numbers.guard_range,
    )


def out_of_fold(data: Transitions, make: partial[BufferRiskClassifier]) -> Array:
    """The chance of every row (rows,) by a model that has not seen its leader."""
    if data.leaders < FOLDS:
        return fitted(make, data).predict_proba(data.scores)[:, 1] if len(data.event) else np.zeros(0)
    chance = np.zeros(len(data.event))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # hardly any event: the folds are not balanced
        parts = list(folds.split(data.scores, data.event, data.leader))
    for rest, held_out in parts:
        is_rest = np.isin(np.arange(len(data.event)), rest)
        chance[held_out] = fitted(make, data[is_rest]).predict_proba(data.scores[held_out])[:, 1]
    return chance


def group_chances(
    data: Transitions, make: partial[BufferRiskClassifier], chance: Array, method: Method
) -> tuple[Interval, Interval]:
    """The mean chance of flagged leaders and of all others, with limits from models of leaders drawn anew.

    `chance` (rows,): by models that had not seen the leader. Who is flagged is drawn along, so that a few flagged
    leaders make a wide interval.
    """
    weights = leader_weights(data.leader, method.draws) if len(data.leader) else np.ones((method.draws, 0))
    expected = refitted(make(), data, weights)
    flagged, others = (
        _with_limits(_mean(chance, group), _means(expected, weights, group), method)
        for group in (data.is_flagged, ~data.is_flagged)
    )
    return flagged, others


def _with_limits(estimate: float, drawn: Array, method: Method) -> Interval:
    low, high = bootstrap_limits(drawn, method.certainty)
    return Interval(estimate, min(low, estimate), max(high, estimate))


def refitted(model: BufferRiskClassifier, data: Transitions, weights: Array) -> Array:
    """The chances (sets, rows) by the model that each set of weights (sets, rows) gives, all fitted at once."""
    leaders = [model.pseudo_leaders(float(weight @ data.event), float(weight.sum())) for weight in weights]
    grid, prior = leaders[0][0], np.array([chance for _, chance in leaders])
    share = model.prior_leaders / len(grid)
    terms = np.vstack([terms_of(data.scores.reshape(-1, 2)), grid, grid])
    labels = np.r_[data.event, np.ones(len(grid)), np.zeros(len(grid))]
    weights = np.column_stack([weights, share * prior, share * (1 - prior)])
    beta = ridge(terms, labels, weights, UNBOUND, np.zeros(1 + terms.shape[1]))
    is_bent = ~model.is_monotone(beta[:, 1:])
    if is_bent.any():  # as in `fit`: without the product
        beta[is_bent, -1] = 0
        beta[is_bent, :-1] = ridge(terms[:, :-1], labels, weights[is_bent], UNBOUND, np.zeros(terms.shape[1]))
    chance: Array = special.expit(beta[:, :1] + beta[:, 1:] @ terms[: len(data.event)].T)
    return chance


def _mean(chance: Array, group: Bools) -> float:
    """The mean chance (rows,) of a group; where it is empty, of all."""
    return float(_means(chance[None, :], np.ones((1, len(chance))), group)[0])


def _means(chance: Array, weights: Array, group: Bools) -> Array:
    """The same for every set of weights; both (sets, rows)."""
    inside = weights * group
    inside = np.where(inside.any(axis=1, keepdims=True), inside, weights)
    total = inside.sum(axis=1)
    means: Array = np.divide((chance * inside).sum(axis=1), total, out=np.zeros(len(total)), where=total > 0)
    return means
