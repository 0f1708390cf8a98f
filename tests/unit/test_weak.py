"""Regressions that always have a solution: exact where the data speak, as wide as the belief where they say nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import optimize, stats

from pipelines.evidence.clusters import Clusters
from pipelines.evidence.floored import weak_tobit
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


@pytest.mark.parametrize("waves", [1, 4])
def test_with_a_board_of_leaders_least_squares_and_its_errors_come_out(waves: int) -> None:
    one = data(2_000, waves)
    leader, covariance = (one.who, "cr3") if waves > 1 else (None, "hc3")
    weak = weak_ols(one.y, one.columns, leader)
    free = ols(one.y, one.columns, covariance, leader)
    assert weak.covariance == covariance
    assert_allclose(weak.beta, free.beta, atol=2e-3)
    assert_allclose(np.sqrt(np.diag(weak.cov)), np.sqrt(np.diag(free.cov)), rtol=0.01)
    assert weak.r2 == pytest.approx(free.r2, abs=1e-4)


def test_with_a_board_of_eighty_the_belief_moves_no_figure_by_half_a_step_of_the_grid() -> None:
    one = data(80)
    weak, free = weak_ols(one.y, one.columns), ols(one.y, one.columns)
    for name in one.columns:
        assert weak[name].estimate == pytest.approx(free[name].estimate, abs=0.025)
        assert weak[name].high == pytest.approx(free[name].high, abs=0.025)


def test_the_logistic_regression_comes_out_and_its_sandwich_goes_by_leader() -> None:
    one = data(1_500, waves=2)
    yes = (one.y + np.random.default_rng(2).logistic(size=3_000) > 0.5).astype(float)
    weak = weak_logit(yes, one.columns, one.who, strength=STRENGTH)
    free = logit(yes, one.columns, one.who, covariance="cr3")
    assert_allclose(weak.beta, free.beta, atol=5e-3)
    assert_allclose(np.sqrt(np.diag(weak.cov)), np.sqrt(np.diag(free.cov)), rtol=0.02)


def lasting(leaders: int, waves: int, seed: int = 1) -> Data:
    """Leaders of whom half of what is not explained stays from wave to wave; some miss waves."""
    rng = np.random.default_rng(seed)
    one = data(leaders, waves, seed)
    one.y += 0.8 * (rng.standard_normal(leaders)[one.who])
    is_there = rng.random(len(one.y)) < 0.8
    return Data(one.y[is_there], {name: column[is_there] for name, column in one.columns.items()}, one.who[is_there])


def test_rows_of_a_leader_are_weighed_as_generalised_estimating_equations_do() -> None:
    one = lasting(150, 6)
    weak, free = weak_ols(one.y, one.columns, one.who), ols(one.y, one.columns, "cr3", one.who)
    x = sm.add_constant(np.column_stack(list(one.columns.values())))
    theirs = sm.GEE(one.y, x, groups=one.who, cov_struct=sm.cov_struct.Exchangeable()).fit(cov_type="bias_reduced")
    assert_allclose(weak.beta, theirs.params, atol=2e-3)
    assert_allclose(np.sqrt(np.diag(weak.cov))[1:], theirs.bse[1:], rtol=0.03)
    assert weak["product"].se < 0.85 * free["product"].se  # what stays with a leader no longer blurs what changes


def test_rows_of_a_yes_no_outcome_are_weighed_so_too() -> None:
    one = lasting(300, 6)
    yes = (one.y + np.random.default_rng(2).logistic(size=len(one.y)) > 0.5).astype(float)
    x = sm.add_constant(np.column_stack(list(one.columns.values())))
    family, alike = sm.families.Binomial(), sm.cov_struct.Exchangeable()
    theirs = sm.GEE(yes, x, groups=one.who, family=family, cov_struct=alike).fit(cov_type="bias_reduced")
    weak = weak_logit(yes, one.columns, one.who, strength=100)
    assert_allclose(weak.beta, theirs.params, atol=0.01)
    assert_allclose(np.sqrt(np.diag(weak.cov)), theirs.bse, rtol=0.03)


@given(leaders=st.integers(5, 15), waves=st.integers(2, 4), seed=st.integers(0, 10_000))
@examples(25)
def test_the_interval_is_what_happens_when_one_leader_at_a_time_is_left_out(
    leaders: int, waves: int, seed: int
) -> None:
    one = data(leaders, waves, seed)
    fit, who = weak_ols(one.y, one.columns, one.who), Clusters(one.who)
    x = np.column_stack([np.ones(len(one.y)), *one.columns.values()])
    first = np.linalg.solve(x.T @ x + np.diag([1e-9, 1, 1, 1]), x.T @ one.y)
    left, believed = who.weighed(x, who.likeness(one.y - x @ first)), np.diag([1e-9, 1, 1, 1])
    cov = np.linalg.inv(left.T @ x + believed)
    cov = cov @ believed @ cov.T
    for leader in range(leaders):
        rest = one.who != leader
        moved = np.linalg.solve(left[rest].T @ x[rest] + believed, left[rest].T @ one.y[rest]) - fit.beta
        cov += np.outer(moved, moved)
    assert_allclose(fit.cov, cov, rtol=1e-6, atol=1e-9)
    assert fit.df == leaders - 1


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_likeness_is_the_share_of_the_variance_that_stays_with_a_leader(share: float) -> None:
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(3_000), 4)
    residual = np.sqrt(share) * rng.standard_normal(3_000)[who] + np.sqrt(1 - share) * rng.standard_normal(12_000)
    assert Clusters(who).likeness(residual) == pytest.approx(share, abs=0.03)
    assert Clusters(np.arange(12_000)).likeness(residual) == 0
    assert Clusters(who).likeness(np.zeros(12_000)) == 0


def test_an_outcome_that_reaches_no_end_has_the_regression_of_least_squares() -> None:
    one = lasting(150, 4)
    floored, plain = weak_tobit(one.y, one.columns, (-50, 50), one.who), weak_ols(one.y, one.columns, one.who)
    assert_allclose(floored.beta, plain.beta, atol=2e-3)
    assert_allclose(np.sqrt(np.diag(floored.cov)), np.sqrt(np.diag(plain.cov)), rtol=0.02)


def test_a_floored_outcome_is_fitted_where_its_likelihood_is_highest() -> None:
    one = data(400)
    y, ends = np.clip(one.y, -0.4, 1.2), (-0.4, 1.2)
    x = np.column_stack([np.ones(400), *one.columns.values()])

    def misfit(at: np.ndarray) -> float:
        mean, sd = x @ at[:-1], np.exp(at[-1])
        z = (y - mean) / sd
        seen = stats.norm.logpdf(z) - np.log(sd)
        told = np.where(y <= ends[0], stats.norm.logcdf(z), np.where(y >= ends[1], stats.norm.logsf(z), seen))
        return float(-told.sum())

    best = optimize.minimize(misfit, np.r_[np.zeros(4), 0.0], method="BFGS", options={"gtol": 1e-8}).x
    fit = weak_tobit(y, one.columns, ends)
    assert_allclose(fit.beta, best[:-1], atol=5e-3)
    assert (y == ends[0]).mean() > 0.2


def test_what_a_floor_hides_comes_back_with_an_interval_that_holds_it() -> None:
    held = []
    for seed in range(60):
        one = lasting(100, 5, seed)
        floor = float(np.quantile(one.y, 0.37))
        product = weak_tobit(np.maximum(one.y, floor), one.columns, (floor, 99), one.who)["product"]
        held.append((product.low <= -0.1 <= product.high, product.estimate))
    share, mean = np.mean(held, axis=0)
    assert share >= 0.9
    assert mean == pytest.approx(-0.1, abs=0.015)


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
        weak_ols(y, columns, np.arange(rows) // 2),
        weak_logit((y > 0).astype(float), columns, strength=STRENGTH),
        weak_logit((y > 0).astype(float), columns, np.arange(rows) // 2, strength=STRENGTH),
        weak_tobit(y, columns, (0, 1), np.arange(rows) // 2),
        weak_tobit(y, columns, (8, 9), np.arange(rows) // 2),
    ):
        assert np.isfinite(fit.beta).all()
        assert np.isfinite(fit.cov).all()
        assert (np.diag(fit.cov) >= 0).all()


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
