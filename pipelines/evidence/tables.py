"""Tables: what models say about one wave, as frames for the gate; from here on no row is a leader.

Figures are exact here: the gate (protection/modelled.py) brings them onto its grid, and refuses what its rules do not
know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.evidence.history import History, in_tens
from pipelines.evidence.outcomes import Result, outcome_results
from pipelines.evidence.quality import reliability_rows, scale_reliability
from pipelines.evidence.risk import card_rows, what_if_rows
from pipelines.evidence.sentence import kinds_sentence, sentence
from pipelines.ground.dice import Dice
from pipelines.ground.language import CARRIED
from pipelines.instruments import model_grid

ENDS = ("lowest", "highest")
Row = dict[str, Any]
Estimates = dict[str, pl.DataFrame]


def estimate(past: History, dice: Dice) -> Estimates:
    """All that models say about a wave, by table. `dice`: draws the noise of what is told of a count."""
    reliabilities = {scale.code: scale_reliability(past, scale.code) for scale in past.instrument.scales}
    results = list(outcome_results(past, reliabilities))
    rows: dict[str, list[Row]] = {
        "reliability": list(reliability_rows(past, reliabilities)),
        "evidence": [_evidence_row(past, result, dice) for result in results],
        "evidence_term": [row for result in results for row in _term_rows(result)],
        "model_card": list(card_rows(past, dice)),
        "what_if": list(what_if_rows(past)),
        "research": [finding.model_dump() for finding in past.method.research] if results else [],
    }
    return {name: pl.DataFrame(of_table, infer_schema_length=None) for name, of_table in rows.items()}


def _evidence_row(past: History, result: Result, dice: Dice) -> Row:
    """One outcome; how many leaders it is about follows from how many answered the wave."""
    evidence, method = result.evidence, past.method
    leaders = in_tens(past.respondents) if past.is_enough else past.respondents
    told = replace(evidence, count=leaders)
    row = {
        "outcome": result.outcome.scale,
        "kind": "score" if result.outcome.at_least is None else "chance",
        "state": evidence.state,
        "leaders": leaders if past.is_enough else None,
        "waves": result.waves,
        "at_end": _at_end(past, result, dice),
        **result.details,
        **{f"sentence_{lang}": sentence(told, lang, method, result.waves) for lang in CARRIED},
    }
    if result.kinds:
        row["kinds_state"] = result.kinds.state
        row |= {f"kinds_{lang}": kinds_sentence(result.kinds, lang, method) for lang in CARRIED}
    return row


def _at_end(past: History, result: Result, dice: Dice) -> str | None:
    """Whether many have the lowest or the highest score there is, after adding a number that can be any number.

    So it is no certain statement about how many they are.
    """
    for end, share in zip(ENDS, result.at_ends, strict=True):
        noise = dice.noise(model_grid().coin, "share at an end", result.outcome.scale, end, past.wave)
        if past.is_enough and result.terms and share + noise / past.respondents >= past.method.buffer.end_told:
            return end
    return None


def _term_rows(result: Result) -> Iterator[Row]:
    """One row per term; a figure without an interval of its own has no limits."""
    for term, figure in result.terms.items():
        is_point = term.startswith("chance")
        yield {
            "outcome": result.outcome.scale,
            "term": term,
            "estimate": figure.estimate,
            "low": None if is_point else figure.low,
            "high": None if is_point else figure.high,
        }
