"""Drawn tables for scores: answers in, points out (x1000)."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.instruments import Instrument, load_instrument
from pipelines.intake.score import score


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument()


def _scores(instrument: Instrument, **answers: float | None) -> dict[str, int | None]:
    frame = pl.DataFrame(
        {"leader_key": ["a"], **{k: [v] for k, v in answers.items()}},
        schema_overrides=dict.fromkeys(answers, pl.Float64),
    )
    return score(frame, instrument).row(0, named=True)


def _item(instrument: Instrument, scale: str, at: int) -> tuple[str, bool]:
    items = next(s for s in instrument.scales if s.code == scale).items
    return items[at].code, items[at].reversed


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ((1, 1, 1), 0),
        ((5, 5, 5), 100_000),
        ((3, 3, 3), 50_000),
        ((4, 3, 3), 58_333),
        ((4, 4, None), 75_000),
        ((None, 2, None), None),
        ((None, None, None), None),
    ],
)
def test_stress_is_the_percentage_of_the_maximum_and_needs_two_of_three(
    instrument: Instrument, answers: tuple[int | None, ...], points: int | None
) -> None:
    given = {}
    for at, answer in enumerate(answers):
        code, is_reversed = _item(instrument, "stress", at)
        given[code] = None if answer is None else float(6 - answer if is_reversed else answer)
    assert _scores(instrument, exhaustion_1=3.0, **given).get("stress") == points


@pytest.mark.parametrize(
    ("emotional", "instrumental", "support"),
    [((5, 5), (1, 1), 50_000), ((3, 3), (3, 3), 50_000), ((5, None), (5, 5), 100_000), ((None, None), (5, 5), None)],
)
def test_support_is_the_mean_of_both_kinds_and_needs_both(
    instrument: Instrument, emotional: tuple[int | None, ...], instrumental: tuple[int | None, ...], support: int | None
) -> None:
    given: dict[str, float | None] = {}
    for scale, answers in (("support_emotional", emotional), ("support_instrumental", instrumental)):
        for at, answer in enumerate(answers):
            code, is_reversed = _item(instrument, scale, at)
            given[code] = None if answer is None else float(6 - answer if is_reversed else answer)
    assert _scores(instrument, stress_1=3.0, stress_2=3.0, **given).get("support") == support


def test_a_scale_that_was_not_asked_has_no_column(instrument: Instrument) -> None:
    scored = score(pl.DataFrame({"leader_key": ["a"], "stress_1": [3.0], "stress_2": [4.0]}), instrument)
    assert scored.columns == ["leader_key", "stress"]
