"""Floored: least squares of an outcome that can go no lower or higher than its ends (Tobit), with a weak belief.

A score at an end says only that what it measures lies there or beyond. Fitted in δ = β/σ and θ = 1/σ, in which the
likelihood has one maximum (Olsen 1978); β and its covariance follow by the delta method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipelines.evidence.clusters import Array
from pipelines.evidence.regress import Cluster, Fit
from pipelines.evidence.weak import Belief, Rows, matrix, precision_of, weighed

Flags = NDArray[np.bool_]
MOST_NEWTON_STEPS = 100
NEWTON_CLOSE = 1e-9
MOST_HALVINGS = 40
DUST = 1e-9  # what is nearer to an end than this lies on it
LOG_ROOT_TAU = float(np.log(2 * np.pi) / 2)


@dataclass(frozen=True)
class Ends:
    """Which rows (rows,) of an outcome lie at its lowest and at its highest value."""

    is_lowest: Flags
    is_highest: Flags

    @classmethod
    def of(cls, y: Array, ends: tuple[float, float]) -> Ends:
        """By the lowest and the highest value there can be."""
        low, high = ends
        return cls(y <= low + DUST, y >= high - DUST)

    @property
    def shares(self) -> tuple[float, float]:
        """The share of the rows at either end."""
        if not len(self.is_lowest):
            return 0.0, 0.0
        return float(self.is_lowest.mean()), float(self.is_highest.mean())


def weak_tobit(
    y: Array, columns: Mapping[str, Array], ends: tuple[float, float], leader: Cluster = None, certainty: float = 0.95
) -> Fit:
    """The regression of what y (rows,) would be if it had no ends; the belief counts as one more row for the spread."""
    y = np.clip(y, *ends)
    x, names = matrix(y, columns)
    at_end, width = Ends.of(y, ends), x.shape[1]
    columns_of_all = np.column_stack([x, -y])
    precision = np.r_[precision_of(width, 1), 1.0]

    def rows_at(at: Array) -> tuple[Rows, Belief]:
        residual, weight, _ = _told(-columns_of_all @ at, at_end)
        alone = np.where(at_end.is_lowest | at_end.is_highest, 0, 1 / at[-1])
        change = columns_of_all * weight[:, None]
        return Rows(columns_of_all, residual, change, alone), Belief(precision, 1 / at[-1])

    fit = weighed((*names, "spread"), _most_likely(columns_of_all, at_end, precision), rows_at, leader, certainty)
    spread = fit.beta[-1]
    to_beta = np.column_stack([np.eye(width) / spread, -fit.beta[:-1] / spread**2])
    return replace(fit, names=names, beta=fit.beta[:-1] / spread, cov=to_beta @ fit.cov @ to_beta.T)


def _told(z: Array, at_end: Ends) -> tuple[Array, Array, Array]:
    """Residual, weight and log-likelihood of each row, z = θy - xδ: at an end the mean of what may lie beyond it."""
    is_end = at_end.is_lowest | at_end.is_highest
    sign = np.where(at_end.is_highest, -1.0, 1.0)
    log_beyond = special.log_ndtr(sign * z)
    ratio = np.exp(-(z**2) / 2 - LOG_ROOT_TAU - log_beyond)  # φ(z) / Φ(±z)
    residual = np.where(is_end, -sign * ratio, z)
    weight = np.where(is_end, ratio * (ratio + sign * z), 1.0)
    return residual, weight, np.where(is_end, log_beyond, -(z**2) / 2)


def _most_likely(columns: Array, at_end: Ends, precision: Array) -> Array:
    """δ and θ where independent rows, with the belief, are most likely; Newton's steps, halved where too long."""
    seen = int((~(at_end.is_lowest | at_end.is_highest)).sum()) + 1  # with the row of the belief

    def height(at: Array) -> float:
        if at[-1] <= 0:
            return -np.inf
        told = _told(-columns @ at, at_end)[2].sum()
        return float(told + seen * np.log(at[-1]) - precision @ at**2 / 2)

    at = np.r_[np.zeros(columns.shape[1] - 1), 1.0]
    reached = height(at)
    for _ in range(MOST_NEWTON_STEPS):
        residual, weight, _told_of = _told(-columns @ at, at_end)
        score = columns.T @ residual - precision * at
        score[-1] += seen / at[-1]
        information = (columns * weight[:, None]).T @ columns + np.diag(precision)
        information[-1, -1] += seen / at[-1] ** 2
        step = np.linalg.solve(information, score)
        for _ in range(MOST_HALVINGS):
            next_height = height(at + step)
            if next_height >= reached:
                break
            step = step / 2
        else:
            break
        at, reached = at + step, next_height
        if np.abs(step).max() < NEWTON_CLOSE:
            break
    return at
