"""Outcomes: what stress and support go along with, outcome by outcome: the buffer, its slopes and what may be said.

Which outcomes and which terms there are follows from what was asked and how many answered, never from an answer; every
model is of a kind that always has a solution (weak.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.buffer import SUPPORT_LEVELS, contrast
from pipelines.evidence.history import STRESS, SUPPORT, Array, History, dummies
from pipelines.evidence.regress import Cluster, Estimate
from pipelines.evidence.reliability import Reliability
from pipelines.evidence.shape import PRODUCT, Read, corners, read_chance, read_score, with_curves
from pipelines.evidence.state import Evidence, Sizes, Verdict, judge_buffer, judge_kinds
from pipelines.evidence.weak import weak_ols
from pipelines.instruments import Outcome

KINDS = ("support_emotional", "support_instrumental")
POINTS = (0, 100)  # the lowest and the highest score there can be


@dataclass(frozen=True)
class Result:
    """What came out for one outcome: what may be said, the terms of its model, and how they were worked out."""

    outcome: Outcome
    evidence: Evidence
    waves: int
    kinds: Verdict | None = None  # of emotional against practical support
    terms: Mapping[str, Estimate] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)  # more columns of the table evidence
    at_ends: tuple[float, float] = (0.0, 0.0)  # share of answers with the lowest and the highest score: for no reader


@dataclass(frozen=True)
class Regressors:
    """Complete rows of one outcome, a leader in a wave each, standardised by the fixed norms of the method."""

    rows: pl.DataFrame
    stress: Array
    terms: Mapping[str, Array]
    controls: Mapping[str, Array]
    leader: Cluster  # who gave each row; None in a single wave


def outcome_results(past: History, reliabilities: Mapping[str, Reliability]) -> Iterator[Result]:
    """One result per outcome of the method that was asked about; without terms where too few answered the wave."""
    for outcome in past.method.outcome:
        if not past.asks(STRESS, SUPPORT, outcome.scale):
            continue
        waves = past.waves_with(STRESS, SUPPORT, outcome.scale)
        if not past.is_enough:
            yield Result(outcome, Evidence(Verdict("no_basis", "no_basis"), None, past.respondents), waves)
            continue
        scales = (STRESS, *past.scale(SUPPORT).composite, outcome.scale)
        is_reliable = all(reliabilities[code].carries_evidence(past.method.reliability) for code in scales)
        if outcome.at_least is None:
            yield _score_result(past, outcome, waves, is_reliable)
        else:
            yield _chance_result(past, outcome, outcome.at_least, waves, is_reliable)


def _regressors(past: History, outcome: Outcome, waves: int) -> Regressors:
    rows = past.rows.drop_nulls([STRESS, SUPPORT, outcome.scale])
    stress, support = (_standardized(past, rows, scale) for scale in (STRESS, SUPPORT))
    controls = dummies(rows, "experience_band") | dummies(rows, "wave")
    return Regressors(
        rows=rows,
        stress=stress,
        terms=with_curves(stress, support, controls),
        controls=controls,
        leader=rows["leader_key"].to_numpy() if waves > 1 else None,
    )


def _standardized(past: History, rows: pl.DataFrame, scale: str) -> Array:
    """The scores of a scale, standardised by its fixed norm."""
    mean, sd = past.method.norms()[scale]
    standardized: Array = (rows[scale].to_numpy() - mean) / sd
    return standardized


def _chance_result(past: History, outcome: Outcome, at_least: float, waves: int, is_reliable: bool) -> Result:
    """A yes/no outcome: its product in log-odds, which decides, and chances at the corners, which illustrate."""
    method, x = past.method, _regressors(past, outcome, waves)
    is_yes = (x.rows[outcome.scale].to_numpy() >= at_least).astype(np.float64)
    read = read_chance(is_yes, x.terms, x.leader, method.certainty, method.what_if.ridge)
    chances = {f"chance{corner}": _point(chance) for corner, chance in corners(read.fit, x.terms).items()}
    evidence = _judged(past, outcome, read, is_reliable)
    return Result(
        outcome=outcome,
        evidence=evidence,
        waves=waves,
        terms=chances | _figures(evidence),
        details=_details(past, outcome, waves),
    )


def _score_result(past: History, outcome: Outcome, waves: int, is_reliable: bool) -> Result:
    """A score: the moderated regression, its slopes, and emotional against practical support.

    The buffer is judged in units of the norms, not of the spread that was observed: a scale on which all answer alike
    would else be a certain "no buffer".
    """
    method, x = past.method, _regressors(past, outcome, waves)
    mean, sd = method.norms()[outcome.scale]
    y = _standardized(past, x.rows, outcome.scale)
    low, high = ((end - mean) / sd for end in POINTS)
    read = read_score(y, x.terms, (low, high), x.leader, method.certainty)
    evidence = _judged(past, outcome, read, is_reliable)
    terms = {f"slope{level:+d}": read.fit.sum({"stress": 1, PRODUCT: level}) for level in SUPPORT_LEVELS}
    terms |= {"by_support": read.fit["support"], **_figures(evidence)}
    details, kinds = _details(past, outcome, waves), None
    if past.asks(*KINDS):
        emotional, instrumental = (_standardized(past, x.rows, kind) for kind in KINDS)
        regress = partial(weak_ols, leader=x.leader, certainty=method.certainty)
        sign = 1 if past.scale(outcome.scale).higher_is == "worse" else -1
        of_kinds = {
            name: figure.times(sign)
            for name, figure in contrast(y, x.stress, emotional, instrumental, x.controls, regress).items()
        }
        kinds = judge_kinds(of_kinds["difference"], past.respondents, method, is_reliable=is_reliable)
        terms |= of_kinds
    if past.respondents >= method.share_from:
        without = {name: column for name, column in x.terms.items() if name != PRODUCT}
        gained = max(read.fit.r2 - weak_ols(y, without, x.leader).r2, 0.0)
        details |= {
            "r2": read.fit.r2,
            "delta_r2": gained,
            "f2": gained / (1 - read.fit.r2) if read.fit.r2 < 1 else 0.0,
        }
    return Result(outcome, evidence, waves, kinds, terms, details, read.shares)


def _judged(past: History, outcome: Outcome, read: Read, is_reliable: bool) -> Evidence:
    return judge_buffer(
        read.product,
        past.respondents,
        past.method,
        past.scale(outcome.scale).higher_is,
        is_chance=outcome.at_least is not None,
        is_reliable=is_reliable,
    )


def _figures(evidence: Evidence) -> dict[str, Estimate]:
    """The buffer itself, and together with published research."""
    figures = {"own": evidence.product, "combined": evidence.combined}
    return {name: figure for name, figure in figures.items() if figure}


def _details(past: History, outcome: Outcome, waves: int) -> dict[str, Any]:
    """How it was worked out, and how many points one unit of the model is: what a reader draws its lines with."""
    norms, is_chance = past.method.norms(), outcome.at_least is not None
    units = {} if is_chance else {"stress_unit": norms[STRESS][1], "outcome_unit": norms[outcome.scale][1]}
    return {
        "covariance": "cr3" if waves > 1 else "hc3",
        "matters": Sizes.of(past.method.buffer, is_chance=is_chance).matters,
        **units,
    }


def _point(value: float) -> Estimate:
    """A figure that is shown without an interval of its own."""
    return Estimate(value, 0, value, value, 1)
