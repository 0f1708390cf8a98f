"""What a personnel office delivers becomes a roster, or everything that stops it is told at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Source, look
from pipelines.ground.errors import Refused, RefusedAll
from pipelines.ground.messages import explain, tell_of
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import RosterWords, check_roster_words, load_instrument, load_roster_words
from pipelines.intake.decided import Decided
from pipelines.intake.roster import Roster, read_roster
from pipelines.intake.roster_levels import bounds_in, read_levels

INSTRUMENT, WAVE = load_instrument(), Wave("2026Q3")
BAND = next(one for one in INSTRUMENT.dimensions if one.code == "experience_band")
BOTH = ("nl", "en")
MISTAKES = {
    "[roster]\nseveral = 3\n": "instrument_value", "[x]\n": "instrument_key_unknown", "[": "instrument_not_toml",
}  # fmt: skip


def read(columns: dict[str, list[str | None]], asked: Decided | None = None, own: Path | None = None) -> Roster:
    """A roster of these columns."""
    return read_roster(pl.DataFrame(columns), INSTRUMENT, load_roster_words(own), WAVE, asked or Decided(), {})


def kinds(roster: Roster) -> dict[str, tuple[int, str]]:
    """What is told, but the groups."""
    return {one.kind: (one.count, one.place) for one in roster.told if one.kind != "roster_groups"}


def roster(**columns: list[str | None]) -> dict[str, list[str | None]]:
    """Three leaders with a region and experience, and what is changed of it."""
    usual: dict[str, list[str | None]] = {
        "leader_key": ["ak1x", "bk2x", "ck3x"], "region": ["Noord", "Oost", "Oost"],
        "experience_band": ["0-1", "6-10", "21+"],
    }  # fmt: skip
    return {**usual, **columns}


# ------------------------------------------------------------------------------------------------ heads


@pytest.mark.parametrize("head", ["Regio", "REGIO ", "vestigingsregio", "RPA-gebied", "Cluster", "Region"])
def test_a_head_that_an_office_uses_is_read_as_our_column_and_told(head: str) -> None:
    columns = roster()
    columns[head] = columns.pop("region")
    found = read(columns)
    assert found.people["region"].to_list() == ["Noord", "Oost", "Oost"]
    assert kinds(found)["roster_read_as"] == (1, f"‘{head}’ = region")


@pytest.mark.parametrize("head", ["experience_bnd", "experiance band", "Ervaring als schooleider"])
def test_a_slip_in_a_head_stops_with_the_head_it_is_nearly(head: str) -> None:
    columns = roster()
    columns[head] = columns.pop("experience_band")
    with pytest.raises(Refused, match="roster_head_near") as refusal:
        read(columns)
    for lang in BOTH:
        assert head in explain(lang, refusal.value)
        assert "--without experience_band" in explain(lang, refusal.value)


def test_a_missing_region_stops_and_going_without_it_is_a_choice() -> None:
    columns = roster()
    del columns["region"]
    with pytest.raises(Refused, match="roster_without_group"):
        read(columns)
    assert "region" not in read(columns, Decided(without=("region",))).people.columns


def test_a_date_of_employment_is_not_experience_unless_somebody_says_so() -> None:
    columns = roster()
    del columns["experience_band"]
    columns["Datum in dienst"] = ["01-08-2026", "01-08-2018", "01-08-1999"]
    with pytest.raises(Refused, match="roster_head_dates") as refusal:
        read(columns)
    assert '--experience-from "Datum in dienst"' in explain("nl", refusal.value)
    meant = read(columns, Decided(experience_from="Datum in dienst"))
    assert meant.people["experience_band"].to_list() == ["0-1", "6-10", "21+"]  # the first begins in the quarter


def test_a_board_says_which_of_its_heads_are_ours(tmp_path: Path) -> None:
    (tmp_path / "roster.toml").write_text('[roster.columns]\n"Kring" = "region"\n', encoding="utf-8")
    columns = roster()
    columns["Kring"] = columns.pop("region")
    assert read(columns, own=tmp_path).people["region"].to_list() == ["Noord", "Oost", "Oost"]


def test_two_heads_that_would_be_one_column_are_refused_by_name() -> None:
    columns = roster(Vestigingsregio=["a", "b", "c"], Cluster=["a", "b", "c"])
    del columns["region"]
    with pytest.raises(Refused, match="roster_two_heads") as refusal:
        read(columns)
    assert "‘Vestigingsregio’, ‘Cluster’" in explain("nl", refusal.value)


def test_columns_that_are_not_read_are_named() -> None:
    assert kinds(read(roster(Parkeerplaats=["1", "2", "3"])))["roster_unread"] == (1, "‘Parkeerplaats’")


# ----------------------------------------------------------------------------------------------- levels


def level_of(word: str, **own: dict[str, str]) -> str | None:
    words = load_roster_words().model_copy(update={"levels": own})
    return read_levels(pl.Series("experience_band", [word]), BAND, words, dt.date(2026, 7, 1)).column[0]


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("0-1", "0-1"), ("0–1 jaar", "0-1"), ("0—1", "0-1"), ("0 - 1", "0-1"), ("0 t/m 1 jaar", "0-1"),
        ("2 tot en met 5", "2-5"), ("2 to 5 years", "2-5"), ("21 jaar of meer", "21+"), ("21 en meer", "21+"),
        ("meer dan 20", "21+"), (">20", "21+"), ("21 +", "21+"), ("1", "0-1"), ("1,5", "0-1"), ("12", "11-20"),
        ("45", "21+"), ("01-08-2011", "11-20"), ("2025-12-01", "0-1"), ("1/7/2024", "2-5"), ("02-07-2024", "0-1"),
        ("4 jaar", "2-5"), ("12 jr", "11-20"), ("1-8-2011 0:00", "11-20"), ("01-08-11", "11-20"),
        ("1-aug-2011", "11-20"), ("1 augustus 2011", "11-20"), ("40756", "11-20"), ("2011", None),
        ("2-6", None), ("-3", None), ("veel", None), ("01-08-2031", None), ("0-5", "0-5"),
    ],
)  # fmt: skip
def test_experience_is_read_from_bands_in_words_years_and_dates(word: str, level: str | None) -> None:
    assert level_of(word) == level


@given(st.integers(0, 60), st.sampled_from(["{}", "{} ", "{},0", "{}.0"]))
def test_any_number_of_years_falls_in_the_band_that_holds_it(years: int, shape: str) -> None:
    level = level_of(shape.format(years))
    low, high = bounds_in(str(level)) or (0, 0)
    assert low <= years < high


@pytest.mark.parametrize("since", ["2011", "8/31/2011", "01-08-2031", "2031-08-01"])
def test_a_date_from_which_no_years_can_be_counted_is_told_as_that_and_not_as_a_spoilt_band(since: str) -> None:
    with pytest.raises(Refused, match="since_unread") as refusal:
        read(roster(experience_band=["2011-08-01", since, "2020-08-01"]))
    assert refusal.value.where["rows"] == "3"
    for lang in BOTH:
        assert "2019-08-31" in explain(lang, refusal.value)


def test_a_date_is_no_number_of_pupils() -> None:
    with pytest.raises(Refused, match="unlike_any_level_row"):
        read(roster(school_size=["250", "2019-08-01", "90"]))


@pytest.mark.parametrize(
    ("written", "level"),
    [("1.250", "400+"), ("1 040", "400+"), ("1,250", "400+"), ("310,0", "200-399"), ("95", "<100")],
)
def test_a_mark_between_thousands_makes_no_small_school(written: str, level: str) -> None:
    assert read(roster(school_size=["250", written, "90"])).people["school_size"].to_list()[1] == level


# A band that Excel made a date of has the year in which it was typed: older dates are since when.
@given(st.dates(dt.date(1980, 1, 1), dt.date(2023, 12, 31)), st.sampled_from(["%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y"]))
def test_any_date_since_when_becomes_the_whole_years_that_passed(since: dt.date, shape: str) -> None:
    years = 2026 - since.year - ((since.month, since.day) > (7, 1))
    low, high = bounds_in(str(level_of(since.strftime(shape)))) or (0, 0)
    assert low <= years < high


@pytest.mark.parametrize("since", ["01-06-2010", "01-11-2020", "2020-11-01"])
def test_a_first_of_a_month_that_reads_like_a_band_is_since_when_where_nothing_but_dates_stands(since: str) -> None:
    band = {"01-06-2010": "11-20"}.get(since, "2-5")
    assert level_of(since) == band
    read = read_levels(pl.Series("experience_band", ["0-1", since]), BAND, load_roster_words(), dt.date(2026, 7, 1))
    assert read.column.to_list() == ["0-1", None if since == "01-06-2010" else "11-20"]  # as Excel makes it of 11-20


def test_capitals_blanks_and_accents_never_make_a_group() -> None:
    columns = roster(
        leader_key=["a1", "b1", "c1", "d1", "e1"], region=["Súd", "súd ", " SUD", "Súd", "Noord"],
        experience_band=["0-1"] * 5,
    )  # fmt: skip
    assert read(columns).people["region"].to_list() == ["Súd", "Súd", "Súd", "Súd", "Noord"]


def test_a_word_that_is_no_level_is_told_with_its_row_and_never_likened_to_another_number() -> None:
    with pytest.raises(Refused) as refusal:
        read(roster(experience_band=["0-1", "2-6", "21+"]))
    assert (refusal.value.rule, refusal.value.where["row"]) == ("unlike_any_level_row", 3)
    assert "2-6" not in explain("nl", refusal.value)


@pytest.mark.parametrize(
    "dates", [["2-mei", "45-mei"], ["05-Feb", "2-jan"], ["2026-05-02 00:00:00", "2026-01-09 00:00:00"]]
)
def test_bands_that_excel_made_dates_of_are_put_back_or_told_by_what_happened(dates: list[str]) -> None:
    back = read(roster(experience_band=["0-1", dates[0], "21+"]))
    assert back.people["experience_band"].to_list() == ["0-1", "2-5", "21+"]
    assert kinds(back)["band_was_a_date"] == (1, "experience_band")
    if not dates[1].startswith("45"):
        with pytest.raises(Refused, match="band_is_date") as refusal:
            read(roster(experience_band=["0-1", dates[1], "21+"]))
        assert "Excel" in explain("nl", refusal.value)


def test_everything_that_stops_is_told_at_once_in_both_languages() -> None:
    columns = roster(experience_band=["0-1", "2-6", "x9"])
    del columns["region"]
    with pytest.raises(RefusedAll) as refusal:
        read(columns)
    assert [one.rule for one in refusal.value.found] == [
        "roster_without_group", "unlike_any_level_row", "unlike_any_level_row",
    ]  # fmt: skip
    for lang in BOTH:
        assert [line[:2] for line in explain(lang, refusal.value).splitlines()[1:]] == ["1.", "2.", "3."]


# ------------------------------------------------------------------------------------------------- rows


def test_a_post_without_a_leader_is_told_and_counts_for_nobody() -> None:
    found = read(roster(leader_key=["ak1x", None, " "]))
    assert found.people.height == 1
    assert kinds(found)["roster_vacancies"] == (2, "3, 4")


def test_a_leader_on_two_rows_is_refused_or_counted_as_the_board_says(tmp_path: Path) -> None:
    columns = roster(leader_key=["ak1x", "ck3x", "ck3x"], FTE=["1,0", "0,2", "0,8"])
    with pytest.raises(Refused, match="roster_double_key") as refusal:
        read(columns)
    assert "rij 3, 4" in explain("nl", refusal.value)
    for several, region in (("largest", "21+"), ("first", "6-10")):
        (tmp_path / "roster.toml").write_text(f'[roster]\nseveral = "{several}"\n', encoding="utf-8")
        found = read(columns, own=tmp_path)
        assert found.people["experience_band"].to_list() == ["0-1", region]
        assert kinds(found)[f"roster_several_{several}"] == (1, "3, 4")


@pytest.mark.parametrize("spelled", ["2026-Q3", "2026 Q3", "2026q3", "Q3 2026", "2026K3", "K3-2026"])
def test_a_quarter_is_read_however_it_is_spelled(spelled: str) -> None:
    assert read(roster(wave=[spelled] * 3)).people.height == 3


def test_a_roster_of_another_quarter_says_which_it_has() -> None:
    with pytest.raises(Refused, match="roster_without_wave") as refusal:
        read(roster(wave=["2026Q1", "2026Q1", "2025Q4"]))
    assert "2025Q4, 2026Q1" in explain("nl", refusal.value)


@pytest.mark.parametrize(
    "names",
    [
        ["A. de Vries", "B. Jansen", "C. Smit"],
        ["Jansen, Piet", "Vries, Anna de", "Bos, T."],
        ["Jan Jansen"] * 3,
        ["jan de vries", "bea bos", "ali el idrissi"],
        ["De Vries, Jan", "Van Dam, Bea", "Bos, T."],
        ["j.devries", "b.bos", "a. kaya"],
        ["Özlem Çelik", "Émile Ünal", "Ana Šimić"],
    ],
)
def test_keys_that_are_names_are_refused_and_not_repeated(names: list[str]) -> None:
    with pytest.raises(Refused, match="keys_are_names") as refusal:
        read(roster(leader_key=list(names)))
    assert not any(name in explain("nl", refusal.value) for name in names)


def test_keys_that_rise_like_personnel_numbers_are_warned_about_and_drawn_ones_are_not() -> None:
    assert "keys_personnel" in kinds(read(roster(leader_key=["100201", "100202", "100204"])))
    assert "keys_personnel" not in kinds(read(roster(leader_key=["100201", "902113", "447120"])))


def test_groups_are_told_with_their_numbers_before_anything_is_fixed() -> None:
    told = [one for one in read(roster(region=["Noord", "Oost", None])).told if one.kind == "roster_groups"]
    assert [tell_of("nl", one) for one in told] == [
        "Regio: Noord (1), Oost (1), niet bekend (1).",
        "Ervaring als schoolleider: 0–1 jaar (1), 6–10 jaar (1), 21 jaar of meer (1).",
    ]
    assert [tell_of("en", one) for one in told] == [
        "Region: North (1), East (1), not known (1).",
        "Experience as school leader: 0–1 years (1), 6–10 years (1), 21 years or more (1).",
    ]
    assert [one.place for one in told] == ["Noord 1, Oost 1, unknown 1", "0-1 1, 6-10 1, 21+ 1"]  # for machines


@pytest.mark.parametrize("cells", [[None] * 3, ["", None, " "]])
def test_a_roster_whose_column_of_waves_is_empty_says_so(cells: list[str | None]) -> None:
    with pytest.raises(Refused, match=r"roster_wave_empty|roster_without_wave") as refusal:
        read(roster(wave=[cell.strip() or None if cell else None for cell in cells]))
    assert refusal.value.rule == "roster_wave_empty"
    assert "-." not in explain("nl", refusal.value)


def test_a_mistake_in_the_boards_own_words_is_told_with_its_place(tmp_path: Path) -> None:
    for text, rule in (
        ("[roster]\nseveral = 3\n", "instrument_value"),
        ("[x]\n", "instrument_key_unknown"),
        ("[", "instrument_not_toml"),
    ):
        (tmp_path / "roster.toml").write_text(text, encoding="utf-8")
        with pytest.raises(Refused, match=rule):
            load_roster_words(tmp_path)


@pytest.mark.parametrize(
    ("text", "word", "near"),
    [
        ('[roster.columns]\n"Kring" = "regoin"\n', "regoin", "region"),
        ('[roster.heads]\nregoin = ["Kring"]\n', "regoin", "region"),
        ('[roster.levels.experience]\n"veel" = "21+"\n', "experience", "experience_band"),
        ('[roster.levels.experience_band]\n"veel" = "21 +"\n', "21 +", "21+"),
        ('[roster.levels.role]\n"baas" = "directeur"\n', "directeur", "director"),
        ("[roster.bins.school_size]\nklein = 0\n", "klein", "100-199"),
        ("[roster.bins.size]\nklein = 0\n", "size", "school_size"),
    ],
)
def test_what_the_board_says_of_what_there_is_not_is_refused_with_the_nearest(
    tmp_path: Path, text: str, word: str, near: str
) -> None:
    (tmp_path / "roster.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="instrument_reference") as refusal:
        check_roster_words(load_roster_words(tmp_path), INSTRUMENT)
    assert refusal.value.where["word"] == word
    for lang in BOTH:
        assert word in explain(lang, refusal.value)
        assert near in explain(lang, refusal.value)


def test_words_for_groups_that_an_instrument_of_ones_own_lacks_stop_nothing() -> None:
    regions = INSTRUMENT.model_copy(
        update={"dimensions": tuple(one for one in INSTRUMENT.dimensions if not one.levels)}
    )
    check_roster_words(load_roster_words(), regions)
    words = RosterWords(levels={"region": {"Noord-Oost": "whatever a board calls it"}})
    check_roster_words(words, regions)


@pytest.mark.parametrize("out", ["the command", "the board's words"])
def test_of_two_heads_for_one_column_leaving_one_out_is_enough(tmp_path: Path, out: str) -> None:
    export, people, own = tmp_path / "export.csv", tmp_path / "roster.csv", tmp_path / "own"
    export.write_text("leader_key,stress_1\nak1x,3\n", encoding="utf-8")
    people.write_text("Sleutel;Token;Vestigingsregio;Cluster;Ervaring\nak1x;zz9;Noord;A;2-5\n", encoding="utf-8")
    with pytest.raises(RefusedAll) as refusal:
        look(Home(tmp_path / "home"), Source(export, WAVE, roster=people))
    assert [one.rule for one in refusal.value.found] == ["roster_two_heads"] * 2
    own.mkdir()
    if out == "the board's words":
        (own / "roster.toml").write_text('[roster]\ndrop = ["Token", "Cluster"]\n', encoding="utf-8")
    drop = ("Token", "Cluster") if out == "the command" else ()
    found = look(
        Home(tmp_path / "home"), Source(export, WAVE, roster=people, instruments=own, decided=Decided(beside_drop=drop))
    )
    assert found.answers["region"].to_list() == ["Noord"]


def test_what_a_profile_leaves_out_of_exports_takes_no_group_from_the_roster(tmp_path: Path) -> None:
    own, export, people = tmp_path / "instruments", tmp_path / "export.csv", tmp_path / "roster.csv"
    (own / "exports").mkdir(parents=True)
    marks = '[profile.recognise]\nheads = ["leader_key"]\n'
    profile = f'[profile]\ncode = "own_x"\nnl = "x"\nen = "x"\ndrop = ["school_type", "Kamer"]\n{marks}'
    (own / "exports" / "own_x.toml").write_text(profile, encoding="utf-8")
    export.write_text("leader_key,stress_1,school_type\nk1,3,x\n", encoding="utf-8")
    people.write_text("wave;leader_key;region;experience_band;school_type;Kamer\n2026Q3;k1;Noord;2-5;bao;12\n")
    found = look(Home(tmp_path / "home"), Source(export, WAVE, roster=people, instruments=own))
    assert found.answers["school_type"].to_list() == ["bao"]
    assert not [one for one in found.told if one.kind == "roster_unread"]
