"""Quality: how reliably each scale measures, over all waves of this version of the instrument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.evidence.history import History
from pipelines.evidence.reliability import TWO, Reliability, feldt, reliability

Row = dict[str, Any]


def scale_reliability(past: History, code: str) -> Reliability:
    """How reliably one scale measures."""
    return reliability(past.items(past.scale(code), past.rows), past.method.certainty)


def reliability_rows(past: History, scales: Mapping[str, Reliability]) -> Iterator[Row]:
    """One row per scale that was asked; figures of two statements or more, where enough answered the wave."""
    for code, measured in scales.items():
        if not measured.items:
            continue
        row = {"scale": code, "scope": "version", "items": measured.items}
        if past.is_enough and measured.items >= TWO:
            row |= {"leaders": past.respondents, **_figures(measured, past.method.certainty)}
        yield row


def _figures(measured: Reliability, certainty: float) -> dict[str, float | None]:
    """The estimate and its interval; answers that do not differ, or hardly any, measure nothing: 0, and no other state.

    A scale on which all answer alike looks so like one whose statements have nothing in common.
    """
    if measured.estimate is None:
        low, high = feldt(0, max(measured.leaders, TWO), measured.items, certainty)
        return {"estimate": 0, "low": low, "high": high}
    return {"estimate": measured.estimate, "low": measured.low, "high": measured.high}
