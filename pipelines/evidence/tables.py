"""Tables: the evidence tables of one publication; from here on no row is a leader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.evidence.history import History, in_tens
from pipelines.evidence.outcomes import Result, outcome_results
from pipelines.evidence.quality import quality_rows, reliability_rows, scale_reliability
from pipelines.evidence.risk import risk_tables
from pipelines.evidence.sentence import sentence
from pipelines.ground.language import CARRIED
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import EVIDENCE, Tables, frame_of

Row = dict[str, Any]


def estimate(past: History, publication: PublicationId) -> Tables:
    """All tables of evidence of one publication, by name, but the weights of a federation."""
    return evidence_tables(past, publication) | risk_tables(past, publication)


def evidence_tables(past: History, publication: PublicationId) -> Tables:
    """The tables reliability, quality, evidence, evidence_term and research of one publication.

    Where a wave adds too few leaders nothing is estimated anew: the last three are empty.
    """
    reliabilities = {scale.code: scale_reliability(past, scale.code) for scale in past.instrument.scales}
    results = list(outcome_results(past, reliabilities)) if past.adds_enough() else []
    rows: dict[str, list[Row]] = {
        "reliability": list(reliability_rows(past, reliabilities)),
        "quality": list(quality_rows(past)),
        "evidence": [_evidence_row(past, result) for result in results],
        "evidence_term": [row for result in results for row in _term_rows(past, result)],
        "research": [finding.model_dump() for finding in past.method.research] if results else [],
    }
    return {
        name: frame_of(EVIDENCE[name], of_table, publication=publication, wave=past.wave)
        for name, of_table in rows.items()
    }


def estimated_before(frozen: Tables, publication: PublicationId) -> Tables:
    """The tables of evidence of an earlier publication of the wave (`frozen`), under the name of the new one.

    No model is estimated anew for a few leaders more or fewer.
    """
    named = pl.lit(publication).alias("publication")
    return {name: schema.cast(frozen[name].with_columns(named)) for name, schema in EVIDENCE.items()}


def _evidence_row(past: History, result: Result) -> Row:
    """One outcome; how many leaders it is about only in tens, and only when they are enough."""
    fewest = past.method.fewest_leaders
    evidence = replace(result.evidence, leaders=in_tens(result.evidence.leaders))
    is_enough = evidence.leaders >= fewest
    return {
        "outcome": result.outcome.scale,
        "kind": "score" if result.outcome.at_least is None else "chance",
        "state": evidence.state,
        "oriented": evidence.oriented,
        "leaders": evidence.leaders if is_enough else None,
        "waves": result.waves,
        "of_ten": evidence.of_ten if is_enough else None,
        **result.details,
        **{f"sentence_{lang}": sentence(evidence, lang, fewest, result.waves) for lang in CARRIED},
    }


def _term_rows(past: History, result: Result) -> Iterator[Row]:
    """One row per term; a figure without an interval of its own has no limits."""
    for term, figure in result.terms.items():
        is_point = figure.se == 0
        yield {
            "outcome": result.outcome.scale,
            "term": term,
            "estimate": past.rounded(figure.estimate),
            "low": None if is_point else past.rounded(figure.low),
            "high": None if is_point else past.rounded(figure.high),
        }
