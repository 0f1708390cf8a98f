"""What an audit sees before it searches: it may only make bands fail that fail anyway, and for little."""

import numpy as np
import pytest

import pipelines.protection.audit.prove
from pipelines.protection.audit import audit
from pipelines.protection.audit.doubt import is_confirmed
from pipelines.protection.audit.glance import at_a_glance, tightened
from pipelines.protection.audit.goals import Doubt, Goals
from pipelines.protection.audit.work import Work
from tests.privacy.test_audit_leaks import ROCK, publish
from tests.privacy.test_audit_oracle import draw_publication, every_answer_set, forced_cells, unprovable

DRAWN = range(200)


def crossing():
    """Three tables of which each two let everybody answer either way, and all three together fix some answers."""
    tables = [[1, 0, 1, 0, 0, 0, 1, 1], [1, 1, 0, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1, 1, 0]]
    return publish(tables, [1, 0, 0, 1, 0, 0, 0, 1], [1, 1, 1], k=2, m=1)


def test_no_answer_set_that_fits_goes_outside_the_bounds_that_adding_up_gives():
    for seed in DRAWN:
        problem = draw_publication(seed)
        lo, hi = tightened(problem)
        sets, _ = every_answer_set(problem)
        sums = np.stack([problem.per_cell(problem.patterns[row]) for row in sets])
        assert (lo <= sums.min(axis=0)).all(), seed
        assert (sums.max(axis=0) <= hi).all(), seed


def test_what_fails_at_a_glance_has_no_proof_by_the_oracle_either_and_that_is_most_of_what_fails():
    failed = seen = 0
    for seed in DRAWN:
        problem = draw_publication(seed)
        sets, values = every_answer_set(problem)
        has_failed = bool(unprovable(problem, sets) or forced_cells(problem, values))
        is_seen = at_a_glance(problem, Goals.of(problem)) is not None
        assert has_failed or not is_seen, seed
        failed += has_failed
        seen += is_seen
    assert seen > failed / 2


def test_a_doubt_is_confirmed_only_where_no_answer_set_that_fits_has_that_answer():
    confirmed = 0
    for seed in range(0, 200, 4):
        problem = draw_publication(seed)
        goals = Goals.of(problem)
        _, values = every_answer_set(problem)
        sums = np.stack([problem.per_cell(row) for row in values])
        for attribute in range(values.shape[2]):
            for is_yes in (False, True):
                for leader in range(values.shape[1]):
                    if is_confirmed(problem, goals, Doubt(attribute, is_yes, leader=leader), Work()):
                        confirmed += 1
                        assert not (values[:, leader, attribute] == is_yes).any(), seed
                for cell in range(sums.shape[2]):
                    if is_confirmed(problem, goals, Doubt(attribute, is_yes, cell=cell), Work()):
                        confirmed += 1
                        up, down = goals.up[attribute, cell], goals.down[attribute, cell]
                        some = sums[:, attribute, cell]
                        assert not ((some >= up) if is_yes else (some <= down)).any(), seed
    assert confirmed > 50


def test_a_doubt_makes_no_bands_fail_that_are_safe():
    for seed in range(0, 200, 3):
        problem = draw_publication(seed)
        doubts = [Doubt(0, is_yes, leader=0) for is_yes in (False, True)] + [Doubt(0, is_yes=True, cell=0)]
        assert audit(problem, doubts=doubts).is_safe == audit(problem).is_safe, seed


def test_what_made_bands_fail_makes_the_next_ones_fail_before_anything_is_searched(monkeypatch):
    problem = crossing()
    assert at_a_glance(problem, Goals.of(problem)) is None
    first = audit(problem)
    assert first.is_leak
    assert first.doubt
    monkeypatch.setattr(pipelines.protection.audit.prove, "first_answers", None)  # nothing may ask for an answer set
    again = audit(problem, doubts=[first.doubt])
    assert again.is_leak
    assert again.doubt == first.doubt


@pytest.mark.parametrize("patterns", [[[0], [1]], ROCK])
def test_the_rest_of_a_board_is_seen_at_a_glance(patterns):
    region = ["a"] * 8 + ["b"] * 7
    told = publish([[0] * 15, region], [0] * 12 + [1] * 3, [{0: (3, 5)}, {"b": (5, 7)}], patterns=patterns)
    verdict = at_a_glance(told, Goals.of(told))
    assert verdict is not None
    assert verdict.is_leak
    assert verdict.unsafe  # nobody of the first region says yes
