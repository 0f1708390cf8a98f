"""Quality: how reliably each scale measures, what that withholds, and how much was left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.evidence.history import STRESS, SUPPORT, History, in_tens, leaders_in
from pipelines.evidence.reliability import Reliability, reliability
from pipelines.instruments import Attribute, Method

Row = dict[str, Any]
FIGURES = ("estimate", "low", "high", "omega")


@dataclass(frozen=True)
class ScaleReliability:
    """The reliability of one scale in this wave, and over all waves of this version of the instrument."""

    wave: Reliability
    version: Reliability


def scale_reliability(past: History, code: str) -> ScaleReliability:
    """How reliably one scale measures."""
    scale = past.scale(code)
    certainty = past.method.certainty
    return ScaleReliability(
        wave=reliability(past.items(scale, past.now), certainty),
        version=reliability(past.items(scale, past.rows), certainty),
    )


def withheld_flags(past: History, asked: Iterable[Attribute]) -> set[str]:
    """Attributes that are withheld because what they are made of measures too little, over all waves of the version.

    `asked`: the attributes of the plan that were asked about.
    """
    made_by_a_rule = {attribute.code for attribute in asked if attribute.rule}
    scales = {scale.code for scale in past.instrument.scales} & {STRESS, SUPPORT}
    is_shut = any(scale_reliability(past, code).version.is_gate_shut(past.method.reliability) for code in scales)
    return made_by_a_rule if is_shut else set()


def reliability_rows(past: History, scales: Mapping[str, ScaleReliability]) -> Iterator[Row]:
    """Rows of the table reliability, without what is the same in all."""
    in_wave = leaders_in(past.now)
    in_version = leaders_in(past.rows)
    for code, scale in scales.items():
        if scale.wave.items:
            yield {**_row(code, "wave", scale.wave, in_wave, past), "is_gate_shut": False}
        if scale.version.items:
            is_shut = scale.version.is_gate_shut(past.method.reliability)
            yield {**_row(code, "version", scale.version, in_version, past), "is_gate_shut": is_shut}


def _row(code: str, scope: str, measured: Reliability, leaders: int, past: History) -> Row:
    """One scale in one scope; figures only about enough leaders (rows are leaders in a wave)."""
    method = past.method
    row = {"scale": code, "scope": scope, "items": measured.items, "word": measured.word(method.reliability)}
    leaders = min(measured.leaders, leaders)
    if leaders < method.fewest_leaders or measured.estimate is None:
        return row
    figures = {name: past.rounded(getattr(measured, name)) for name in FIGURES}
    return {**row, "leaders": in_tens(leaders), **figures}


def quality_rows(past: History) -> Iterator[Row]:
    """Rows of the table quality: in one word how much of each scale was left open in this wave."""
    if past.now.height < past.method.fewest_leaders:
        return
    for scale in past.instrument.scales:
        items = past.items(scale, past.now)
        if scale.items and items.shape[1]:
            yield {"scale": scale.code, "open": _open_word(float(np.isnan(items).mean()), past.method)}


def _open_word(share: float, method: Method) -> str:
    numbers = method.reliability
    if share < numbers.few:
        return "few"
    return "some" if share < numbers.some else "many"
