"""Every real export imports through a TOML profile, or is refused with one clear sentence."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.flow import Decided, Source, import_wave
from pipelines.ground.errors import Refused, RefusedColumns
from pipelines.ground.messages import explain
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.intake.layout import has_marks, lay_out, recognise
from pipelines.intake.read import read_sheet, read_table
from pipelines.intake.sheet import name_columns
from pipelines.vault import store as vault

pytestmark = pytest.mark.shared
OWN = Path(__file__).parent.parent / "instruments" / "socsupport"
STAR = (
    "Please rank the Star Wars films in order of preference with 1 being your favorite film "
    "in the franchise and 6 being your least favorite film. [Star Wars: Episode I  The Phantom Menace]"
)

# file -> which layout it has, a column with numbers that is read as an item, how many rows load of how many
LOADS = {
    "DAAG_socsupport/socsupport.csv": ("native", "BDI", 95, 95),
    "ibm_attrition/WA_Fn-UseC_-HR-Employee-Attrition.csv": ("native", "Age", 1470, 1470),
    "ibm_attrition/WA_Fn-UseC_-HR-Employee-Attrition.xlsx": ("native", "Age", 1470, 1470),
    "ibm_attrition/ibm_yesno_bom.csv": ("native", "Age", 1470, 1470),
    "limesurvey_limonaid/survey_100001_R_data_file.csv": ("limesurvey", "How old are you?", 2, 3),
    "limesurvey_limonaid/survey_998192_R_data_file.csv": ("limesurvey", "How old are you?", 2, 7),
    "multilevel_lq2002/lq2002.csv": ("native", "LEAD01", 2042, 2042),
    "processr_disaster/disaster.csv": ("native", "skeptic", 211, 211),
    "processr_estress/estress.csv": ("native", "estress", 262, 262),
    "processr_teams/teams.csv": ("native", "perform", 25, 60),
    "qualtrics_qualtRics/sample.csv": ("qualtrics_3", "Q1", 1, 1),
    "qualtrics_tools/Better_Sample_Survey.csv": ("qualtrics_3", "q2_favorite", 10, 10),
    "qualtrics_tools/Choice_Text_from_Response_Columns.csv": ("qualtrics_3", "Q1_1", 5, 5),
    "qualtrics_tools/Long_Exhaustive_Sample_Survey.csv": ("qualtrics_3", "Q1", 31, 31),
    "qualtrics_tools/ManyTypes_Sample_Survey.csv": ("qualtrics_2", "Q2_1", 5, 5),
    "qualtrics_tools/ManyTypes_Sample_Survey_(Insights).csv": ("qualtrics_3", "Q2_1", 5, 5),
    "qualtrics_tools/Matrix_Single_Answer_Testing.csv": ("qualtrics_3", "Q1_1", 5, 5),
    "qualtrics_tools/Multiple_Answer_MC_Questions.csv": ("qualtrics_2", "Q2_1", 4, 5),
    "qualtrics_tools/Multiple_Answer_MC_Questions_(Insights).csv": ("qualtrics_3", "Q2_1", 4, 5),
    "qualtrics_tools/Multiple_Answer_Matrix_Questions.csv": ("qualtrics_2", "Q2_1_1", 2, 5),
    "qualtrics_tools/Multiple_Answer_Matrix_Questions_(Insights).csv": ("qualtrics_3", "Q2_1_1", 2, 5),
    "qualtrics_tools/No_Basis_for_Evaluation_(Insights).csv": ("qualtrics_3", "Q1", 13, 15),
    "qualtrics_tools/No_Basis_for_Evaluation_(Legacy).csv": ("qualtrics_2", "Q1", 13, 15),
    "qualtrics_tools/Notes_Survey.csv": ("qualtrics_3", "Q1", 5, 5),
    "qualtrics_tools/Questions_with_Text_Entry_Components.csv": ("qualtrics_3", "Matrix_text_1", 15, 15),
    "qualtrics_tools/Sample_Survey.csv": ("qualtrics_3", "q2_favorite", 5, 5),
    "qualtrics_tools/SidebySide_Questions_(Insights).csv": ("qualtrics_3", "Q2#1_1", 25, 25),
    "qualtrics_tools/SidebySide_Questions_(Legacy).csv": ("qualtrics_2", "Q2#1_1", 25, 25),
    "qualtrics_tools/Single_Answer_MC_Questions.csv": ("qualtrics_2", "Q4", 5, 5),
    "qualtrics_tools/Single_Answer_MC_Questions_(Insights).csv": ("qualtrics_3", "Q4", 5, 5),
    "qualtrics_tools/Single_Answer_Matrix_Questions.csv": ("qualtrics_2", "Q2_1", 5, 5),
    "qualtrics_tools/Single_Answer_Matrix_Questions_(Insights).csv": ("qualtrics_3", "Q2_1", 5, 5),
    "qualtrics_tools/Survey_Logic_EVERYWHERE.csv": ("qualtrics_2", "Q2", 10, 10),
    "qualtrics_tools/Test_Survey_for_Coded_Comments.csv": ("qualtrics_3", "Q1", 10, 10),
    "sav_haven/labelled-num-na.sav": ("native", "VAR00002", 1, 2),
    "sav_haven/labelled-num.sav": ("native", "VAR00002", 1, 1),
    "sav_haven/umlauts.sav": ("native", "var1", 4, 4),
    "sav_haven/variable-label.sav": ("native", "sex", 1, 1),
    "sav_pyreadstat/hebrews.sav": ("native", "ותק_ב", 99, 99),
    "sav_pyreadstat/missing_test.sav": ("native", "var1", 1, 2),
    "sav_pyreadstat/ordered_category.sav": ("native", "Col1", 4, 4),
    "sav_pyreadstat/sample.sav": ("native", "mylabl", 5, 5),
    "sav_pyreadstat/sample.zsav": ("native", "mylabl", 5, 5),
    "sav_pyreadstat/sample_missing.sav": ("native", "mylabl", 5, 7),
    "sav_pyreadstat/sample_missing_user.csv": ("native", "mylabl", 5, 7),
    "sav_pyreadstat/simple_alltypes.sav": ("native", "x", 5, 6),
    "surveymonkey_starwars/StarWars.csv": (
        "surveymonkey",
        STAR,
        84,
        99,
    ),
}
REFUSED = {
    "duo_schools/duo_vestigingen_bo_2026-04.csv": "personal_columns",  # schools and their telephones
    "sav_haven/datetime.sav": "date_out_of_range",
    "sav_haven/labelled-str.sav": "layout_unknown",  # one column, of letters
    "sav_pyreadstat/missing_char.sav": "layout_unknown",
    "sav_pyreadstat/dates.csv": "layout_unknown",  # no answers, dates only
    "limesurvey_limonaid/export-of-en-and-nl-survey-with-one-question-as-tsv.txt": "layout_unknown",  # a structure
    "limesurvey_limonaid/testing-multilingual-slider-export.txt": "layout_unknown",
}
OTHER_KINDS = {".lss", ".qsf", ".json", ".dta", ".por"}  # structures, and formats we do not read
ABOUT = {"README.md", "SOURCE.txt"}


def test_no_file_of_the_folder_is_forgotten(shared_data: Path) -> None:
    files = {path.relative_to(shared_data).as_posix() for path in shared_data.rglob("*") if path.is_file()}
    files = {file for file in files if Path(file).name not in ABOUT}
    assert {file for file in files if Path(file).suffix not in OTHER_KINDS} == {*LOADS, *REFUSED}
    for file in sorted(file for file in files if Path(file).suffix in OTHER_KINDS):
        with pytest.raises(Refused) as refusal:
            read_sheet(shared_data / file)
        assert refusal.value.rule == "unknown_format"


def own_profile(folder: Path, layout: str, head: str, drop: list[str]) -> Path:
    """An instrument folder with a profile that a researcher would write: one column is an item, some are dropped."""
    shutil.copytree(OWN, folder, dirs_exist_ok=True)
    base = next(profile for profile in load_instrument().profiles if profile.code == layout)
    lines = [
        "[profile]", 'code = "own"', 'nl = "Eigen"', 'en = "Own"', f"head_rows = {base.head_rows}",
        f"join_heads = {str(base.join_heads).lower()}", f"dates = {json.dumps(base.dates)}",
        f"drop = {json.dumps([*base.drop, 'age', *drop], ensure_ascii=False)}", "[profile.columns]",
        f'{json.dumps(head, ensure_ascii=False)} = "low_mood_total"',
    ]  # fmt: skip
    (folder / "exports" / "own.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize("file", sorted(LOADS))
def test_an_export_loads_by_toml_alone_once_what_is_personal_is_dropped(
    shared_data: Path, tmp_path: Path, file: str
) -> None:
    layout, head, loaded, rows = LOADS[file]
    home, drop = Home(tmp_path / "home"), []
    own = own_profile(tmp_path / "own", layout, head, [])
    # Some hold numbers outside the scale that this profile makes of them: that is meant.
    source = Source(shared_data / file, "2026Q3", "own", instruments=own, decided=Decided(accept=("low_mood_total",)))
    try:
        imported = import_wave(home, source)
    except RefusedColumns as refusal:
        for lang in ("nl", "en"):
            sentence = explain(lang, refusal)
            assert "drop = [" in sentence
            assert "\n" not in sentence
        drop = [found.column for found in refusal.found]
        own_profile(tmp_path / "own", layout, head, drop)
        imported = import_wave(home, source)
    empty = sum(one.count for one in imported.told if one.kind == "empty_rows")
    assert (imported.answers.height, imported.rows + empty) == (loaded, rows)
    assert vault.read(home, Wave("2026Q3"), "answers").height == loaded
    assert not any(
        re.search(r"@|192\.0\.2", json.dumps(line)) for line in vault.read(home, Wave("2026Q3"), "answers").rows()
    )


@pytest.mark.parametrize("file", sorted(REFUSED))
def test_what_is_no_export_is_refused_with_one_sentence(shared_data: Path, tmp_path: Path, file: str) -> None:
    home = Home(tmp_path / "home")
    profile = "native" if REFUSED[file] == "personal_columns" else None
    with pytest.raises(Refused) as refusal:
        import_wave(home, Source(shared_data / file, "2026Q3", profile))
    assert refusal.value.rule == REFUSED[file]
    for lang in ("nl", "en"):
        assert "\n" not in explain(lang, refusal.value)
    assert not (home.vault / "waves").exists()


@pytest.mark.parametrize("file", sorted(LOADS))
def test_the_layout_of_a_tool_is_recognised(shared_data: Path, file: str) -> None:
    instrument, sheet = load_instrument(), read_sheet(shared_data / file)
    marked = {profile.code for profile in instrument.profiles if profile.recognise and has_marks(sheet, profile)}
    assert marked == ({LOADS[file][0]} - {"native"})
    if marked:
        assert recognise(sheet, instrument.profiles, instrument).code == LOADS[file][0]


PAIRS = [
    ("ManyTypes_Sample_Survey.csv", "ManyTypes_Sample_Survey_(Insights).csv"),
    ("Multiple_Answer_MC_Questions.csv", "Multiple_Answer_MC_Questions_(Insights).csv"),
    ("Multiple_Answer_Matrix_Questions.csv", "Multiple_Answer_Matrix_Questions_(Insights).csv"),
    ("No_Basis_for_Evaluation_(Legacy).csv", "No_Basis_for_Evaluation_(Insights).csv"),
    ("SidebySide_Questions_(Legacy).csv", "SidebySide_Questions_(Insights).csv"),
    ("Single_Answer_MC_Questions.csv", "Single_Answer_MC_Questions_(Insights).csv"),
    ("Single_Answer_Matrix_Questions.csv", "Single_Answer_Matrix_Questions_(Insights).csv"),
]


@pytest.mark.parametrize(("legacy", "insights"), PAIRS)
def test_the_same_answers_exported_twice_by_qualtrics_are_the_same_table(
    shared_data: Path, legacy: str, insights: str
) -> None:
    instrument, tables = load_instrument(), []
    for file in (legacy, insights):
        sheet = read_sheet(shared_data / "qualtrics_tools" / file)
        tables.append(lay_out(sheet, recognise(sheet, instrument.profiles, instrument), instrument).raw)
    shared = [name for name in tables[0].columns if name in tables[1].columns]
    assert len(shared) >= 9
    assert tables[0].select(shared).equals(tables[1].select(shared))


def test_the_same_employees_in_three_spellings_are_one_table(shared_data: Path) -> None:
    folder = shared_data / "ibm_attrition"
    names = ("WA_Fn-UseC_-HR-Employee-Attrition.csv", "WA_Fn-UseC_-HR-Employee-Attrition.xlsx", "ibm_yesno_bom.csv")
    spelled = {"Yes": "1", "No": "0", "F": "Female", "M": "Male", "R&D": "Research & Development",
               "HR": "Human Resources", "Y": "1"}  # fmt: skip
    tables = [
        read_table(folder / name).with_columns(pl.col("Attrition", "Gender", "Department").replace(spelled))
        for name in names
    ]
    shared = [name for name in tables[0].columns if name in tables[2].columns]
    first, second, third = (table.select(shared).sort("EmployeeNumber") for table in tables)
    assert first.equals(second)
    differing = [name for name in shared if not first[name].equals(third[name])]
    assert differing == []
    assert (first["Attrition"] == "1").sum() == 237


EMPLOYEES = """
[[dimension]]
code = "{code}"
nl = "{code}"
en = "{code}"
levels = {levels}
"""
SPELLINGS = """
[profile]
code = "own"
nl = "Eigen"
en = "Own"
[profile.columns]
EmployeeNumber = "leader_key"
Attrition = "tangible_total"
JobSatisfaction = "emotional_total"
Gender = "gender"
Department = "department"
[profile.answers]
Yes = "1"
No = "0"
F = "Female"
M = "Male"
"R&D" = "Research & Development"
HR = "Human Resources"
"""


def test_the_same_employees_in_three_spellings_are_imported_as_one_wave_by_toml_alone(
    shared_data: Path, tmp_path: Path
) -> None:
    own, home = shutil.copytree(OWN, tmp_path / "own"), Home(tmp_path / "home")
    groups = {"gender": ["Female", "Male"], "department": ["Sales", "Research & Development", "Human Resources"]}
    with (own / "dimensions.toml").open("a", encoding="utf-8") as file:
        file.writelines(EMPLOYEES.format(code=code, levels=json.dumps(levels)) for code, levels in groups.items())
    (own / "exports" / "own.toml").write_text(SPELLINGS, encoding="utf-8")
    names = ("WA_Fn-UseC_-HR-Employee-Attrition.csv", "WA_Fn-UseC_-HR-Employee-Attrition.xlsx", "ibm_yesno_bom.csv")
    kept = []
    for name, wave in zip(names, ("2025Q3", "2025Q4", "2026Q1"), strict=True):
        imported = import_wave(home, Source(shared_data / "ibm_attrition" / name, wave, "own", instruments=own))
        assert (imported.rows, imported.rejected.height, imported.data_errors.height) == (1470, 0, 0)
        kept.append(vault.read(home, wave, "answers").drop("row").sort("leader_key"))
    assert kept[0].equals(kept[1])
    assert kept[0].equals(kept[2])
    assert kept[0]["tangible_total"].sum() == 237
    assert kept[0]["gender"].value_counts().sort("gender").rows() == [("Female", 588), ("Male", 882)]


def test_what_spss_calls_missing_is_missing_unless_the_profile_keeps_it(shared_data: Path) -> None:
    file = shared_data / "sav_pyreadstat" / "sample_missing.sav"
    known = read_table(shared_data / "sav_pyreadstat" / "sample_missing_user.csv")
    for keep, expected in ((False, (2, 2, 2)), (True, (0, 1, 0))):
        table = name_columns(read_sheet(file, keep_user_missing=keep)).table
        assert tuple(table[name].null_count() for name in ("mynum", "mylabl", "myord")) == expected
    for name in ("mynum", "mylabl", "myord"):
        written = [None if cell == "#NULL!" else float(cell) for cell in known[name]]
        assert table[name].cast(pl.Float64).to_list() == written
