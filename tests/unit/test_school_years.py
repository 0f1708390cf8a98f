"""What a school year fixed is shown, and what it lacks is withheld with its reason, never told beside the proof."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest

from pipelines import again, vault
from pipelines.cli.data_out import list_waves
from pipelines.flow import Decided, Source, Wave, import_wave, publish_wave, school_years, tell_of
from pipelines.ground.schemas import Cell
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection import SchoolYear
from pipelines.protection.plan import fix_structure
from pipelines.sample import write_sample
from tests.homes import fixed

FIRST, SECOND = Wave("2025Q4"), Wave("2026Q1")
INSTRUMENT = load_instrument()
MENTORS = {"mentor_used", "mentor_available", "mentor_good"}


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A school year fixed without experience, and a second wave that has it; both published."""
    folder = tmp_path_factory.mktemp("later")
    write_sample(folder, INSTRUMENT, 60, 2, 4, last_wave=SECOND)
    without = folder / "without.csv"
    pl.read_csv(folder / "roster.csv", infer_schema=False).drop("experience_band").write_csv(without)
    home = fixed(folder / "home")
    for wave, roster in ((FIRST, without), (SECOND, folder / "roster.csv")):
        file = folder / f"responses_{wave}.csv"
        absent = ("experience_band",) if roster == without else ()
        import_wave(home, Source(file, wave, roster=roster, decided=Decided(without=absent), is_sample=True))
        publish_wave(home, wave)
    return home


def year_of(folder: Path, **columns: list[str]) -> SchoolYear:
    """The school year that this roster fixes."""
    home = Home(folder / "home")
    people = pl.DataFrame({"leader_key": [f"k{at}" for at in range(len(next(iter(columns.values()))))], **columns})
    policy = INSTRUMENT.policy(FIRST.first_day)
    vault.keep_structure(home, FIRST, asdict(fix_structure(people, INSTRUMENT, policy, policy.expected_response)))
    (year,) = school_years(home)
    return year


def lines(year: SchoolYear, lang: str) -> list[str]:
    return [tell_of(lang, one) for one in year.told()]


def test_what_came_later_in_the_year_withholds_its_measures_as_group_unknown_in_every_wave(later: Home) -> None:
    for wave in (FIRST, SECOND):
        (name,) = vault.publications_of(later, wave)
        cells = vault.read_frozen(later, name, Cell)
        assert set(cells.filter(status="group_unknown")["measure"]) == MENTORS
        assert set(cells.filter(pl.col("measure").is_in(MENTORS))["status"]) == {"group_unknown"}
        again.audit_wave(later, name)


def test_the_year_says_what_came_later_which_figures_that_costs_and_what_can_be_done(later: Home) -> None:
    (year,) = school_years(later)
    assert (year.name, year.waves) == ("2025/26", (FIRST, SECOND))
    assert [(one.dimension.code, one.why, one.waves) for one in year.absent] == [
        ("experience_band", "later", (SECOND,))
    ]  # fmt: skip
    assert [set(one.measures) for one in year.unknown] == [MENTORS]
    for lang, label, way_out in (
        ("nl", "Ervaring als schoolleider", "volgende schooljaar"),
        ("en", "Experience as school leader", "next school year"),
    ):
        *_, absent, unknown, mend = lines(year, lang)
        assert label in absent
        assert SECOND in absent
        assert label in unknown
        assert "Mentor" in unknown
        assert way_out in mend
        assert "klankbord withdraw" in mend


@pytest.mark.parametrize(
    ("columns", "absent"),
    [
        ({"region": ["a", "b"] * 30}, {"experience_band", "role", "school_type", "school_size", "denomination"}),
        ({"experience_band": ["0-1", "2-5"] * 30}, {"region", "role", "school_type", "school_size", "denomination"}),
        ({"region": ["a", "b"] * 13, "experience_band": ["0-1"] * 26}, set()),  # this few have the whole board only
        ({"role": ["director"] * 10}, {"experience_band"}),  # of which some figures are, whatever the size
    ],
)
def test_a_dimension_is_missed_only_where_the_plan_of_the_board_would_have_used_it(
    tmp_path: Path, columns: dict[str, list[str]], absent: set[str]
) -> None:
    year = year_of(tmp_path, **columns)
    assert {one.dimension.code for one in year.absent} == absent
    assert {one.why for one in year.absent} <= {"nowhere"}
    assert bool(year.unknown) == ("experience_band" in absent)
    assert any("withdraw" in line for line in lines(year, "en")) == bool(absent)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (["0-1"] * 30 + ["2-5"] * 30, "Ervaring als schoolleider: 0–1 jaar, 2–5 jaar."),
        (["0-1"] * 30 + ["2-5"] * 2 + ["6-10"] * 28, "Ervaring als schoolleider: 0–1 jaar, 2–5 jaar + 6–10 jaar."),
        (["0-1"] * 30 + ["unknown"] * 30, "Ervaring als schoolleider: 0–1 jaar, niet bekend."),
        (["0-1"] * 30 + ["2-5"] * 25 + ["unknown"] * 3, "Ervaring als schoolleider: 0–1 jaar, 2–5 jaar + niet bekend."),
        (["0-1"] * 60, "Ervaring als schoolleider: er is maar één groep, dus per groep zijn er geen cijfers."),
    ],
)
def test_groups_stand_there_by_their_labels_with_what_was_merged(tmp_path: Path, levels: list[str], said: str) -> None:
    assert said in lines(year_of(tmp_path, experience_band=levels), "nl")


def test_a_group_without_a_table_says_that_the_plan_has_none_for_so_few(tmp_path: Path) -> None:
    said = lines(year_of(tmp_path, region=["a", "b"] * 13, experience_band=["0-1"] * 26), "en")
    assert "Region: for this many school leaders the publication plan has no figures by group." in said


def test_the_command_says_the_same_for_people_and_for_machines(later: Home, capsys: pytest.CaptureFixture[str]) -> None:
    list_waves(structure=True, home=later.path, lang="nl")
    said = capsys.readouterr().out.splitlines()
    (year,) = school_years(later)
    assert said == [
        "Schooljaar 2025/26 (2025Q4, 2026Q1), vastgelegd op 42 verwachte antwoorden:",
        *(f"  - {line}" for line in lines(year, "nl")),
    ]
    list_waves(structure=True, home=later.path, as_json=True)
    (facts,) = json.loads(capsys.readouterr().out)["school_years"]
    assert facts["absent"] == [{"code": "experience_band", "why": "later", "waves": [SECOND]}]
    assert {one["measure"] for one in facts["withheld"]} == MENTORS
    assert {"code": "role", "groups": ["director", "location_leader + interim"], "wider": [], "told": True} in facts[
        "dimensions"
    ]


def test_before_the_first_publication_nothing_is_fixed_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    list_waves(structure=True, home=tmp_path, lang="en")
    assert capsys.readouterr().out.startswith("Nothing is fixed yet.")


def test_a_year_whose_answers_are_gone_still_says_what_it_fixed(later: Home, tmp_path: Path) -> None:
    home = Home(shutil.copytree(later.path, tmp_path / "home"))
    for file in (home.vault / "waves").glob("*.duckdb"):
        file.unlink()
    (year,) = school_years(home)
    assert (year.waves, [one.why for one in year.absent]) == ((FIRST, SECOND), ["nowhere"])
