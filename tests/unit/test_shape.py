"""What can look like a buffer and is none: a curve, a floor, two effects that add up in log-odds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.evidence.regress import ols
from pipelines.evidence.shape import PRODUCT, corners, read_chance, read_score, with_curves
from pipelines.ground.dice import Dice
from tests.boards import drawn, past_of
from tests.estimates import gated

LEADERS = 20_000  # so many that every false buffer shows
CERTAINTY = 0.95


def scores(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stress, support that goes down with it, and an outcome to which both add up."""
    rng = np.random.default_rng(seed)
    s, u, e = rng.standard_normal((3, LEADERS))
    u = -0.2 * s + np.sqrt(0.96) * u
    return s, u, 0.4 * s - 0.2 * u + 0.8 * e


def textbook(y: np.ndarray, s: np.ndarray, u: np.ndarray) -> bool:
    """Whether the usual model calls it a buffer."""
    return ols(y, {"stress": s, "support": u, PRODUCT: s * u})[PRODUCT].high < 0


@pytest.mark.parametrize("of", ["stress", "support"])
def test_a_curve_is_not_taken_for_a_buffer(of: str) -> None:
    s, u, y = scores()
    y = y + 0.08 * (s if of == "stress" else u) ** 2
    product = read_score(y, with_curves(s, u, {}), (-50, 50), None, CERTAINTY).product
    assert textbook(y, s, u)
    assert product.low <= 0 <= product.high


@pytest.mark.parametrize("share", [0.06, 0.20, 0.37])
def test_a_floor_is_not_taken_for_a_buffer_and_its_share_is_known(share: float) -> None:
    s, u, y = scores()
    floor = float(np.quantile(y, share))
    y = np.maximum(y, floor)
    read = read_score(y, with_curves(s, u, {}), (floor, 50), None, CERTAINTY)
    assert textbook(y, s, u)
    assert read.product.low <= 0 <= read.product.high
    assert read.shares == (pytest.approx(share, abs=0.001), 0)


def test_the_interval_holds_both_readings_and_a_ceiling_is_read_as_a_floor_is() -> None:
    s, u, y = scores()
    y = np.maximum(y - 0.1 * s * u, -0.3)
    floored = read_score(y, with_curves(s, u, {}), (-0.3, 50), None, CERTAINTY)
    turned = read_score(-y, with_curves(s, u, {}), (-50, 0.3), None, CERTAINTY)
    one, other, both = floored.fit[PRODUCT], floored.without_ends[PRODUCT], floored.product
    assert (both.low, both.high) == (min(one.low, other.low), max(one.high, other.high))
    assert both.se > one.se
    assert turned.product.low == pytest.approx(-both.high, abs=1e-6)
    assert turned.shares == floored.shares[::-1]


def test_two_effects_that_add_up_in_log_odds_are_no_buffer_though_chances_say_so() -> None:
    s, u, _ = scores()
    yes = (np.random.default_rng(3).random(LEADERS) < 1 / (1 + np.exp(2.2 - 0.6 * s + 0.4 * u))).astype(float)
    terms = with_curves(s, u, {"band": (np.arange(LEADERS) % 2).astype(float)})
    read = read_chance(yes, terms, None, CERTAINTY, 2.0)
    chances = corners(read.fit, terms)
    assert read.product.low <= 0 <= read.product.high
    assert read.shares == (0, 0)
    # With much support the chance rises by fewer points, which would pass for a buffer.
    assert chances["+1+1"] - chances["-1+1"] < 0.6 * (chances["+1-1"] - chances["-1-1"])
    for s_at, u_at in ((-1, -1), (1, 1)):
        near = (np.abs(s - s_at) < 0.25) & (np.abs(u - u_at) < 0.25)
        assert chances[f"{s_at:+d}{u_at:+d}"] == pytest.approx(yes[near].mean(), abs=0.04)


# ---------------------------------------------------------------------------------------------- as it is published


def rows_of(home: Path, rows: pl.DataFrame, table: str) -> list[dict]:
    return gated(past_of(home, rows)).tables[table].to_dicts()


def test_a_yes_no_outcome_has_its_product_in_log_odds_and_can_not_be_told_from_few(home_120: Path) -> None:
    rng = np.random.default_rng(2)
    made = drawn(0.0, 120, waves=2)
    leaving = pl.Series("turnover_intention", np.where(rng.random(made.height) < 0.2, 100.0, 25.0))
    (row,) = (
        row
        for row in rows_of(home_120, made.with_columns(leaving), "evidence")
        if row["outcome"] == "turnover_intention"
    )
    assert (row["kind"], row["state"], row["matters"]) == ("chance", "cannot_tell_yet", 0.10)
    assert "of 10 boards" in row["sentence_en"]
    terms = {
        term["term"]: term
        for term in rows_of(home_120, made.with_columns(leaving), "evidence_term")
        if term["outcome"] == "turnover_intention"
    }
    assert set(terms) == {"chance-1-1", "chance-1+1", "chance+1-1", "chance+1+1", "own", "combined"}
    assert (terms["own"]["high"] - terms["own"]["low"]) / 2 > 0.20


def test_a_buffer_in_log_odds_is_told_where_there_are_enough(home_120: Path) -> None:
    made = drawn(0.0, 6_000)
    s, u = (made["stress"].to_numpy() - 50) / 18, (made["support"].to_numpy() - 62) / 18
    chance = 1 / (1 + np.exp(0.8 - 0.6 * s + 0.4 * u + 0.35 * s * u))
    leaving = pl.Series("turnover_intention", np.where(np.random.default_rng(2).random(6_000) < chance, 100.0, 25.0))
    found = {row["outcome"]: row for row in rows_of(home_120, made.with_columns(leaving), "evidence")}
    assert found["turnover_intention"]["state"] == "visible"
    assert found["exhaustion"]["state"] == "negligible"


@pytest.mark.parametrize("floor", [0.0, 0.37])
def test_many_with_the_lowest_score_are_told_and_no_buffer_is_made_of_them(floor: float, home_120: Path) -> None:
    rng = np.random.default_rng(4)
    s, u, e = rng.standard_normal((3, 3_000))
    u = -0.2 * s + np.sqrt(0.96) * u
    y = 42 + 20 * (0.4 * s - 0.2 * u + 0.8 * e)
    if floor:
        y = np.maximum(y - np.quantile(y, floor), 0)
    made = drawn(
        0.0, 3_000, stress=50 + 18 * s, support=62 + 18 * u, exhaustion=np.clip(y, 0, 100),
        support_emotional=62 + 18 * u, support_instrumental=62 + 18 * u,
    )  # fmt: skip
    (row,) = rows_of(home_120, made, "evidence")
    assert row["at_end"] == ("lowest" if floor else None)
    assert row["state"] != "visible"
    (own,) = (term for term in rows_of(home_120, made, "evidence_term") if term["term"] == "own")
    assert own["low"] < 0 < own["high"]
    if floor:
        assert textbook(y, s, u)


def test_that_many_have_the_lowest_score_is_told_with_a_noise_that_can_be_any_number() -> None:
    noise = [Dice(f"{key}".encode()).noise(0.7, "share at an end") for key in range(2_000)]
    assert {-5, -1, 0, 1, 5} <= set(noise)


@pytest.mark.parametrize(
    ("leaders", "effect", "state"),
    [(3_000, -0.3, "visible"), (3_000, 0.3, "opposite"), (120, 0.0, "cannot_tell_yet"), (40, 0.0, None)],
)
def test_what_is_said_of_two_kinds_of_support_can_be_read_from_the_published_difference(
    leaders: int, effect: float, state: str | None, home_120: Path
) -> None:
    made = drawn(0.0, leaders)
    more_emotional = (made["support_emotional"] - made["support_instrumental"]) / 21
    made = made.with_columns(exhaustion=pl.col("exhaustion") + 20 * effect * more_emotional)
    (row,) = rows_of(home_120, made, "evidence")
    assert row.get("kinds_state") == state
    difference = [term for term in rows_of(home_120, made, "evidence_term") if term["term"] == "difference"]
    if state is None:
        assert difference == []
        return
    assert row["kinds_nl"] != row["kinds_en"]
    low, high = difference[0]["low"], difference[0]["high"]
    assert (high <= 0, low >= 0) == (state == "visible", state == "opposite")
