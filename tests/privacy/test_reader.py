"""A reader who knows roster, plan, program and odds, and not the key, is left with every answer set that fits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from pipelines.ground.dice import Dice
from pipelines.protection.puzzle import puzzle_of
from tests.privacy.exact import Tiny, largest_odds_move, leaders_certain
from tests.privacy.small import Board, Rigged, a_drawn_board, board, certain, fitting, patterns_of

FAMILIES = {"turnover": 14, "buddy": 13, "rock": 13, "belief_find_myself": 12}  # and how many boards of each
EACH = 3  # answer sets tried a board
KEYS, SKIPPED, UNLIKELY = 300, 0.05, 1e-4
MOST_ODDS = 8 / SKIPPED  # eight draws, and the coin of the first rung


def assert_nothing_is_certain(one: Board, seed: int) -> int:
    """Publish, let the reader look, and try other answers: how many answer sets led to the same publication."""
    shown = one.publish(Dice(f"key {seed}".encode()))
    drawn = shown.drawn[one.code]
    lo = np.array([told.lo for told in shown.counts.values()])
    hi = np.array([told.hi for told in shown.counts.values()])
    problem = puzzle_of(one.grouped, one.family, ()).with_figures(lo, hi, [])
    assert certain(problem) == 0
    if drawn.rung is None:
        return 0
    cells = one.grouped.layout.cells.select("table_id", "level_1", "level_2").rows()
    codes = list(shown.counts)
    bands = {
        (code, *cells[at]): (int(lo[row, at]), int(hi[row, at]))
        for row, code in enumerate(codes)
        for at in range(len(cells))
        if lo[row, at] >= 0
    }
    sizes = {(code, *cells[at]): int(shown.counts[code].n[at]) for code in codes for at in range(len(cells))}
    dice = Rigged(b"", drawn.rung, bands, sizes)
    tried = 0
    for answers in fitting(problem, np.random.default_rng(seed), EACH):
        other = one.answering(patterns_of(one), answers).publish(dice)
        assert other.drawn[one.code] == type(drawn)(drawn.rung, 0)
        for code in codes:
            assert other.counts[code].lo.tolist() == shown.counts[code].lo.tolist()
            assert other.counts[code].hi.tolist() == shown.counts[code].hi.tolist()
            assert other.counts[code].status.tolist() == shown.counts[code].status.tolist()
        tried += 1
    return tried


@pytest.mark.parametrize("code", FAMILIES)
def test_every_answer_set_that_fits_leads_to_the_same_publication_under_some_key(code: str) -> None:
    boards = FAMILIES[code]
    tried = [assert_nothing_is_certain(a_drawn_board(seed, code), seed) for seed in range(boards)]
    assert sum(number > 1 for number in tried) > boards / 2


def test_where_half_of_two_regions_and_nobody_of_two_others_wants_to_leave_no_key_gives_anybody_away() -> None:
    sizes, wanting = (14, 14, 11, 11), (5, 5, 0, 0)
    region = np.repeat(["Noord", "Oost", "Zuid", "West"], sizes).tolist()
    band = np.random.default_rng(1).permutation(np.resize(["2-5", "6-10", "11-20"], sum(sizes))).tolist()
    answers = np.concatenate([np.arange(size) < some for size, some in zip(sizes, wanting, strict=True)]).astype(int)
    one = board("turnover", {"region": region, "experience_band": band}, answers)
    tried = [assert_nothing_is_certain(one, seed) for seed in range(10)]
    assert min(tried) > 1


@pytest.mark.parametrize("sizes", [(6, 7), (5, 5, 6)])
def test_written_out_in_full_a_publication_leaves_every_count_vector_that_fits_and_moves_odds_by_a_bounded_factor(
    sizes: tuple[int, ...],
) -> None:
    tiny = Tiny(sizes)
    chances = tiny.likelihoods()
    for vector in tiny.vectors:
        assert sum(told.get(vector, 0) for told in chances.values()) == pytest.approx(1)
    for bands, told in chances.items():
        assert sorted(told) == tiny.fitting(bands), bands
        assert leaders_certain(list(told), sizes) == 0, bands
        assert largest_odds_move(told) < MOST_ODDS, bands


def test_a_family_falls_back_for_no_reason_at_all_about_as_often_as_the_plan_says() -> None:
    one = a_drawn_board(3, "buddy")
    keys = [Dice(f"coin {number}".encode()) for number in range(KEYS)]
    drawn = [one.publish(dice).drawn[one.code] for dice in keys]
    without_a_reason = sum(found.rung == 1 and found.refused == 0 for found in drawn)
    assert sum(found.rung == 0 for found in drawn) > KEYS / 2
    assert binom.cdf(without_a_reason, KEYS, SKIPPED) > UNLIKELY
    assert binom.sf(without_a_reason - 1, KEYS, SKIPPED) > UNLIKELY
