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
Covariance = Literal["ols", "hc3", "cr1", "cr3"]
ALL_OF_IT = 1e-10  # a row with leverage nearer to 1 than this fits itself: it has no error to learn from


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
    """A fitted model. df: degrees of freedom of t, infinite for the normal distribution."""

    names: tuple[str, ...]
    beta: Array
    cov: Array
    df: float
    rows: int
    clusters: int | None
    covariance: str
    r2: float = float("nan")
    certainty: float = 0.95

    def __getitem__(self, name: str) -> Estimate:
        """One coefficient."""
        return self.sum({name: 1.0})

    def sum(self, weights: Mapping[str, float]) -> Estimate:
        """A weighted sum of coefficients."""
        w = np.array([weights.get(name, 0.0) for name in self.names])
        return self.estimate(float(w @ self.beta), float(np.sqrt(max(w @ self.cov @ w, 0))))

    def estimate(self, value: float, se: float) -> Estimate:
        """A value with the interval and p-value that belong to its standard error."""
        half = float(stats.t.ppf((1 + self.certainty) / 2, self.df)) * se
        p = float(2 * stats.t.sf(abs(value) / se, self.df)) if se > 0 else float(value == 0)
        return Estimate(value, se, value - half, value + half, p)


def ols(
    y: Array,
    columns: Mapping[str, Array],
    covariance: Covariance = "hc3",
    cluster: Sequence[Any] | NDArray[Any] | None = None,
    certainty: float = 0.95,
) -> Fit:
    """Least squares of y on an intercept and the columns; cr1 and cr3 need `cluster`.

    Raises Refused when the rows are too few, nothing varies, columns repeat each other, or there is one cluster.
    """
    x, names = design(y, columns)
    n, p = x.shape
    inverse: Array = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
    beta = inverse @ (x.T @ y)
    error = y - x @ beta
    r2 = 1 - float(error @ error) / float(((y - y.mean()) ** 2).sum())
    groups = None if cluster is None else _groups(cluster)
    cov: Array
    if covariance == "ols":
        cov = inverse * float(error @ error) / (n - p)
    elif covariance == "hc3":
        room = 1 - np.einsum("ij,jk,ik->i", x, inverse, x)
        pushed = np.divide(error, room, out=np.zeros(n), where=room > ALL_OF_IT)
        cov = inverse @ ((x * (pushed**2)[:, None]).T @ x) @ inverse
    else:
        cov = clustered(x, error, inverse, _groups(cluster if cluster is not None else range(n)), covariance)
    df = float(n - p if covariance in ("ols", "hc3") else len(groups or range(n)) - 1)
    return Fit(names, beta, cov, df, n, None if groups is None else len(groups), covariance, r2, certainty)


def clustered(x: Array, error: Array, inverse: Array, groups: list[Array], kind: str) -> Array:
    """Sandwich by cluster: CR1 with (G/(G-1))((N-1)/(N-p)), CR3 as leaving out one cluster at a time."""
    n, p = x.shape
    meat = np.zeros((p, p))
    for rows in groups:
        part, e = x[rows], error[rows]
        if kind == "cr3":
            e = np.linalg.pinv(np.eye(len(e)) - part @ inverse @ part.T, rcond=ALL_OF_IT, hermitian=True) @ e
        score = part.T @ e
        meat += np.outer(score, score)
    size = len(groups)
    factor = size / (size - 1) * (n - 1) / (n - p) if kind == "cr1" else 1.0
    return factor * inverse @ meat @ inverse


def logit(
    y: Array, columns: Mapping[str, Array], cluster: Sequence[Any] | NDArray[Any] | None = None, certainty: float = 0.95
) -> Fit:
    """Logistic regression of 0/1 on an intercept and the columns, by maximum likelihood; with `cluster` CR1.

    Raises Refused as ols does, and when the outcome is perfectly separated (no finite answer exists).
    """
    x, names = design(y, columns)
    n, p = x.shape
    beta = np.zeros(p)
    for _ in range(100):
        chance = special.expit(x @ beta)
        step, *_rest = np.linalg.lstsq((x * (chance * (1 - chance))[:, None]).T @ x, x.T @ (y - chance), rcond=None)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
        if np.abs(x @ beta).max() > 30:
            raise Refused("fit_separated")
    else:
        raise Refused("fit_separated")
    chance = special.expit(x @ beta)
    inverse = np.linalg.inv((x * (chance * (1 - chance))[:, None]).T @ x)
    if cluster is None:
        return Fit(names, beta, inverse, np.inf, n, None, "ml", certainty=certainty)
    groups = _groups(cluster)
    cov = clustered(x, y - chance, inverse, groups, "cr1")
    return Fit(names, beta, cov, np.inf, n, len(groups), "cr1", certainty=certainty)


def design(y: Array, columns: Mapping[str, Array]) -> tuple[Array, tuple[str, ...]]:
    """The matrix with an intercept in front; Refused when it cannot be fitted."""
    names = ("intercept", *columns)
    if len(y) <= len(names):
        raise Refused("fit_too_few", rows=len(y), needed=len(names) + 1)
    if np.ptp(y) == 0:
        raise Refused("fit_constant", column="outcome")
    for name, column in columns.items():
        if np.ptp(column) == 0:
            raise Refused("fit_constant", column=name)
    x = np.column_stack([np.ones(len(y)), *columns.values()])
    spread = x / np.sqrt((x**2).sum(axis=0))
    if np.linalg.matrix_rank(spread) < x.shape[1]:
        raise Refused("fit_repeated")
    return x, names


def _groups(cluster: Sequence[Any] | NDArray[Any]) -> list[Array]:
    """The row numbers of each cluster."""
    _, place, size = np.unique(np.asarray(cluster), return_inverse=True, return_counts=True)
    if len(size) == 1:
        raise Refused("fit_one_cluster")
    return np.split(np.argsort(place.ravel(), kind="stable"), np.cumsum(size)[:-1])
