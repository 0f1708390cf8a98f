"""The fictional waves: the files of the native import, always the same, and much like those of a board."""

from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from pipelines.ground.period import Wave
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample

ROSTER = ["wave", "leader_key", "school_key", "region", "experience_band"]
ROSTER += ["school_type", "school_size", "denomination", "role"]


@pytest.fixture(scope="module")
def instrument():
    return load_instrument()


@pytest.fixture(scope="module")
def board(tmp_path_factory, instrument):
    """A board of 120 leaders, eight waves."""
    folder = tmp_path_factory.mktemp("board")
    write_sample(folder, instrument, 120, 8, 1)
    return folder


@pytest.fixture(scope="module")
def federation(tmp_path_factory, instrument):
    """A federation of 3,000 leaders, large enough for shares to settle; West is split in its last wave."""
    folder = tmp_path_factory.mktemp("federation")
    write_sample(folder, instrument, 3000, 5, 2)
    return folder


def roster_of(folder):
    return pl.read_csv(folder / "roster.csv", infer_schema=False)


def answers_of(folder):
    files = sorted(folder.glob("responses_*.csv"))
    waves = [pl.read_csv(f, infer_schema=False).with_columns(wave=pl.lit(f.stem[-6:])) for f in files]
    return pl.concat(waves).join(roster_of(folder), on=["wave", "leader_key"], how="left")


def share(answers, column, code):
    return (answers[column] == code).mean()


def points(answers, scale):
    """A scale as a sum of items, high = much of it."""
    items = [6 - pl.col(i.code).cast(int) if i.reversed else pl.col(i.code).cast(int) for i in scale.items]
    return answers.select(100 * (pl.mean_horizontal(items) - 1) / 4).to_series()


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path, instrument):
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        write_sample(tmp_path / name, instrument, 40, 2, seed)
    files = {name: {f.name: f.read_bytes() for f in (tmp_path / name).iterdir()} for name in ("one", "again", "other")}
    assert files["one"] == files["again"]
    assert files["one"]["roster.csv"] != files["other"]["roster.csv"]


def test_a_sample_is_the_files_of_the_native_import_and_nothing_else(board):
    waves = ["2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    others = {"roster.csv", "outcomes.csv", "waves.csv", "README.md"}
    assert {file.name for file in board.iterdir()} == {f"responses_{wave}.csv" for wave in waves} | others


def test_the_readme_says_that_it_is_fiction_and_how_it_was_made(board):
    text = (board / "README.md").read_text(encoding="utf-8")
    assert "fiction" in text
    assert "klankbord sample --leaders 120 --waves 8 --seed 1" in text


def test_a_response_has_the_columns_of_the_instrument(board, instrument):
    heads = pl.read_csv(board / "responses_2026Q3.csv").columns
    asked = {*instrument.choices(), *instrument.lists(), *instrument.numbers()}
    assert heads[:2] == ["leader_key", "submitted"]
    assert set(heads[2:]) == asked
    assert sum(len(scale.items) for scale in instrument.scales) == 24


def test_every_answer_is_a_code_the_instrument_knows(board, instrument):
    answers = answers_of(board)
    for column, codes in instrument.choices().items():
        assert set(answers[column].drop_nulls()) <= set(codes), column
    for column, codes in instrument.lists().items():
        assert set(answers[column].drop_nulls().str.split("|").explode()) <= set(codes), column
    for column, (low, high) in instrument.numbers().items():
        assert answers[column].drop_nulls().cast(int).is_between(low, high).all(), column


def test_every_level_is_one_the_dimension_knows(board, federation, instrument):
    for folder in (board, federation):
        roster = roster_of(folder)
        for dimension in instrument.dimensions:
            if dimension.levels and dimension.code in roster.columns:
                assert set(roster[dimension.code]) <= set(dimension.levels), dimension.code


def test_a_follow_up_is_only_answered_by_those_it_is_meant_for(board):
    answers = answers_of(board)
    assert set(answers.filter(pl.col("pillar_buddy_quality").is_not_null())["pillar_buddy"]) == {"used"}
    assert set(answers.filter(pl.col("pillar_buddy_monthly").is_not_null())["pillar_buddy"]) == {"used"}
    assert set(answers.filter(pl.col("rock_emotional_who").is_not_null())["rock_emotional"]) == {"yes"}


@pytest.mark.parametrize("leaders", [1, 25, 60])
def test_the_roster_of_every_wave_has_exactly_the_leaders_asked_for(tmp_path, instrument, leaders):
    write_sample(tmp_path, instrument, leaders, 3, 5)
    roster = roster_of(tmp_path)
    assert roster.columns == ROSTER
    assert roster.group_by("wave").len()["len"].to_list() == [leaders] * 3
    assert not roster.select("wave", "leader_key").is_duplicated().any()
    assert not any(roster.null_count().row(0))


def test_keys_tell_nothing(board):
    roster = roster_of(board)
    assert roster["leader_key"].str.contains("^[0-9a-f]{16}$").all()
    assert roster["school_key"].str.contains("^[0-9a-f]{8}$").all()


def test_only_leaders_on_the_roster_answer_and_each_of_them_once(board):
    answers = answers_of(board)
    assert answers["region"].null_count() == 0
    assert not answers.select("wave", "leader_key").is_duplicated().any()


def test_who_left_is_gone_in_the_next_wave_and_the_others_stay(board):
    roster, left = roster_of(board), pl.read_csv(board / "outcomes.csv")
    assert left.columns == ["wave", "leader_key", "event"]
    assert set(left["event"]) == {"left"}
    on_roster = {wave: set(keys["leader_key"]) for (wave,), keys in roster.group_by("wave")}
    waves = sorted(on_roster)
    for wave, following in pairwise(waves):
        gone = set(left.filter(pl.col("wave") == wave)["leader_key"])
        assert on_roster[wave] - on_roster[following] == gone


def test_a_school_mostly_has_one_leader_and_there_are_about_sixty_of_them(board):
    sizes = roster_of(board).filter(pl.col("wave") == "2026Q3").group_by("school_key").len()["len"]
    assert len(sizes) == 60
    assert sizes.mode().to_list() == [1]


def test_west_is_split_at_the_sixth_of_eight_waves(board):
    regions = {wave: set(rows["region"]) for (wave,), rows in roster_of(board).group_by("wave")}
    assert all("West" in regions[wave] for wave in ("2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4"))
    for wave in ("2026Q1", "2026Q2", "2026Q3"):
        assert regions[wave] == {"Noord", "Oost", "Zuid", "West-Noord", "West-Zuid"}


def test_every_region_of_a_board_of_120_has_enough_leaders_to_be_shown(board):
    regions = answers_of(board).group_by("wave", "region").len()["len"]
    assert regions.min() >= 5


def test_boards_and_more_regions_appear_in_a_federation(federation, board):
    roster = roster_of(federation).filter(pl.col("wave") == "2025Q3")
    assert roster.columns == [*ROSTER, "board"]
    assert roster["region"].n_unique() == 12
    assert roster.group_by("board").len()["len"].mean() == pytest.approx(33, abs=1)
    assert roster.group_by("board").agg(pl.col("region").n_unique())["region"].max() == 1
    assert "board" not in roster_of(board).columns


def test_dates_lie_in_the_wave_and_one_in_ten_comes_after_closing(board, federation):
    waves = pl.read_csv(board / "waves.csv", try_parse_dates=True)
    assert waves.columns == ["wave", "opens", "closes"]
    assert waves.filter(pl.col("wave") == "2026Q3").row(0) == ("2026Q3", date(2026, 7, 6), date(2026, 7, 26))
    waves = pl.read_csv(federation / "waves.csv", try_parse_dates=True)
    answers = answers_of(federation).join(waves, on="wave")
    submitted = answers["submitted"].str.to_date()
    assert (submitted >= answers["opens"]).all()
    days_late = (submitted - answers["closes"]).dt.total_days()
    assert (days_late > 0).mean() == pytest.approx(0.10, abs=0.02)
    assert days_late.filter(days_late > 0).is_between(20, 45).all()


def test_about_three_in_four_answer_also_on_a_small_board(board, federation):
    assert answers_of(board).height / 960 == pytest.approx(0.775, abs=0.05)
    assert answers_of(federation).height / 15_000 == pytest.approx(0.775, abs=0.025)


@pytest.mark.parametrize(
    ("column", "code", "low", "high"),
    [
        ("rock_emotional", "yes", 0.60, 0.70),
        ("rock_instrumental", "yes", 0.55, 0.65),
        ("pillar_buddy", "used", 0.30, 0.45),
        ("pillar_external_coach", "used", 0.25, 0.35),
        ("pillar_peer_network", "used", 0.45, 0.55),
        ("pillar_board_talks", "used", 0.60, 0.70),
        ("pillar_sounding_board", "used", 0.20, 0.30),
    ],
)
def test_support_is_as_common_as_assumed(federation, column, code, low, high):
    assert low < share(answers_of(federation), column, code) < high


def test_three_in_four_to_six_in_seven_have_a_rock(federation):
    answers = answers_of(federation)
    covered = (answers["rock_emotional"] == "yes") | (answers["rock_instrumental"] == "yes")
    assert 0.75 < covered.mean() < 0.85


def test_starters_have_mentors_more_often_and_rocks_less_often(federation):
    answers = answers_of(federation)
    is_starter = answers["experience_band"] == "0-1"
    assert 0.08 < is_starter.mean() < 0.22
    starters, others = answers.filter(is_starter), answers.filter(~is_starter)
    assert 0.42 < share(starters, "pillar_mentor", "used") < 0.62
    assert share(others, "pillar_mentor", "used") < 0.15
    assert share(starters, "rock_emotional", "yes") < share(others, "rock_emotional", "yes") - 0.05


def test_one_in_ten_to_one_in_seven_has_much_stress_and_little_support(federation, instrument):
    answers = answers_of(federation)
    scales = {scale.code: points(answers, scale) for scale in instrument.scales if scale.items}
    support = (scales["support_emotional"] + scales["support_instrumental"]) / 2
    at_risk = (scales["stress"] >= 60) & (support <= 50)
    assert 0.10 < at_risk.mean() < 0.15
    correlation = pl.DataFrame({"s": scales["stress"], "u": support}).drop_nulls().corr()["s"][1]
    assert correlation == pytest.approx(-0.2, abs=0.08)


def test_reversed_items_are_answered_the_other_way_round(federation, instrument):
    answers = answers_of(federation)
    for scale in instrument.scales:
        for item in scale.items[1:]:
            pair = answers.select(pl.col(scale.items[0].code, item.code).cast(int)).drop_nulls()
            turned = item.reversed != scale.items[0].reversed
            assert (pair.corr()[item.code][0] < 0) == turned, item.code


def test_a_few_answers_are_missing_and_some_leaders_stop_before_the_scales(federation):
    answers = answers_of(federation)
    scales = answers.select(pl.col("^(stress|support|openness|belief)_.*$").is_null())
    assert scales.select(pl.all_horizontal(pl.all())).to_series().mean() == pytest.approx(0.03, abs=0.006)
    assert answers["rock_emotional"].is_null().mean() == pytest.approx(0.015, abs=0.005)
    assert answers["stress_1"].is_null().mean() == pytest.approx(0.045, abs=0.01)


def test_last_wave_and_number_of_waves_are_free(tmp_path, instrument):
    write_sample(tmp_path, instrument, 30, 2, 1, last_wave=Wave("2025Q1"))
    assert pl.read_csv(tmp_path / "waves.csv")["wave"].to_list() == ["2024Q4", "2025Q1"]
