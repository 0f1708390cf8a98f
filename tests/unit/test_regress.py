"""Regressions and their standard errors, against statsmodels and against formulas worked out another way."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from pipelines.evidence.buffer import contrast, moderation
from pipelines.evidence.regress import logit, ols
from pipelines.ground.errors import Refused
from tests.drawn import examples

CLOSE = {"rtol": 1e-8, "atol": 1e-10}
HC3 = partial(ols, covariance="hc3")


def board(leaders: int, waves: int, seed: int, interaction: float = -0.1) -> dict[str, np.ndarray]:
    """Leaders who answer several times; what they have of their own stays with them."""
    rng = np.random.default_rng(seed)
    own = rng.standard_normal((leaders, 1, 3))
    stress, support, rest = np.moveaxis(own * 0.8 + 0.6 * rng.standard_normal((leaders, waves, 3)), 2, 0)
    y = 0.4 * stress - 0.2 * support + interaction * stress * support + 0.8 * rest
    who = np.repeat(np.arange(leaders), waves)
    return {"y": y.ravel(), "stress": stress.ravel(), "support": support.ravel(), "who": who}


def terms(d: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {"stress": d["stress"], "support": d["support"], "product": d["stress"] * d["support"]}


def matrix(d: dict[str, np.ndarray]) -> np.ndarray:
    return sm.add_constant(np.column_stack(list(terms(d).values())))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("covariance", ["ols", "hc3", "cr1"])
def test_standard_errors_equal_those_of_statsmodels(covariance: str, seed: int) -> None:
    d = board(30, 4, seed)
    kinds = {
        "ols": {}, "hc3": {"cov_type": "HC3", "use_t": True},
        "cr1": {"cov_type": "cluster", "cov_kwds": {"groups": d["who"], "df_correction": True}, "use_t": True},
    }  # fmt: skip
    theirs = sm.OLS(d["y"], matrix(d)).fit(**kinds[covariance])
    ours = ols(d["y"], terms(d), covariance, d["who"] if covariance == "cr1" else None)
    assert_allclose(ours.beta, theirs.params, **CLOSE)
    assert_allclose(ours.cov, theirs.cov_params(), **CLOSE)
    assert_allclose(ours.r2, theirs.rsquared, **CLOSE)
    for at, name in enumerate(ours.names):
        one = ours[name]
        assert_allclose([one.low, one.high, one.p], [*theirs.conf_int()[at], theirs.pvalues[at]], **CLOSE)


@pytest.mark.parametrize("clustered", [False, True])
def test_the_logistic_regression_equals_that_of_statsmodels(clustered: bool) -> None:
    d = board(60, 4, 4)
    y = (d["y"] > 0.5).astype(float)
    kind = {"cov_type": "cluster", "cov_kwds": {"groups": d["who"]}} if clustered else {}
    theirs = sm.Logit(y, matrix(d)).fit(disp=0, tol=1e-12, maxiter=200, method="newton", **kind)
    ours = logit(y, terms(d), d["who"] if clustered else None)
    assert_allclose(ours.beta, theirs.params, **CLOSE)
    assert_allclose(np.sqrt(np.diag(ours.cov)), theirs.bse, **CLOSE)


@given(leaders=st.integers(6, 20), waves=st.integers(1, 4), seed=st.integers(0, 10_000))
@examples(25)
def test_cr3_is_what_happens_when_one_leader_at_a_time_is_left_out(leaders: int, waves: int, seed: int) -> None:
    d = board(leaders, waves, seed)
    x, ours = matrix(d), ols(d["y"], terms(d), "cr3", d["who"])
    jackknife = np.zeros((4, 4))
    for who in range(leaders):
        rest = d["who"] != who
        moved = np.linalg.lstsq(x[rest], d["y"][rest], rcond=None)[0] - ours.beta
        jackknife += np.outer(moved, moved)
    assert_allclose(ours.cov, jackknife, rtol=1e-6, atol=1e-9)
    assert ours.df == leaders - 1


def test_with_one_answer_each_cr3_is_hc3() -> None:
    d = board(25, 1, 5)
    assert_allclose(ols(d["y"], terms(d), "cr3", d["who"]).cov, ols(d["y"], terms(d), "hc3").cov, **CLOSE)


def test_a_row_that_fits_itself_teaches_no_error_and_breaks_nothing() -> None:
    d = board(25, 1, 6)
    alone = (np.arange(25) == 0).astype(float)
    fit = ols(d["y"], {**terms(d), "alone": alone}, "hc3")
    assert np.isfinite(fit.cov).all()


@pytest.mark.parametrize("scaling", ["none", "center", "standardize"])
def test_slopes_and_edges_are_the_same_line_however_it_is_scaled(scaling: str) -> None:
    d = board(80, 1, 7, interaction=-0.5)
    model = moderation(d["y"], d["stress"], d["support"], regress=HC3, scaling=scaling)
    plain = moderation(d["y"], d["stress"], d["support"], regress=HC3, scaling="none")
    unit = d["stress"].std(ddof=1) / d["y"].std(ddof=1) if scaling == "standardize" else 1
    for at in (-1, 0, 1):
        assert_allclose(model.slopes[at].estimate, unit * plain.slopes[at].estimate, **CLOSE)
        assert_allclose(model.slopes[at].p, plain.slopes[at].p, rtol=1e-6)
    assert_allclose(model.product.estimate, plain.product.estimate, **CLOSE)
    assert_allclose(model.product.se, plain.product.se, **CLOSE)
    shift, spread = (d["support"].mean(), d["support"].std(ddof=1)) if scaling != "none" else (0, 1)
    spread = spread if scaling == "standardize" else 1
    edges = (plain.edges.low, plain.edges.high)
    assert_allclose((model.edges.low, model.edges.high), [(edge - shift) / spread for edge in edges], rtol=1e-6)
    assert model.edges.kind == plain.edges.kind


def test_at_the_edges_of_johnson_and_neyman_the_slope_is_just_significant() -> None:
    found = set()
    for seed in range(40):
        d = board(60, 1, seed, interaction=-0.4 if seed % 2 else -0.05)
        model = moderation(d["y"], d["stress"], d["support"], regress=HC3)
        edges, fit = model.edges, model.fit
        found.add(edges.kind)
        t = stats.t.ppf(0.975, fit.df)

        def clear(u: float, fit=fit, t=t) -> float:
            slope = fit.sum({"stress": 1, "stress:support": u})
            return abs(slope.estimate) / slope.se - t

        if edges.low is None or edges.high is None:
            assert all((clear(u) > 0) == (edges.kind == "always") for u in np.linspace(-20, 20, 41))
            continue
        assert_allclose([clear(edges.low), clear(edges.high)], 0, atol=1e-8)
        assert (clear((edges.low + edges.high) / 2) > 0) == (edges.kind == "inside")
    assert found >= {"outside", "inside"}


def test_emotional_against_practical_support_is_a_difference_with_its_own_interval() -> None:
    rng = np.random.default_rng(8)
    s, e, i = rng.standard_normal((3, 400))
    y = 0.4 * s - 0.3 * e - 0.1 * i + rng.standard_normal(400)
    told = contrast(y, s, e, i, {}, HC3)
    theirs = sm.OLS(y, sm.add_constant(np.column_stack([s, e, i]))).fit(cov_type="HC3", use_t=True)
    test = theirs.t_test(np.array([0, 0, 1, -1]))
    assert_allclose([told["difference"].estimate, told["difference"].se], [test.effect[0], test.sd[0, 0]], **CLOSE)


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        ("n = 0", "fit_too_few"), ("n = 1", "fit_too_few"), ("n = 2", "fit_too_few"),
        ("as many rows as terms", "fit_too_few"),
        ("constant support", "fit_constant"), ("constant outcome", "fit_constant"), ("one cluster", "fit_one_cluster"),
        ("stress is support", "fit_repeated"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_refused_by_name(case: str, rule: str) -> None:
    d = board(40, 1, 12)
    rows = {"n = 0": 0, "n = 1": 1, "n = 2": 2, "as many rows as terms": 4}.get(case, 40)
    y, s, u = (d[name][:rows] for name in ("y", "stress", "support"))
    u = np.ones(rows) if case == "constant support" else s * 2 if case == "stress is support" else u
    y = np.ones(rows) if case == "constant outcome" else y
    cluster = np.zeros(rows) if case == "one cluster" else np.arange(rows)
    with pytest.raises(Refused) as refusal:
        moderation(y, s, u, regress=partial(ols, covariance="cr3", cluster=cluster))
    assert refusal.value.rule == rule


def test_perfect_separation_is_refused_and_never_a_huge_number() -> None:
    s = np.linspace(-2, 2, 40)
    with pytest.raises(Refused) as refusal:
        logit((s > 0).astype(float), {"stress": s})
    assert refusal.value.rule == "fit_separated"
