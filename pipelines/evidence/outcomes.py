"""Outcomes: what stress and support go along with, outcome by outcome: the buffer, its slopes and what may be said.

Which outcomes and which terms there are follows from what was asked and how many answered, never from an answer; every
model is of a kind that always has a solution (weak.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.buffer import PRODUCT, SUPPORT_LEVELS, contrast, corners
from pipelines.evidence.history import STRESS, SUPPORT, Array, History, dummies
from pipelines.evidence.regress import Cluster, Covariance, Estimate
from pipelines.evidence.reliability import Reliability
from pipelines.evidence.state import Evidence, judge_chance, judge_product
from pipelines.evidence.weak import weak_logit_of, weak_ols
from pipelines.instruments import Outcome

KINDS = ("support_emotional", "support_instrumental")


@dataclass(frozen=True)
class Result:
    """What came out for one outcome: what may be said, the terms of its model, and how they were worked out."""

    outcome: Outcome
    evidence: Evidence
    waves: int
    terms: Mapping[str, Estimate] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)  # more columns of the table evidence


@dataclass(frozen=True)
class Regressors:
    """Complete rows of one outcome, a leader in a wave each, standardised by the fixed norms of the method."""

    rows: pl.DataFrame
    stress: Array
    support: Array
    controls: Mapping[str, Array]
    leader: Cluster  # who gave each row; None in a single wave
    covariance: Covariance


def outcome_results(past: History, reliabilities: Mapping[str, Reliability]) -> Iterator[Result]:
    """One result per outcome of the method that was asked about; without terms where too few answered the wave."""
    for outcome in past.method.outcome:
        if not past.asks(STRESS, SUPPORT, outcome.scale):
            continue
        waves = past.waves_with(STRESS, SUPPORT, outcome.scale)
        if not past.is_enough:
            yield Result(outcome, Evidence("no_basis", None, past.respondents), waves)
            continue
        scales = (STRESS, *past.scale(SUPPORT).composite, outcome.scale)
        is_reliable = all(reliabilities[code].carries_evidence(past.method.reliability) for code in scales)
        if outcome.at_least is None:
            yield _score_result(past, outcome, waves, is_reliable)
        else:
            yield _chance_result(past, outcome, outcome.at_least, waves, is_reliable)


def _regressors(past: History, outcome: Outcome, waves: int) -> Regressors:
    rows = past.rows.drop_nulls([STRESS, SUPPORT, outcome.scale])
    return Regressors(
        rows=rows,
        stress=_standardized(past, rows, STRESS),
        support=_standardized(past, rows, SUPPORT),
        controls=dummies(rows, "experience_band") | dummies(rows, "wave"),
        leader=rows["leader_key"].to_numpy() if waves > 1 else None,
        covariance="cr3" if waves > 1 else "hc3",
    )


def _standardized(past: History, rows: pl.DataFrame, scale: str) -> Array:
    """The scores of a scale, standardised by its fixed norm."""
    mean, sd = past.method.norms()[scale]
    standardized: Array = (rows[scale].to_numpy() - mean) / sd
    return standardized


def _chance_result(past: History, outcome: Outcome, at_least: float, waves: int, is_reliable: bool) -> Result:
    """A yes/no outcome: chances at the corners, and their difference in differences."""
    x = _regressors(past, outcome, waves)
    is_yes = (x.rows[outcome.scale].to_numpy() >= at_least).astype(np.float64)
    model = weak_logit_of(past.method.what_if.ridge)
    chances, difference = corners(is_yes, x.stress, x.support, x.controls, x.leader, past.method.certainty, model)
    pole = past.scale(outcome.scale).higher_is
    return Result(
        outcome=outcome,
        evidence=judge_chance(difference, past.respondents, pole, past.method, is_reliable=is_reliable),
        waves=waves,
        terms={**{f"chance{corner}": _point(chance) for corner, chance in chances.items()}, "rise": difference},
        details={"covariance": "cr1"},
    )


def _score_result(past: History, outcome: Outcome, waves: int, is_reliable: bool) -> Result:
    """A score: the moderated regression, its slopes, and emotional against practical support.

    The buffer is judged in units of the norms, not of the spread that was observed: a scale on which all answer alike
    would else be a certain "no buffer".
    """
    method, x = past.method, _regressors(past, outcome, waves)
    y = _standardized(past, x.rows, outcome.scale)
    how = (x.covariance, x.leader, method.certainty)
    main = {"stress": x.stress, "support": x.support}
    fit = weak_ols(y, {**main, PRODUCT: x.stress * x.support, **x.controls}, *how)
    evidence = judge_product(
        fit[PRODUCT],
        fit["stress"],
        past.respondents,
        method,
        higher_is=past.scale(outcome.scale).higher_is,
        is_reliable=is_reliable,
    )
    terms = {f"slope{level:+d}": fit.sum({"stress": 1, PRODUCT: level}) for level in SUPPORT_LEVELS}
    terms["by_support"] = fit["support"]
    if evidence.product and evidence.combined:
        terms |= {"own": evidence.product, "combined": evidence.combined}
    if past.asks(*KINDS):
        emotional, instrumental = (_standardized(past, x.rows, kind) for kind in KINDS)
        terms |= contrast(
            y,
            x.stress,
            emotional,
            instrumental,
            x.controls,
            covariance=x.covariance,
            cluster=x.leader,
            certainty=method.certainty,
            regress=weak_ols,
        )
    details: dict[str, Any] = {"covariance": x.covariance, **_units(past, outcome)}
    if past.respondents >= method.share_from:
        gained = fit.r2 - weak_ols(y, {**main, **x.controls}, *how).r2
        details |= {"r2": fit.r2, "delta_r2": gained, "f2": gained / (1 - fit.r2) if fit.r2 < 1 else 0.0}
    return Result(outcome, evidence, waves, terms, details)


def _units(past: History, outcome: Outcome) -> dict[str, float]:
    """How many points one unit of the model is: what a reader draws its lines with."""
    norms = past.method.norms()
    return {"stress_unit": norms[STRESS][1], "outcome_unit": norms[outcome.scale][1]}


def _point(value: float) -> Estimate:
    """A figure that is shown without an interval of its own."""
    return Estimate(value, 0, value, value, 1)
