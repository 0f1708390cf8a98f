"""Files as offices deliver them, made for us by somebody else: each ends as beside it is written that it should.

The files are read where they lie, beside the real files that other tests read.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.flow import Source, look
from pipelines.ground.errors import Refused, each
from pipelines.ground.settings import Home

ROWS = 22  # answers in most of them
# What each comes to: the rows that load and what is told or rejected; or the rules by which it is refused. By kind.
LOADED = {
    "bands and dates": {
        "band_date_nl_csv": "band_was_a_date", "band_date_xlsx": "band_was_a_date", "band_en_dash": "roster_spelling",
        "csv_date_serial": "", "date_dutch_month": "", "gforms_nl_timestamp": "", "xlsx_numbers_dates": "",
    },
    "answers as they are written": {
        "answers_map_global": "", "likert_number_label": "", "likert_softhyphen": "", "likert_spaces_nbsp": "",
        "yes_no_variants": "", "multi_comma": "", "multi_boxes_slash": "", "multi_boxes_redcap": "",
        "multi_semicolon_trailing": "",
        "likert_nvt": "not_answered", "missing_codes_99": "not_answered", "sav_user_missing": "",
        "sav_labels_reversed": "", "other_namelijk": "", "limesurvey_oth": "",
    },
    "who counts": {
        "key_trailing_blank": "", "duplicate_key_case": "duplicate_leader", "duplicate_same_day": "duplicate_leader",
        "qualtrics_preview": "test_answer", "qualtrics_unfinished": "unfinished", "totals_row_no_key": "totals_row",
        "totals_row_no_roster": "totals_row", "totals_row_roster": "totals_row", "bom_middle": "repeated_heads",
        "bom_middle_no_roster": "repeated_heads", "last_years_answers": "", "closing_edge": "",
    },
    "rosters": {
        "roster_dutch_heads": "roster_read_as", "roster_wave_spelling": "", "region_case_blank": "roster_spelling",
        "names_unclear_head": "", "hr_roster_years": "roster_numbers", "hr_roster_startdate": "roster_dates",
        "hr_roster_one_vacancy": "roster_vacancies", "roster_head_typo_then_right": "",
    },
    "shapes of files": {
        "cr_only": "carriage_returns", "sep_line": "", "utf16_tab": "", "newline_in_cell": "", "ods": "",
        "gsheets_xlsx": "", "trailing_empty_cols": "", "trailing_empty_rows": "", "xlsx_merged_head": "title_rows",
        "xlsx_formula_errors": "error_cells", "xlsx_hidden_first_sheet": "hidden_sheets",
        "xlsx_second_sheet": "sheet_read",
    },
}  # fmt: skip
REFUSED = {
    "header_only": "no_answers", "duplicate_column": "duplicate_head", "email_as_key": "personal_columns",
    "key_leading_zeros": "no_row_loads", "names_as_key": "keys_are_names", "roster_typo_head": "roster_head_near",
    "hr_roster_double": "roster_double_key", "scale_0_4": "answers_lost", "scale_0_100": "answers_lost",
    "sav_long_strings": "answers_lost", "old_xls": "old_workbook", "xls_is_html": "web_page",
    "xlsx_password": "protected_workbook", "zero_bytes": "empty_file", "zip_of_csvs": "zip_of_files",
}  # fmt: skip
FOLDED = [(name, kind, told) for kind, cases in LOADED.items() for name, told in cases.items()]
OTHER_WAVE = {"roster_head_typo_then_right": "2026Q4"}


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> Path:
    """The folder that holds them; skipped where it is absent."""
    folder = shared_data.parent / "cases" / "import"
    if not folder.is_dir():
        pytest.skip("The awkward files are not on this machine: they lie beside the real ones.")
    return folder


def source(cases: Path, name: str) -> Source:
    """A case as it is imported."""
    place = cases / name
    index = {case["name"]: case for case in json.loads((cases / "index.json").read_text(encoding="utf-8"))}
    roster = "roster.csv" if (place / "roster.csv").exists() else None
    case = index.get(name, {"export": "export.csv", "roster": roster, "profile": None})
    own = next((place / name for name in ("instruments", "inst") if (place / name).exists()), None)
    return Source(
        place / case["export"],
        "2026Q4" if name.startswith("hr_") else OTHER_WAVE.get(name, "2026Q3"),
        profile=case["profile"],
        roster=place / case["roster"] if case["roster"] else None,
        instruments=own,
    )


@pytest.mark.parametrize(("name", "kind", "told"), FOLDED, ids=[name for name, *_ in FOLDED])
def test_what_can_be_read_is_read_and_what_was_done_is_told(
    tmp_path: Path, cases: Path, name: str, kind: str, told: str
) -> None:
    if (profile := cases / name / "own.toml").exists():  # a profile of the steward's own lies in the home
        (tmp_path / "instruments" / "exports").mkdir(parents=True)
        shutil.copy(profile, tmp_path / "instruments" / "exports")
    imported = look(Home(tmp_path), source(cases, name))
    said = {one.kind for one in imported.told} | set(imported.rejected["rule"])
    assert told in said | {""}, (kind, said)
    assert imported.answers.height == imported.rows - imported.rejected.height
    if imported.rows < 30:
        assert imported.answers.height == (ROWS - 3 if told == "test_answer" else ROWS)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_its_own_rule(tmp_path: Path, cases: Path, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        look(Home(tmp_path), source(cases, name))
    assert REFUSED[name] in {one.rule for one in each(refusal.value)}


def test_every_case_is_among_them(cases: Path) -> None:
    there = {place.parent.name for place in cases.glob("*/expect.txt")}
    assert there == {name for name, *_ in FOLDED} | set(REFUSED)
