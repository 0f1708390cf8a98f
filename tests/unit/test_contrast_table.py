"""Which published cells are compared with which: boards written down row by row, and real ones."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dataframely as dy
import duckdb
import polars as pl
import pytest

from pipelines.flow import mend, withdraw
from pipelines.ground.period import Wave
from pipelines.ground.schemas import PUBLISHED, Cell, Contrast, Dictionary, Policy, Publication, frame_of
from pipelines.ground.settings import Home
from pipelines.publication import snapshot
from pipelines.publication.contrast_table import contrast_table

RULES = {"silent_odds": "0.5, 2.0", "response_floor": "0.5"}
ABOUT = {
    "published_on": dt.date(2026, 11, 1), "instrument": "mine", "instrument_version": "1", "has_roster": True,
    "respondents": 100, "expected": 84, "tier": 80, "tables": "total | region | years", "breaks": "", "late": 0,
    "policy_fingerprint": "", "is_sample": False,
}  # fmt: skip
WORDS = [
    {"kind": "dimension", "code": "region", "roles": "place"},
    {"kind": "dimension", "code": "years", "roles": "years"},
    {"kind": "measure", "code": "rock", "higher_is": "better", "roles": "lead advice:network"},
    {"kind": "measure", "code": "lonely", "higher_is": "worse"},
]
TOTAL = (60, 62, 100, 120)
NORTH, EAST, SOUTH = (6, 8, 25, 30), (20, 22, 30, 36), (32, 34, 45, 54)
BOARD = {"": TOTAL, "Noord": NORTH, "Oost": EAST, "Zuid": SOUTH}
Edges = tuple[int | None, int | None, int, int | None]  # lo, hi, n, leaders
Groups = dict[str, Edges]


def cells(wave: str, groups: Groups, dimension: str = "region", measure: str = "rock") -> list[dict[str, Any]]:
    """Published cells of one wave; a level of no name is the whole board, and without a range a cell is withheld."""
    return [
        {
            "publication": f"{wave}-1", "wave": wave, "table_id": dimension if level else "total", "way": bool(level),
            "dim_1": dimension if level else None, "level_1": level or None, "measure": measure, "class": "coverage",
            "lo": lo, "hi": hi, "n": n, "leaders": leaders, "response": "ok",
            "status": "published" if lo is not None else "too_few",
        }
        for level, (lo, hi, n, leaders) in groups.items()
    ]  # fmt: skip


def contrasts(waves: dict[str, Groups | list[dict[str, Any]]], **about: dict[str, Any]) -> dy.DataFrame[Contrast]:
    """The table of contrasts of some waves on show; `about`: wave -> what is different in its publication."""
    rows = [row for wave, of in waves.items() for row in (of if isinstance(of, list) else cells(wave, of))]
    return contrast_table(
        frame_of(
            Publication,
            [ABOUT | {"publication": f"{w}-1", "wave": w} | about.get(f"in_{w}", {}) for w in waves],
        ),
        frame_of(Cell, rows),
        frame_of(
            Policy,
            [{"publication": f"{w}-1", "key": key, "value": value} for w in waves for key, value in RULES.items()],
            reason_nl="", reason_en="",
        ),
        frame_of(Dictionary, WORDS, nl="", en="", definition_nl="", definition_en="", source="", position=0),
    )  # fmt: skip


def one(table: pl.DataFrame, wave: str, against: str, level: str | None = "Noord", **where: Any) -> dict[str, Any]:
    return table.filter(
        pl.col("level_1").eq_missing(pl.lit(level, pl.String)), wave=wave, against=against, **where
    ).row(0, named=True)


def told(table: pl.DataFrame) -> set[tuple[str, str, str | None]]:
    return set(table.select("wave", "against", "level_1").iter_rows())


def quarters(first: str, count: int) -> list[Wave]:
    return [Wave(first).later(number) for number in range(count)]


# ------------------------------------------------------------------------------------------------ one wave


def test_a_board_with_one_wave_compares_its_groups_with_the_rest_and_nothing_in_time() -> None:
    table = contrasts({"2026Q3": BOARD})
    assert told(table) == {("2026Q3", "rest", level) for level in ("Noord", "Oost", "Zuid")}
    north = one(table, "2026Q3", "rest")
    assert (north["word"], north["waves"], north["about"], north["earlier"]) == ("lower", 1, "leaders", None)
    assert north["high"] < 0
    assert 0 < north["noticeable"] < 0.5


def test_the_other_groups_of_a_table_make_the_rest_as_narrow_as_they_are() -> None:
    wide = BOARD | {"": (40, 80, 100, 120)}
    narrow, alone = contrasts({"2026Q3": wide}), contrasts({"2026Q3": {"": wide[""], "Noord": NORTH}})
    assert one(narrow, "2026Q3", "rest")["low"] > one(alone, "2026Q3", "rest")["low"]
    assert one(narrow, "2026Q3", "rest")["high"] < one(alone, "2026Q3", "rest")["high"]


def test_what_is_withheld_or_answered_by_few_is_compared_with_nothing() -> None:
    hidden = BOARD | {"Noord": (None, None, 25, 30), "Oost": (20, 22, 30, 61)}
    assert told(contrasts({"2026Q3": hidden})) == {("2026Q3", "rest", "Zuid")}
    assert contrasts({"2026Q3": BOARD | {"": (None, None, 100, 120)}}).is_empty()


def test_a_group_that_holds_everybody_a_figure_is_about_has_no_rest() -> None:
    starters = cells("2026Q3", {"": (8, 10, 20, 25), "0-1": (8, 10, 20, 25)}, "years")
    assert contrasts({"2026Q3": starters}).is_empty()


def test_without_a_roster_who_answered_is_compared_and_the_table_says_so() -> None:
    answered: Groups = {level: (lo, hi, n, None) for level, (lo, hi, n, _) in BOARD.items()}
    everybody: Groups = {level: (lo, hi, n, n) for level, (lo, hi, n, _) in BOARD.items()}
    without, full = contrasts({"2026Q3": answered}), contrasts({"2026Q3": everybody})
    assert set(without["about"]) == {"respondents"}
    assert without.drop("about").equals(full.drop("about"))


def test_what_is_noticeable_is_not_told_where_it_is_large_or_where_the_rest_leaves_no_room_for_it() -> None:
    few = contrasts({"2026Q3": BOARD | {"Noord": (1, 7, 10, 14)}})
    assert one(few, "2026Q3", "rest")["noticeable"] is None
    rare: Groups = {"": (4, 6, 100, 120), "Noord": (0, 2, 25, 30)}
    better, worse = (contrasts({"2026Q3": cells("2026Q3", rare, measure=code)}) for code in ("rock", "lonely"))
    assert one(better, "2026Q3", "rest")["noticeable"] is None
    assert one(worse, "2026Q3", "rest")["noticeable"] > 0.1


# ------------------------------------------------------------------------------------------------ in time


def test_a_figure_is_compared_with_the_wave_before_and_with_a_year_ago() -> None:
    low = {level: (lo - 5, hi - 5, n, leaders) for level, (lo, hi, n, leaders) in BOARD.items()}
    table = contrasts({"2025Q3": {"": (20, 22, 100, 120)}, "2026Q2": low, "2026Q3": BOARD})
    before, ago = one(table, "2026Q3", "before", None), one(table, "2026Q3", "year_ago", None)
    assert (before["earlier"], before["word"]) == ("2026Q2", "cannot_tell")
    assert (ago["earlier"], ago["word"]) == ("2025Q3", "higher")
    assert ("2026Q3", "year_ago", "Noord") not in told(table)
    assert one(table, "2026Q2", "before", None)["earlier"] == "2025Q3"


def test_a_measure_by_which_agreements_are_judged_is_compared_with_every_wave_before() -> None:
    waves = ("2025Q2", "2025Q3", "2026Q2", "2026Q3")
    lonely = [row for wave in waves for row in cells(wave, {"": TOTAL}, measure="lonely")]
    table = contrasts({wave: cells(wave, {"": TOTAL}) + [r for r in lonely if r["wave"] == wave] for wave in waves})
    newest = table.filter(wave="2026Q3").select("measure", "against", "earlier").sort("measure", "earlier").rows()
    assert newest == [
        ("lonely", "year_ago", "2025Q3"), ("lonely", "before", "2026Q2"),
        ("rock", "earlier", "2025Q2"), ("rock", "year_ago", "2025Q3"), ("rock", "before", "2026Q2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "kept"),
    [
        ({"breaks": "instrument"}, set()),
        ({"breaks": "not_asked"}, set()),
        ({"instrument_version": "2"}, set()),
        ({"breaks": "region_split"}, {None}),
        ({"breaks": "not_asked|region_split"}, set()),
        ({}, {None, "Noord", "Oost", "Zuid"}),
    ],
)
def test_a_broken_trend_is_no_change(about: dict[str, str], kept: set[str | None]) -> None:
    table = contrasts({"2026Q2": BOARD, "2026Q3": BOARD}, **{"in_2026Q3": about})
    assert set(table.filter(against="before")["level_1"]) == kept


def test_a_division_of_the_place_leaves_groups_by_years_alone() -> None:
    groups: dict[str, Groups | list[dict[str, Any]]] = {
        wave: cells(wave, BOARD, "years") for wave in ("2026Q2", "2026Q3")
    }
    table = contrasts(groups, **{"in_2026Q3": {"breaks": "region_split"}})
    assert table.filter(against="before").height == len(BOARD)


def test_a_level_that_was_merged_since_is_another_group() -> None:
    merged: Groups = {"": TOTAL, "Noord + Oost": (26, 30, 55, 66), "Zuid": SOUTH}
    table = contrasts({"2026Q2": BOARD, "2026Q3": merged})
    assert set(table.filter(against="before")["level_1"]) == {None, "Zuid"}


def test_where_only_one_wave_has_a_roster_who_answered_is_compared() -> None:
    answered: Groups = {level: (lo, hi, n, None) for level, (lo, hi, n, _) in BOARD.items()}
    full: Groups = {level: (lo, hi, n, n) for level, (lo, hi, n, _) in BOARD.items()}
    mixed, same = contrasts({"2026Q2": answered, "2026Q3": BOARD}), contrasts({"2026Q2": full, "2026Q3": full})
    assert set(mixed.filter(against="before")["about"]) == {"respondents"}
    columns = ["level_1", "low", "high", "word", "noticeable"]
    assert mixed.filter(against="before").select(columns).equals(same.filter(against="before").select(columns))


# ------------------------------------------------------------------------------------------------ the year


def test_a_year_is_a_wave_and_the_three_quarters_before_it_of_which_three_can_be_compared() -> None:
    table = contrasts(dict.fromkeys(quarters("2025Q3", 5), BOARD))
    used = {wave: one(table, wave, "year_rest")["waves"] for wave in quarters("2026Q1", 3)}
    assert used == {"2026Q1": 3, "2026Q2": 4, "2026Q3": 4}
    assert "2025Q4" not in set(table.filter(against="year_rest")["wave"])
    assert contrasts(dict.fromkeys(("2025Q1", "2025Q3", "2026Q1"), BOARD)).filter(against="year_rest").is_empty()


@pytest.mark.parametrize(
    ("about", "waves"), [({"breaks": "instrument"}, 0), ({"breaks": "region_split"}, 0), ({"breaks": "not_asked"}, 4)]
)
def test_a_year_goes_no_further_back_than_the_figures_are_of_one_kind(about: dict[str, str], waves: int) -> None:
    table = contrasts(dict.fromkeys(quarters("2025Q4", 4), BOARD), **{"in_2026Q2": about})
    north = table.filter(against="year_rest", wave="2026Q3", level_1="Noord")
    assert north["waves"].to_list() == [waves] * bool(waves)


# ------------------------------------------------------------------------------------------ what is on show


def shown(home: Path, folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of the current snapshot of a home."""
    file = snapshot.current(Home(home))
    assert file is not None
    with duckdb.connect(str(shutil.copy(file, folder)), read_only=True) as connection:
        return {name: connection.sql(f'select * from "{name}"').pl() for name in PUBLISHED}


def recomputed(tables: dict[str, pl.DataFrame]) -> dy.DataFrame[Contrast]:
    return contrast_table(
        Publication.cast(tables["publication"]), Cell.cast(tables["cell"]), Policy.cast(tables["policy"]),
        Dictionary.cast(tables["dictionary"]),
    )  # fmt: skip


def test_contrasts_follow_from_the_tables_that_stand_beside_them(home_120: Path, tmp_path: Path) -> None:
    tables = shown(home_120, tmp_path)
    assert Contrast.cast(tables["contrast"]).equals(recomputed(tables))


def test_a_wave_that_was_withdrawn_is_compared_with_no_more(home_120: Path, tmp_path: Path) -> None:
    shutil.copytree(home_120, tmp_path / "home")
    home = Home(tmp_path / "home")
    assert ("2026Q3", "before") in told_of(shown(home.path, tmp_path))
    waves: Sequence[str] = shown(home.path, tmp_path)["publication"]["wave"].sort().to_list()
    withdraw(home, Wave(waves[-2]))
    after = shown(home.path, tmp_path)
    assert set(after["contrast"].filter(wave="2026Q3", against="before")["earlier"]) == {waves[0]}


def told_of(tables: dict[str, pl.DataFrame]) -> set[tuple[str, str]]:
    return set(tables["contrast"].select("wave", "against").iter_rows())


def test_no_publication_holds_contrasts_and_a_snapshot_made_anew_has_the_same(home_120: Path, tmp_path: Path) -> None:
    shutil.copytree(home_120, tmp_path / "home")
    home = Home(tmp_path / "home")
    before = shown(home.path, tmp_path)["contrast"]
    assert list((home.vault / "publications").rglob("contrast.parquet")) == []
    (home.published / "CURRENT").unlink()
    assert mend(home)
    assert shown(home.path, tmp_path)["contrast"].equals(before)
