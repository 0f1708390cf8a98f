"""Drawn tables for bands, sizes, complements and merges: what privacy.md promises, number by number."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.counting.cells import lay_out
from pipelines.instruments import load_instrument
from pipelines.protection.bands import band, band_edges, mean_interval, suppress
from pipelines.protection.plan import Attempt, attempts, merge

POLICY, STEPS = load_instrument().policies[-1], load_instrument().plan.mean_steps
# n: lower edges of the bands of width 5 for coverage and outcomes; None = too few to say.
WIDTH_5 = {
    5: None, 6: None, 7: None, 8: None, 9: [0, 5], 10: None, 11: [0, 6], 12: None, 13: [0, 7], 14: [0, 5, 10],
    15: [0, 5, 11], 16: [0, 6, 11], 17: [0, 6, 12], 18: [0, 6, 13], 19: [0, 5, 10, 15], 20: [0, 7, 14],
    21: [0, 5, 11, 17], 22: [0, 8, 15], 23: [0, 6, 12, 18], 24: [0, 5, 10, 15, 20], 25: [0, 5, 10, 16, 21],
    29: [0, 5, 10, 15, 20, 25], 30: [0, 6, 12, 19, 25], 39: [0, 5, 10, 15, 20, 25, 30, 35],
    40: [0, 6, 12, 18, 23, 29, 35],
}  # fmt: skip
WIDTH_3 = {
    5: [0, 3], 6: None, 7: [0, 4], 8: [0, 3, 6], 9: [0, 3, 7], 10: [0, 4, 7], 11: [0, 3, 6, 9], 12: [0, 4, 9],
    13: [0, 3, 7, 11], 14: [0, 3, 6, 9, 12], 20: [0, 3, 6, 9, 12, 15, 18], 22: [0, 3, 6, 10, 13, 17, 20],
}  # fmt: skip


@pytest.mark.parametrize(("width", "table"), [(5, WIDTH_5), (3, WIDTH_3)])
def test_band_edges_are_as_drawn(width: int, table: dict[int, list[int] | None]) -> None:
    for n, edges in table.items():
        assert list(band_edges(n, width))[:-1] == (edges or [0]), n


@pytest.mark.parametrize("n", range(5, 41))
@pytest.mark.parametrize("width", [3, 5, 7, 9])
def test_every_band_of_a_small_group_is_wide_symmetric_and_wider_in_the_middle(n: int, width: int) -> None:
    edges = band_edges(n, width)
    sizes = np.diff(edges)
    assert edges[0] == 0
    assert edges[-1] == n + 1
    assert sizes.min() >= min(width, n + 1)
    assert sizes.max() - sizes.min() <= 1
    assert list(sizes) == list(sizes[::-1])
    if len(sizes) > 3 and len(set(sizes)) == 2 and len(sizes) % 2 == 0:
        assert sizes[len(sizes) // 2] >= sizes[0]


def test_groups_of_5_to_8_and_10_and_12_say_nothing_at_width_5() -> None:
    assert [n for n in range(5, 15) if band(n, 0, 5) is None] == [5, 6, 7, 8, 10, 12]


@given(st.integers(0, 2000), st.integers(2, 25), st.data())
def test_a_band_holds_the_count_and_mirrors_its_complement(n: int, width: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n))
    held, mirrored = band(n, x, width), band(n, n - x, width)
    if held is None or mirrored is None:
        assert held is mirrored is None
        return
    assert held[0] <= x <= held[1]
    assert held[1] - held[0] + 1 >= width
    assert mirrored == (n - held[1], n - held[0])


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
        ({"A": 20, "B": 4}, 5, {"all": "published", "A": "complement", "B": "too_small"}),
        ({"A": 20, "B": 5}, 5, {"all": "published", "A": "published", "B": "published"}),
        ({"A": 20, "B": 9}, 10, {"all": "published", "A": "complement", "B": "too_small"}),
        ({"A": 4}, 5, {"all": "too_small", "A": "too_small"}),
        ({"A": 12, "B": 3, "C": 3}, 5, {"all": "published", "A": "published", "B": "too_small", "C": "too_small"}),
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
        ("A", "x"): "published", ("A", "y"): "too_small", ("B", "x"): "published", ("B", "y"): "published"
    }  # fmt: skip


def test_the_ladder_gives_up_means_first_then_what_stands_aside_then_width_then_tables() -> None:
    tables = [(), ("region",), ("role",), ("region", "role")]
    steps = attempts(tables, {"region": 4, "role": 3}, 3, POLICY, means=True, aside=True)
    everything, one_way = frozenset(tables), frozenset(tables[:3])
    assert steps == [
        Attempt(3, everything, aside=True, means=True),
        Attempt(3, everything, aside=True),
        Attempt(3, everything, aside=False),
        Attempt(5, everything, aside=True),
        Attempt(5, everything, aside=False),
        Attempt(7, everything, aside=True),
        Attempt(7, everything, aside=False),
        Attempt(7, one_way, aside=False),
        Attempt(7, frozenset([(), ("role",)]), aside=False),
        Attempt(7, frozenset([()]), aside=False),
    ]


# n, without a score, sum of the given scores: the interval and its step. Room for min(4, n // 10) without a score.
MEANS = {
    (20, 0, 1000): (50, 65, 5), (20, 2, 900): (45, 60, 5), (20, 3, 850): None, (19, 0, 950): (50, 62.5, 6.25),
    (40, 0, 0): (0, 12.5, 2.5), (40, 4, 3600): (90, 100, 2.5), (40, 5, 3500): None, (88, 3, 4400): (50, 56.25, 1.25),
    (400, 0, 20_000): (50, 52.5, 1.25), (3, 0, 150): None,
}  # fmt: skip


def test_a_mean_is_an_interval_of_the_grid_as_drawn() -> None:
    for (n, without, total), expected in MEANS.items():
        found = mean_interval(n, without, total, POLICY, STEPS)
        assert found == expected, (n, without, total)


@given(st.lists(st.one_of(st.none(), st.integers(0, 12).map(lambda at: 100 * at / 12)), min_size=5, max_size=200))
def test_an_interval_holds_the_mean_whatever_the_open_scores_are(scores: list[float | None]) -> None:
    given_scores = [score for score in scores if score is not None]
    n, total = len(scores), sum(given_scores)
    found = mean_interval(n, n - len(given_scores), total, POLICY, STEPS)
    if found is None:
        return
    low, high, step = found
    assert low - 1e-9 <= total / n
    assert (total + 100 * (n - len(given_scores))) / n <= high + 1e-9
    assert step * n >= 100
    assert high - low >= step
