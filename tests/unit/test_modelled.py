"""The gate's rule for what models say: rows by how many answered alone, figures on the grid, anything else refused."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ground.errors import Refused
from pipelines.ground.messages import explain
from pipelines.instruments import method_on, model_grid
from pipelines.protection.modelled import CARD, EFFECT, SCORE_TERMS, SHARE, Figure, on_grid, rounded
from tests.boards import WAVE
from tests.drawn import examples

METHOD, GRID = method_on(WAVE.first_day), model_grid()
ANY = st.floats(-3, 3) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 0.05, -0.15, 1e-18, -1e-18])
UNITS = st.sampled_from([EFFECT, SHARE, Figure("standardised", 0, 2), Figure("share", -1, 1), Figure("whole", 0, 10)])
STEP = {"standardised": GRID.standardised, "share": GRID.share, "whole": 1}


def is_step(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-9


@given(figure=UNITS, estimate=ANY, low=ANY, high=ANY)
@examples(300)
def test_every_figure_lands_on_a_step_inside_its_limits(
    figure: Figure, estimate: float, low: float, high: float
) -> None:
    told = rounded({"estimate": estimate, "low": min(low, high), "high": max(low, high)}, figure, GRID)
    for value in told.values():
        assert figure.least <= value <= figure.most
        assert is_step(value, STEP[figure.unit])
    assert told["low"] <= told["estimate"] <= told["high"]


@given(middle=st.floats(-0.9, 0.9), half=st.floats(0, 0.5))
@examples(300)
def test_an_interval_never_becomes_narrower_and_holds_a_step_only_where_it_did(middle: float, half: float) -> None:
    low, high = middle - half, middle + half
    told = rounded({"estimate": middle, "low": low, "high": high}, EFFECT, GRID)
    assert told["low"] <= max(low, -1)
    assert told["high"] >= min(high, 1)
    for edge in (-0.05, 0.0, 0.05):
        if min(abs(low - edge), abs(high - edge)) > 1e-6:
            # A state is judged by which of these lie inside: the same is read from the published interval.
            assert (told["low"] >= edge) == (low > edge) or told["low"] == told["estimate"]
            assert (told["high"] <= edge) == (high < edge) or told["high"] == told["estimate"]


@given(seen=st.floats(-1, 1), nudge=st.floats(-0.02, 0.02))
@examples(200)
def test_a_small_change_of_the_answers_moves_a_figure_by_whole_steps_or_not_at_all(seen: float, nudge: float) -> None:
    one, other = (rounded({"estimate": value, "low": value - 0.2, "high": value + 0.2}, EFFECT, GRID)
                  for value in (seen, seen + nudge))  # fmt: skip
    for name in ("estimate", "low", "high"):
        assert is_step(one[name] - other[name], GRID.standardised)
        assert abs(one[name] - other[name]) < 2 * GRID.standardised + 1e-9


def test_a_fit_without_an_answer_is_the_widest_interval_and_a_point_stays_one() -> None:
    nothing = dict.fromkeys(("estimate", "low", "high"), math.nan)
    assert rounded(nothing, EFFECT, GRID) == {"estimate": 0, "low": -1, "high": 1}
    assert rounded({"estimate": 0.123, "low": None, "high": None}, SHARE, GRID) == {
        "estimate": 0.12, "low": None, "high": None,
    }  # fmt: skip
    assert rounded({"estimate": None}, SHARE, GRID)["estimate"] is None


# ------------------------------------------------------------------------------------------- presence

INTERVAL = {"estimate": 0.123, "low": 0.01, "high": 0.2}
SENTENCES = {"sentence_nl": "zin", "sentence_en": "sentence"}


def estimates(rung: str = "R2") -> dict[str, list[dict[str, Any]]]:
    """What evidence hands the gate of a wave that enough leaders answered."""
    outcome = {"outcome": "exhaustion", "kind": "score", "state": "undecided", "leaders": 87, "waves": 1}
    told = [part for part in CARD if not part.startswith("chance_") or rung == "R3"] if rung != "R1" else []
    card = [{"part": "rung", "word": rung}, {"part": "product", "word": None if rung == "R1" else "kept"}]
    card += [{"part": part, **(INTERVAL if part in told else {})} for part in CARD]
    return {
        "reliability": [
            {"scale": "stress", "scope": "version", "items": 3, "leaders": 87, **INTERVAL},
            {"scale": "one_item", "scope": "version", "items": 1},
        ],
        "evidence": [outcome | SENTENCES],
        "evidence_term": [{"outcome": "exhaustion", "term": term, **INTERVAL} for term in SCORE_TERMS],
        "model_card": card,
        "what_if": [{"group": group, "pillar": "buddy", **INTERVAL} for group in ("all", "starters")],
    }


def gate(rows: dict[str, list[dict[str, Any]]], respondents: int = 87, starters: int = 60) -> dict[str, pl.DataFrame]:
    frames = {name: pl.DataFrame(of_table, infer_schema_length=None) for name, of_table in rows.items()}
    return dict(on_grid(frames, respondents, starters, METHOD, GRID).tables)


@pytest.mark.parametrize("rung", ["R1", "R2", "R3"])
def test_what_follows_the_rules_passes_on_the_grid(rung: str) -> None:
    told = gate(estimates(rung))
    assert set(told["evidence_term"].select("estimate", "low", "high").rows()) == {(0.1, 0.0, 0.25)}
    assert told["what_if"].select("estimate", "low", "high").rows() == [(0.12, 0.0, 0.21)] * 2
    assert told["evidence"]["leaders"].to_list() == [80]
    assert told["reliability"].select("word", "is_gate_shut").rows() == [("low", True), ("not_assessable", False)]


def test_a_group_of_starters_below_fifty_is_left_out() -> None:
    assert gate(estimates(), starters=49)["what_if"]["group"].to_list() == ["all"]


def changed(table: str, place: int, **values: Any) -> dict[str, list[dict[str, Any]]]:
    rows = estimates()
    rows[table][place] |= values
    return rows


def less(table: str, place: int) -> dict[str, list[dict[str, Any]]]:
    rows = estimates()
    del rows[table][place]
    return rows


@pytest.mark.parametrize(
    ("rows", "respondents"),
    [
        (estimates() | {"leaders": [{"leader_key": "k1"}]}, 87),
        (estimates(), 49),
        (less("evidence_term", 0), 87),
        (less("model_card", 2), 87),
        (less("what_if", 1), 87),
        (changed("evidence_term", 0, term="wave=2026Q3"), 87),
        (changed("evidence_term", 0, outcome="other"), 87),
        (changed("evidence", 0, state="no_basis"), 87),
        (changed("reliability", 0, estimate=None), 87),
        (changed("reliability", 1, estimate=0.5, low=0.4, high=0.6), 87),
        (changed("model_card", 0, word="R1"), 87),
    ],
    ids=["a table of leaders", "too few", "a term less", "a part less", "a group less", "a control", "no outcome",
         "no basis among enough", "no figure among enough", "one item", "figures without a rung"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(rows: dict[str, list[dict[str, Any]]], respondents: int) -> None:
    with pytest.raises(Refused, match="model_off_rules") as refusal:
        gate(rows, respondents)
    for lang in ("nl", "en"):
        assert "{" not in explain(lang, refusal.value)
