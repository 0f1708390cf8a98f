"""Drawn tables for the plan of a school year: which groups, in which form, and what is left out; by numbers alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl
import pytest

from pipelines.counting import Family, table_id
from pipelines.counting.groups import Structure
from pipelines.instruments import load_instrument
from pipelines.protection.plan import fix_structure
from pipelines.protection.steps import candidates

INSTRUMENT = load_instrument()
POLICY = INSTRUMENT.policy(dt.date(2026, 7, 1))


def year_of(bands: Mapping[str, int], regions: int = 3) -> Structure:
    """The school year of a roster with so many leaders in each band of experience, spread over regions."""
    levels = [band for band, size in bands.items() for _ in range(size)]
    region = [f"Regio {number % regions}" for number in range(len(levels))]
    roster = pl.DataFrame({"experience_band": levels, "region": region})
    return fix_structure(roster, INSTRUMENT, POLICY, POLICY.expected_response)


# Leaders by band; how the bands are merged, and the coarse form.
APART = {"0-1": "0-1", "2-5": "2+", "6-10": "2+", "11-20": "2+", "21+": "2+"}
DECLARED = {"0-1": "0-5", "2-5": "0-5", "6-10": "6+", "11-20": "6+", "21+": "6+"}


@pytest.mark.parametrize(
    ("sizes", "first", "coarse"),
    [
        ((9, 5, 14, 12, 8), "0-1", APART),
        ((9, 9, 14, 12, 8), "0-1", DECLARED),
        ((5, 9, 14, 12, 8), "0-1 + 2-5", DECLARED),
        ((8, 7, 20, 20, 20), "0-1", APART),
    ],
)
def test_starters_stay_apart_where_they_are_enough_and_only_their_neighbour_is_not(
    sizes: tuple[int, ...], first: str, coarse: dict[str, str]
) -> None:
    structure = year_of(dict(zip(DECLARED, sizes, strict=True)))
    assert structure.merges["experience_band"]["0-1"] == first
    assert structure.merges["experience_band_coarse"] == coarse
    fine = structure.merges["experience_band"]
    groups = {group: {coarse[level] for level in fine if fine[level] == group} for group in fine.values()}
    assert all(len(wider) == 1 for wider in groups.values()), "a group lies within one wider group"


@pytest.mark.parametrize(
    ("leaders", "form"),
    [(60, None), (120, "region+experience_band_coarse"), (400, "region+experience_band")],
)
def test_two_dimensions_stand_together_in_the_finest_form_of_which_half_is_large_enough(
    leaders: int, form: str | None
) -> None:
    structure = year_of(dict.fromkeys(DECLARED, leaders // 5), regions=3)
    crosses = [table_id(table) for table in structure.tables if len(table) == 2]
    assert crosses == ([form] if form else [])


def forms_told(shares: Mapping[str, float], family: str = "buddy") -> list[str]:
    """The tables a family gets where of each form this share of the groups is expected to be told."""
    structure = year_of(dict.fromkeys(DECLARED, 60))
    members = tuple(one for one in INSTRUMENT.attributes if one.family == family)
    steps = candidates(
        structure, INSTRUMENT.plan.tier_for(structure.expected), INSTRUMENT.plan, Family(members, ()),
        lambda table, _: shares.get(table, 0.0),
    )  # fmt: skip
    return list(dict.fromkeys(widths[0].table for widths in steps))


@pytest.mark.parametrize(
    ("shares", "tables"),
    [
        ({"experience_band": 0.8, "experience_band_coarse": 1.0}, ["total", "experience_band"]),
        ({"experience_band": 0.7, "experience_band_coarse": 1.0}, ["total", "experience_band_coarse"]),
        ({"experience_band": 0.4, "experience_band_coarse": 0.5}, ["total", "experience_band_coarse"]),
        ({"experience_band": 0.5, "experience_band_coarse": 0.5}, ["total", "experience_band"]),
        ({}, ["total"]),
        ({"region+experience_band": 0.5}, ["total", "region+experience_band"]),
        ({"region+experience_band": 0.4}, ["total"]),
    ],
)
def test_a_family_stands_in_the_finest_form_of_which_enough_is_told_and_nowhere_where_nothing_is(
    shares: dict[str, float], tables: list[str]
) -> None:
    assert forms_told(shares) == tables
