"""What if more leaders used a pillar: the difference, and the curve through what is published."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression

from dashboard.words import words
from pipelines.evidence.whatif import ridge, what_if
from pipelines.instruments.method import method_on
from pipelines.publication.modelled import curve_point, today_of
from tests.drawn import examples

METHOD = method_on(dt.date(2026, 7, 1))
COVERAGES = st.integers(0, 100).map(lambda points: points / 100)


def pillar_board(effect: float, leaders: int = 400, seed: int = 1):
    rng = np.random.default_rng(seed)
    used, starter = rng.random(leaders) < 0.4, rng.random(leaders) < 0.3
    chance = 1 / (1 + np.exp(-(-0.8 + effect * used + 0.4 * starter)))
    return rng.random(leaders) < chance, used, starter, np.arange(leaders)


def test_the_bootstrap_solves_the_same_problem_as_scikit_learn() -> None:
    flagged, used, starter, _ = pillar_board(-1.0)
    x = np.column_stack([used, starter, used * starter]).astype(float)
    weights = np.random.default_rng(1).integers(0, 4, (3, len(used))).astype(float)
    ours = ridge(x, flagged.astype(float), weights, 2.0, np.zeros(4))
    for beta, weight in zip(ours, weights, strict=True):
        theirs = LogisticRegression(C=2.0, tol=1e-10, max_iter=5000).fit(x, flagged, sample_weight=weight)
        assert_allclose(beta, np.r_[theirs.intercept_, theirs.coef_[0]], atol=1e-4)


@pytest.mark.parametrize(("effect", "low", "high"), [(-1.8, -0.6, 0.0), (1.5, 0.0, 0.6), (0.0, -0.15, 0.15)])
def test_a_pillar_made_to_help_harm_or_do_nothing_makes_that_difference(effect: float, low: float, high: float) -> None:
    flagged, used, starter, leader = pillar_board(effect)
    everybody = {"all": np.ones(len(used), dtype=bool)}
    difference = what_if(flagged, used, starter, {}, leader, everybody, METHOD)["all"]
    assert low < difference.low <= difference.estimate <= difference.high < high
    assert (difference.low < 0 < difference.high) == (effect == 0)
    seen = flagged[used].mean() - flagged[~used].mean()
    assert difference.estimate == pytest.approx(seen, abs=0.05)


@pytest.mark.parametrize("case", ["nobody uses it", "everybody uses it", "nobody flagged", "everybody flagged", "none"])
def test_where_nothing_varies_there_is_a_difference_too_and_it_holds_nought(case: str) -> None:
    flagged, used, starter, leader = pillar_board(0.0)
    used = np.full_like(used, case == "everybody uses it") if "uses" in case else used
    flagged = np.full_like(flagged, case == "everybody flagged") if "flagged" in case else flagged
    rows = slice(0, 0 if case == "none" else None)
    everybody = {"all": np.ones(len(used), dtype=bool)[rows]}
    found = what_if(flagged[rows], used[rows], starter[rows], {}, leader[rows], everybody, METHOD)["all"]
    assert found.low <= 1e-9
    assert found.high >= -1e-9
    assert np.isfinite([found.estimate, found.low, found.high]).all()


def test_a_draw_that_leaves_out_everybody_who_is_flagged_has_a_chance_of_nought_and_no_error() -> None:
    random = np.random.default_rng(4)
    x, flagged = random.normal(size=(60, 3)), np.arange(60) < 12
    weights = np.ones((3, 60))
    weights[0, flagged] = 0
    weights[1, ~flagged] = 0
    drawn = ridge(x, flagged.astype(float), weights, 2.0, np.zeros(4))
    chances = 1 / (1 + np.exp(-np.clip(drawn @ np.column_stack([np.ones(60), x]).T, -500, 500)))
    assert chances[0].max() < 1e-6
    assert chances[1].min() > 1 - 1e-6
    assert 0 < chances[2].min() < chances[2].max() < 1


# ------------------------------------------------------------------------------------------- the curve


@st.composite
def ranges(draw: st.DrawFn) -> dict[str, float]:
    """The range of a published share, as leaders of so many in it."""
    leaders = draw(st.integers(50, 400))
    low = draw(st.integers(0, leaders))
    high = draw(st.integers(low, leaders))
    return {"low": low / leaders, "high": high / leaders}


@st.composite
def differences(draw: st.DrawFn) -> dict[str, float]:
    """An estimate on its grid, of which it can be told which way it goes."""
    low, middle, high = sorted(draw(st.tuples(*[st.integers(0, 100)] * 3)))
    side = draw(st.sampled_from([-1, 1]))
    edges = sorted((side * low / 100, side * high / 100))
    return {"estimate": side * middle / 100, "low": edges[0], "high": edges[1]}


@given(difference=differences(), used=ranges(), risk=ranges())
@examples(300)
def test_the_curve_goes_through_today_as_the_page_prints_it(
    difference: dict[str, float], used: dict[str, float], risk: dict[str, float]
) -> None:
    today = today_of(used)
    assert today is not None
    point = curve_point(today, difference, used, risk)
    say, middle = words("en"), (risk["low"] + risk["high"]) / 2
    assert say.percent(point["estimate"]) == say.percent(middle)
    assert say.range(point["low"], point["high"]) == say.range(risk["low"], risk["high"])
    assert say.percent(today) == say.percent((used["low"] + used["high"]) / 2)


@given(difference=differences(), used=ranges(), risk=ranges(), coverage=COVERAGES)
@examples(300)
def test_no_margin_of_the_curve_is_narrower_than_the_published_one(
    difference: dict[str, float], used: dict[str, float], risk: dict[str, float], coverage: float
) -> None:
    point = curve_point(coverage, difference, used, risk)
    assert 0 <= point["low"] <= point["estimate"] <= point["high"] <= 1
    assert point["high"] - point["low"] >= risk["high"] - risk["low"] - 1e-9


@given(difference=differences(), used=ranges(), risk=ranges(), pair=st.tuples(COVERAGES, COVERAGES))
@examples(300)
def test_the_line_only_goes_the_way_that_is_told(
    difference: dict[str, float], used: dict[str, float], risk: dict[str, float], pair: tuple[float, float]
) -> None:
    less, more = (curve_point(at, difference, used, risk)["estimate"] for at in sorted(pair))
    assert (more - less) * difference["estimate"] >= 0


@pytest.mark.parametrize("coverage", [0.0, 1.0])
def test_a_share_that_would_end_below_nobody_or_above_everybody_is_held_and_keeps_its_margin(coverage: float) -> None:
    used, low, high = {"low": 0.4, "high": 0.5}, {"low": 0.05, "high": 0.15}, {"low": 0.85, "high": 0.95}
    steep: dict[str, Any] = {"estimate": -0.6, "low": -0.8, "high": -0.4}
    for risk in (low, high):
        point = curve_point(coverage, steep, used, risk)
        assert 0 <= point["low"] < point["high"] <= 1
        assert point["high"] - point["low"] >= 0.1 - 1e-9
