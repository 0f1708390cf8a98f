"""Regress: least squares and logistic regression with honest standard errors, on NumPy alone.

Checked in tests against statsmodels (HC3, CR1, logit) and, for CR3, against leaving out one leader at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from pipelines.ground.errors import Refused

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Covariance = Literal["ols", "hc3", "cr1", "cr3"]
Cluster = Sequence[Any] | NDArray[Any] | None  # who gave each row, e.g. leader keys
FITS_ITSELF = 1e-10  # a row with leverage nearer to 1 than this fits itself: it has no error to learn from
MOST_NEWTON_STEPS = 100
NEWTON_CLOSE = 1e-10  # no coefficient moves more than this: the maximum is found
SEPARATED = 30  # log-odds beyond which an outcome counts as perfectly separated


@dataclass(frozen=True)
class Estimate:
    """One figure with its standard error, interval and p-value."""

    estimate: float
    se: float
    low: float
    high: float
    p: float

    def times(self, factor: float) -> Estimate:
        """The same figure in another unit; a negative factor turns it around."""
        low, high = sorted((self.low * factor, self.high * factor))
        return Estimate(self.estimate * factor, self.se * abs(factor), low, high, self.p)


@dataclass(frozen=True)
class Fit:
    """A fitted model: coefficients `beta` (terms,) by `names`, and their covariance `cov` (terms, terms)."""

    names: tuple[str, ...]
    beta: Array
    cov: Array
    df: float  # degrees of freedom of t; infinite for the normal distribution
    rows: int
    clusters: int | None
    covariance: str
    r2: float = float("nan")
    certainty: float = 0.95

    def __getitem__(self, name: str) -> Estimate:
        """One coefficient."""
        return self.sum({name: 1.0})

    def sum(self, weights: Mapping[str, float]) -> Estimate:
        """A weighted sum of coefficients w'b, with variance w'Vw."""
        w = np.array([weights.get(name, 0.0) for name in self.names])
        variance = w @ self.cov @ w
        return self.estimate(float(w @ self.beta), float(np.sqrt(max(variance, 0))))

    def estimate(self, value: float, se: float) -> Estimate:
        """A value with the interval and p-value that belong to its standard error."""
        half_width = float(stats.t.ppf((1 + self.certainty) / 2, self.df)) * se
        p = float(2 * stats.t.sf(abs(value) / se, self.df)) if se > 0 else float(value == 0)
        return Estimate(value, se, value - half_width, value + half_width, p)


def ols(
    y: Array,
    columns: Mapping[str, Array],
    covariance: Covariance = "hc3",
    cluster: Cluster = None,
    certainty: float = 0.95,
) -> Fit:
    """Least squares of y (rows,) on an intercept and the columns; cr1 and cr3 need `cluster`.

    t has n - p degrees of freedom, with clusters one less than there are clusters. Raises Refused when the rows are too
    few, nothing varies, columns repeat each other, or there is one cluster.
    """
    x, names = design(y, columns)
    n, p = x.shape
    bread: Array = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
    beta = bread @ (x.T @ y)
    error = y - x @ beta
    squared_error = float(error @ error)
    clusters = None if cluster is None else rows_by_cluster(cluster)
    df = n - p
    if covariance == "ols":
        cov = bread * squared_error / (n - p)
    elif covariance == "hc3":
        cov = heteroscedastic(x, error, bread)
    else:
        groups = rows_by_cluster(range(n)) if clusters is None else clusters
        cov = clustered(x, error, bread, groups, covariance)
        df = len(groups) - 1
    return Fit(
        names=names,
        beta=beta,
        cov=cov,
        df=float(df),
        rows=n,
        clusters=None if clusters is None else len(clusters),
        covariance=covariance,
        r2=1 - squared_error / float(((y - y.mean()) ** 2).sum()),
        certainty=certainty,
    )


def heteroscedastic(x: Array, error: Array, bread: Array) -> Array:
    """HC3: (X'X)^-1 X' diag(e / (1 - h))^2 X (X'X)^-1, with h the leverage of each row."""
    room = 1 - np.einsum("ij,jk,ik->i", x, bread, x)
    left_out_error = np.divide(error, room, out=np.zeros(len(error)), where=room > FITS_ITSELF)
    meat = (x * (left_out_error**2)[:, None]).T @ x
    sandwich: Array = bread @ meat @ bread
    return sandwich


def clustered(x: Array, error: Array, bread: Array, clusters: list[Ints], kind: Covariance) -> Array:
    """Sandwich by cluster: (X'X)^-1 (sum of s s') (X'X)^-1, with a score s = X_g' e_g per cluster.

    CR1 multiplies by (G/(G-1))((N-1)/(N-p)); in CR3 the errors are (I - H_gg)^-1 e_g, as if the cluster had been left
    out. `clusters`: the row numbers of each.
    """
    n, p = x.shape
    meat = np.zeros((p, p))
    for rows in clusters:
        own_x = x[rows]
        own_error = error[rows]
        if kind == "cr3":
            not_fitted = np.eye(len(own_error)) - own_x @ bread @ own_x.T
            own_error = np.linalg.pinv(not_fitted, rcond=FITS_ITSELF, hermitian=True) @ own_error
        score = own_x.T @ own_error
        meat += np.outer(score, score)
    count = len(clusters)
    factor = count / (count - 1) * (n - 1) / (n - p) if kind == "cr1" else 1.0
    return factor * bread @ meat @ bread


def logit(y: Array, columns: Mapping[str, Array], cluster: Cluster = None, certainty: float = 0.95) -> Fit:
    """Logistic regression of 0/1 on an intercept and the columns, by maximum likelihood; with `cluster` CR1.

    Raises Refused as ols does, and when the outcome is perfectly separated (no finite answer exists).
    """
    x, names = design(y, columns)
    beta = _most_likely(x, y)
    chance = special.expit(x @ beta)
    bread: Array = np.asarray(np.linalg.inv(_information(x, chance)), dtype=np.float64)
    if cluster is None:
        return Fit(names, beta, bread, np.inf, len(y), None, "ml", certainty=certainty)
    clusters = rows_by_cluster(cluster)
    cov = clustered(x, y - chance, bread, clusters, "cr1")
    return Fit(names, beta, cov, np.inf, len(y), len(clusters), "cr1", certainty=certainty)


def _most_likely(x: Array, y: Array) -> Array:
    """The coefficients at the maximum of the logistic likelihood, by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(MOST_NEWTON_STEPS):
        chance = special.expit(x @ beta)
        step, *_rest = np.linalg.lstsq(_information(x, chance), x.T @ (y - chance), rcond=None)
        beta = beta + step
        if np.abs(step).max() < NEWTON_CLOSE:
            return beta
        if np.abs(x @ beta).max() > SEPARATED:
            break
    raise Refused("fit_separated")


def _information(x: Array, chance: Array) -> Array:
    """X' diag(p (1 - p)) X."""
    information: Array = (x * (chance * (1 - chance))[:, None]).T @ x
    return information


def design(y: Array, columns: Mapping[str, Array]) -> tuple[Array, tuple[str, ...]]:
    """The matrix (rows, terms) with an intercept in front, and its names; Refused when it cannot be fitted."""
    names = ("intercept", *columns)
    if len(y) <= len(names):
        raise Refused("fit_too_few", rows=len(y), needed=len(names) + 1)
    if np.ptp(y) == 0:
        raise Refused("fit_constant", column="outcome")
    for name, column in columns.items():
        if np.ptp(column) == 0:
            raise Refused("fit_constant", column=name)
    x = np.column_stack([np.ones(len(y)), *columns.values()])
    unit_length = x / np.sqrt((x**2).sum(axis=0))
    if np.linalg.matrix_rank(unit_length) < x.shape[1]:
        raise Refused("fit_repeated")
    return x, names


def rows_by_cluster(cluster: Sequence[Any] | NDArray[Any]) -> list[Ints]:
    """The row numbers of each cluster; Refused when there is one only."""
    clusters = rows_of_each(cluster)
    if len(clusters) == 1:
        raise Refused("fit_one_cluster")
    return clusters


def rows_of_each(values: Sequence[Any] | NDArray[Any]) -> list[Ints]:
    """The row numbers of each different value."""
    _, number, size = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    return np.split(np.argsort(number.ravel(), kind="stable"), np.cumsum(size)[:-1])
