"""The margin beside every band, the words for response and for change; and the four rock states."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from pipelines.instruments import Policy, load_instrument
from pipelines.publication.margin import GRID, margin, response_word, silent_yes
from pipelines.publication.states import need_states, rock_states
from tests.drawn import examples

INSTRUMENT = load_instrument()


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_instrument().policy(dt.date(2026, 9, 1))


@pytest.mark.parametrize(
    ("n", "leaders", "word"),
    [
        (20, None, "unknown"), (20, 20, "all"), (15, 20, "ok"), (14, 20, "ok"), (13, 20, "amber"), (10, 20, "amber"),
        (9, 20, "low"),
    ],
)  # fmt: skip
def test_response_has_five_words(policy: Policy, n: int, leaders: int | None, word: str) -> None:
    assert response_word(n, leaders, policy) == word


@given(st.integers(1, 60), st.integers(0, 60), st.data())
@examples(60)
def test_equal_odds_give_the_beta_binomial(n: int, silent: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n))
    for quantile in (0.025, 0.5, 0.975):
        exact = stats.betabinom.ppf(quantile, silent, x + 0.5, n - x + 0.5) if silent else 0
        assert abs(silent_yes(silent, x, n, 1.0, quantile) - exact) <= 1


@given(n=st.integers(1, 300), silent=st.integers(1, 400), odds=st.sampled_from([0.5, 2.0]), data=st.data())
@examples(60)
def test_the_margin_takes_the_smallest_count_of_silent_yes_that_is_unlikely_enough_to_be_passed(
    n: int, silent: int, odds: float, data: st.DataObject
) -> None:
    x = data.draw(st.integers(0, n))
    shares = special.betaincinv(x + 0.5, n - x + 0.5, (np.arange(GRID) + 0.5) / GRID)
    tilted = odds * shares / (1 - shares + odds * shares)
    so_many_or_fewer = special.bdtr(np.arange(silent + 1)[:, None], silent, tilted).mean(axis=1)
    for quantile in (0.025, 0.975):
        assert silent_yes(silent, x, n, odds, quantile) == np.flatnonzero(so_many_or_fewer >= quantile)[0]


@given(n=st.integers(9, 150), more=st.integers(1, 60), data=st.data())
@examples(60)
def test_the_margin_holds_every_share_the_band_and_the_silent_leaders_allow(
    n: int, more: int, data: st.DataObject
) -> None:
    policy = load_instrument().policy(dt.date(2026, 9, 1))
    lo = data.draw(st.integers(0, n - 4))
    told = margin(n, n + more, lo, lo + 4, policy)
    if n / (n + more) < 0.5:
        assert told is None
        return
    assert told is not None
    assert 0 <= told[0] <= lo / n
    assert told[1] >= (lo + 4) / (n + more)
    assert told[0] < told[1] <= 1


def test_when_everyone_answered_only_the_band_is_left(policy: Policy) -> None:
    assert margin(40, 40, 10, 15, policy) == (0.25, 0.375)
    assert margin(40, None, 10, 15, policy) == (0.25, 0.375)


@given(data=st.data(), n=st.integers(9, 80))
@examples(80)
def test_the_rock_states_hold_the_truth_whatever_the_bands(data: st.DataObject, n: int) -> None:
    emotional = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    instrumental = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    both = sum(e and i for e, i in zip(emotional, instrumental, strict=True))
    either = sum(e or i for e, i in zip(emotional, instrumental, strict=True))
    truth = {
        "both": both, "emotional_only": sum(emotional) - both, "instrumental_only": sum(instrumental) - both,
        "none": n - either,
    }  # fmt: skip
    counts = {"has_rock": either, "rock_emotional": sum(emotional), "rock_instrumental": sum(instrumental)}
    for state, lo, hi in rock_states(bands_around(counts, n, data), INSTRUMENT).select("state", "lo", "hi").iter_rows():
        assert 0 <= lo <= truth[state] <= hi <= n


@given(data=st.data(), n=st.integers(9, 80))
@examples(80)
def test_need_beside_support_holds_the_truth_whatever_the_bands(data: st.DataObject, n: int) -> None:
    need = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    little = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    both = sum(d and s for d, s in zip(need, little, strict=True))
    truth = {
        "need_little": both, "need_more": sum(need) - both, "calm_little": sum(little) - both,
        "calm_more": n - sum(need) - sum(little) + both,
    }  # fmt: skip
    counts = {"high_need": sum(need), "low_support": sum(little), "unmet_need": both}
    found = need_states(bands_around(counts, n, data), INSTRUMENT)
    assert set(found["state"]) == set(truth)
    for state, lo, hi in found.select("state", "lo", "hi").iter_rows():
        assert 0 <= lo <= truth[state] <= hi <= n


def bands_around(counts: dict[str, int], n: int, data: st.DataObject) -> pl.DataFrame:
    """Cells of the whole board whose bands hold these counts."""
    rows = []
    for measure, x in counts.items():
        below, above = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 4))
        rows.append((measure, max(0, x - below), min(n, x + above)))
    return pl.DataFrame(rows, schema={"measure": pl.String, "lo": pl.Int32, "hi": pl.Int32}, orient="row").with_columns(
        publication=pl.lit("p"), wave=pl.lit("w"), table_id=pl.lit("total"), way=pl.lit(0), n=pl.lit(n, pl.Int32),
        status=pl.lit("published"), dim_1=pl.lit(None, pl.String), level_1=pl.lit(None, pl.String),
        dim_2=pl.lit(None, pl.String), level_2=pl.lit(None, pl.String),
    )  # fmt: skip
