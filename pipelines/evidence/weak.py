"""Weak: regressions that always have a solution, for what is published: a fit that fails must not show.

Every coefficient but the intercept starts from a belief of 0 with a spread of 1 (scores, in units of the norms) or of
the root of `strength` (log-odds). Where the data speak that belief does not show; where they say nothing (a constant
column, columns that repeat each other, an outcome that a group separates, hardly any complete row) the interval becomes
as wide as the belief, without a jump. So no figure says that a model could not be fitted.

Each is fitted as if rows were independent and then takes one step towards weighing them by how alike the rows of one
leader are (generalised estimating equations, exchangeable). The interval is CR3, which holds whatever they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from pipelines.evidence.clusters import Array, Clusters, left_out
from pipelines.evidence.regress import Cluster, Fit
from pipelines.evidence.whatif import NEARLY_FREE, ridge

FEWEST_CLUSTERS = 2
LEAST_WEIGHT = 1e-9  # a row that is all but certain still has a weight to divide by


@dataclass(frozen=True)
class Rows:
    """Rows at some coefficients: the score of each is x * residual, its information x change'."""

    x: Array  # (rows, terms); but for the last term of floored.py it may not depend on the outcome
    residual: Array  # (rows,), of about the same variance each
    change: Array  # (rows, terms): how the residual falls as a coefficient grows
    alone: Array | None = None  # (rows,): to the score of the last term besides; its square to the information


@dataclass(frozen=True)
class Belief:
    """What is believed before any row: how precise, per coefficient, and what it adds to the score of the last one."""

    precision: Array  # (terms,)
    alone: float = 0.0

    def score(self, beta: Array) -> Array:
        """What it adds to the score (terms,)."""
        score: Array = -self.precision * beta
        score[-1] += self.alone
        return score

    def information(self) -> Array:
        """What it adds to the information (terms, terms)."""
        information: Array = np.diag(self.precision)
        information[-1, -1] += self.alone**2
        return information


def weak_ols(y: Array, columns: Mapping[str, Array], leader: Cluster = None, certainty: float = 0.95) -> Fit:
    """Least squares of y (rows,) with a weak belief."""
    x, names = matrix(y, columns)
    belief = Belief(precision_of(x.shape[1], 1))
    beta: Array = np.asarray(np.linalg.solve(x.T @ x + belief.information(), x.T @ y), dtype=np.float64)
    fit = weighed(names, beta, lambda at: (Rows(x, y - x @ at, x), belief), leader, certainty)
    spread = float(((y - y.mean()) ** 2).sum()) if len(y) else 0.0
    error = y - x @ fit.beta
    return replace(fit, r2=max(1 - float(error @ error) / spread, 0.0) if spread > 0 else 0.0)


def weak_logit(
    y: Array, columns: Mapping[str, Array], leader: Cluster = None, certainty: float = 0.95, *, strength: float
) -> Fit:
    """Logistic regression of 0/1 (rows,) with a weak belief of variance `strength`."""
    x, names = matrix(y, columns)
    belief = Belief(precision_of(x.shape[1], strength))
    beta = ridge(x[:, 1:], y, np.ones((1, len(y))), strength, np.zeros(x.shape[1]))[0]

    def rows_at(at: Array) -> tuple[Rows, Belief]:
        chance = special.expit(x @ at)
        weight = np.sqrt(np.maximum(chance * (1 - chance), LEAST_WEIGHT))
        weighted = x * weight[:, None]
        return Rows(weighted, (y - chance) / weight, weighted), belief

    return weighed(names, beta, rows_at, leader, certainty)


def weighed(
    names: tuple[str, ...],
    beta: Array,
    rows_at: Callable[[Array], tuple[Rows, Belief]],
    leader: Cluster,
    certainty: float,
) -> Fit:
    """One step from the coefficients of independent rows, with the covariance there.

    The spread of the belief counts as one more source of error. t has one degree of freedom less than there are
    leaders; where each row is one of its own, as many less as there are terms.
    """
    rows, belief = rows_at(beta)
    count = len(rows.residual)
    groups = Clusters(np.arange(count) if leader is None else leader)
    is_single = leader is None or len(groups) < FEWEST_CLUSTERS
    if is_single:
        groups = Clusters(np.arange(count))
    likeness = groups.likeness(rows.residual)
    products, scores = _equations(rows, groups, likeness)
    step = np.linalg.solve(products.sum(axis=0) + belief.information(), scores.sum(axis=0) + belief.score(beta))
    if rows.alone is not None and step[-1] < -beta[-1] / 2:  # the last term is a spread and stays above 0
        step *= beta[-1] / 2 / -step[-1]
    beta = beta + step
    rows, belief = rows_at(beta)
    products, scores = _equations(rows, groups, likeness)
    believed = belief.information()
    information = products.sum(axis=0) + believed
    bread: Array = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return Fit(
        names=names,
        beta=beta,
        cov=left_out(information, products, scores) + bread @ believed @ bread.T,
        df=float(max(count - len(beta) if is_single else len(groups) - 1, 1)),
        rows=count,
        clusters=None if is_single else len(groups),
        covariance="hc3" if is_single else "cr3",
        certainty=certainty,
    )


def _equations(rows: Rows, groups: Clusters, likeness: float) -> tuple[Array, Array]:
    """The information (clusters, terms, terms) and score (clusters, terms) of each cluster."""
    left = groups.weighed(rows.x, likeness)
    if rows.alone is not None:
        left[:, -1] = rows.x[:, -1]
    products, scores = groups.products(left, rows.change), groups.sums(left * rows.residual[:, None])
    if rows.alone is not None:
        products[:, -1, -1] += groups.sums(rows.alone**2)
        scores[:, -1] += groups.sums(rows.alone)
    return products, scores


def matrix(y: Array, columns: Mapping[str, Array]) -> tuple[Array, tuple[str, ...]]:
    """The columns with an intercept in front (rows, terms), and their names."""
    return np.column_stack([np.ones(len(y)), *columns.values()]), ("intercept", *columns)


def precision_of(terms: int, variance: float) -> Array:
    """How precise the belief is, per coefficient; of the intercept nothing is believed."""
    return np.r_[NEARLY_FREE, np.full(terms - 1, 1 / variance)]
