"""Classifier: the chance of an event from stress and support, leaning on a convention while events are few."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

Array = NDArray[np.float64]
REFERENCE = (50.0, 62.0)  # stress and support of the leader all others are compared with
SPREAD = (18.0, 18.0)
FURTHEST_SHIFT = 30  # log-odds by which the level of the prior may move to the board's own rate


class BufferRiskClassifier(ClassifierMixin, BaseEstimator):
    """Logistic regression on stress, support and their product with a catalytic prior (Huang, Stein, Rubin, Kou 2020).

    Columns of X: stress, support (0-100). `prior_leaders` pseudo-leaders on a fixed grid answer as `prior` (intercept,
    stress, support, product) says, a convention of this project and no finding of the literature, after its level has
    moved to the board's own rate, smoothed by `level_leaders`. When more stress would lower the chance, or more support
    raise it, anywhere within +-`guard_range` SD, the model is refitted without the product (`has_product_`).
    """

    def __init__(
        self,
        prior: tuple[float, float, float, float] = (-2.2, 0.60, -0.40, -0.10),
        prior_leaders: float = 100.0,
        level_leaders: float = 20.0,
        grid_size: int = 9,
        grid_correlation: float = -0.2,
        guard_range: float = 2.0,
    ) -> None:
        self.prior = prior
        self.prior_leaders = prior_leaders
        self.level_leaders = level_leaders
        self.grid_size = grid_size
        self.grid_correlation = grid_correlation
        self.guard_range = guard_range

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to labels y; the higher label is the event. ValueError unless there are two labels and two columns."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, event = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(f"Only binary classification is supported. The type of the target is {type_of_target(y)}.")
        if len(self.classes_) < 2:
            raise ValueError("BufferRiskClassifier needs two classes; the data contains one class only")
        if self.n_features_in_ != 2:
            raise ValueError(f"X has {self.n_features_in_} feature(s), but needs stress and support")
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        grid, chance = self.pseudo_leaders(float(weight @ event), float(weight.sum()))
        # Each point of the grid stands in twice: with the event by its chance, and without.
        weight_of_point = self.prior_leaders / len(grid)
        terms = np.vstack([terms_of(X), grid, grid])
        labels = np.r_[event, np.ones(len(grid)), np.zeros(len(grid))]
        weights = np.r_[weight, weight_of_point * chance, weight_of_point * (1 - chance)]
        self._solve(terms, labels, weights)
        self.has_product_ = bool(self.is_monotone(self.coef_)[0])
        if not self.has_product_:
            self._solve(terms * [1, 1, 0], labels, weights)
        return self

    def _solve(self, terms: Array, labels: Array, weights: Array) -> None:
        """Set intercept_ and coef_ by maximum likelihood; a term that is 0 everywhere keeps the coefficient 0."""
        model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8, max_iter=100)
        is_used = terms.any(axis=0)
        model.fit(terms[:, is_used], labels, sample_weight=weights)
        self.intercept_ = model.intercept_
        self.coef_ = np.zeros((1, terms.shape[1]))
        self.coef_[:, is_used] = model.coef_

    def pseudo_leaders(self, events: float, leaders: float) -> tuple[Array, Array]:
        """Terms (grid points, 3) of the pseudo-leaders, and the chance the prior gives each at the board's level."""
        quantiles = stats.norm.ppf((np.arange(self.grid_size) + 0.5) / self.grid_size)
        stress, independent = (side.ravel() for side in np.meshgrid(quantiles, quantiles))
        support = self.grid_correlation * stress + np.sqrt(1 - self.grid_correlation**2) * independent
        grid = np.column_stack([stress, support, stress * support])
        log_odds = self.prior[0] + grid @ np.array(self.prior[1:])
        prior_rate = special.expit(log_odds).mean()
        own_rate = (events + self.level_leaders * prior_rate) / (leaders + self.level_leaders)
        shift = optimize.brentq(
            lambda by: special.expit(log_odds + by).mean() - own_rate, -FURTHEST_SHIFT, FURTHEST_SHIFT
        )
        return grid, special.expit(log_odds + shift)

    def is_monotone(self, coefficients: Array) -> NDArray[np.bool_]:
        """Whether more stress raises and more support lowers the chance, all over the range of the guard.

        coefficients: (sets, 3) of stress, support and product; one answer per set.
        """
        stress, support, product = coefficients.T
        at_ends = self.guard_range * np.abs(product)
        return (stress - at_ends > 0) & (support + at_ends < 0)

    def explain(self, X: ArrayLike) -> Array:
        """What stress, support and product add to the log-odds against the reference leader; stays in the vault."""
        check_is_fitted(self)
        contributions: Array = terms_of(validate_data(self, X, dtype=np.float64, reset=False)) * self.coef_[0]
        return contributions

    def decision_function(self, X: ArrayLike) -> Array:
        """Log-odds of the event."""
        log_odds: Array = self.explain(X).sum(axis=1) + self.intercept_
        return log_odds

    def predict_proba(self, X: ArrayLike) -> Array:
        """Chance of either label, one row per leader."""
        chance = special.expit(self.decision_function(X))
        return np.column_stack([1 - chance, chance])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The likelier label."""
        is_likely = self.decision_function(X) > 0
        labels: NDArray[Any] = self.classes_[is_likely.astype(int)]
        return labels

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def terms_of(X: Any) -> Array:
    """Standardised stress, support and their product: (rows, 3)."""
    stress, support = ((X - REFERENCE) / SPREAD).T
    return np.column_stack([stress, support, stress * support])
