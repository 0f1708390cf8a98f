"""Which tool wrote an export and what its columns and answers are, drawn as small exports."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from pipelines.flow import Decided, Source, import_wave, look, propose_profile
from pipelines.ground.errors import Refused
from pipelines.ground.messages import explain, tell_of
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument, load_instrument
from pipelines.intake.layout import lay_out, recognise
from pipelines.intake.read import read_sheet
from pipelines.vault import store as vault

ITEM = "De afgelopen vier weken gaf mijn werk mij spanning."
ENGLISH = "Over the past four weeks I felt rushed in my work."
TOOLS = {
    "native": "leader_key,submitted,stress_1\na,2026-09-03,3\n",
    "limesurvey": f'id,submitdate,lastpage,startlanguage,token,stress_1,"{ENGLISH}"\n'
    "1,2026-09-03 10:00:00,4,nl,a,3,1\n",
    "limesurvey_klankbord": "id,submitdate,lastpage,startlanguage,token,scale2[stress1]\n1,2026-09-03,4,nl,a,Soms\n",
    "qualtrics_3": "EndDate,leader_key,stress_1\nEinde,Sleutel,Vraag\n"
    '"{""ImportId"":""endDate""}","{""ImportId"":""k""}","{""ImportId"":""QID1""}"\n2026-09-03 10:00:00,a,3\n',
    "qualtrics_2": "V1,V2,V9,leader_key,stress_1\nResponseID,ResponseSet,EndDate,Sleutel,Vraag\n"
    "R_1,Default Response Set,2026-09-03 10:00:00,a,3\n",
    "msforms": f'ID,Begintijd,Tijd van voltooien,E-mail,Naam,"{ITEM}"\n'
    "1,09/03/26 9:58:12,09/03/26 10:00:00,anonymous,,Soms\n",
    "surveymonkey": f'RespondentID,EndDate,leader_key,"{ITEM}"\n,,,Response\n8,09/03/2026 10:00:00,a,Sometimes\n',
}


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument()


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_is_recognised_and_its_answers_load_without_a_profile_of_ones_own(
    instrument: Instrument, tmp_path: Path, tool: str
) -> None:
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    file.write_text(TOOLS[tool], encoding="utf-8")
    assert look(home, Source(file, "2026Q3")).profile == tool
    import_wave(home, Source(file, "2026Q3"))
    answers = vault.read(home, Wave("2026Q3"), "answers")
    assert answers["submitted"].dt.to_string("%Y-%m-%d").to_list() == ["2026-09-03"]
    assert answers["stress_1"].to_list() == [3.0]


def test_forms_with_english_heads_and_as_a_workbook_is_the_same(tmp_path: Path) -> None:
    file, home = tmp_path / "export.xlsx", Home(tmp_path / "home")
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["ID", "Start time", "Completion time", "Email", "Name", ENGLISH])
        page.write_row(1, 0, [1, "9/3/26 9:58:12", "9/3/26 10:00:00", "anonymous", "", "Strongly agree"])
        page.write_row(2, 0, [2, "9/3/26 9:58:12", "9/3/26 10:00:00", "anonymous", "", "Always"])
    imported = look(home, Source(file, "2026Q3"))
    assert imported.profile == "msforms"
    assert imported.answers["stress_3"].to_list() == [5.0]  # "strongly agree" is no answer to how often
    assert imported.data_errors.is_empty()
    assert imported.rejected["rule"].to_list() == ["nothing_answered"]


def test_the_recognised_layout_can_be_overruled(tmp_path: Path) -> None:
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    file.write_text(TOOLS["qualtrics_3"], encoding="utf-8")
    assert look(home, Source(file, "2026Q3", profile="qualtrics_2")).rows == 2  # the ids are a row of answers now
    with pytest.raises(Refused) as refusal:
        look(home, Source(file, "2026Q3", profile="qualtrix"))
    assert refusal.value.rule == "profile_unknown"


@pytest.mark.parametrize(
    ("said", "score"),
    [("Soms", 3), ("soms", 3), (" Altijd ", 5), ("Never", 1), ("4", 4), ("3,0", 3), ("Helemaal mee eens", None)],
)
def test_answers_in_words_become_scores_in_both_languages(tmp_path: Path, said: str, score: int | None) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f'leader_key,stress_1,stress_2,openness_1\na,"{said}",2,Helemaal mee eens\n', encoding="utf-8")
    answers = look(Home(tmp_path / "home"), Source(file, "2026Q3")).answers
    assert answers["stress_1"].to_list() == [score]
    assert answers["openness_1"].to_list() == [5]


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        ("Y", "", "buddy"),
        ("Ja", "Nee", "buddy"),
        ("1", "1", "buddy|mentor"),
        ("Buddy", "", "buddy"),
        ("", "", None),
        ("0", "No", None),
        ("perhaps", "1", None),
    ],
)
def test_a_ticked_box_adds_its_code_to_a_list(tmp_path: Path, first: str, second: str, codes: str | None) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"leader_key,stress_1,Wie [Buddy],Wie [Mentor]\na,3,{first},{second}\n", encoding="utf-8")
    columns = {"Wie [Buddy]": "rock_emotional_who|buddy", "Wie [Mentor]": "rock_emotional_who|mentor"}
    imported = look(Home(tmp_path / "home"), Source(file, "2026Q3", decided=Decided(columns=columns)))
    assert imported.answers["rock_emotional_who"].to_list() == [codes]
    assert imported.data_errors.height == (first == "perhaps")


def test_several_answers_in_one_cell_are_a_list_too(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("leader_key,rock_emotional_who\na,Mijn buddy;My mentor;\nb,buddy|mentor\n", encoding="utf-8")
    answers = look(Home(tmp_path / "home"), Source(file, "2026Q3")).answers
    assert answers["rock_emotional_who"].to_list() == ["buddy|mentor"] * 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Ja, maar ik maak er geen gebruik van", "available"),
        ("Ja, en ik maak er gebruik van", "used"),
        ("Ja, maar ik gebruik het niet", "available"),
        ("ja, en ik gebruik het.", "used"),
        ("Yes, but I do not use it", "available"),
    ],
)
def test_an_export_of_before_an_answer_was_worded_anew_is_still_read(answer: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f'leader_key,pillar_buddy\na,"{answer}"\n', encoding="utf-8")
    answers = look(Home(tmp_path / "home"), Source(file, "2026Q3")).answers
    assert answers["pillar_buddy"].to_list() == [code]


def test_what_spss_calls_a_value_counts_not_its_number(tmp_path: Path) -> None:
    file, home = tmp_path / "export.sav", Home(tmp_path / "home")
    frame = pl.DataFrame(
        {"leader_key": ["a", "b"], "stress_1": [1.0, 2.0], "pillar_buddy": [1.0, 3.0], "stress_2": [4.0, 5.0]}
    )
    labels = {
        "stress_1": {1: "Altijd", 2: "Vaak"},  # runs the other way
        "pillar_buddy": {1: "Nee, die is er niet voor mij", 3: "Ja, en ik gebruik het"},
        "stress_2": {1: "anders"},
    }
    pyreadstat.write_sav(frame, str(file), variable_value_labels=labels)
    answers = look(home, Source(file, "2026Q3")).answers
    assert answers["stress_1"].to_list() == [5, 4]
    assert answers["pillar_buddy"].to_list() == ["none", "used"]
    assert answers["stress_2"].to_list() == [4, 5]


def test_an_own_mapping_goes_before_the_code_of_a_column(instrument: Instrument, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("leader_key,Q1,stress_1\na,2,5\n", encoding="utf-8")
    sheet = read_sheet(file)
    native = next(profile for profile in instrument.profiles if profile.code == "native")
    mapped = native.model_copy(update={"columns": {"Q1": "stress_1"}, "drop": ("stress_1",)})
    assert lay_out(sheet, mapped, instrument).table["stress_1"].to_list() == ["2"]
    for columns, rule in ({"Q1": "stress_1"}, "two_columns_one"), ({"Q1": "stress_l"}, "profile_target"):
        with pytest.raises(Refused) as refusal:
            lay_out(sheet, native.model_copy(update={"columns": columns}), instrument)
        assert refusal.value.rule == rule


FRAMES = {  # heads for one column of the frame, their cells, which is read, and what the next one says
    "a moment of Google beside ours": ("Timestamp;submitted", "2026-09-03 10:00;2026-09-04", "Timestamp", "2026-09-04"),
    "ours beside a moment of Google": ("submitted;Timestamp", "2026-09-04;2026-09-03 10:00", "Timestamp", "2026-09-04"),
    "two moments of Google": ("Tijdstempel;Timestamp", "2026-09-03 10:00;2026-09-04", "Tijdstempel", "2026-09-04"),
    "an empty moment": ("Timestamp;submitted", ";2026-09-03", "submitted", None),
    "three moments": (
        "Timestamp;submitted;Tijdstempel",
        "2026-09-04;2026-09-05;2026-09-03",
        "Tijdstempel",
        "2026-09-04",
    ),
}


@pytest.mark.parametrize("case", FRAMES)
def test_of_two_heads_for_the_moment_of_answering_one_is_read_and_the_other_told(tmp_path: Path, case: str) -> None:
    heads, cells, read, next_one = FRAMES[case]
    file = tmp_path / "export.csv"
    file.write_text(f"leader_key;{heads};stress_1\nkey1;{cells};3\nkey2;{cells};4\n", encoding="utf-8")
    imported = look(Home(tmp_path / "home"), Source(file, "2026Q3"))
    assert imported.answers["submitted"].cast(str).to_list() == ["2026-09-03"] * 2
    others = [head for head in heads.split(";") if head != read]
    assert imported.unread == tuple(others)
    (told,) = [one for one in imported.told if one.kind == "read_once"]
    assert (told.count, told.also["head"], told.also["column"]) == (len(others), read, "submitted")
    for lang in ("nl", "en"):
        assert all(f"‘{head}’" in tell_of(lang, told) for head in heads.split(";"))
    turned = look(Home(tmp_path / "home"), Source(file, "2026Q3", decided=Decided(drop=(read,))))
    assert turned.answers["submitted"].cast(str).to_list() == [next_one] * 2


@pytest.mark.parametrize(
    ("heads", "cells", "keys"),
    [
        ("token;leader_key", ["a1;z1", "a2;z2"], ["a1", "a2"]),
        ("leader_key;token", ["z1;a1", "z2;a2"], ["a1", "a2"]),
        ("token;leader_key", [";z1", ";z2"], ["z1", "z2"]),  # an anonymous survey has the head and no tokens
        ("Toegangscode;token", ["b1;a1", "b2;a2"], ["a1", "a2"]),
    ],
)
def test_of_two_heads_for_the_key_the_one_that_the_profile_names_first_is_read(
    tmp_path: Path, heads: str, cells: list[str], keys: list[str]
) -> None:
    file = tmp_path / "export.csv"
    rows = "".join(f"1;nl;{row};3\n" for row in cells)
    file.write_text(f"lastpage;startlanguage;{heads};stress_1\n{rows}", encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("leader_key,region\n" + "".join(f"{key},Noord\n" for key in keys), encoding="utf-8")
    source = Source(file, "2026Q3", roster=roster, decided=Decided(without=("experience_band",)))
    imported = look(Home(tmp_path / "home"), source)
    assert imported.profile == "limesurvey"
    assert imported.answers.height == 2
    assert "read_once" in {one.kind for one in imported.told}


def test_what_was_decided_on_the_desk_goes_before_what_a_profile_names(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("leader_key;Timestamp;Klaar;stress_1\nkey1;2026-09-04;2026-09-03;3\n", encoding="utf-8")
    imported = look(Home(tmp_path / "home"), Source(file, "2026Q3", decided=Decided(columns={"Klaar": "submitted"})))
    assert imported.answers["submitted"].cast(str).to_list() == ["2026-09-03"]


@pytest.mark.parametrize(
    ("heads", "column"),
    [
        ("stress_1;De afgelopen vier weken gaf mijn werk mij spanning.", "stress_1"),
        ("rock_emotional_who[buddy];rock_emotional_who___buddy", "rock_emotional_who"),
        ("region;Regio", "region"),
    ],
)
def test_two_heads_for_one_question_are_refused_by_name_and_leaving_one_out_mends_it(
    tmp_path: Path, heads: str, column: str
) -> None:
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    cells, asked = (";", {}) if column != "region" else ("Noord;Noord", {"Regio": "region"})
    file.write_text(f"leader_key;stress_2;{heads}\nkey1;3;{cells}\n", encoding="utf-8")
    with pytest.raises(Refused, match="two_columns_one") as refusal:
        look(home, Source(file, "2026Q3", decided=Decided(asked)))
    assert refusal.value.where["column"] == column
    first, last = heads.split(";")
    for lang in ("nl", "en"):
        assert f"‘{first}’, ‘{last}’" in explain(lang, refusal.value)
        assert f'--drop "{last}"' in explain(lang, refusal.value)
    assert look(home, Source(file, "2026Q3", decided=Decided(asked, (last,)))).answers.height == 1


def test_a_proposal_leaves_two_heads_for_one_question_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"leader_key;stress_1;stress_2;{ITEM}\nkey1;3;4;5\n", encoding="utf-8")
    proposal = propose_profile(Home(tmp_path / "home"), file)
    doubtful = {guess.head for guess in proposal.guesses if guess.column == "stress_1" and not guess.is_sure}
    assert doubtful == {"stress_1", ITEM}
    assert f'# "{ITEM}" = "stress_1"' in proposal.toml("own", "en")


def test_a_head_that_stands_there_twice_stops_the_import_only_when_it_is_read(tmp_path: Path) -> None:
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    file.write_text("leader_key,stress_1,x,x\na,2,5,5\n", encoding="utf-8")
    assert look(home, Source(file, "2026Q3")).unread == ("x (1)", "x (2)")
    file.write_text("leader_key,stress_1,stress_1\na,2,5\n", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        look(home, Source(file, "2026Q3"))
    assert refusal.value.rule == "duplicate_head"


def test_a_file_of_no_known_layout_is_told_so(instrument: Instrument, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(Refused) as refusal:
        recognise(read_sheet(file), instrument.profiles, instrument)
    assert refusal.value.rule == "layout_unknown"


def test_groups_may_be_written_as_the_screen_shows_them(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("stress_1,experience_band,role\n3,0–1 jaar,Interim leader\n3,0-1,director\n", encoding="utf-8")
    answers = look(Home(tmp_path / "home"), Source(file, "2026Q3")).answers
    assert answers.select("experience_band", "role").rows() == [("0-1", "interim"), ("0-1", "director")]
