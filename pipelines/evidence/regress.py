"""Regress: least squares and logistic regression with honest standard errors, on NumPy alone.

Columns are centred before anything is solved and taken back after it, so that no offset costs a digit. Checked in tests
against statsmodels (HC3, CR1, logit) and, for CR3, against leaving out one leader at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from pipelines.evidence.clusters import Array, Clusters, left_out
from pipelines.ground.errors import Refused

Covariance = Literal["ols", "hc3", "cr1", "cr3"]
Cluster = Sequence[Any] | NDArray[Any] | None  # who gave each row, e.g. leader keys
FITS_ITSELF = 1e-10  # a row with leverage nearer to 1 than this fits itself: it has no error to learn from
SAME = 1e-4  # smallest eigenvalue of the correlations below which columns say the same: two that correlate .9999
EXACT = 1e-16  # share of the outcome's variance: what is left over is no more than rounding
DUST = 1e-13  # of its largest value: a column that varies no more than this is the same everywhere
NAMED = 0.1  # share of that direction from which a column is named
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

    def moved(self, by: Array) -> Fit:
        """The same model with its coefficients taken together anew: `by` (terms, terms) times what they were."""
        return replace(self, beta=by @ self.beta, cov=by @ self.cov @ by.T)

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
    """Least squares of y (rows,) on an intercept and the columns; without `cluster` each row is one of its own.

    t has n - p degrees of freedom, with cr1 and cr3 one less than there are clusters. Raises Refused when the rows are
    too few, nothing varies, columns say the same or tell the outcome exactly, or there is one cluster.
    """
    x, back, names = design(y, columns)
    clusters = None if cluster is None else several(cluster)
    basis, root = np.linalg.qr(x)
    solved: Array = np.asarray(np.linalg.inv(root), dtype=np.float64)
    centred = y - y.mean()
    error = centred - basis @ (basis.T @ centred)
    if float(error @ error) <= EXACT * float(centred @ centred):
        raise Refused("fit_exact")
    beta = solved @ (basis.T @ centred)
    beta[0] += y.mean()
    spread, df = _spread(basis, error, covariance, clusters)
    fit = Fit(
        names=names,
        beta=beta,
        cov=solved @ spread @ solved.T,
        df=float(df),
        rows=len(y),
        clusters=None if clusters is None else len(clusters),
        covariance=covariance,
        r2=1 - float(error @ error) / float(centred @ centred),
        certainty=certainty,
    )
    return fit.moved(back)


def _spread(basis: Array, error: Array, covariance: Covariance, clusters: Clusters | None) -> tuple[Array, int]:
    """The covariance of the coefficients of an orthonormal basis (rows, terms), and the degrees of freedom of t.

    HC3: each error by 1 - h, its leverage. CR1: the scores of a cluster together, by (G/(G-1))((N-1)/(N-p)). CR3: as
    if each cluster had been left out.
    """
    n, p = basis.shape
    if covariance == "ols":
        return np.eye(p) * float(error @ error) / (n - p), n - p
    if covariance == "hc3":
        room = 1 - (basis**2).sum(axis=1)
        left_out_error = np.divide(error, room, out=np.zeros(n), where=room > FITS_ITSELF)
        scores = basis * left_out_error[:, None]
        return scores.T @ scores, n - p
    groups = Clusters(range(n)) if clusters is None else clusters
    scores, count = groups.sums(basis * error[:, None]), len(groups)
    if covariance == "cr1":
        return count / (count - 1) * (n - 1) / (n - p) * scores.T @ scores, count - 1
    return left_out(np.eye(p), groups.products(basis, basis), scores, tolerance=FITS_ITSELF), count - 1


def logit(
    y: Array,
    columns: Mapping[str, Array],
    cluster: Cluster = None,
    certainty: float = 0.95,
    covariance: Literal["cr1", "cr3"] = "cr1",
) -> Fit:
    """Logistic regression of 0/1 on an intercept and the columns, by maximum likelihood; with `cluster` a sandwich.

    Raises Refused as ols does, and when the outcome is perfectly separated (no finite answer exists).
    """
    x, back, names = design(y, columns)
    beta = _most_likely(x, y)
    chance = special.expit(x @ beta)
    information = _information(x, chance)
    if cluster is None:
        cov: Array = np.asarray(np.linalg.inv(information), dtype=np.float64)
        return Fit(names, beta, cov, np.inf, len(y), None, "ml", certainty=certainty).moved(back)
    clusters = several(cluster)
    scores = clusters.sums(x * (y - chance)[:, None])
    if covariance == "cr3":
        weight = np.sqrt(chance * (1 - chance))[:, None]
        cov = left_out(information, clusters.products(x * weight, x * weight), scores, tolerance=FITS_ITSELF)
    else:
        (n, p), count = x.shape, len(clusters)
        bread: Array = np.asarray(np.linalg.inv(information), dtype=np.float64)
        cov = count / (count - 1) * (n - 1) / (n - p) * bread @ (scores.T @ scores) @ bread
    return Fit(names, beta, cov, np.inf, len(y), len(clusters), covariance, certainty=certainty).moved(back)


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


def design(y: Array, columns: Mapping[str, Array]) -> tuple[Array, Array, tuple[str, ...]]:
    """The matrix (rows, terms), an intercept in front and the columns standardised; what takes its coefficients back
    to the columns as they were (terms, terms); and its names. Refused when it cannot be fitted.
    """
    names = ("intercept", *columns)
    if len(y) <= len(names):
        raise Refused("fit_too_few", rows=len(y), needed=len(names) + 1)
    need_to_vary({"outcome": y, **columns})
    as_they_were = np.column_stack(list(columns.values()))
    mean, sd = as_they_were.mean(axis=0), as_they_were.std(axis=0)
    standard = (as_they_were - mean) / sd
    values, directions = np.linalg.eigh(standard.T @ standard / len(y))
    if values[0] < SAME:
        same = [name for name, part in zip(columns, directions[:, 0] ** 2, strict=True) if part > NAMED]
        raise Refused("fit_repeated", columns=", ".join(same))
    back = np.diag(np.r_[1, 1 / sd])
    back[0, 1:] = -mean / sd
    return np.column_stack([np.ones(len(y)), standard]), back, names


def need_to_vary(columns: Mapping[str, Array]) -> None:
    """Refused when a column is the same everywhere, but for rounding: so it is asked before anything is centred."""
    for name, column in columns.items():
        if np.ptp(column) <= DUST * np.abs(column).max():
            raise Refused("fit_constant", column=name)


def several(cluster: Sequence[Any] | NDArray[Any]) -> Clusters:
    """The clusters of rows; Refused when there is one only."""
    clusters = Clusters(cluster)
    if len(clusters) == 1:
        raise Refused("fit_one_cluster")
    return clusters
