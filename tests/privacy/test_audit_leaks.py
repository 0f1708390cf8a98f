"""Publications that leak in known ways must be caught; limits, false proofs and logic must fail closed."""

import time
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import pipelines.protection.audit.prove
from pipelines.protection.audit import Problem, ScaleMean, audit
from pipelines.protection.audit.check import Certificate, Checker
from pipelines.protection.audit.prove import first_answers
from pipelines.protection.audit.solver import CountModel, NoAnswer
from pipelines.protection.audit.work import Allowed

YES_NO = [[0], [1]]
ROCK = [[0, 0, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]]


def publish(tables, answers, bands, *, patterns=YES_NO, can=None, k=5, m=2, smallest_cell=5):
    """Bands per table: {level: (lo, hi)}, a width for all levels, or None; what is left out is withheld."""
    columns, lo, hi = [], [], []
    values = np.array(patterns)[answers]
    for table, told in zip(tables, bands, strict=True):
        levels, numbers = np.unique(table, return_inverse=True)
        columns.append(numbers + len(lo))
        for level in levels.tolist():
            yes, size = values[np.array(table) == level].sum(axis=0), int((np.array(table) == level).sum())
            if isinstance(told, int):
                lo.append(yes // told * told)
                hi.append(np.minimum(lo[-1] + told - 1, size))
            else:
                band = (told or {}).get(level, (0, size))
                lo.append(np.full_like(yes, band[0]))
                hi.append(np.full_like(yes, band[1]))
    can = np.ones((len(answers), len(patterns)), bool) if can is None else np.array(can)
    membership, bounds = np.stack(columns, axis=1), [np.stack(side, axis=1) for side in (lo, hi)]
    return Problem(membership, *bounds, np.array(patterns, np.int8), can, k, m, smallest_cell)


def a_board(leaders=60, width=5, seed=3):
    random = np.random.default_rng(seed)
    region, experience = random.integers(0, 4, leaders), random.integers(0, 3, leaders)
    answers = random.integers(0, 4, leaders)
    tables = [np.zeros(leaders, int), region, experience, region * 3 + experience]
    return publish(tables, answers, [width, width, width, None], patterns=ROCK)


def an_answer_set(problem):
    """One that fits, as a reader could find it."""
    model = CountModel(problem, problem.published_cells)
    return first_answers(problem, model, Allowed(nodes=2000, iterations=400_000))


EVERYBODY = [0] * 20
TWO_REGIONS = ["north"] * 19 + ["south"]
HALF = [1, 0] * 10

LEAKS = {
    "two exact groups that differ by one leader": publish(
        [EVERYBODY, TWO_REGIONS], HALF, [{0: (10, 10)}, {"north": (10, 10)}]
    ),
    "a withheld region is the total less the others": publish(
        [EVERYBODY, ["a"] * 8 + ["b"] * 8 + ["c"] * 4], HALF, [{0: (10, 10)}, {"a": (4, 4), "b": (4, 4)}]
    ),
    "nobody of a group, counted exactly": publish([["a"] * 8], [0] * 8, [1]),
    "everybody of a group, counted exactly": publish([["a"] * 8], [1] * 8, [1]),
    "band edges of parent and children that meet": publish(
        [[0] * 15, ["a"] * 5 + ["b"] * 5 + ["c"] * 5],
        [1] * 12 + [0] * 3,
        [{0: (12, 15)}, {"a": (3, 5), "b": (3, 5), "c": (0, 2)}],
    ),
    "a withheld group of five with a single yes": publish(
        [[0] * 12, ["a"] * 7 + ["b"] * 5], [1] * 3 + [0] * 4 + [1] + [0] * 4, [{0: (4, 4)}, {"a": (3, 3)}]
    ),
    "exact numbers in a group of fewer than k": publish([["a"] * 4], [0, 0, 1, 1], [1]),
    "the same figure again with one leader more": publish(
        [["then"] * 19 + ["late"], EVERYBODY], HALF, [{"then": (10, 10)}, {0: (10, 10)}]
    ),
    "what is shown now less what was withdrawn": publish(
        [["a"] * 10 + ["b"] * 10, ["a then"] * 9 + ["late"] + ["b then"] * 10],
        [1] * 5 + [0] * 4 + [1] + HALF[:10],
        [{"a": (6, 6)}, {"a then": (5, 5)}],
    ),
}


@pytest.fixture
def without_cheap_looks(monkeypatch):
    """The search and the solver alone, as they are where adding up shows nothing."""
    monkeypatch.setattr(pipelines.protection.audit.prove, "at_a_glance", lambda *_: None)
    monkeypatch.setattr(pipelines.protection.audit.prove, "is_confirmed", lambda *_: False)


@pytest.mark.parametrize("leak", LEAKS)
def test_a_drawn_leak_is_caught(leak):
    verdict = audit(LEAKS[leak])
    assert verdict.is_leak
    assert not verdict.is_safe


@pytest.mark.parametrize("leak", LEAKS)
def test_a_drawn_leak_is_caught_without_cheap_looks_too(leak, without_cheap_looks):
    verdict = audit(LEAKS[leak])
    assert verdict.is_leak
    assert not verdict.is_safe


def test_three_overlapping_tables_leak_where_any_two_of_them_are_safe():
    tables = [[1, 0, 1, 0, 0, 0, 1, 1], [1, 1, 0, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1, 1, 0]]
    answers = [1, 0, 0, 1, 0, 0, 0, 1]  # the second and the fifth answer are the same in all eight solutions
    for left_out in range(3):
        two = [table for number, table in enumerate(tables) if number != left_out]
        assert audit(publish(two, answers, [1, 1], k=2, m=1)).is_safe
    assert audit(publish(tables, answers, [1, 1, 1], k=2, m=1)).is_leak


def test_a_cell_with_a_single_possible_yes_fails_although_each_leader_has_partners(without_cheap_looks):
    verdict = audit(publish([["a"] * 8], [1] + [0] * 7, [1]))
    assert (verdict.exchanges, verdict.unsafe, verdict.cells_unsafe) == (1, 0, 1)


def test_exact_numbers_are_safe_with_k_less_one_partners_and_leak_with_fewer():
    answers = [0, 0, 0, 1, 1]
    assert audit(publish([["a"] * 5], answers, [1], k=5)).is_safe
    assert audit(publish([["a"] * 5], answers, [1], k=6)).is_leak


def test_wide_bands_on_a_whole_board_are_safe_and_every_group_has_its_proof():
    verdict = audit(a_board())
    assert verdict.is_safe
    assert len({(c.leader, c.attribute) for c in verdict.certificates}) == verdict.groups == verdict.free_moves


def test_without_any_effort_only_the_closed_form_counts(without_cheap_looks):
    easy, hard = publish([["a"] * 9], [0, 1, 1, 0, 1, 0, 1, 0, 0], [{"a": (2, 6)}]), a_board(width=2)
    assert audit(easy, effort=0).is_safe
    verdict = audit(hard, effort=0)
    assert not verdict.is_safe
    assert not verdict.is_leak
    assert verdict.undecided > 0


def test_a_solver_that_runs_out_of_time_leaves_it_undecided(monkeypatch, without_cheap_looks):
    monkeypatch.setattr(CountModel, "solve", lambda *_: NoAnswer.UNDECIDED)
    for leak in LEAKS.values():
        verdict = audit(leak)
        assert (verdict.is_safe, verdict.is_leak) == (False, False)


def test_work_that_runs_out_leaves_it_undecided(monkeypatch, without_cheap_looks):
    monkeypatch.setattr(pipelines.protection.audit.prove, "ITERATIONS", 0)
    for leak in LEAKS.values():
        verdict = audit(leak)
        assert (verdict.is_safe, verdict.is_leak) == (False, False)


def test_iterations_of_the_solver_are_taken_off_what_is_left():
    problem = a_board()
    allowed = Allowed(nodes=2000, iterations=400_000)
    answers = CountModel(problem, problem.published_cells).solve(problem.lo, problem.hi, None, allowed)
    assert not isinstance(answers, NoAnswer)
    assert 0 < allowed.iterations < 400_000


def test_no_verdict_depends_on_a_clock(monkeypatch):
    expected = [audit(problem, seed=3) for problem in (a_board(), *LEAKS.values())]

    def stopped(*_):
        raise AssertionError("the audit looked at a clock")

    for clock in ("monotonic", "monotonic_ns", "time", "time_ns", "perf_counter", "perf_counter_ns", "process_time"):
        monkeypatch.setattr(time, clock, stopped)
    again = [audit(problem, seed=3) for problem in (a_board(), *LEAKS.values())]
    assert repr(again) == repr(expected)  # arrays and all


def test_a_solver_that_answers_nonsense_proves_nothing(monkeypatch):
    monkeypatch.setattr(CountModel, "solve", lambda model, *_: np.zeros(len(model.profile), int))
    for leak in LEAKS.values():
        assert not audit(leak).is_safe


def test_no_proof_counts_that_the_checker_refuses(monkeypatch):
    monkeypatch.setattr(Checker, "holds", lambda *_: False)
    verdict = audit(a_board(), effort=0.1)
    assert (verdict.free_moves, verdict.exchanges, verdict.is_safe) == (0, 0, False)


def test_a_corrupted_free_move_does_not_hold():
    problem = a_board()
    for certificate in audit(problem).certificates:
        assert Checker(problem).holds(certificate)
        stays = int(certificate.witness[certificate.leader])
        assert not Checker(problem).holds(replace(certificate, to_pattern=stays))
        assert not Checker(problem).holds(replace(certificate, to_pattern=None))
        forged = np.full_like(certificate.witness, 3)  # everybody has both: outside the bands
        assert not Checker(problem).holds(replace(certificate, witness=forged))
        narrow = replace(problem, can=np.eye(4, dtype=bool)[an_answer_set(problem)])
        assert not Checker(narrow).holds(certificate)


def test_a_checker_that_saw_other_witnesses_judges_as_a_new_one_does():
    problem = a_board()
    proofs = audit(problem).certificates
    forged = [replace(proof, witness=np.full_like(proof.witness, 3)) for proof in proofs[::5]]
    stays = [replace(proof, to_pattern=int(proof.witness[proof.leader])) for proof in proofs]
    mixed = [*proofs, *forged, *stays, *proofs]
    np.random.default_rng(1).shuffle(mixed)
    checker = Checker(problem)
    assert [checker.holds(proof) for proof in mixed] == [Checker(problem).holds(proof) for proof in mixed]


def test_a_free_move_holds_only_inside_the_bands_on_both_its_sides():
    problem = publish([["a"] * 9], [0, 1, 1, 0, 1, 0, 1, 0, 0], [{"a": (2, 6)}])
    for yes, holds_up, holds_down in [(1, False, False), (2, True, False), (4, True, True), (6, False, True)]:
        witness = np.repeat([1, 0], [yes, 9 - yes])
        assert Checker(problem).holds(Certificate(8, 0, witness, 1)) == holds_up
        assert Checker(problem).holds(Certificate(0, 0, witness, 0)) == holds_down


def test_a_verdict_is_safe_only_when_nothing_at_all_is_left():
    verdict = audit(a_board())
    assert verdict.is_safe
    for field in ("undecided", "unsafe", "cells_undecided", "cells_unsafe", "groups"):
        assert not replace(verdict, **{field: getattr(verdict, field) + 1}).is_safe
    assert not replace(verdict, certificates=verdict.certificates[1:]).is_safe


def test_a_corrupted_exchange_does_not_hold():
    problem = publish([["a"] * 6, [0] * 3 + [1] * 3], [0, 1, 0, 1, 0, 1], [1, None], k=5)
    verdict = audit(problem)
    assert verdict.exchanges == verdict.groups == 1  # a table of which nothing is told makes no profiles
    for certificate in verdict.certificates:
        partners = certificate.partners
        assert Checker(problem).holds(certificate)
        assert not Checker(problem).holds(replace(certificate, partners=partners[1:]))
        assert not Checker(problem).holds(replace(certificate, partners=partners[1:] + partners[1:2]))
        itself = (certificate.leader, partners[0][1])
        assert not Checker(problem).holds(replace(certificate, partners=(*partners[1:], itself)))
        alike = (partners[0][0], np.array([1, 1, 1, 0, 0, 0]))
        pair = {certificate.leader, partners[0][0]}
        assert Checker(problem).holds(replace(certificate, partners=(*partners[1:], alike))) == (
            len(pair & {0, 1, 2}) == 1
        )
        wrong_sum = (partners[0][0], np.array([1, 1, 1, 1, 0, 0]))
        assert not Checker(problem).holds(replace(certificate, partners=(*partners[1:], wrong_sum)))


def test_what_logic_alone_settles_is_no_leak_but_gives_no_cover_either():
    answers, free, settled = [1, 0, 0, 0, 0, 0], [True, True], [True, False]
    told = [{"a": (0, 3)}]
    assert audit(publish([["a"] * 6], answers, told, can=[free] * 2 + [settled] * 4)).groups == 1
    exact = [1]
    assert audit(publish([["a"] * 6], answers, exact, can=[free] * 6, k=4, m=1)).is_safe
    assert audit(publish([["a"] * 6], answers, exact, can=[free] * 3 + [settled] * 3, k=4, m=1)).is_leak


def test_the_same_seed_gives_the_same_verdict_and_the_same_witnesses():
    first, second = (audit(a_board(width=4), seed=7, effort=0.5) for _ in range(2))
    assert replace(first, certificates=()) == replace(second, certificates=())
    for one, other in zip(first.certificates, second.certificates, strict=True):
        assert (one.leader, one.attribute, one.to_pattern) == (other.leader, other.attribute, other.to_pattern)
        np.testing.assert_array_equal(one.witness, other.witness)
        assert [partner for partner, _ in one.partners] == [partner for partner, _ in other.partners]


def test_a_question_about_something_else_than_the_publication_is_refused():
    problem = a_board()
    with pytest.raises(ValueError, match="share a cell"):
        replace(problem, membership=problem.membership[:, [0, 1, 1]])
    with pytest.raises(ValueError, match="k must be"):
        replace(problem, k=1)


def test_bands_that_nothing_fits_are_never_called_safe():
    problem = a_board()
    verdict = audit(replace(problem, can=np.zeros_like(problem.can)))
    assert (verdict.is_safe, verdict.is_leak, verdict.undecided) == (False, False, 1)


def test_the_audit_starts_off_the_edges_of_the_bands_where_that_is_possible():
    problem = publish([["a"] * 9], [1] + [0] * 8, [{"a": (1, 5)}])
    assert 2 <= an_answer_set(problem).sum() <= 4


def test_the_audit_starts_from_answers_whose_scores_fit_the_published_means():
    low = a_mean([0] * 40, 0, 5)  # whoever says yes scores 60 or more, whoever says no at most 40
    yes_no = replace(
        low, lo=np.zeros((1, 1), int), hi=np.full((1, 1), 40), patterns=np.array(YES_NO, np.int8),
        can=np.ones((40, 2), bool),
        means=(replace(low.means[0], lowest=np.array([0.0, 60.0]), highest=np.array([40.0, 100.0]),
                       is_open=np.zeros(2, bool)),),
    )  # fmt: skip
    start = an_answer_set(yes_no)
    assert yes_no.fits(start)
    assert start.sum() <= 3  # four would bring 240 points, and there are fewer than 200


def test_logic_between_attributes_leaks_what_no_attribute_leaks_alone():
    # Five have a rock; at most five an emotional one and at most none a practical one: all five are emotional rocks.
    answers, bands = [1, 1, 1, 1, 1, 0, 0, 0, 0], {"a": (np.array([0, 0, 5]), np.array([5, 0, 9]))}
    tied = publish([["a"] * 9], answers, [bands], patterns=ROCK)
    assert not audit(tied).is_safe
    for attribute in range(3):
        alone = [[0], [1]]
        told = {"a": tuple(int(side[attribute]) for side in bands["a"])}
        truth = np.array(ROCK)[answers][:, attribute].tolist()
        if told != {"a": (0, 0)}:
            assert audit(publish([["a"] * 9], truth, [told], patterns=alone)).is_safe


def test_leaders_whom_an_attribute_is_not_about_give_no_cover():
    # Six starters among twenty: counted with everybody the figure is safe, among starters alone it tells all.
    starters, everybody = [1] * 6, [1] * 6 + [0] * 14
    assert audit(publish([[0] * 20], everybody, [{0: (4, 8)}])).is_safe
    assert audit(publish([[0] * 6], starters, [{0: (4, 6)}], k=5)).is_safe
    assert audit(publish([[0] * 6], starters, [{0: (6, 6)}])).is_leak


def a_mean(scores, low, step, *, groups=None, told=True):
    """A board of leaders of one pattern with any score, and the published interval of their mean."""
    group = np.zeros(len(scores), int) if groups is None else 1 + np.array(groups)
    cells = 1 + group.max()
    lows, steps = np.full(cells, np.nan), np.full(cells, np.nan)
    lows[0], steps[0] = low, step
    if groups is not None and told is not True:
        for cell, (edge, width) in told.items():
            lows[1 + cell], steps[1 + cell] = edge, width
    mean = ScaleMean(
        np.zeros(1), np.full(1, 100.0), np.zeros(1, bool), 0, group, lows, steps, np.zeros(cells, int), gap=12.5
    )
    tables = np.stack([np.zeros(len(scores), int), group], axis=1) if groups is not None else group[:, None]
    size = np.zeros((0, cells), int)
    can = np.ones((len(scores), 1), bool)
    return Problem(tables, size, size, np.zeros((1, 0), np.int8), can, 5, means=(mean,))


def test_a_mean_that_pins_a_score_is_caught():
    assert audit(a_mean([50] * 20, 50, 5)).is_safe
    assert audit(a_mean([0] * 20, 0, 5)).is_safe  # one leader can still have had 100
    pinned = audit(a_mean([0] * 20, 0, 2.5))  # all together 50 points at most: nobody above the middle
    assert not pinned.is_safe
    assert pinned.scores_unproven == 1
    whole, part = (0, 5), {0: (0, 5), 1: (0, 2.5)}
    assert audit(a_mean([0] * 40, *whole, groups=[0] * 20 + [1] * 20, told=part)).scores_unproven == 1


def test_a_mean_tells_nothing_of_the_scores_of_who_was_not_counted_in_it():
    counted = a_mean([50] * 30, 50, 5)
    mean = counted.means[0]
    then = replace(counted, means=(replace(mean, group=np.where(np.arange(30) < 20, mean.group, -1)),))
    later = replace(then, membership=np.where(np.arange(30) < 20, 0, 1)[:, None], lo=np.zeros((0, 2), int),
                    hi=np.zeros((0, 2), int))  # fmt: skip
    two_cells = replace(later.means[0], low=np.array([50.0, np.nan]), step=np.array([5.0, np.nan]),
                        most_open=np.zeros(2, int))  # fmt: skip
    assert audit(replace(later, means=(two_cells,))).is_safe


def test_the_room_of_a_score_is_what_trying_every_score_finds():
    random = np.random.default_rng(5)
    for _ in range(60):
        size, grid = int(random.integers(3, 5)), np.array([0, 50, 100])
        groups = random.integers(0, 2, size)
        if len(set(groups.tolist())) == 1:
            continue
        scores, step = random.choice(grid, size), float(random.choice([12.5, 25.0, 50.0]))
        low = min(100 / step - 1, scores.mean() // step) * step
        problem = a_mean(scores, low, step, groups=groups)
        mean = replace(problem.means[0], gap=0.0)
        room = mean.room(np.zeros(size, int))
        assert room is not None
        fine = np.array(list(product(np.arange(0, 101, 12.5), repeat=size)))
        inside = (fine.mean(axis=1) >= low) & ((fine.mean(axis=1) < low + step) | (low + step >= 100))
        found = fine[inside]
        np.testing.assert_allclose(room[0], found.min(axis=0), atol=12.5)
        np.testing.assert_allclose(room[1], found.max(axis=0), atol=12.5)
        assert (room[0] <= found.min(axis=0) + 1e-9).all()
