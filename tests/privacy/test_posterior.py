"""The walk that says how well a reader can guess, beside the same written out in full."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from pipelines.protection.audit import Problem, ScaleMean
from tests.bench.prove_posterior import auc
from tests.bench.prove_waves import certain
from tests.privacy.posterior import Expects, enumerated, sampled

SWEEPS = 600
NEAR = 0.03  # of what is exact
ONE = np.array([[0], [1]], np.int8)
ROCK = np.array([[0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], np.int8)  # has one, emotional, instrumental


def a_board(patterns: np.ndarray, leaders: int, width: int, seed: int) -> Problem:
    """A total and two tables, of three groups and of two, each told in bands of `width` that hold drawn answers."""
    random = np.random.default_rng(seed)
    places = [np.zeros(leaders, int), 1 + random.integers(3, size=leaders), 4 + random.integers(2, size=leaders)]
    membership = np.stack(places, axis=1)
    answers = random.integers(len(patterns), size=leaders)
    sizes = np.bincount(membership.ravel(), minlength=6)
    yes = np.zeros((patterns.shape[1], 6), int)
    for leader, cells in enumerate(membership):
        yes[:, cells] += patterns[answers[leader]][:, None]
    lo = np.clip(yes - random.integers(width, size=yes.shape), 0, np.maximum(sizes - width + 1, 0))
    hi = np.minimum(lo + width - 1, sizes)
    return Problem(membership, lo, hi, patterns, np.ones((leaders, len(patterns)), bool), k=5)


def a_mean(problem: Problem) -> ScaleMean:
    """The mean of a score that is below 60 without the attribute and above 65 with it, told of the whole board."""
    low, step = np.full(6, np.nan), np.full(6, np.nan)
    low[0], step[0] = 20, 10
    nobody = np.zeros(2, bool)
    leaders = len(problem.membership)
    return ScaleMean(
        np.array([0.0, 65.0]), np.array([60.0, 100.0]), nobody, whole=0, group=np.zeros(leaders, int), low=low,
        step=step, most_open=np.zeros(6, int), gap=0,
    )  # fmt: skip


@pytest.mark.parametrize("expects", ["even", "open"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("patterns", "leaders"), [(ONE, 11), (ROCK, 6)])
def test_walking_over_answer_sets_gives_the_chances_that_writing_all_of_them_out_gives(
    patterns: np.ndarray, leaders: int, seed: int, expects: Expects
) -> None:
    problem = a_board(patterns, leaders, 3, seed)
    guess = sampled(problem, SWEEPS, expects)
    assert guess is not None
    assert np.abs(guess.chance - enumerated(problem, expects)).max() < NEAR
    assert guess.apart.max() < 2 * NEAR


def test_a_mean_that_is_told_counts_in_what_a_reader_holds_likely() -> None:
    without = a_board(ONE, 11, 5, seed=1)
    problem = Problem(**{**vars(without), "means": (a_mean(without),)})
    guess = sampled(problem, SWEEPS)
    assert guess is not None
    exact = enumerated(problem)
    assert np.abs(guess.chance - exact).max() < NEAR
    assert np.abs(enumerated(without) - exact).max() > NEAR


def test_near_the_edge_who_does_not_know_how_common_an_answer_is_holds_it_likelier_than_who_holds_all_sets_alike() -> (
    None
):
    edge = (np.array([[8]]), np.array([[10]]))
    problem = Problem(np.zeros((10, 1), int), *edge, ONE, np.ones((10, 2), bool), k=5)
    assert enumerated(problem, "even")[0, 0] == pytest.approx((8 * 45 + 9 * 10 + 10) / 56 / 10)
    assert enumerated(problem, "open")[0, 0] == pytest.approx(0.9)


def test_the_walk_comes_to_answer_sets_to_which_no_step_within_the_bands_leads() -> None:
    membership = np.array([[0, 2], [0, 3], [1, 2], [1, 3]])  # one yes in each row and in each column: two answer sets
    ones = np.ones((1, 4), int)
    problem = Problem(membership, ones, ones, ONE, np.ones((4, 2), bool), k=2)
    assert enumerated(problem).tolist() == [[0.5]] * 4
    guess = sampled(problem, SWEEPS)
    assert guess is not None
    assert np.abs(guess.chance - 0.5).max() < 2 * NEAR


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("patterns", "leaders"), [(ONE, 11), (ROCK, 6)])
def test_answers_that_follow_are_those_of_which_every_answer_set_that_fits_has_the_same(
    patterns: np.ndarray, leaders: int, seed: int
) -> None:
    problem = a_board(patterns, leaders, 1, seed)
    sets = np.array(list(product(range(len(patterns)), repeat=leaders)))
    truth = next(answers for answers in sets if problem.fits(answers))
    follows, undecided = certain(problem, truth)
    assert undecided == 0
    chance = enumerated(problem)
    assert (follows == ((chance == 0) | (chance == 1))).all()


def test_chances_are_worth_one_when_they_rank_all_who_said_yes_first_and_a_half_when_they_are_all_alike() -> None:
    truth = np.array([True, True, False, False])
    assert auc(np.array([0.9, 0.8, 0.7, 0.1]), truth) == 1
    assert auc(np.full(4, 0.5), truth) == 0.5
    assert auc(np.array([0.9, 0.2, 0.7, 0.1]), truth) == 0.75
    assert np.isnan(auc(np.full(4, 0.5), np.ones(4, bool)))
