"""Regressions that always have a solution: exact where the data speak, as wide as the belief where they say nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from pipelines.evidence.regress import logit, ols
from pipelines.evidence.weak import weak_logit, weak_ols
from tests.drawn import examples

STRENGTH = 2.0


@dataclass
class Data:
    y: np.ndarray
    columns: dict[str, np.ndarray]
    who: np.ndarray


def data(leaders: int, waves: int = 1, seed: int = 1) -> Data:
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(leaders), waves)
    stress, support, error = rng.standard_normal((3, leaders * waves))
    y = 0.4 * stress - 0.2 * support - 0.1 * stress * support + 0.8 * error
    return Data(y, {"stress": stress, "support": support, "product": stress * support}, who)


@pytest.mark.parametrize(("covariance", "waves"), [("hc3", 1), ("cr3", 4)])
def test_with_a_board_of_leaders_least_squares_and_its_errors_come_out(covariance: str, waves: int) -> None:
    one = data(2_000, waves)
    weak = weak_ols(one.y, one.columns, covariance, one.who)
    free = ols(one.y, one.columns, covariance, one.who)
    assert_allclose(weak.beta, free.beta, atol=2e-3)
    assert_allclose(np.sqrt(np.diag(weak.cov)), np.sqrt(np.diag(free.cov)), rtol=0.01)
    assert weak.r2 == pytest.approx(free.r2, abs=1e-4)


def test_with_a_board_of_eighty_the_belief_moves_no_figure_by_half_a_step_of_the_grid() -> None:
    one = data(80)
    weak, free = weak_ols(one.y, one.columns), ols(one.y, one.columns)
    for name in one.columns:
        assert weak[name].estimate == pytest.approx(free[name].estimate, abs=0.025)
        assert weak[name].high == pytest.approx(free[name].high, abs=0.025)


def test_with_many_leaders_the_chance_model_is_that_of_maximum_likelihood() -> None:
    one = data(3_000)
    yes = (one.y + np.random.default_rng(2).logistic(size=3_000) > 0.5).astype(float)
    weak = weak_logit(yes, one.columns, one.who, strength=STRENGTH)
    free = logit(yes, one.columns, one.who)
    assert_allclose(weak.beta, free.beta, atol=5e-3)
    assert_allclose(np.sqrt(np.diag(weak.cov)), np.sqrt(np.diag(free.cov)), rtol=0.02)


@given(constant=st.sampled_from(["stress", "support", "all", "outcome", "none"]), rows=st.integers(0, 60))
@examples(60)
def test_there_is_a_solution_whatever_does_not_vary_and_however_few_rows_there_are(constant: str, rows: int) -> None:
    one = data(60)
    columns, y = {name: column[:rows] for name, column in one.columns.items()}, one.y[:rows]
    if constant == "outcome":
        y = np.zeros(rows)
    for name in columns:
        if constant in (name, "all"):
            columns[name] = np.ones(rows)
    for fit in (
        weak_ols(y, columns),
        weak_ols(y, columns, "cr3", np.arange(rows) // 2),
        weak_logit((y > 0).astype(float), columns, strength=STRENGTH),
    ):
        assert np.isfinite(fit.beta).all()
        assert np.isfinite(fit.cov).all()
        assert np.isfinite(fit.r2) or fit.covariance == "cr1"


def test_a_column_that_says_nothing_has_the_interval_of_the_belief() -> None:
    one = data(80)
    fit = weak_ols(one.y, {**one.columns, "stress": np.ones(80)})
    assert fit["stress"].low < -1.9
    assert fit["stress"].high > 1.9
    assert abs(fit["stress"].estimate) < 0.05


def test_a_separated_outcome_has_a_finite_answer_that_moves_little_when_one_leader_answers_otherwise() -> None:
    group, y = np.arange(60) < 5, np.arange(60) % 3 == 0
    separated, nearly = y & ~group, y & ~group
    nearly[0] = True
    both = [
        weak_logit(one.astype(float), {"group": group.astype(float)}, strength=STRENGTH)["group"]
        for one in (separated, nearly)
    ]
    assert both[0].estimate < both[1].estimate
    assert both[0].high > both[1].low  # not told apart
