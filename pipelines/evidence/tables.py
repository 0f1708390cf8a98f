"""Analyse, for flow: the evidence tables of one publication; from here on no row is a leader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.buffer import AT, PRODUCT, Moderation, contrast, corners, moderation, mundlak
from pipelines.evidence.history import STRESS, SUPPORT, Array, History, dummies, leaders_in, tens
from pipelines.evidence.regress import Covariance, Estimate
from pipelines.evidence.reliability import Reliability, reliability
from pipelines.evidence.sentence import sentence
from pipelines.evidence.state import Evidence, judge, judge_chance
from pipelines.ground.errors import Refused
from pipelines.ground.language import CARRIED
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas_analysed import LATER, frame_of
from pipelines.ground.settings import Home
from pipelines.instruments.method import Outcome
from pipelines.vault import read_frozen

KINDS = ("support_emotional", "support_instrumental")
Row = dict[str, Any]


def evidence_tables(past: History, publication: PublicationId) -> dict[str, pl.DataFrame]:
    """The tables of schemas_analysed for one publication."""
    measured = {code: _measured(past, code) for code in (scale.code for scale in past.instrument.scales)}
    told = list(_evidence(past, measured)) if past.adds_enough() else []
    rows: dict[str, list[Row]] = {
        "reliability": [row for code, both in measured.items() for row in _reliability_rows(past, code, both)],
        "quality": list(_quality_rows(past)),
        "evidence": [row for row, _ in told],
        "evidence_term": [term for row, terms in told for term in _term_rows(past, row["outcome"], terms)],
        "research": [one.model_dump() for one in past.method.research] if told else [],
    }
    same = {"publication": publication, "wave": past.material.wave}
    return {name: frame_of(LATER[name], found, **same) for name, found in rows.items()}


def told_again(home: Home, earlier: PublicationId, publication: PublicationId) -> dict[str, pl.DataFrame]:
    """What an earlier publication of the wave told: no model is estimated anew for a few leaders more or fewer."""
    named = pl.lit(publication).alias("publication")
    return {name: read_frozen(home, earlier, name).with_columns(named) for name in LATER}


def withheld_flags(past: History) -> set[str]:
    """Attributes that are not told because what they are made of measures too little, over all waves of the version."""
    rules = {attribute.code for attribute in past.material.planned if attribute.rule}
    rules &= set(past.material.yes_no.columns)
    scales = {scale.code for scale in past.instrument.scales} & {STRESS, SUPPORT}
    gates = (_measured(past, code)["version"].is_gate_shut(past.method.reliability) for code in scales)
    return rules if any(gates) else set()


# ------------------------------------------------------------------------------ reliability and quality


def _measured(past: History, code: str) -> dict[str, Reliability]:
    scale = past.scale(code)
    frames = {"wave": past.now, "version": past.rows}
    return {scope: reliability(past.items(scale, rows), past.method.certainty) for scope, rows in frames.items()}


def _reliability_rows(past: History, code: str, both: Mapping[str, Reliability]) -> Iterator[Row]:
    numbers = past.method
    for scope, found in both.items():
        if not found.items:
            continue
        row = {"scale": code, "scope": scope, "items": found.items, "word": found.word(numbers.reliability)}
        row["is_gate_shut"] = scope == "version" and found.is_gate_shut(numbers.reliability)
        people = min(found.leaders, leaders_in(past.now if scope == "wave" else past.rows))
        if people >= numbers.fewest_leaders and found.estimate is not None:
            figures = {name: getattr(found, name) for name in ("estimate", "low", "high", "omega")}
            row |= {"leaders": tens(people)}
            row |= {name: past.rounded(value) for name, value in figures.items()}
        yield row


def _quality_rows(past: History) -> Iterator[Row]:
    if past.now.height < past.method.fewest_leaders:
        return
    numbers = past.method.reliability
    for scale in past.instrument.scales:
        items = past.items(scale, past.now)
        if scale.items and items.shape[1]:
            share = float(np.isnan(items).mean())
            yield {
                "scale": scale.code,
                "open": "few" if share < numbers.few else "some" if share < numbers.some else "many",
            }


# ------------------------------------------------------------------------------------------- the buffer


def _evidence(
    past: History, measured: Mapping[str, Mapping[str, Reliability]]
) -> Iterator[tuple[Row, dict[str, Estimate]]]:
    for outcome in past.method.outcome:
        if outcome.scale in past.now.columns:
            rows = past.rows.drop_nulls([STRESS, SUPPORT, outcome.scale])
            parts = (STRESS, *past.scale(SUPPORT).composite, outcome.scale)
            numbers = past.method.reliability
            is_reliable = all(measured[code]["version"].carries_evidence(numbers) for code in parts)
            if outcome.at_least is not None and not _has_both(past, rows, outcome):
                continue  # nearly nobody or nearly everybody: that would be an answer of each of them
            try:
                found, terms, more = _estimated(past, outcome, rows, is_reliable)
            except Refused:
                found, terms, more = Evidence("no_basis", None, leaders_in(rows)), {}, {}
            yield _evidence_row(past, outcome, found, rows, more), terms if found.state != "no_basis" else {}


def _has_both(past: History, rows: pl.DataFrame, outcome: Outcome) -> bool:
    """Whether a yes/no outcome has enough leaders on either side to be a matter of a group."""
    is_yes = pl.col(outcome.scale) >= outcome.at_least
    return min(leaders_in(rows.filter(is_yes)), leaders_in(rows.filter(~is_yes))) >= past.method.fewest_added


def _estimated(
    past: History, outcome: Outcome, rows: pl.DataFrame, is_reliable: bool
) -> tuple[Evidence, dict[str, Estimate], Row]:
    """One outcome: what may be said, its terms, and what else stands in its row."""
    method, norms, points = past.method, past.method.norms(), rows[outcome.scale].to_numpy()
    s, u = (_scaled(rows[code].to_numpy(), norms[code]) for code in (STRESS, SUPPORT))
    pole, controls = past.scale(outcome.scale).higher_is, _controls(rows)
    many = rows["wave"].n_unique() > 1
    leaders, who = leaders_in(rows), rows["leader_key"].to_numpy() if many else None
    covariance: Covariance = "hc3" if not many else "cr3" if leaders < method.buffer.few_clusters else "cr1"
    if leaders < method.fewest_leaders:
        return Evidence("no_basis", pole, leaders), {}, {}
    if outcome.at_least is not None:
        y = (points >= outcome.at_least).astype(np.float64)
        chances, rise = corners(y, s, u, controls, who if many else np.arange(len(y)), method.certainty)
        terms = {f"chance{at}": _point(value) for at, value in chances.items()}
        return (
            judge_chance(rise, leaders, pole, method, is_reliable=is_reliable),
            {**terms, "rise": rise},
            {"covariance": "cr1"},
        )
    y = _scaled(points, norms[outcome.scale])
    model = moderation(y, s, u, controls, covariance=covariance, cluster=who, certainty=method.certainty)
    found = judge(model, method, higher_is=pole, is_reliable=is_reliable)
    terms = {name: model.fit[name] for name in ("stress", "support", PRODUCT)}
    unit = norms[outcome.scale][1]  # from here on in points; support at -1, 0, +1 of the fixed norm, as in every wave
    for at in AT:
        slope = model.fit.sum({"stress": 1, PRODUCT: at})
        terms |= {f"slope{at:+d}": slope, f"ten{at:+d}": slope.times(10 * unit / norms[STRESS][1])}
        level = model.fit["support"].estimate * at
        terms |= {f"line{at:+d}{s:+d}": _point(unit * (level + slope.estimate * s)) for s in (-1, 1)}
    if found.product and found.combined:
        terms |= {"own": found.product, "combined": found.combined}
    if all(kind in rows.columns for kind in KINDS) and not rows.select(KINDS).null_count().sum_horizontal().item():
        e, i = (_scaled(rows[kind].to_numpy(), norms[kind]) for kind in KINDS)
        terms |= contrast(y, s, e, i, controls, covariance=covariance, cluster=who, certainty=method.certainty)
    if who is not None:
        waves = {name: column for name, column in controls.items() if name.startswith("wave")}
        terms |= mundlak(y, s, u, waves, who, covariance, method.certainty)
    return found, terms, {"covariance": covariance, **_shape(past, model, found, leaders)}


def _shape(past: History, model: Moderation, found: Evidence, leaders: int) -> Row:
    """Where the slope of stress is clear (only edges inside what was observed), and how much is explained."""
    row: Row = {}
    if found.state == "visible":
        mean, sd = past.method.norms()[SUPPORT]
        ends = (model.edges.low, model.edges.high)
        edges = dict(
            zip(("clear_below", "clear_above"), ends if model.edges.kind == "outside" else ends[::-1], strict=True)
        )
        low, high = model.observed
        row |= {name: round(mean + sd * at) for name, at in edges.items() if at is not None and low < at < high}
    if leaders >= past.method.share_from:
        shares = {"r2": model.fit.r2, "delta_r2": model.delta_r2, "f2": model.f2}
        row |= {name: past.rounded(value) for name, value in shares.items()}
    return row


def _evidence_row(past: History, outcome: Outcome, found: Evidence, rows: pl.DataFrame, more: Row) -> Row:
    waves, found = rows["wave"].n_unique(), replace(found, leaders=tens(found.leaders))
    told = {f"sentence_{lang}": sentence(found, lang, past.method.fewest_leaders, waves) for lang in CARRIED}
    is_enough = found.leaders >= past.method.fewest_leaders
    return {
        "outcome": outcome.scale, "kind": "score" if outcome.at_least is None else "chance", "state": found.state,
        "oriented": found.oriented, "leaders": found.leaders if is_enough else None, "waves": waves,
        "of_ten": found.of_ten if is_enough else None, **more, **told,
    }  # fmt: skip


def _term_rows(past: History, outcome: str, terms: Mapping[str, Estimate]) -> Iterator[Row]:
    for term, one in terms.items():
        is_point = one.se == 0
        yield {
            "outcome": outcome, "term": term, "estimate": past.rounded(one.estimate),
            "low": None if is_point else past.rounded(one.low), "high": None if is_point else past.rounded(one.high),
        }  # fmt: skip


def _controls(rows: pl.DataFrame) -> dict[str, Array]:
    """Experience band and wave as 0/1 columns."""
    return dummies(rows, "experience_band") | dummies(rows, "wave")


def _point(value: float) -> Estimate:
    """A figure that is shown without an interval of its own."""
    return Estimate(value, 0, value, value, 1)


def _scaled(values: Array, norm: tuple[float, float]) -> Array:
    return (values - norm[0]) / norm[1]
