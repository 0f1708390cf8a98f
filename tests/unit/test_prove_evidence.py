"""A short form of `make prove` for the methods: the full tables stand in docs/method.md."""

from __future__ import annotations

import pytest

from tests.bench.prove_evidence import coverage, false_alarms, looks, models, shapes, states, yes_no_shapes

pytestmark = pytest.mark.slow


def test_the_interval_holds_the_true_share_also_when_who_is_without_answers_half_as_often() -> None:
    for leaders, response, plain, biased, margin in coverage(400, (20, 80, 1000)):
        assert plain >= 0.915, (leaders, response)  # the lowest of five shares, 400 draws each
        if margin is not None and biased is not None:
            assert margin >= max(0.95, biased), (leaders, response)


def test_a_buffer_of_nothing_seldom_looks_like_one() -> None:
    for leaders, ours, textbook, naive in false_alarms(100):
        assert max(ours, textbook) <= 0.12, leaders
        assert naive > max(ours, textbook), leaders


def test_no_curve_and_no_floor_is_taken_for_a_buffer_and_a_real_one_is_still_told() -> None:
    hard = ("curved", "floor 20 %", "floor 37 %", "skewed, floor 37 %", "curved, floor 20 %")
    for leaders, waves, fault, ours, textbook, _, power in shapes(60, faults=hard):
        assert ours <= 0.10, (leaders, waves, fault)  # 60 draws of a share of at most .05
        assert textbook > ours, (leaders, waves, fault)
        assert power >= 0.6, (leaders, waves, fault)
    ((*_, power),) = shapes(60, ((150, 8),), ("none",))
    assert power >= 0.8


def test_the_product_in_log_odds_of_a_yes_no_outcome_is_none_where_both_effects_add_up() -> None:
    for leaders, waves, _, _, visible, opposite, power, _ in yes_no_shapes(40):
        assert max(visible, opposite) <= 0.15, (leaders, waves)
        assert power > max(visible, opposite), (leaders, waves)


def test_a_first_finding_where_there_is_nothing_is_too_large_and_mostly_taken_back() -> None:
    (b, ever, first, back, last), _ = looks(120)
    assert b == 0
    assert first < -0.08
    assert back > 0.4
    assert last < ever < 0.2


def test_a_real_buffer_is_told_by_many_leaders_and_hardly_by_few() -> None:
    shares = {(leaders, b): found for leaders, _, b, found in states(40, ((80, 1), (1000, 8)))}
    assert shares[80, -0.10].get("visible", 0) < 0.3
    assert shares[80, 0.0].get("cannot_tell_yet", 0) > 0.7
    assert shares[1000, -0.10]["visible"] > 0.9
    assert shares[1000, 0.0]["negligible"] > 0.7


def test_with_few_events_the_convention_of_the_prior_helps_and_later_does_not_hurt() -> None:
    loss = {(leaders, name): lost for leaders, _, name, _, _, lost in models(6, (40, 300))}
    assert loss[40, "as published"] < min(loss[40, "free logistic"], loss[40, "boosting"])
    assert loss[300, "as published"] < loss[300, "boosting"]
    assert loss[300, "as published"] < loss[300, "free logistic"] + 0.002
