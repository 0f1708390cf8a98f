"""Flag: which leaders have much stress and little support, now or until just now; stays in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

from pipelines.instruments import RULE_SCALES

Flags = NDArray[np.bool_]
Points = NDArray[np.float64]
CUT_OFFS = ("high_stress", "low_support", "stress_persists", "support_persists")
NOBODY = pl.DataFrame(schema={"leader_key": pl.String, "is_flagged": pl.Boolean})
POINT = 1_000  # scores are kept as integers x1000


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


def flag_wave(stress: Points, support: Points, was_flagged: Flags, thresholds: Mapping[str, float]) -> Flags:
    """The rule with memory: a flag of the wave before stays until stress or support is clearly better.

    Without memory a leader near the thresholds would blink on and off. Nobody is flagged on a missing score
    (NaN); `was_flagged` is False for leaders who skipped the wave before.
    """
    scores = np.column_stack([stress, support])
    now = SupportStressRule(thresholds["high_stress"], thresholds["low_support"])
    still = SupportStressRule(thresholds["stress_persists"], thresholds["support_persists"])
    return now.fit(scores).predict(scores) | (was_flagged & still.fit(scores).predict(scores))


def flag_leaders(
    scores: pl.DataFrame,
    previous: pl.DataFrame | None,
    thresholds: Mapping[str, float],
    rule_scales: tuple[str, str] = RULE_SCALES,
) -> pl.DataFrame:
    """One row per leader of `scores` (leader_key and scales x1000): leader_key, is_flagged, had_memory.

    `previous`: leader_key and is_flagged of who answered the wave before, None when there is no such wave.
    `rule_scales`: of stress and of support. is_flagged is null where a score is missing: unknown, not safe.
    had_memory: answered the wave before. An instrument without the four cut-offs of the rule flags nobody: all are
    unknown.
    """
    asked = [pl.col(c) if c in scores.columns else pl.lit(None, pl.Int32).alias(c) for c in rule_scales]
    before = NOBODY if previous is None else previous
    before = before.select("leader_key", was_flagged="is_flagged", had_memory=True)
    known = scores.select("leader_key", *asked).join(before, on="leader_key", how="left", maintain_order="left")
    known = known.with_columns(pl.col("was_flagged", "had_memory").fill_null(value=False))
    if not set(CUT_OFFS) <= set(thresholds):
        return known.select("leader_key", pl.lit(None, pl.Boolean).alias("is_flagged"), "had_memory")
    stress, support = (known[scale].cast(pl.Float64).to_numpy() / POINT for scale in rule_scales)
    flags = flag_wave(stress, support, known["was_flagged"].to_numpy(), thresholds)
    is_flagged = pl.when(pl.all_horizontal(pl.col(rule_scales).is_not_null())).then(pl.Series(flags))
    return known.select("leader_key", is_flagged.alias("is_flagged"), "had_memory")
