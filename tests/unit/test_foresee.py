"""What a board will be able to see, said before anybody answers."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest

from pipelines.instruments import contrasts_on, load_instrument
from pipelines.publication import Foreseen, foresee
from tests.bench import prove_contrasts

DAY = dt.date(2026, 7, 1)
INSTRUMENT = load_instrument()
NEVER = 1.0


def seen(leaders: int, regions: int = 4) -> Foreseen:
    """What is foreseen for a board, by the rules that are shipped."""
    return foresee(leaders, regions, INSTRUMENT.plan, INSTRUMENT.policy(DAY), contrasts_on(DAY))


@pytest.mark.parametrize(("leaders", "width", "part"), [(60, 3, 4), (120, 3, 4), (120, 3, 6), (300, 3, 6)])
def test_a_difference_of_the_size_foreseen_is_told_in_about_four_of_five_cases(
    leaders: int, width: int, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreseen = seen(leaders, part)
    gap = foreseen.groups[leaders // part][foreseen.responses.index(prove_contrasts.RESPONSE)]
    assert gap is not None
    monkeypatch.setattr(prove_contrasts, "PARTS", (part,))
    told = prove_contrasts._told(np.random.default_rng(1), (leaders, width), 400, gap)
    assert 0.65 < np.mean(told) < 0.95


@pytest.mark.parametrize("leaders", [30, 60, 120, 300, 1000])
def test_more_answers_never_make_a_difference_harder_to_see(leaders: int) -> None:
    foreseen = seen(leaders)
    for told in (*foreseen.groups.values(), foreseen.change):
        sizes = [NEVER if size is None else size for size in told]
        assert all(less >= more for less, more in pairwise(sizes))


def test_a_board_that_is_too_small_for_groups_is_promised_none() -> None:
    assert seen(20).groups == {}
    assert set(seen(60).groups) == {10, 15, 20, 30}
