"""What Excel makes of bands and keys, undone where that is beyond doubt."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ground.errors import Refused
from pipelines.intake.excel_marks import (
    looks_like_date,
    refuse_scientific,
    undo_dates,
)
from pipelines.intake.keys import at_home

BANDS = ["0-1", "2-5", "6-10", "11-20", "21+"]
DUTCH = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FIRST_SERIAL = dt.date(1899, 12, 30)
DATES_OF_BANDS = [  # band, day, month, year in which Excel puts it
    ("2-5", 2, 5, 2026),  # Dutch
    ("2-5", 5, 2, 2026),  # American
    ("6-10", 6, 10, 2026),
    ("6-10", 10, 6, 2026),
    ("11-20", 1, 11, 2020),  # Dutch: there is no month 20, so it is a month and a year
    ("11-20", 20, 11, 2026),  # American
]
SPELLINGS = [
    lambda day: day.isoformat(),
    lambda day: f"{day} 00:00:00",
    lambda day: f"{day}T00:00:00",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: str((day - FIRST_SERIAL).days),
    lambda day: f"{(day - FIRST_SERIAL).days}.0",
    lambda day: f"{day.day}-{DUTCH[day.month - 1]}-{day.year}",
    lambda day: f"{day.day:02}-{ENGLISH[day.month - 1]}-{day:%y}",
    lambda day: f"{ENGLISH[day.month - 1].upper()} {day.day}, {day.year}",
]


def column(*cells):
    return pl.Series("experience_band", cells, dtype=pl.String)


@given(made=st.sampled_from(DATES_OF_BANDS), spell=st.sampled_from(SPELLINGS), rest=st.lists(st.sampled_from(BANDS)))
def test_a_date_that_excel_made_of_a_band_is_that_band_again_however_it_is_written(made, spell, rest):
    band, day, month, year = made
    date = spell(dt.date(year, month, day))
    assert looks_like_date(date)
    undone, count = undo_dates(column(*rest, date, None), BANDS)
    assert undone.to_list() == [*rest, band, None]
    assert count == 1


@pytest.mark.parametrize(
    ("cell", "band"),
    [
        *[("02-mei", "2-5"), ("2-mei", "2-5"), ("5-feb", "2-5"), ("05-Feb", "2-5"), ("2 mei", "2-5")],
        *[("06-okt", "6-10"), ("6-okt.", "6-10"), ("10-Jun", "6-10"), ("nov-20", "11-20"), ("20-Nov", "11-20")],
        *[("02-05", "2-5"), ("2/5", "2-5"), ("06/10", "6-10"), ("mei-02", "2-5"), (" 2-MEI ", "2-5")],
    ],
)
def test_a_date_without_a_year_is_read_back_too(cell, band):
    assert undo_dates(column("21+", cell, cell), BANDS)[0].to_list() == ["21+", band, band]


@pytest.mark.parametrize(
    "cells", [("2-mei", "3-mei"), ("2-mei", "2019-08-01"), ("2019-05-02", "2023-05-02"), ("46149",)]
)
def test_where_one_date_is_no_band_or_the_years_lie_apart_nothing_is_touched(cells):
    before = column("0-1", *cells)
    after, count = undo_dates(before, BANDS)
    assert (after.to_list(), count) == (before.to_list(), 0)


def test_two_levels_that_can_both_have_been_typed_are_not_chosen_between():
    assert undo_dates(column("2-mei"), ["2-5", "5-2"])[1] == 0


@pytest.mark.parametrize("levels", [["Noord", "Zuid"], ["bao", "vo"], []])
def test_dates_in_a_column_without_bands_are_not_looked_at(levels):
    assert undo_dates(column("2-mei"), levels)[1] == 0


@given(
    band=st.sampled_from([*BANDS, "<100", "100-199", "200-399", "400+", "", "5", "2026", "Noord", "x-mei", "2-maand"])
)
def test_no_band_and_no_word_looks_like_a_date(band):
    assert not looks_like_date(band)


@given(st.text())
def test_whatever_stands_there_is_a_date_or_not_and_never_a_crash(cell):
    looks_like_date(cell)
    undo_dates(column(cell), BANDS)


@pytest.mark.parametrize("key", ["1,23E+16", "1.23E+16", "1E+16", "1.234567890123457e+16", " 9,9E+11 "])
def test_a_rounded_key_is_refused_with_its_row(key):
    with pytest.raises(Refused) as refusal:
        refuse_scientific(pl.DataFrame({"leader_key": ["a", None, key]}), "export.csv")
    assert (refusal.value.rule, refusal.value.where["rows"]) == ("keys_scientific", "4")


@pytest.mark.parametrize("key", ["1e71", "12E4", "1E10", "116497b00ff0f609", "1.5", "12,3E+16", ""])
def test_a_key_that_only_holds_an_e_is_a_key(key):
    refuse_scientific(pl.DataFrame({"leader_key": [key]}), "export.csv")
    refuse_scientific(pl.DataFrame({"stress_1": ["1,2E+16"]}), "export.csv")


def lost_zeros(keys, on_roster):
    roster, written = pl.Series(on_roster), pl.Series(keys, dtype=pl.String)
    told = at_home(written, ~written.is_in(roster.implode()), roster)[1]
    return sum(one.count for one in told if one.kind == "zeros_lost")


@given(st.sets(st.integers(1, 99_999), min_size=1))
def test_every_key_that_lost_its_zeros_is_counted_and_no_other(numbers):
    on_roster = [f"{number:06}" for number in numbers]
    assert lost_zeros([*map(str, numbers)], on_roster) == len(numbers)
    assert lost_zeros(on_roster, on_roster) == 0
    assert lost_zeros(["abc", None, "100000", ""], on_roster) == 0
