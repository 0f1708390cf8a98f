"""Rule: much stress together with little support, as a scikit-learn classifier."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data


class SupportStressRule(ClassifierMixin, BaseEstimator):
    """The rule without memory as a scikit-learn classifier: much stress together with little support.

    Columns of X: stress, support (0-100). A leader with a missing score is not flagged. Nothing is learnt
    but the two labels, the higher of which means flagged.
    """

    def __init__(self, stress_from: float = 60, support_to: float = 50) -> None:
        self.stress_from = stress_from
        self.support_to = support_to

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Check the shape of X and remember the labels of y (False and True without y)."""
        if y is None:
            X = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64)
            self.classes_ = np.array([False, True])
        else:
            X, y = validate_data(self, X, y, ensure_all_finite="allow-nan", dtype=np.float64)
            check_classification_targets(y)
            self.classes_ = unique_labels(y)
            if len(self.classes_) > 2:
                kind = type_of_target(y)
                raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        if self.n_features_in_ != 2:
            raise ValueError(f"X has {self.n_features_in_} feature(s), but needs stress and support")
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The label of each row."""
        check_is_fitted(self)
        scores = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, reset=False)
        is_flagged = (scores[:, 0] >= self.stress_from) & (scores[:, 1] <= self.support_to)
        labels: NDArray[Any] = self.classes_[np.where(is_flagged, len(self.classes_) - 1, 0)]
        return labels

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = False
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.poor_score = True  # a rule that learns nothing predicts no labels
        return tags
