"""A short form of `make prove` for what is told about later: the full tables stand in docs/method.md."""

from __future__ import annotations

import pytest

from tests.bench.prove_risk import margins, pillars, rungs

pytestmark = pytest.mark.slow


def test_a_board_of_120_is_told_what_can_be_foretold_and_hears_that_the_rest_cannot() -> None:
    told = {truth: (before, now, shares) for _, truth, before, now, _, shares in rungs(8, (120,))}
    assert told["follows"][2].get("R2", 0) >= 0.4
    for truth in ("random", "lasting"):
        before, now, shares = told[truth]
        assert before > 1.3 * now  # who wanted to leave all along is no later event
        assert shares.get("R2", 0) + shares.get("R3", 0) <= 0.25


def test_the_published_margins_of_both_groups_hold_the_true_chances() -> None:
    held = margins(10, 150, "follows")
    assert held.boards >= 6
    assert min(held.published) >= 0.9
    assert held.true[0] > 3 * held.true[1]


def test_a_pillar_that_does_nothing_is_seldom_told_to_do_something() -> None:
    assert sum(pillars(20, 120, 0.0)) <= 0.2
    less, more = pillars(8, 300, -0.7)
    assert less >= 0.5
    assert more == 0
