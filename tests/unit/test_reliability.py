"""Alpha, Feldt, omega and Spearman-Brown, against published figures and formulas worked out another way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from scipy import optimize, stats

from pipelines.evidence.reliability import feldt, omega, reliability
from pipelines.instruments.method import method_on

NUMBERS = method_on(dt.date(2026, 7, 1)).reliability


def answers(leaders: int, loadings: list[float], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    loading = np.array(loadings)
    return rng.standard_normal((leaders, 1)) * loading + rng.standard_normal((leaders, len(loading))) * np.sqrt(
        1 - loading**2
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("scale", "items", "alpha"), [("LEAD", 11, 0.902237), ("TSIG", 3, 0.823141), ("HOSTIL", 5, 0.872924)]
)
def test_alphas_of_two_thousand_soldiers_equal_those_published(
    shared_data: Path, scale: str, items: int, alpha: float
) -> None:
    soldiers = pl.read_csv(shared_data / "multilevel_lq2002" / "lq2002.csv")
    found = reliability(soldiers.select(f"{scale}{item:02d}" for item in range(1, items + 1)).to_numpy().astype(float))
    assert found.alpha == pytest.approx(alpha, abs=5e-7)
    assert found.leaders == 2042
    assert found.low < found.alpha < found.high
    assert found.omega == pytest.approx(found.alpha, abs=0.03)


def test_alpha_is_the_mean_of_all_split_halves() -> None:
    x = answers(80, [0.7, 0.6, 0.8, 0.5], 1)
    halves = [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
    covariance = np.cov(x, rowvar=False)
    told = [4 * covariance[np.ix_(one, other)].sum() / covariance.sum() for one, other in halves]
    assert_allclose(reliability(x).alpha, np.mean(told), rtol=1e-12)


def test_feldt_is_the_interval_of_the_reliability_of_a_mean_in_analysis_of_variance() -> None:
    x = answers(40, [0.7, 0.6, 0.8], 2)
    n, k = x.shape
    leader, item = x.mean(axis=1, keepdims=True), x.mean(axis=0)
    between = k * ((leader - x.mean()) ** 2).sum() / (n - 1)
    error = ((x - leader - item + x.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    ratio, degrees = between / error, (n - 1, (n - 1) * (k - 1))
    found = reliability(x)
    assert_allclose(found.alpha, 1 - 1 / ratio, rtol=1e-10)
    assert_allclose(found.low, 1 - stats.f.ppf(0.975, *degrees) / ratio, rtol=1e-10)
    assert_allclose(found.high, 1 - 1 / (ratio * stats.f.ppf(0.975, *degrees[::-1])), rtol=1e-10)
    assert feldt(found.alpha, n, k) == (found.low, found.high)


def test_omega_equals_the_same_likelihood_maximised_over_loadings_and_unique_variances_at_once() -> None:
    x = answers(150, [0.8, 0.7, 0.5, 0.6], 3) * np.array([1, 2, 0.5, 3])
    sample = np.cov(x, rowvar=False)

    def misfit(both: np.ndarray) -> float:
        model = np.outer(both[:4], both[:4]) + np.diag(np.exp(both[4:]))
        return np.linalg.slogdet(model)[1] + np.trace(sample @ np.linalg.inv(model))

    start = np.r_[0.7 * np.sqrt(np.diag(sample)), np.log(0.5 * np.diag(sample))]
    best = optimize.minimize(misfit, start, method="BFGS", options={"gtol": 1e-9}).x
    expected = best[:4].sum() ** 2 / (best[:4].sum() ** 2 + np.exp(best[4:]).sum())
    assert omega(x) == pytest.approx(expected, abs=1e-6)


def test_three_parallel_items_have_one_omega_and_it_is_alpha() -> None:
    loading, n = 0.7, 400
    correlation = np.full((3, 3), loading**2) + np.eye(3) * (1 - loading**2)
    x = np.random.default_rng(4).standard_normal((n, 3))
    x = (x - x.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(x, rowvar=False))).T
    x = x @ np.linalg.cholesky(correlation).T  # now exactly these correlations
    found = reliability(x)
    expected = 9 * loading**2 / (9 * loading**2 + 3 * (1 - loading**2))
    assert found.omega == pytest.approx(expected, abs=1e-6)
    assert found.alpha == pytest.approx(expected, abs=1e-9)


def test_two_items_are_stepped_up_by_spearman_and_brown() -> None:
    x = answers(100, [0.8, 0.7], 5) * np.array([1.0, 3.0])
    r = np.corrcoef(x, rowvar=False)[0, 1]
    found = reliability(x)
    assert found.estimate == found.stepped_up == pytest.approx(2 * r / (1 + r))
    assert found.omega is None
    assert found.alpha < found.stepped_up  # unequal spread: alpha is too low there


@pytest.mark.parametrize(
    ("case", "items"),
    [
        ("n = 0", np.empty((0, 3))), ("n = 1", np.ones((1, 3))), ("one item", np.arange(9.0)[:, None]),
        ("everybody the same", np.ones((30, 3))), ("nobody answered", np.full((30, 3), np.nan)),
        ("one item does not vary", np.column_stack([np.arange(20.0), np.arange(20.0), np.ones(20)])),
    ],
)  # fmt: skip
def test_what_cannot_be_assessed_says_so(case: str, items: np.ndarray) -> None:
    found = reliability(items)
    assert (found.alpha, found.omega, found.word(NUMBERS)) == (None, None, "not_assessable"), case
    assert not found.is_gate_shut(NUMBERS)


def test_two_leaders_and_items_that_say_the_same_break_nothing() -> None:
    same = np.repeat(np.arange(20.0)[:, None], 3, axis=1)
    assert reliability(same).alpha == pytest.approx(1)
    assert reliability(np.array([[1.0, 2, 3], [3.0, 2, 5]])).word(NUMBERS) == "not_assessable"
    assert reliability(np.array([[1.0, 2, 3], [3.0, 4, 5]])).alpha == pytest.approx(1)


@pytest.mark.parametrize(
    ("loading", "leaders", "word", "is_shut"),
    [(0.9, 300, "good", False), (0.7, 300, "usable", False), (0.4, 300, "low", True), (0.5, 20, "low", False)],
)
def test_the_gate_shuts_only_when_even_the_upper_limit_is_low(
    loading: float, leaders: int, word: str, is_shut: bool
) -> None:
    found = reliability(answers(leaders, [loading] * 3, 6))
    assert (found.word(NUMBERS), found.is_gate_shut(NUMBERS)) == (word, is_shut)
