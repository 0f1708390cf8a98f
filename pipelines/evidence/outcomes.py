"""Outcomes: what stress and support go along with, outcome by outcome: the buffer, its slopes and what may be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.buffer import PRODUCT, SUPPORT_LEVELS, Moderation, contrast, corners, moderation, mundlak
from pipelines.evidence.history import STRESS, SUPPORT, Array, History, dummies, leaders_in
from pipelines.evidence.quality import ScaleReliability
from pipelines.evidence.regress import Cluster, Covariance, Estimate
from pipelines.evidence.state import Evidence, judge, judge_chance
from pipelines.ground.errors import Refused
from pipelines.instruments import Outcome

KINDS = ("support_emotional", "support_instrumental")
TEN = 10  # points of stress, by which a slope is told beside SD


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
    leaders: int
    waves: int
    stress: Array
    support: Array
    controls: Mapping[str, Array]
    leader: Cluster  # who gave each row; None in a single wave
    covariance: Covariance


def outcome_results(past: History, reliabilities: Mapping[str, ScaleReliability]) -> Iterator[Result]:
    """One result per outcome of the method that was asked about.

    A yes/no outcome that nobody or everybody has cannot be estimated. Whether one is told is for `presence`.
    """
    for outcome in past.method.outcome:
        if outcome.scale not in past.now.columns:
            continue
        rows = past.rows.drop_nulls([STRESS, SUPPORT, outcome.scale])
        if outcome.at_least is not None and not _divides(rows, outcome.scale, outcome.at_least):
            continue
        scales = (STRESS, *past.scale(SUPPORT).composite, outcome.scale)
        is_reliable = all(reliabilities[code].version.carries_evidence(past.method.reliability) for code in scales)
        yield _result(past, outcome, rows, is_reliable)


def _divides(rows: pl.DataFrame, scale: str, at_least: float) -> bool:
    """Whether a yes/no outcome has leaders on either side."""
    return rows.select(pl.col(scale) >= at_least).to_series().n_unique() > 1


def _result(past: History, outcome: Outcome, rows: pl.DataFrame, is_reliable: bool) -> Result:
    """One outcome; without terms where there is no basis for any."""
    leaders = leaders_in(rows)
    waves = rows["wave"].n_unique()
    pole = past.scale(outcome.scale).higher_is
    if leaders < past.method.fewest_leaders:
        return Result(outcome, Evidence("no_basis", pole, leaders), waves)
    try:
        regressors = _regressors(past, rows)
        if outcome.at_least is None:
            result = _score_result(past, outcome, regressors, is_reliable)
        else:
            result = _chance_result(past, outcome, outcome.at_least, regressors, is_reliable)
    except Refused:  # nothing varies, or columns repeat each other
        return Result(outcome, Evidence("no_basis", None, leaders), waves)
    if result.evidence.state == "no_basis":
        return Result(outcome, result.evidence, waves, details=result.details)
    return result


def _regressors(past: History, rows: pl.DataFrame) -> Regressors:
    leaders = leaders_in(rows)
    waves = rows["wave"].n_unique()
    covariance: Covariance = "hc3"
    if waves > 1:
        covariance = "cr3" if leaders < past.method.buffer.few_clusters else "cr1"
    return Regressors(
        rows=rows,
        leaders=leaders,
        waves=waves,
        stress=_standardized(past, rows, STRESS),
        support=_standardized(past, rows, SUPPORT),
        controls=dummies(rows, "experience_band") | dummies(rows, "wave"),
        leader=rows["leader_key"].to_numpy() if waves > 1 else None,
        covariance=covariance,
    )


def _standardized(past: History, rows: pl.DataFrame, scale: str) -> Array:
    """The scores of a scale, standardised by its fixed norm."""
    mean, sd = past.method.norms()[scale]
    standardized: Array = (rows[scale].to_numpy() - mean) / sd
    return standardized


def _chance_result(past: History, outcome: Outcome, at_least: float, x: Regressors, is_reliable: bool) -> Result:
    """A yes/no outcome: chances at the corners, and their difference in differences."""
    is_yes = (x.rows[outcome.scale].to_numpy() >= at_least).astype(np.float64)
    cluster = np.arange(x.rows.height) if x.leader is None else x.leader
    chances, difference = corners(is_yes, x.stress, x.support, x.controls, cluster, past.method.certainty)
    pole = past.scale(outcome.scale).higher_is
    return Result(
        outcome=outcome,
        evidence=judge_chance(difference, x.leaders, pole, past.method, is_reliable=is_reliable),
        waves=x.waves,
        terms={**{f"chance{corner}": _point(chance) for corner, chance in chances.items()}, "rise": difference},
        details={"covariance": "cr1"},
    )


def _score_result(past: History, outcome: Outcome, x: Regressors, is_reliable: bool) -> Result:
    """A score: the moderated regression, its slopes, and emotional against practical support."""
    method = past.method
    y = _standardized(past, x.rows, outcome.scale)
    model = moderation(
        y, x.stress, x.support, x.controls, covariance=x.covariance, cluster=x.leader, certainty=method.certainty
    )
    pole = past.scale(outcome.scale).higher_is
    evidence = judge(model, method, higher_is=pole, is_reliable=is_reliable)
    terms = {name: model.fit[name] for name in ("stress", "support", PRODUCT)}
    terms |= _slope_terms(past, outcome, model)
    if evidence.product and evidence.combined:
        terms |= {"own": evidence.product, "combined": evidence.combined}
    if _has_both_kinds(x.rows):
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
        )
    if x.leader is not None:
        waves = {name: column for name, column in x.controls.items() if name.startswith("wave")}
        terms |= mundlak(y, x.stress, x.support, waves, x.leader, x.covariance, method.certainty)
    details = {"covariance": x.covariance, **_clear_range(past, model, evidence), **_explained(past, model, x.leaders)}
    return Result(outcome, evidence, x.waves, terms, details)


def _slope_terms(past: History, outcome: Outcome, model: Moderation) -> dict[str, Estimate]:
    """Slopes of stress and the lines they draw, at support -1, 0, +1 of the fixed norm, as in every wave.

    `slope`: standardised; `ten`: points of the outcome per 10 points of stress; `line`: points from the average at
    stress -1 and +1.
    """
    norms = past.method.norms()
    _, outcome_sd = norms[outcome.scale]
    _, stress_sd = norms[STRESS]
    terms: dict[str, Estimate] = {}
    for level in SUPPORT_LEVELS:
        slope = model.fit.sum({"stress": 1, PRODUCT: level})
        terms[f"slope{level:+d}"] = slope
        terms[f"ten{level:+d}"] = slope.times(TEN * outcome_sd / stress_sd)
        by_support = model.fit["support"].estimate * level
        for stress in (-1, 1):
            terms[f"line{level:+d}{stress:+d}"] = _point(outcome_sd * (by_support + slope.estimate * stress))
    return terms


def _has_both_kinds(rows: pl.DataFrame) -> bool:
    """Whether every row tells emotional and practical support apart."""
    has_columns = all(kind in rows.columns for kind in KINDS)
    return has_columns and not rows.select(KINDS).null_count().sum_horizontal().item()


def _clear_range(past: History, model: Moderation, evidence: Evidence) -> dict[str, int]:
    """Below and above which support the slope of stress is clear: in state visible, edges inside what was observed."""
    if evidence.state != "visible":
        return {}
    mean, sd = past.method.norms()[SUPPORT]
    edges = model.edges
    is_outside = edges.kind == "outside"
    clear = {
        "clear_below": edges.low if is_outside else edges.high,
        "clear_above": edges.high if is_outside else edges.low,
    }
    lowest, highest = model.observed_support
    return {name: round(mean + sd * at) for name, at in clear.items() if at is not None and lowest < at < highest}


def _explained(past: History, model: Moderation, leaders: int) -> dict[str, float | None]:
    """How much is explained, by all terms and by the product; from so many leaders on."""
    if leaders < past.method.share_from:
        return {}
    shares = {"r2": model.fit.r2, "delta_r2": model.delta_r2, "f2": model.f2}
    return {name: past.rounded(share) for name, share in shares.items()}


def _point(value: float) -> Estimate:
    """A figure that is shown without an interval of its own."""
    return Estimate(value, 0, value, value, 1)
