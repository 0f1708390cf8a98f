"""A difference is told from published ranges alone: its interval holds, its word follows, and a year asks no more."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.instruments import contrasts_on, load_instrument
from pipelines.publication.contrasts import Doubt, Side, contrast, rest_of
from pipelines.publication.margin import margin
from tests.bench.prove_contrasts import DESIGN, figures

DAY = dt.date(2026, 7, 1)
NUMBERS, POLICY = contrasts_on(DAY), load_instrument().policy(DAY)
DOUBT = Doubt(*POLICY.silent_odds, POLICY.response_floor, NUMBERS.sure, NUMBERS.relevant, NUMBERS.power)
IN_TIME = replace(DOUBT, retest=NUMBERS.retest)
OPPOSITE = {"lower": "higher", "higher": "lower", "same": "same", "cannot_tell": "cannot_tell"}
Row = tuple[int, int, int, int]  # lo, hi, n, leaders


@st.composite
def rows(draw: st.DrawFn, most: int = 400) -> Row:
    """A published range of which enough leaders answered."""
    leaders = draw(st.integers(5, most))
    n = draw(st.integers((leaders + 1) // 2, leaders))
    lo = draw(st.integers(0, n))
    return lo, draw(st.integers(lo, min(n, lo + 8))), n, leaders


years = st.integers(2, 4).flatmap(lambda k: st.tuples(*[st.lists(rows(), min_size=k, max_size=k)] * 2))


def side(*waves: Row | None) -> Side:
    """One comparison of some waves; None where nothing is shown."""
    return Side(*np.array([wave or (math.nan,) * 4 for wave in waves], float).T[:, None, :])


def told(a: list[Row | None], b: list[Row | None], doubt: Doubt = DOUBT) -> tuple[float, float, str, float, int]:
    low, high, word, noticeable, waves = (values[0] for values in contrast(side(*a), side(*b), doubt))
    return float(low), float(high), str(word), float(noticeable), int(waves)


def share(x: float, n: int, leaders: int, odds: float) -> tuple[float, float]:
    """The law as docs/method.md writes it, number by number: expected share of all leaders and its variance."""
    p = (x + 0.5) / (n + 1)
    q = odds * p / (1 - p + odds * p)
    s = leaders - n
    return (x + s * q) / leaders, s * (leaders + 1) / (n + 2) * q * (1 - q) / leaders**2


def by_hand(a: Row, b: Row, retest: float, waves: int = 1) -> tuple[float, float, float]:
    """Low, high and noticeable of one wave out of `waves`."""
    (alo, ahi, an, al), (blo, bhi, bn, bl) = a, b
    z, noise = NormalDist().inv_cdf(1 - 0.05 / waves), retest / al + retest / bl
    (p, v), (q, w) = share(alo, an, al, 0.5), share(bhi, bn, bl, 2)
    low = max(p - q - z * math.sqrt(v + w + noise), alo / al - (bhi + bl - bn) / bl - z * math.sqrt(noise))
    (p, v), (q, w) = share(ahi, an, al, 2), share(blo, bn, bl, 0.5)
    high = min(p - q + z * math.sqrt(v + w + noise), (ahi + al - an) / al - blo / bl + z * math.sqrt(noise))
    low, high = math.floor(100 * low + 1e-9) / 100, math.ceil(100 * high - 1e-9) / 100
    (p, v), (q, w) = share((alo + ahi) / 2, an, al, 1), share((blo + bhi) / 2, bn, bl, 1)
    place = sum(((hi - lo + 1) ** 2 - 1) / 12 / n**2 for lo, hi, n, _ in (a, b))
    usual = NormalDist().inv_cdf(0.9)
    return low, high, max(high - (p - q), p - q - low) + usual * math.sqrt(v + w + noise + place)


# ------------------------------------------------------------------------------------------------ the interval


@given(rows(), rows(), st.sampled_from([0.0, NUMBERS.retest]))
def test_limits_and_noticeable_size_are_those_of_the_law_written_out(a: Row, b: Row, retest: float) -> None:
    low, high, _, noticeable, waves = told([a], [b], replace(DOUBT, retest=retest))
    assert (low, high, noticeable, waves) == pytest.approx((*by_hand(a, b, retest), 1), abs=1e-9)


@given(rows(), rows(), st.data())
def test_the_interval_holds_every_difference_that_answers_within_the_ranges_and_the_odds_give(
    a: Row, b: Row, data: st.DataObject
) -> None:
    low, high, *_ = told([a], [b])
    (one, _), (other, _) = (
        share(data.draw(st.integers(lo, hi)), n, leaders, data.draw(st.floats(*POLICY.silent_odds)))
        for lo, hi, n, leaders in (a, b)
    )
    assert low - 1e-9 <= one - other <= high + 1e-9


@given(years, st.sampled_from([DOUBT, IN_TIME]))
def test_the_other_way_round_every_difference_turns_its_sign(pair: tuple[list[Row], list[Row]], doubt: Doubt) -> None:
    low, high, word, noticeable, waves = told(*pair, doubt)
    assert told(*reversed(pair), doubt) == pytest.approx((-high, -low, OPPOSITE[word], noticeable, waves), abs=1e-9)


@given(rows(), rows(), st.integers(0, 5), st.integers(0, 5), st.sampled_from([DOUBT, IN_TIME]))
def test_wider_ranges_never_make_the_interval_of_a_wave_narrower(
    a: Row, b: Row, below: int, above: int, doubt: Doubt
) -> None:
    lo, hi, n, leaders = a
    wider = max(0, lo - below), min(n, hi + above), n, leaders
    low, high, *_ = told([a], [b], doubt)
    wide_low, wide_high, *_ = told([wider], [b], doubt)
    assert wide_low <= low <= high <= wide_high


@given(years, st.sampled_from([DOUBT, IN_TIME]))
def test_no_word_denies_its_interval(pair: tuple[list[Row], list[Row]], doubt: Doubt) -> None:
    low, high, word, *_ = told(*pair, doubt)
    inside = -NUMBERS.relevant < low and high < NUMBERS.relevant
    assert (word == "same") == inside
    assert {"lower": high < 0, "higher": low > 0, "cannot_tell": low <= 0 <= high}.get(word, inside)


# ---------------------------------------------------------------------------------------------------- the year


@given(years)
def test_a_year_is_the_mean_of_the_limits_with_the_doubt_shared_out_over_its_waves(
    pair: tuple[list[Row], list[Row]],
) -> None:
    limits = [by_hand(a, b, 0.0, len(pair[0]))[:2] for a, b in zip(*pair, strict=True)]
    lows, highs = zip(*limits, strict=True)
    low, high = math.floor(100 * np.mean(lows) + 1e-9) / 100, math.ceil(100 * np.mean(highs) - 1e-9) / 100
    middles = [
        share((a[0] + a[1]) / 2, *a[2:], 1)[0] - share((b[0] + b[1]) / 2, *b[2:], 1)[0]
        for a, b in zip(*pair, strict=True)
    ]
    if max(lows) > 0 and min(middles) > 0:
        low = max(low, 0.01)
    if min(highs) < 0 and max(middles) < 0:
        high = min(high, -0.01)
    assert told(*pair)[:2] == pytest.approx((low, high), abs=1e-9)


def test_a_year_tells_what_one_of_its_waves_tells_for_certain_when_all_waves_point_that_way() -> None:
    clear, weak, other_way = (4, 6, 20, 24), (11, 13, 20, 24), (15, 17, 20, 24)
    rest = (52, 56, 80, 96)
    assert told([clear, weak, weak], [rest] * 3)[2] == "lower"
    assert told([clear, weak, weak], [rest] * 3)[1] == -0.01
    assert told([weak, weak, weak], [rest] * 3)[2] == "cannot_tell"
    assert told([clear, weak, other_way], [rest] * 3)[2] == "cannot_tell"


@given(years, st.integers(0, 3))
def test_a_wave_of_which_too_few_answered_or_nothing_is_shown_is_left_out(
    pair: tuple[list[Row], list[Row]], place: int
) -> None:
    a, b = pair
    assume(place < len(a))
    lo, hi, n, _ = a[place]
    few: list[Row | None] = [*a[:place], (lo, hi, n, 2 * n + 1), *a[place + 1 :]]
    hidden: list[Row | None] = [*a[:place], None, *a[place + 1 :]]
    left: list[Row | None] = [*a[:place], *a[place + 1 :]]
    rest: list[Row | None] = [*b[:place], *b[place + 1 :]]
    assert told(few, list(b)) == told(hidden, list(b)) == told(left, rest)


def test_without_a_wave_that_can_be_compared_nothing_is_told() -> None:
    low, high, word, noticeable, waves = told([None], [(3, 5, 9, 12)])
    assert (math.isnan(low), math.isnan(high), word, noticeable, waves) == (True, True, "cannot_tell", math.inf, 0)


# ------------------------------------------------------------------------------------------ the rest of the board


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30), st.booleans()), min_size=2, max_size=6), st.data())
def test_the_rest_of_the_board_holds_what_the_other_groups_answered(
    groups: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    """Ranges around drawn counts, of which some groups show none: the edges of the rest hold the count of the rest."""

    def row(n: int, x: int) -> Row:
        return max(0, x - data.draw(st.integers(0, 4))), min(n, x + data.draw(st.integers(0, 4))), n, n

    counts = [(n, min(x, n), shown) for n, x, shown in groups]
    total = row(sum(n for n, _, _ in counts), sum(x for _, x, _ in counts))
    (n, x, _), *others = counts
    seen = [row(*one[:2]) for one in others if one[2]]
    low, high, answered, everybody = (sum(one[at] for one in seen) for at in range(4))
    sums: Row = (low, high, answered, everybody)
    lo, hi, rest_n, leaders = (float(values[0, 0]) for values in rest_of(side(total), side(row(n, x)), side(sums)))
    assert lo <= sum(x for _, x, _ in others) <= hi
    assert rest_n == leaders == sum(n for n, _, _ in others)
    assert 0 <= lo <= hi <= rest_n


# ------------------------------------------------------------------------------- words beside the figures drawn


@given(rows(150), rows(150))
def test_no_word_about_change_goes_against_the_middles_drawn(a: Row, b: Row) -> None:
    word = told([a], [b], IN_TIME)[2]
    assume(word in ("lower", "higher"))
    now, before = (sum(margin(n, leaders, lo, hi, POLICY)) / 2 for lo, hi, n, leaders in (a, b))
    assert (now > before) == (word == "higher")


@given(rows(120), rows(400))
def test_no_word_about_a_group_goes_against_the_middles_drawn_of_group_and_board(group: Row, rest: Row) -> None:
    total = tuple(one + other for one, other in zip(group, rest, strict=True))
    nobody = side((0, 0, 0, 0))
    word = contrast(side(group), rest_of(side(total), side(group), nobody), DOUBT).word[0]
    assume(word in ("lower", "higher"))
    middle, of_board = (sum(margin(n, leaders, lo, hi, POLICY)) / 2 for lo, hi, n, leaders in (group, total))
    assert (middle > of_board) == (word == "higher")


def test_power_and_errors_are_near_those_the_method_was_chosen_for() -> None:
    """The short form of tests/bench/prove_contrasts.py, within what few draws and boards of another make may differ."""
    found, design = np.array(list(figures((120, 3), draws=100))), np.array(DESIGN[120, 3])
    told, wrong, moved, page = slice(0, 6), slice(6, 8), slice(8, 11), 11
    assert np.abs(found - design)[told].max() < 20
    assert np.abs(found - design)[moved].max() < 20
    assert found[wrong].max() < 4
    assert found[page] < 3
