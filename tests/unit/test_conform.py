"""What an import does with odd, bad and dangerous exports."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from pipelines.flow import Source, import_wave
from pipelines.ground.errors import Refused, RefusedColumns
from pipelines.ground.messages import explain
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument, load_instrument, load_roster_words
from pipelines.intake.answers import cast_answers
from pipelines.intake.conform import Imported, conform
from pipelines.intake.decided import Decided
from pipelines.intake.layout import lay_out
from pipelines.intake.personal import refuse_personal
from pipelines.intake.read import read_sheet
from pipelines.intake.read.text import LARGE
from pipelines.intake.roster import read_roster
from pipelines.intake.sheet import Sheet
from pipelines.vault import store as vault
from pipelines.vault.codes import leader_codes

ROSTER = """wave,leader_key,school_key,region,experience_band,role
2026Q3,a,s1,Noord,0-1,director
2026Q3,b,s2,Oost,2-5,director
2026Q3,c,s3,,2-5,director
2026Q2,z,s9,Oost,2-5,director
"""
WAVE = WaveDays(Wave("2026Q3"), dt.date(2026, 9, 1), dt.date(2026, 9, 30))


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument()


def _read(instrument: Instrument, export: str, roster: str | None = ROSTER) -> Imported:
    table = pl.read_csv(export.encode(), infer_schema=False, null_values=[""])
    people = None
    if roster:
        people = _people(pl.read_csv(roster.encode(), infer_schema=False, null_values=[""]), instrument)
    native = next(p for p in instrument.profiles if p.code == "native")
    laid = lay_out(sheet_of(table), native, instrument)
    refuse_personal(laid.raw, laid.reads, laid.dropped, laid.texts)
    return conform(cast_answers(laid.table, instrument, native), instrument, WAVE, people)


def _people(roster: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """The leaders of a roster that may lack any group."""
    asked = Decided(without=("region", "experience_band"))
    return read_roster(roster, instrument, load_roster_words(), Wave("2026Q3"), asked, {}).people


def sheet_of(table: pl.DataFrame) -> Sheet:
    """A table as if a file held it."""
    cells = table.rename({name: str(at) for at, name in enumerate(table.columns)})
    return Sheet("export.csv", "text", table.columns, cells)


def test_every_row_is_loaded_or_rejected_with_its_rule(instrument: Instrument) -> None:
    imported = _read(
        instrument,
        "leader_key,submitted,rock_emotional,stress_1\n"
        "a,2026-09-03,yes,4\n"
        "a,2026-09-09,no,2\n"
        "b,third of May,yes,3\n"
        "nobody,2026-09-03,yes,3\n"
        "c,2026-09-03,,\n"
        ",2026-09-03,yes,1\n",
    )
    assert imported.rows == imported.answers.height + imported.rejected.height == 6
    assert imported.rejected.select("row", "column", "rule").rows() == [
        (1, "leader_key", "duplicate_leader"),
        (3, "submitted", "bad_date"),
        (4, "leader_key", "not_on_roster"),
        (5, None, "nothing_answered"),
        (6, "leader_key", "no_key"),
    ]
    assert imported.duplicates == 1


def test_the_answer_sent_last_counts(instrument: Instrument) -> None:
    imported = _read(instrument, "leader_key,submitted,rock_emotional\na,2026-09-09,no\na,2026-09-03,yes\n")
    assert imported.answers["rock_emotional"].to_list() == ["no"]


def test_a_rejected_row_keeps_its_answers_in_the_vault_only(instrument: Instrument) -> None:
    imported = _read(instrument, "leader_key,submitted,rock_emotional\na,2026-09-03,yes\nx,2026-09-03,no\n")
    assert imported.rejected["raw"].to_list() == ['{"leader_key":"x","submitted":"2026-09-03","rock_emotional":"no"}']


@pytest.mark.parametrize(
    ("column", "answer", "rule"),
    [
        ("stress_1", "6", "out_of_range"),
        ("stress_1", "0", "out_of_range"),
        ("stress_1", "now and then", "out_of_range"),
        ("rock_emotional", "perhaps", "unknown_code"),
        ("pillar_buddy", "yes", "unknown_code"),
        ("rock_emotional_who", "partner|alien", "unknown_code"),
        ("pillar_buddy_quality", "7", "out_of_range"),
    ],
)
def test_an_answer_that_does_not_fit_becomes_empty_and_is_told(
    instrument: Instrument, column: str, answer: str, rule: str
) -> None:
    other = "stress_2" if column != "stress_2" else "stress_1"
    imported = _read(instrument, f"leader_key,submitted,{column},{other}\na,2026-09-03,{answer},3\n")
    assert imported.answers[column].to_list() == [None]
    assert imported.data_errors.rows() == [(1, column, rule)]


def test_a_decimal_comma_is_a_number(instrument: Instrument) -> None:
    imported = _read(instrument, 'leader_key,submitted,stress_1\na,2026-09-03,"3,5"\n')
    assert imported.answers["stress_1"].to_list() == [3.5]


def test_of_the_key_of_a_school_only_a_number_is_kept_that_tells_which_leaders_share_it(instrument: Instrument) -> None:
    roster = pl.DataFrame({"leader_key": ["a", "b", "c", "d", "e"], "school_key": ["s2", "s1", None, "s2", None]})
    assert _people(roster, instrument)["school_key"].to_list() == [0, 1, None, 0, None]


def test_a_gap_on_the_roster_is_a_level_of_its_own(instrument: Instrument) -> None:
    imported = _read(instrument, "leader_key,submitted,stress_1\nc,2026-09-03,3\n")
    assert imported.answers["region"].to_list() == ["unknown"]


def test_answers_after_closing_are_counted_and_told(instrument: Instrument) -> None:
    imported = _read(instrument, "leader_key,submitted,stress_1\na,2026-09-03,3\nb,2026-10-11,3\n")
    assert (imported.answers.height, imported.late) == (2, 1)


def test_without_keys_every_row_is_a_leader_and_that_is_known(instrument: Instrument) -> None:
    imported = _read(instrument, "region,experience_band,stress_1\nNoord,0-1,3\nNoord,0-1,3\n", roster=None)
    assert (imported.answers.height, imported.has_keys) == (2, False)


@pytest.mark.parametrize(
    ("head", "value", "rule"),
    [
        ("E-mail", "x", "email"),
        ("naam", "x", "name"),
        ("IPAddress", "x", "ip"),
        ("Telefoonnummer", "x", "phone"),
        ("Q7", "ask jan@school.example for it", "email"),
    ],
)
def test_personal_data_is_refused_with_the_column(instrument: Instrument, head: str, value: str, rule: str) -> None:
    with pytest.raises(RefusedColumns) as refusal:
        _read(instrument, f"leader_key,{head},stress_1\na,{value},3\n")
    assert [(found.rule, found.column) for found in refusal.value.found] == [(rule, head)]


def test_an_unknown_level_is_refused_with_a_suggestion(instrument: Instrument) -> None:
    with pytest.raises(Refused) as refusal:
        _read(instrument, "leader_key,stress_1\na,3\n", ROSTER.replace("2026Q3,b,s2,Oost,2-5", "2026Q3,b,s2,Oost,2-6"))
    assert refusal.value.rule == "unlike_any_level_row"
    assert (refusal.value.where["row"], refusal.value.where["known"][:8]) == (3, "0-1, 2-5")


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    home, file = Home(tmp_path / "home"), tmp_path / "export.csv"
    file.write_text("leader_key,naam,stress_1\na,Jan,3\n")
    with pytest.raises(Refused):
        import_wave(home, Source(file, "2026Q3"))
    assert {path.name for path in home.path.rglob("*") if path.is_file()} == {"log.jsonl", "log.head"}
    told = json.loads((home.vault / "log.jsonl").read_text())
    assert told["columns"] == [{"column": "naam", "rule": "name"}]
    assert set(told) == {"at", "account", "command", "wave", "file_hash", "columns", "before", "hashes"}


@pytest.mark.parametrize(
    ("encoding", "separator", "bom"), [("utf-8", ",", b""), ("utf-8", ";", b"\xef\xbb\xbf"), ("cp1252", "\t", b"")]
)
def test_one_export_in_three_spellings_gives_one_wave(
    tmp_path: Path, encoding: str, separator: str, bom: bytes
) -> None:
    rows = [
        ("leader_key", "region", "experience_band", "stress_1"),
        ("a’", "Súdwest", "0-1", "3"),
        ("b", "Súdwest", "0-1", "4"),
    ]
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    file.write_bytes(bom + "\r\n".join(separator.join(row) for row in rows).encode(encoding))
    import_wave(home, Source(file, "2026Q3"))
    answers = vault.read(home, Wave("2026Q3"), "answers").sort("stress_1")
    assert answers.select("region", "stress_1").rows() == [("Súdwest", 3.0), ("Súdwest", 4.0)]
    assert answers["leader_key"].to_list() == leader_codes(home, pl.Series(["a’", "b"])).to_list()


def test_a_large_file_whose_words_are_kept_once_gives_the_answers_of_the_same_file_kept_as_text(
    tmp_path: Path, instrument: Instrument
) -> None:
    file, people = tmp_path / "export.csv", LARGE // 35
    at = pl.int_range(people, eager=True)
    pl.DataFrame(
        {
            "leader_key": pl.Series([f"leader-{number:012d}" for number in range(people)]),
            "pillar_mentor": pl.Series(["none", "used", None, "Gebruikt", "nonsense"]).gather(at % 5),
            "rock_emotional_who": pl.Series(["buddy|coach", None, "coach"]).gather(at % 3),
            "stress_1": pl.Series(["1", "5", "3,0", None, "77", "x, y"]).gather(at % 6),
            "region": pl.Series(["Noord", "Oost", None]).gather(at % 3),
        }
    ).write_csv(file)
    assert file.stat().st_size > LARGE
    native = next(p for p in instrument.profiles if p.code == "native")
    laid = [lay_out(read_sheet(file, compact=compact), native, instrument) for compact in (False, True)]
    assert [one.table["region"].dtype for one in laid] == [pl.String, pl.Categorical]
    text, few = (cast_answers(one.table, instrument, native) for one in laid)
    assert text.answers.equals(few.answers)
    assert text.errors.equals(few.errors)
    assert set(text.errors["answer"]) == {"Gebruikt", "nonsense", "77", "x, y"}


def test_whole_scores_and_broken_ones_are_read_back_alike(tmp_path: Path) -> None:
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    for wave, score in (("2026Q3", "3"), ("2026Q4", "3,0")):
        file.write_text(f"leader_key;stress_1;stress_2\na;{score};\nb;4;\n")
        import_wave(home, Source(file, wave))
    kept = [vault.read(home, wave, "answers").drop("row") for wave in ("2026Q3", "2026Q4")]
    assert kept[0].equals(kept[1])
    assert kept[0].schema["stress_1"] == kept[0].schema["stress_2"] == pl.Float64


def test_two_answers_by_leaders_on_a_roster_in_another_order_keep_their_own_groups_and_codes(tmp_path: Path) -> None:
    file, roster, home = tmp_path / "export.csv", tmp_path / "roster.csv", Home(tmp_path / "home")
    roster.write_text("wave,leader_key,region\n2026Q2,a,West\n2026Q3,c,West\n2026Q3,a,Oost\n2026Q3,b,Noord\n")
    file.write_text("leader_key,submitted,stress_1\nb,2026-09-01,1\nz,,1\na,2026-09-01,2\na,2026-09-02,3\nc,,4\n")
    imported = import_wave(home, Source(file, "2026Q3", roster=roster, decided=Decided(without=("experience_band",))))
    assert [row[:3] for row in imported.rejected.rows()] == [
        (3, "leader_key", "not_on_roster"),
        (4, "leader_key", "duplicate_leader"),
    ]
    of = dict(zip(leader_codes(home, pl.Series(["a", "b", "c"])), "abc", strict=True))
    kept = vault.read(home, Wave("2026Q3"), "answers").select("leader_key", "region", "stress_1")
    assert [(of[key], *rest) for key, *rest in kept.rows()] == [("b", "Noord", 1), ("a", "Oost", 3), ("c", "West", 4)]
    assert [of[key] for key in vault.read(home, Wave("2026Q3"), "roster")["leader_key"]] == ["c", "a", "b"]


@pytest.mark.parametrize("column", ["experience_band", "region"])
def test_what_is_like_no_group_is_not_repeated_for_it_could_be_a_name(tmp_path: Path, column: str) -> None:
    export, roster, home = tmp_path / "export.csv", tmp_path / "roster.csv", Home(tmp_path / "home")
    export.write_text("leader_key,stress_1\nb,3\n")
    roster.write_text(ROSTER.replace("2026Q2,z", "2026Q4,b"))
    import_wave(home, Source(export, "2026Q3", roster=roster))
    roster.write_text(f"wave,leader_key,{column}\n2026Q4,b,Jan Jansen\n")
    with pytest.raises(Refused) as refusal:
        import_wave(
            home, Source(export, "2026Q4", roster=roster, decided=Decided(without=("region", "experience_band")))
        )
    assert refusal.value.rule.startswith("unlike_any_level")
    for lang in ("nl", "en"):
        sentence = explain(lang, refusal.value)
        assert column in sentence
        assert "Jan" not in sentence + str(refusal.value)
    assert b"Jan" not in (home.vault / "log.jsonl").read_bytes()
