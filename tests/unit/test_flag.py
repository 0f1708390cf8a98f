"""The at-risk rule, alone and with memory, drawn as tables."""

import numpy as np
import polars as pl
import pytest
from sklearn.utils.estimator_checks import check_estimator

from pipelines.counting.flag import flag_leaders, flag_wave
from pipelines.counting.rule import SupportStressRule

THRESHOLDS = {"high_stress": 60.0, "low_support": 50.0, "stress_persists": 58.0, "support_persists": 57.0}
GAP = float("nan")
OTHER_COLUMNS = {  # scikit-learn's checks that make X with one, three or more columns
    "check_fit_score_takes_y",
    "check_dont_overwrite_parameters",
    "check_n_features_in_after_fitting",
    "check_positive_only_tag_during_fit",
    "check_estimators_dtypes",
    "check_dtype_object",
    "check_pipeline_consistency",
    "check_estimators_pickle",
    "check_f_contiguous_array_estimator",
    "check_classifiers_one_label",
    "check_supervised_y_2d",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_fit2d_1sample",
    "check_dict_unchanged",
    "check_fit2d_predict1d",
}


def test_the_rule_is_a_scikit_learn_classifier_as_far_as_two_columns_can_tell():
    expected = dict.fromkeys(OTHER_COLUMNS, "the rule knows stress and support only")
    results = check_estimator(SupportStressRule(), expected_failed_checks=expected, on_skip=None)
    assert {result["check_name"] for result in results if result["status"] == "xfail"} == OTHER_COLUMNS
    assert sum(result["status"] == "passed" for result in results) > 30


@pytest.mark.parametrize(
    ("stress", "support", "is_flagged"),
    [
        # stress support  flagged
        (60.0, 50.0, True),
        (66.7, 43.75, True),
        (100.0, 0.0, True),
        (59.9, 50.0, False),
        (58.3, 0.0, False),
        (60.0, 50.1, False),
        (100.0, 56.25, False),
        (0.0, 100.0, False),
        (GAP, 0.0, False),
        (100.0, GAP, False),
        (GAP, GAP, False),
    ],
)
def test_much_stress_together_with_little_support_is_flagged(stress, support, is_flagged):
    X = [[stress, support]]
    assert SupportStressRule().fit(X).predict(X).tolist() == [is_flagged]


def test_the_rule_answers_in_the_labels_it_was_given():
    X = [[70.0, 40.0], [20.0, 80.0]]
    rule = SupportStressRule().fit(X, ["risk", "fine"])
    assert rule.predict(X).tolist() == ["risk", "fine"]


def test_the_rule_refuses_a_third_column():
    with pytest.raises(ValueError, match="3 feature"):
        SupportStressRule().fit([[70.0, 40.0, 1.0]])


@pytest.mark.parametrize(
    ("was_flagged", "stress", "support", "is_flagged"),
    [
        # before  stress support  now
        (False, 60.0, 50.0, True),
        (True, 60.0, 50.0, True),
        (False, 58.3, 50.0, False),
        (True, 58.3, 50.0, True),
        (True, 58.0, 57.0, True),
        (False, 58.0, 57.0, False),
        (True, 57.9, 57.0, False),
        (True, 58.0, 57.1, False),
        (True, 75.0, 56.25, True),
        (False, 75.0, 56.25, False),
        (True, 50.0, 25.0, False),
        (True, 75.0, 62.5, False),
        (True, GAP, 25.0, False),
        (True, 75.0, GAP, False),
    ],
)
def test_a_flag_persists_until_stress_or_support_is_clearly_better(was_flagged, stress, support, is_flagged):
    flags = flag_wave(np.array([stress]), np.array([support]), np.array([was_flagged]), THRESHOLDS)
    assert flags.tolist() == [is_flagged]


def wave(**leaders: tuple[float | None, float | None]) -> pl.DataFrame:
    """Scores of one wave, written as points and kept as the vault keeps them."""
    rows = [(key, *(None if x is None else round(1000 * x) for x in scores)) for key, scores in leaders.items()]
    return pl.DataFrame(rows, schema={"leader_key": pl.String, "stress": pl.Int32, "support": pl.Int32}, orient="row")


def flags_of(frame: pl.DataFrame) -> dict[str, bool | None]:
    return dict(frame.select("leader_key", "is_flagged").iter_rows())


def test_in_the_first_wave_nobody_has_a_memory():
    flags = flag_leaders(wave(ann=(66.667, 50.0), bob=(58.333, 56.25)), None, THRESHOLDS)
    assert flags.columns == ["leader_key", "is_flagged", "had_memory"]
    assert flags.rows() == [("ann", True, False), ("bob", False, False)]


def test_memory_goes_from_wave_to_wave_and_not_further():
    first = flag_leaders(wave(ann=(75.0, 25.0), bob=(75.0, 25.0), cas=(25.0, 75.0)), None, THRESHOLDS)
    second = flag_leaders(wave(ann=(58.333, 56.25), cas=(58.333, 56.25)), first, THRESHOLDS)
    assert second.rows() == [("ann", True, True), ("cas", False, True)]
    third = flag_leaders(wave(ann=(58.333, 56.25), bob=(58.333, 56.25)), second, THRESHOLDS)
    assert third.rows() == [
        ("ann", True, True),
        ("bob", False, False),
    ]  # bob skipped a wave: unknown, not safe


def test_a_missing_score_is_unknown_and_carries_no_flag_on():
    first = flag_leaders(wave(ann=(75.0, 25.0)), None, THRESHOLDS)
    second = flag_leaders(wave(ann=(None, 25.0)), first, THRESHOLDS)
    assert second.rows() == [("ann", None, True)]
    third = flag_leaders(wave(ann=(58.333, 56.25)), second, THRESHOLDS)
    assert third.rows() == [("ann", False, True)]


def test_a_wave_that_did_not_ask_stress_flags_nobody():
    scores = wave(ann=(75.0, 25.0)).drop("stress")
    assert flags_of(flag_leaders(scores, None, THRESHOLDS)) == {"ann": None}


def test_thresholds_come_from_the_instrument_not_from_the_code():
    scores = wave(ann=(50.0, 60.0))
    assert flags_of(flag_leaders(scores, None, THRESHOLDS)) == {"ann": False}
    milder = THRESHOLDS | {"high_stress": 50.0, "low_support": 60.0}
    assert flags_of(flag_leaders(scores, None, milder)) == {"ann": True}


def test_leaders_keep_their_order():
    scores = wave(**{f"l{number}": (75.0, 25.0) for number in (3, 1, 2)})
    previous = flag_leaders(scores.reverse(), None, THRESHOLDS)
    assert flag_leaders(scores, previous, THRESHOLDS)["leader_key"].to_list() == ["l3", "l1", "l2"]


def test_an_instrument_without_the_cut_offs_of_the_rule_flags_nobody_and_calls_nobody_safe() -> None:
    scores = pl.DataFrame({"leader_key": ["a", "b"], "stress": [90_000, 10_000], "support": [10_000, 90_000]})
    found = flag_leaders(scores, None, {"high_stress": 60})
    assert found["is_flagged"].to_list() == [None, None]
    assert found["had_memory"].to_list() == [False, False]
