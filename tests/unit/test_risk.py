"""The risk model: its prior, its ladder and STOP, validation on waves not seen, fairness and what-if."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from itertools import count, islice

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.utils.estimator_checks import check_estimator

from pipelines.evidence.classifier import BufferRiskClassifier
from pipelines.evidence.fairness import fairness
from pipelines.evidence.forward import Transitions, leader_weights, performance, predict_forward
from pipelines.evidence.risk import transitions
from pipelines.evidence.rungs import WITHOUT_PRIOR, judged, model, out_of_fold, refitted
from pipelines.ground.dice import Dice
from pipelines.ground.schemas import Cell, ModelCard, WhatIf
from pipelines.ground.settings import Home
from pipelines.instruments.method import method_on
from pipelines.vault import read_frozen
from tests.boards import WAVE, drawn, past_of
from tests.drawn import examples
from tests.estimates import told

METHOD = method_on(dt.date(2026, 7, 1))
PRIOR = np.array(METHOD.risk.prior)
TWO_COLUMNS = {  # scikit-learn's checks that make X with one, three or more columns
    "check_fit_score_takes_y", "check_dont_overwrite_parameters", "check_n_features_in_after_fitting",
    "check_positive_only_tag_during_fit", "check_estimators_dtypes", "check_dtype_object", "check_pipeline_consistency",
    "check_estimators_pickle", "check_f_contiguous_array_estimator", "check_sample_weights_list",
    "check_supervised_y_2d", "check_methods_sample_order_invariance", "check_methods_subset_invariance",
    "check_dict_unchanged", "check_fit2d_predict1d",
    "check_all_zero_sample_weights_error", "check_sample_weight_equivalence_on_dense_data", "check_estimators_nan_inf",
    "check_classifiers_one_label_sample_weights",
}  # fmt: skip


def chance_of(scores: np.ndarray, coefficients: np.ndarray = PRIOR) -> np.ndarray:
    a, b = (scores[:, 0] - 50) / 18, (scores[:, 1] - 62) / 18
    return 1 / (1 + np.exp(-(coefficients[0] + coefficients[1] * a + coefficients[2] * b + coefficients[3] * a * b)))


def board(
    leaders: int, steps: int, seed: int, coefficients: np.ndarray = PRIOR, *, is_random: bool = False
) -> Transitions:
    """Leaders over steps; an event as the coefficients say (or by chance alone), and none after it."""
    rng = np.random.default_rng(seed)
    own = rng.multivariate_normal([0, 0], [[1, -0.2], [-0.2, 1]], leaders)[:, None, :] * np.sqrt(0.65)
    now = own + rng.standard_normal((leaders, steps, 2)) * np.sqrt(0.35)
    scores = (now * 18 + [50, 62]).reshape(-1, 2)
    chance = chance_of(scores, coefficients)
    event = rng.random(len(chance)) < (chance.mean() if is_random else chance)
    leader, step = np.repeat(np.arange(leaders), steps), np.tile(np.arange(steps), leaders)
    before = pl.DataFrame({"l": leader, "e": event.astype(int)}).select((pl.col("e").cum_sum() - pl.col("e")).over("l"))
    kept = before.to_series().to_numpy() == 0
    flagged = (scores[:, 0] >= 60) & (scores[:, 1] <= 50)
    return Transitions(leader, step, scores, event.astype(np.int64), flagged)[kept]


def test_the_classifier_follows_the_conventions_as_far_as_two_columns_can_tell() -> None:
    expected = dict.fromkeys(TWO_COLUMNS, "the model knows stress and support only")
    results = check_estimator(BufferRiskClassifier(), expected_failed_checks=expected, on_skip=None, on_fail=None)
    assert [result["check_name"] for result in results if result["status"] == "failed"] == []
    assert {result["check_name"] for result in results if result["status"] == "xfail"} == TWO_COLUMNS
    assert sum(result["status"] == "passed" for result in results) > 30


def test_with_hardly_any_leader_the_model_is_the_prior_at_the_boards_own_level() -> None:
    scores = np.array([[50.0, 62.0], [50.0, 62.0]])
    fitted = BufferRiskClassifier(prior_leaders=1e6).fit(scores, [0, 1])
    assert_allclose(fitted.coef_[0], PRIOR[1:], atol=1e-3)
    assert fitted.intercept_[0] > PRIOR[0]  # one of two had an event, so the level moves up


def test_with_very_many_leaders_the_prior_no_longer_shows() -> None:
    data = board(4_000, 3, 1, np.array([-1.5, 0.9, -0.7, -0.05]))
    fitted = BufferRiskClassifier().fit(data.scores, data.event)
    a, b = (data.scores - [50, 62]).T / 18
    free = LogisticRegression(C=np.inf, tol=1e-8).fit(np.column_stack([a, b, a * b]), data.event)
    assert_allclose(fitted.coef_, free.coef_, atol=0.03)


def test_pseudo_leaders_are_weights_so_that_one_fit_by_hand_gives_the_same() -> None:
    data, model = board(60, 2, 2), BufferRiskClassifier()
    fitted = model.fit(data.scores, data.event)
    grid, chance = model.pseudo_leaders(float(data.event.sum()), float(len(data.event)))
    assert grid.shape == (81, 3)
    rate = (data.event.sum() + 20 * 0.1264) / (len(data.event) + 20)
    assert chance.mean() == pytest.approx(rate, abs=2e-3)
    a, b = (data.scores - [50, 62]).T / 18
    x = np.vstack([np.column_stack([a, b, a * b]), grid, grid])
    y = np.r_[data.event, np.ones(81), np.zeros(81)]
    w = np.r_[np.ones(len(a)), 100 / 81 * chance, 100 / 81 * (1 - chance)]
    p = fitted.predict_proba(np.column_stack([50 + 18 * x[:, 0], 62 + 18 * x[:, 1]]))[:, 1]
    used = np.r_[: len(a)]
    own = (w * (y - p))[used] @ np.column_stack([np.ones(len(a)), x[used]])
    p_grid = 1 / (1 + np.exp(-(fitted.intercept_ + grid @ fitted.coef_[0])))
    prior = (100 / 81 * (chance - p_grid)) @ np.column_stack([np.ones(81), grid])
    free = np.r_[True, True, True, fitted.has_product_]  # the guard may have left the product out
    assert_allclose((own + prior)[free], 0, atol=1e-5)  # the score equations of the weighted likelihood


@given(seed=st.integers(0, 10_000), leaders=st.integers(20, 150))
@examples(25)
def test_more_stress_never_lowers_and_more_support_never_raises_the_chance(seed: int, leaders: int) -> None:
    rng = np.random.default_rng(seed)
    scores, event = rng.uniform(0, 100, (leaders, 2)), rng.random(leaders) < 0.3
    event[:2] = [True, False]
    fitted = BufferRiskClassifier().fit(scores, event)
    stress, support, product = fitted.coef_[0]
    if fitted.has_product_:
        assert min(stress - 2 * abs(product), -support - 2 * abs(product)) > 0
    else:
        assert product == 0


def test_the_explanation_adds_up_to_the_log_odds() -> None:
    data = board(100, 2, 3)
    fitted = BufferRiskClassifier().fit(data.scores, data.event)
    assert_allclose(fitted.explain(data.scores).sum(axis=1) + fitted.intercept_, fitted.decision_function(data.scores))
    assert_allclose(fitted.explain([[50.0, 62.0]]), 0)


def test_measures_equal_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    chance = np.round(rng.random(300), 2)  # with ties
    event = (rng.random(300) < chance).astype(np.int64)
    ours = performance(event, chance, np.ones((1, 300)), {"benefit": 0.2}, 0.2)
    assert_allclose(ours["auc"][0], roc_auc_score(event, chance))
    assert_allclose(ours["average_precision"][0], average_precision_score(event, chance))
    assert_allclose(ours["brier"][0], brier_score_loss(event, chance), atol=1e-6)
    acted = chance >= 0.2
    expected = (event[acted].sum() - (1 - event[acted]).sum() * 0.25) / 300
    assert_allclose(ours["benefit"][0], expected)
    logit = np.log(np.clip(chance, 1e-6, 1 - 1e-6) / (1 - np.clip(chance, 1e-6, 1 - 1e-6)))
    free = LogisticRegression(C=np.inf, tol=1e-10).fit(logit[:, None], event)
    assert_allclose([ours["slope"][0], ours["intercept"][0]], [free.coef_[0, 0], free.intercept_[0]], atol=1e-4)


def test_weights_are_the_same_as_copying_the_rows_of_a_leader() -> None:
    data = board(40, 3, 5)
    chance = chance_of(data.scores)
    weights = leader_weights(data.leader, 4)
    told = performance(data.event, chance, weights, {}, 0.2)
    for draw, row in enumerate(weights.astype(int)):
        again = np.repeat(np.arange(len(row)), row)
        assert_allclose(told["auc"][draw], roc_auc_score(data.event[again], chance[again]))


def test_a_later_wave_is_foretold_from_earlier_ones_only() -> None:
    data = board(120, 4, 6)
    seen, chance, folds = predict_forward(data, BufferRiskClassifier)
    assert folds == 3
    assert set(seen.step) == {1, 2, 3}
    changed = Transitions(
        data.leader, data.step, data.scores, np.where(data.step == 3, 1 - data.event, data.event), data.is_flagged
    )
    again = predict_forward(changed, BufferRiskClassifier)[1]
    assert_allclose(chance, again)  # what happens in the last step changes no prediction


@pytest.mark.parametrize(
    ("leaders", "steps", "rung"),
    [(40, 3, "R1"), (60, 1, "R1"), (150, 3, "R2"), (700, 6, "R3")],
)
def test_the_ladder_climbs_with_the_number_of_events(leaders: int, steps: int, rung: str) -> None:
    card = judged(board(leaders, steps, 7, np.array([-2.2, 0.9, -0.7, -0.1])), METHOD)
    assert card.rung == rung
    assert bool(card.figures) == (rung != "R1")
    if rung != "R1":
        assert card.flagged.low > card.others.high
        assert card.figures["auc_all"].low > 0.5


@pytest.mark.parametrize("seed", range(4))
def test_stop_fires_on_outcomes_that_are_random(seed: int) -> None:
    assert judged(board(500, 5, seed, is_random=True), METHOD).rung == "STOP"


@pytest.mark.parametrize("leaders", [60, 120, 150])
def test_stop_is_within_reach_of_small_boards_from_twenty_events_on(leaders: int) -> None:
    """Of random events the order is no better than guessing; before, nothing could stop below 50 events."""
    boards = (board(leaders, 3, seed, is_random=True) for seed in count())
    within = list(islice((one for one in boards if 20 <= one.leaders_with_event < METHOD.risk.stop_from), 6))
    rungs = [judged(data, METHOD).rung for data in within]
    assert rungs.count("STOP") >= 5
    assert set(rungs) <= {"STOP", "R2"}


def test_below_the_third_rung_nothing_is_told_unless_the_order_is_better_than_guessing() -> None:
    for seed in range(4):
        for is_random in (False, True):
            card = judged(board(120, 3, seed, np.array([-2.4, 0.5, -0.3, 0.0]), is_random=is_random), METHOD)
            if card.rung != "R1":
                assert (card.rung == "STOP") == (card.figures["auc_all"].low <= 0.5)


def test_with_one_pair_of_waves_no_later_wave_was_foretold_and_that_stops_nothing() -> None:
    card = judged(board(700, 1, 7, np.array([-2.2, 0.9, -0.7, -0.1])), METHOD)
    assert card.rung == "R2"
    assert card.figures["benefit_twice"].estimate == 0


@pytest.mark.parametrize("prior_leaders", [100.0, 1.0])
def test_models_of_leaders_drawn_anew_are_those_of_the_classifier_one_by_one(prior_leaders: float) -> None:
    data = board(80, 3, 3)
    weights = leader_weights(data.leader, 4)
    one = model(METHOD.risk, prior_leaders)
    expected = [one.fit(data.scores, data.event, weight).predict_proba(data.scores)[:, 1] for weight in weights]
    assert_allclose(refitted(one, data, weights), expected, atol=1e-6)


def test_what_the_prior_does_can_be_seen_beside_what_comes_out_without_it() -> None:
    """On random events the convention alone makes the two groups differ; where they follow, the answers do."""
    apart = []
    for is_random in (True, False):
        data = [board(150, 3, seed, is_random=is_random) for seed in range(6)]
        for prior_leaders in (METHOD.risk.prior_leaders, WITHOUT_PRIOR):
            chances = [(one, out_of_fold(one, partial(model, METHOD.risk, prior_leaders))) for one in data]
            apart.append(np.mean([c[one.is_flagged].mean() - c[~one.is_flagged].mean() for one, c in chances]))
    random_with, random_alone, real_with, real_alone = apart
    assert random_with > random_alone + 0.01
    assert min(real_with, real_alone) > 0.08


def test_nobody_is_judged_by_a_model_that_has_seen_them() -> None:
    data = board(60, 3, 6)
    leader_of = {tuple(row): leader for row, leader in zip(data.scores, data.leader, strict=True)}
    judged_once: list[int] = []

    class Remembers(BufferRiskClassifier):
        def fit(self, X, y, sample_weight=None):
            self.seen = {leader_of.get(tuple(row)) for row in X}
            return super().fit(X, y, sample_weight)

        def predict_proba(self, X):
            judged_now = {leader_of[tuple(row)] for row in X}
            assert not judged_now & self.seen
            judged_once.extend(judged_now)
            return super().predict_proba(X)

    chance = out_of_fold(data, Remembers)
    assert len(chance) == len(data.event)
    assert sorted(judged_once) == sorted(set(data.leader))


@pytest.mark.parametrize("events", [0, 1, 18, 19, 20, 21, 22])
def test_every_rung_near_a_threshold_can_come_on_either_side_of_it(events: int) -> None:
    data = with_events(board(200, 3, 8), events)
    numbers = METHOD.risk.rungs
    for shift, is_first in ((numbers["R2"] - events - 1, True), (numbers["R2"] - events, False)):
        card = judged(data, METHOD, shift)
        assert (card.rung == "R1") == is_first
        assert all(np.isfinite([one.estimate, one.low, one.high]).all() for one in card.figures.values())


def test_with_nobody_who_has_an_event_the_figures_are_those_of_a_board_with_hardly_anybody() -> None:
    data = board(200, 3, 8)
    none, one = (judged(with_events(data, events), METHOD, METHOD.risk.rungs["R2"]) for events in (0, 1))
    assert set(none.figures) == set(one.figures) == {"auc_all", "auc", "slope", "recall", "benefit_twice"}
    assert none.figures["auc"].estimate == pytest.approx(0.5, abs=0.2)
    assert none.figures["slope"].low <= one.figures["slope"].high
    chances = [out_of_fold(with_events(data, events), BufferRiskClassifier).mean() for events in (0, 1)]
    assert round(10 * chances[0]) == round(10 * chances[1]) == 0


def with_events(data: Transitions, events: int) -> Transitions:
    """The same leaders, of whom so many have an event at their last step."""
    happened = np.zeros(len(data.event), dtype=np.int64)
    last = np.flatnonzero(np.r_[np.diff(data.leader) != 0, True])
    happened[last[:events]] = 1
    return Transitions(data.leader, data.step, data.scores, happened, data.is_flagged)


def test_noise_is_the_same_for_a_key_and_comes_on_both_sides_ever_more_seldom() -> None:
    drawn = [Dice(b"key").noise(0.7, number) for number in range(4_000)]
    assert drawn == [Dice(b"key").noise(0.7, number) for number in range(4_000)]
    assert drawn != [Dice(b"other").noise(0.7, number) for number in range(4_000)]
    counted = {value: drawn.count(value) / 4_000 for value in range(-3, 4)}
    for value, share in counted.items():  # (1 - r) / (1 + r) r^|value|
        assert share == pytest.approx(0.3 / 1.7 * 0.7 ** abs(value), abs=0.02)
    assert min(drawn) < -10 < 10 < max(drawn)


def test_fairness_notices_a_flag_that_is_blind_for_a_group() -> None:
    data = board(400, 4, 9, np.array([-1.2, 0.9, -0.7, -0.1]))
    group = np.where(data.leader % 2 == 0, "bao", "vo")
    assert set(fairness(data, group, METHOD).values()) == {"similar"}
    assert set(fairness(data, np.full(len(group), "bao"), METHOD).values()) == {"cannot_check"}
    blind = Transitions(data.leader, data.step, data.scores, data.event, data.is_flagged & (group == "bao"))
    assert fairness(blind, group, METHOD)["recall"] == "differs"


# ------------------------------------------------------------------------------------- what is published


def with_turnover(rows: pl.DataFrame, chance: np.ndarray, seed: int = 1) -> pl.DataFrame:
    """Who wants to leave at the next wave, with this chance; answers to one item of 1 to 5 as a score."""
    wants = np.random.default_rng(seed).random(rows.height) < chance
    rows = rows.with_columns(wants=pl.Series(wants)).sort("leader_key", "wave")
    wants_later = pl.col("wants").shift(1).over("leader_key").fill_null(value=False)
    return rows.with_columns(turnover_intention=pl.when(wants_later).then(100.0).otherwise(25.0)).drop("wants")


def flagged(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(is_flagged=(pl.col("stress") >= 60) & (pl.col("support") <= 50))


def test_transitions_know_only_who_answered_the_wave_after_and_count_an_event_once(home_120) -> None:
    answers = [
        (25, 100, 100),  # event at once, no more rows
        (25, None, 100),  # left open: unknown whether they wanted to leave by then
        (25, 25, 25),  # twice none
        (25, 25, 25),  # skips a wave: unknown
        (100, 100, 100),  # wanted to leave all along
        (100, 25, 100),  # wanted to leave before, and again
    ]
    rows = flagged(drawn(0.0, 6, waves=3)).with_columns(
        turnover_intention=pl.Series([answer for of_leader in answers for answer in of_leader], dtype=pl.Float64)
    )
    rows = rows.filter(~((pl.col("leader_key") == "l00003") & (pl.col("wave") == "2026Q2")))
    past = past_of(home_120, rows)
    data, found = transitions(past)
    told = found.select("leader_key", "wave", "event").sort("leader_key", "wave").rows()
    assert told == [("l00000", "2026Q1", True), ("l00002", "2026Q1", False), ("l00002", "2026Q2", False)]
    assert data.leaders_with_event == 1
    gone = pl.DataFrame({"leader_key": ["l00003", "l00004"], "wave": [WAVE, WAVE], "event": ["left", "left"]})
    left, _ = transitions(past_of(home_120, rows, events=gone))
    assert left.leaders_with_event == 2  # who wanted to leave already is none of them


def test_who_wants_to_leave_is_said_by_a_role_of_the_instrument_and_by_no_code(home_120) -> None:
    past = past_of(home_120, flagged(drawn(0.0, 4, waves=2)))
    assert past.leaving == ("turnover_intention", 75.0)
    silent = [one.model_copy(update={"roles": ()}) for one in past.instrument.attributes]
    nobody = replace(past, instrument=past.instrument.model_copy(update={"attributes": tuple(silent)}))
    assert nobody.leaving is None
    assert transitions(nobody)[0].leaders == 0


def test_the_model_card_and_the_grid_leave_the_vault_rounded_and_without_leaders(home_120) -> None:
    rows = flagged(drawn(0.0, 500, waves=6, seed=3))
    scores = rows.select("stress", "support").to_numpy()
    rows = with_turnover(rows, chance_of(scores, np.array([-2.0, 0.9, -0.7, -0.1])))
    used = pl.Series(np.where(np.random.default_rng(2).random(rows.height) < 0.4, "used", "none"))
    cell = read_frozen(Home(home_120), f"{WAVE}-1", Cell)
    tables = told(past_of(home_120, rows.with_columns(pillar_buddy=used)), cell)
    card = {row["part"]: row for row in tables["model_card"].iter_rows(named=True)}
    assert card["rung"]["word"] == "R3"
    assert card["auc"]["low"] > 0.6
    assert card["chance_flagged"]["low"] > card["chance_others"]["high"]
    for part in ("of_ten", "of_ten_others"):
        assert 0 <= card[part]["low"] <= card[part]["estimate"] <= card[part]["high"] <= 10
        assert card[f"{part}_alone"]["estimate"] is not None
    assert card["fair_recall:experience_band"]["word"] == "cannot_check"  # by the ranges of a board of 120
    for name in ("model_card", "what_if"):
        table = tables[name]
        assert "leader_key" not in table.columns
        values = pl.concat([table[column].drop_nulls() for column in ("estimate", "low", "high")])
        assert (values * 100 - (values * 100).round()).abs().max() in (None, pytest.approx(0, abs=1e-9)), name
    grid = tables["what_if"].filter(pillar="buddy", group="all")
    today = grid.filter("is_today")["coverage"].to_list()
    assert grid["coverage"].to_list() == sorted({*(step / 10 for step in range(11)), *today})
    assert tables["what_if"].filter(group="starters")["word"].unique().to_list() != []


def test_a_small_board_learns_only_that_nothing_is_foretold(home_25, home_single) -> None:
    for home in (home_25, home_single):
        card = read_frozen(Home(home), f"{WAVE}-1", ModelCard)
        assert card.select("part", "word").rows() == [("rung", "R1")]
        assert read_frozen(Home(home), f"{WAVE}-1", WhatIf).is_empty()
