"""Weak: regressions that always have a solution, for what is published: a fit that fails must not show.

Every coefficient but the intercept starts from a belief of 0 with a spread of 1 (least squares, in units of the norms)
or of the root of `strength` (log-odds). Where the data speak that belief does not show; where they say nothing (a
constant column, columns that repeat each other, an outcome that a group separates, hardly any complete row) the
interval becomes as wide as the belief, without a jump. So no figure says that a model could not be fitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from scipy import special

from pipelines.evidence.regress import Array, Cluster, Covariance, Fit, Ints, clustered, heteroscedastic, rows_of_each
from pipelines.evidence.whatif import NEARLY_FREE, ridge

FEWEST_CLUSTERS = 2


def weak_ols(
    y: Array,
    columns: Mapping[str, Array],
    covariance: Covariance = "hc3",
    cluster: Cluster = None,
    certainty: float = 0.95,
) -> Fit:
    """Least squares with a weak belief; the interval counts the spread of the belief as one more source of error."""
    x, names = _matrix(y, columns)
    precision = _precision(x.shape[1], 1)
    bread: Array = np.asarray(np.linalg.inv(x.T @ x + precision), dtype=np.float64)
    beta = bread @ (x.T @ y)
    error = y - x @ beta
    groups = None if covariance == "hc3" else _rows_of(cluster, len(y))
    cov = heteroscedastic(x, error, bread) if groups is None else clustered(x, error, bread, groups, "cr3")
    spread = float(((y - y.mean()) ** 2).sum()) if len(y) else 0.0
    return Fit(
        names=names,
        beta=beta,
        cov=cov + bread @ precision @ bread,
        df=float(max(len(y) - x.shape[1] if groups is None else len(groups) - 1, 1)),
        rows=len(y),
        clusters=None if groups is None else len(groups),
        covariance=covariance,
        r2=max(1 - float(error @ error) / spread, 0.0) if spread > 0 else 0.0,
        certainty=certainty,
    )


def weak_logit(
    y: Array, columns: Mapping[str, Array], cluster: Cluster = None, certainty: float = 0.95, *, strength: float
) -> Fit:
    """Logistic regression with a weak belief (variance `strength`) and a sandwich by cluster."""
    x, names = _matrix(y, columns)
    precision = _precision(x.shape[1], strength)
    beta = ridge(x[:, 1:], y, np.ones((1, len(y))), strength, np.zeros(x.shape[1]))[0]
    chance = special.expit(x @ beta)
    information = (x * (chance * (1 - chance))[:, None]).T @ x
    bread: Array = np.asarray(np.linalg.inv(information + precision), dtype=np.float64)
    groups = _rows_of(cluster, len(y))
    scores = np.array([x[rows].T @ (y - chance)[rows] for rows in groups]).reshape(len(groups), x.shape[1])
    cov = bread @ (scores.T @ scores + precision) @ bread
    return Fit(names, beta, cov, np.inf, len(y), len(groups), "cr1", certainty=certainty)


def weak_logit_of(strength: float) -> partial[Fit]:
    """weak_logit with one strength."""
    return partial(weak_logit, strength=strength)


def _matrix(y: Array, columns: Mapping[str, Array]) -> tuple[Array, tuple[str, ...]]:
    return np.column_stack([np.ones(len(y)), *columns.values()]), ("intercept", *columns)


def _precision(terms: int, variance: float) -> Array:
    """How precise the belief is, per coefficient; of the intercept nothing is believed."""
    return np.diag(np.r_[NEARLY_FREE, np.full(terms - 1, 1 / variance)])


def _rows_of(cluster: Cluster, rows: int) -> list[Ints]:
    """The row numbers of each cluster; each row by itself where there are no two clusters."""
    clusters = [] if cluster is None else rows_of_each(cluster)
    return clusters if len(clusters) >= FEWEST_CLUSTERS else list(np.arange(rows)[:, None])
