"""A short form of `make prove` for the methods: the full tables stand in docs/method.md."""

from __future__ import annotations

import pytest

from tests.bench.prove_evidence import coverage, false_alarms, models, rungs, states

pytestmark = pytest.mark.slow


def test_the_interval_holds_the_true_share_also_when_who_is_without_answers_half_as_often() -> None:
    for leaders, response, plain, biased, margin in coverage(400, (20, 80, 1000)):
        assert plain >= 0.915, (leaders, response)  # the lowest of five shares, 400 draws each
        if margin is not None and biased is not None:
            assert margin >= max(0.95, biased), (leaders, response)


def test_a_buffer_of_nothing_seldom_looks_like_one() -> None:
    for leaders, _, ours, naive in false_alarms(100):
        assert ours <= 0.12, leaders
        assert naive > ours, leaders


def test_a_real_buffer_is_told_by_many_leaders_and_hardly_by_few() -> None:
    shares = {(leaders, b): found for leaders, _, b, found in states(40, ((80, 1), (1000, 8)))}
    assert shares[80, -0.10].get("visible", 0) < 0.3
    assert shares[80, 0.0].get("cannot_tell_yet", 0) > 0.7
    assert shares[1000, -0.10]["visible"] > 0.9
    assert shares[1000, 0.0].get("visible", 0) + shares[1000, 0.0].get("opposite", 0) < 0.15


def test_with_few_events_the_literature_helps_and_later_does_not_hurt() -> None:
    loss = {(leaders, name): lost for leaders, _, name, _, _, lost in models(6, (40, 300))}
    assert loss[40, "ladder"] < min(loss[40, "free logistic"], loss[40, "boosting"])
    assert loss[300, "ladder"] < loss[300, "boosting"]
    assert loss[300, "ladder"] < loss[300, "free logistic"] + 0.002


def test_the_ladder_climbs_on_what_can_be_foretold_and_stops_on_what_cannot() -> None:
    found = {(leaders, is_random): shares for leaders, is_random, shares in rungs(3)}
    assert found[500, False].get("R3", 0) > 0.6
    assert found[500, True].get("R3", 0) == 0
    assert found[500, True].get("STOP", 0) > 0.6
