"""Drawn tables for bands, sizes, complements and merges: what privacy.md promises, number by number."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipelines.counting.cells import lay_out
from pipelines.ground.dice import Dice
from pipelines.instruments import load_instrument
from pipelines.protection.bands import (
    PHASES,
    band,
    band_edges,
    mean_edges,
    mean_interval,
    mean_step,
    number_of_bins,
    spare_counts,
    suppress,
)
from pipelines.protection.plan import merge
from pipelines.protection.steps import Step, on_rungs

POLICY, STEPS = load_instrument().policies[-1], load_instrument().plan.mean_steps
# n, width, which bin gets each spare count: the lower edges of the bins.
DRAWN = {
    (9, 5, ()): [0, 5], (10, 5, (0,)): [0, 6], (10, 5, (1,)): [0, 5], (14, 5, ()): [0, 5, 10], (8, 3, ()): [0, 3, 6],
    (12, 3, (3,)): [0, 3, 6, 9], (12, 3, (0,)): [0, 4, 7, 10], (13, 3, (0, 0)): [0, 5, 8, 11],
    (13, 3, (1, 2)): [0, 3, 7, 11],
    (4, 5, ()): [0], (8, 5, (0, 0, 0, 0)): [0], (2, 5, ()): [0],
}  # fmt: skip


def test_bins_are_as_wide_as_said_and_the_picks_say_which_are_wider() -> None:
    for (n, width, picks), edges in DRAWN.items():
        assert list(band_edges(n, width, picks)) == [*edges, n + 1], (n, width, picks)
        assert len(picks) == spare_counts(n, width)


def test_groups_of_fewer_than_nine_say_nothing_at_width_5_and_nine_and_more_do() -> None:
    def says(n: int) -> bool:
        return band(band_edges(n, 5, [0] * spare_counts(n, 5)), 0) is not None

    assert [n for n in range(1, 15) if not says(n)] == [1, 2, 3, 4, 5, 6, 7, 8]


@given(st.integers(0, 2000), st.integers(2, 40), st.binary(min_size=1), st.data())
def test_a_drawn_band_holds_the_count_and_at_least_as_many_counts_as_it_must(
    n: int, width: int, key: bytes, data: st.DataObject
) -> None:
    x = data.draw(st.integers(0, n))
    bins = number_of_bins(n, width)
    edges = band_edges(n, width, Dice(key).picks(spare_counts(n, width), bins, "edges"))
    assert (edges[0], edges[-1], len(edges)) == (0, n + 1, bins + 1)
    if n + 1 >= width:
        assert np.diff(edges).min() >= width
    held = band(edges, x)
    assert (held is None) == (bins == 1)
    if held:
        assert held[0] <= x <= held[1]


@given(st.integers(9, 200), st.integers(3, 9))
def test_every_count_inside_a_band_could_have_been_told_by_that_band(n: int, width: int) -> None:
    edges = band_edges(n, width, Dice(b"key").picks(spare_counts(n, width), number_of_bins(n, width), n))
    for low, above in pairwise(edges):
        assert {band(edges, x) for x in range(low, above)} <= {(low, above - 1), None}


def test_draws_of_one_key_are_the_same_again_and_those_of_another_key_or_about_another_thing_are_not() -> None:
    def drawn(key: bytes, *about: str | int) -> list[int]:
        return Dice(key).picks(40, 10, *about)

    assert drawn(b"a", "edges", 1) == drawn(b"a", "edges", 1)
    others = [drawn(b"b", "edges", 1), drawn(b"a", "edges", 2), drawn(b"a", "edges", "1"), drawn(b"a", "edges1")]
    assert all(other != drawn(b"a", "edges", 1) for other in others)


def test_picks_fall_alike_on_every_bin_and_a_coin_falls_as_often_as_its_chance_says() -> None:
    dice = Dice(b"key")
    counts = np.bincount(dice.picks(20_000, 8, "bins"), minlength=8)
    assert stats.chisquare(counts).pvalue > 1e-6
    falls = sum(dice.falls(0.05, "coin", number) for number in range(20_000))
    assert stats.binomtest(falls, 20_000, 0.05).pvalue > 1e-6
    assert not any(dice.falls(0, number) for number in range(100))
    assert all(dice.falls(1, number) for number in range(100))


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ({"Noord": 30, "Oost": 20, "Zuid": 10}, {"Noord": "Noord", "Oost": "Oost", "Zuid": "Zuid"}),
        ({"Noord": 30, "Oost": 20, "Zuid": 3}, {"Noord": "Noord", "Oost": "Oost + Zuid", "Zuid": "Oost + Zuid"}),
        ({"Noord": 3, "Oost": 20, "Zuid": 9}, {"Noord": "Noord + Oost", "Oost": "Noord + Oost", "Zuid": "Zuid"}),
        ({"Noord": 9, "Oost": 3, "Zuid": 30}, {"Noord": "Noord + Oost", "Oost": "Noord + Oost", "Zuid": "Zuid"}),
        ({"Noord": 2, "Oost": 2}, {"Noord": "Noord + Oost", "Oost": "Noord + Oost"}),
        ({"Noord": 2}, {"Noord": "Noord"}),
    ],
)
def test_a_small_level_joins_its_smaller_neighbour(sizes: dict[str, int], merged: dict[str, str]) -> None:
    assert merge(sizes, 7.2) == merged


@given(st.lists(st.integers(1, 40), min_size=1, max_size=9))
def test_merging_keeps_every_leader_and_leaves_no_small_group_unless_all_are_one(counts: list[int]) -> None:
    sizes = {f"level {i}": count for i, count in enumerate(counts)}
    merged = merge(sizes, 7.2)
    totals: dict[str, int] = {}
    for level, group in merged.items():
        totals[group] = totals.get(group, 0) + sizes[level]
    assert sum(totals.values()) == sum(counts)
    assert len(totals) == 1 or min(totals.values()) >= 7.2


def _statuses(groups: dict[str, int], k: int) -> dict[str, str]:
    people = pl.DataFrame({"region": [name for name, size in groups.items() for _ in range(size)]})
    layout = lay_out([(), ("region",)], people, None)
    sizes = np.bincount(layout.respondents.ravel(), minlength=layout.cells.height)
    status = suppress(layout.cells, sizes, k)
    return {row["level_1"] or "all": status[row["cell"]] for row in layout.cells.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("groups", "k", "statuses"),
    [
        ({"A": 20, "B": 10}, 5, {"all": "published", "A": "published", "B": "published"}),
        ({"A": 20, "B": 4}, 5, {"all": "published", "A": "protects", "B": "too_few"}),
        ({"A": 20, "B": 5}, 5, {"all": "published", "A": "published", "B": "published"}),
        ({"A": 20, "B": 9}, 10, {"all": "published", "A": "protects", "B": "too_few"}),
        ({"A": 4}, 5, {"all": "too_few", "A": "too_few"}),
        ({"A": 12, "B": 3, "C": 3}, 5, {"all": "published", "A": "published", "B": "too_few", "C": "too_few"}),
    ],
)
def test_small_groups_and_their_complements_are_withheld(
    groups: dict[str, int], k: int, statuses: dict[str, str]
) -> None:
    assert _statuses(groups, k) == statuses


def test_a_cell_of_two_dimensions_needs_twice_the_minimum() -> None:
    rows = [("A", "x")] * 12 + [("A", "y")] * 9 + [("B", "x")] * 10 + [("B", "y")] * 14
    people = pl.DataFrame(rows, schema=["region", "role"], orient="row")
    layout = lay_out([(), ("region",), ("role",), ("region", "role")], people, None)
    sizes = np.bincount(layout.respondents.ravel(), minlength=layout.cells.height)
    status = suppress(layout.cells, sizes, 5)
    crossed = layout.cells.filter(pl.col("way") == 2)
    seen = {(r["level_1"], r["level_2"]): status[r["cell"]] for r in crossed.iter_rows(named=True)}
    assert seen == {
        ("A", "x"): "published", ("A", "y"): "too_few", ("B", "x"): "published", ("B", "y"): "published"
    }  # fmt: skip


def _step(table: str, width: int, rank: int, who: str = "main") -> Step:
    return Step(table, who, width, rank)


def test_what_is_left_of_a_plan_on_each_rung_is_as_drawn() -> None:
    plan = [
        _step("total", 5, 0), _step("region", 3, 1), _step("role", 5, 2), _step("region+role", 5, 3, "lead"),
        _step("total", 5, 3, "aside"),
    ]  # fmt: skip
    left = dict(on_rungs(plan, load_instrument().plan.draws.rung))
    assert left[0] == plan
    assert [(step.table, step.width) for step in left[1]] == [
        ("total", 7), ("region", 5), ("role", 7), ("region+role", 7), ("total", 7)
    ]  # fmt: skip
    assert left[2] == [_step("total", 5, 0), _step("region", 5, 1), _step("role", 5, 2)]
    assert left[3] == [_step("total", 7, 0), _step("region", 7, 1)]
    assert left[4] == [_step("total", 7, 0)]


def test_a_rung_that_leaves_the_same_as_one_before_is_left_out() -> None:
    assert [rung for rung, _ in on_rungs([_step("total", 5, 0)], load_instrument().plan.draws.rung)] == [0, 1]


def test_every_rung_is_passed_over_with_some_chance_so_that_reaching_the_next_proves_nothing() -> None:
    assert [rung.skipped for rung in load_instrument().plan.draws.rung] == [0.05, 0.01, 0.01, 0.01, 0.01]


# n, without a score, sum of the given scores, phase: the interval and how wide it is without room for open scores.
MEANS = {
    (20, 0, 1000, 0): (50, 65, 5), (20, 2, 900, 0): (45, 60, 5), (20, 3, 850, 0): None,
    (19, 0, 950, 0): (50, 62.5, 6.25), (20, 0, 1000, 1): (46, 61, 5), (20, 0, 100, 2): (0, 17, 7),
    (20, 0, 1980, 2): (92, 100, 8),
    (40, 0, 0, 0): (0, 12.5, 2.5), (40, 4, 3600, 0): (90, 100, 2.5), (40, 5, 3500, 0): None,
    (88, 3, 4400, 0): (50, 56, 1.25), (400, 0, 20_000, 0): (50, 52.25, 1.25),
}  # fmt: skip


def test_a_mean_is_an_interval_of_the_drawn_grid_with_room_for_open_scores() -> None:
    for (n, without, total, phase), expected in MEANS.items():
        step = mean_step(n, STEPS)
        assert step is not None
        assert mean_interval(n, without, total, POLICY, step, phase) == expected, (n, without, total, phase)


def test_too_few_scores_for_the_coarsest_grid_have_no_step() -> None:
    assert mean_step(3, STEPS) is None


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("phase", range(PHASES))
def test_intervals_of_a_mean_cover_the_scale_and_are_a_step_wide_or_more(step: float, phase: int) -> None:
    edges = mean_edges(step, phase)
    assert (edges[0], edges[-1]) == (0, 100)
    assert np.diff(edges).min() >= step
    assert np.diff(edges).max() < 2 * step


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 12).map(lambda at: 100 * at / 12)), min_size=5, max_size=200),
    st.integers(0, PHASES - 1),
)
def test_an_interval_holds_the_mean_whatever_the_open_scores_are(scores: list[float | None], phase: int) -> None:
    given_scores = [round(score, 3) for score in scores if score is not None]
    n, total = len(scores), sum(given_scores)
    step = mean_step(n, STEPS)
    found = step and mean_interval(n, n - len(given_scores), total, POLICY, step, phase)
    if not found or not step:
        return
    low, high, width = found
    assert low - 1e-9 <= total / n
    assert (total + 100 * (n - len(given_scores))) / n <= high + 1e-9
    assert width * n >= step * n >= 100
    assert high - low >= width
