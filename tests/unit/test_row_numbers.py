"""Whatever names a row names that of the file, as a spreadsheet numbers it: heads, titles and blanks counted in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Imported, Source, look
from pipelines.ground.errors import Refused, each
from pipelines.ground.messages import explain, sentences, tell_of
from pipelines.ground.settings import Home
from tests.drawn import examples

HEADS = ["leader_key", "submitted", "stress_1", "stress_2"]
GOOD = [[f"key{at:02}", "2026-09-03", "3", "4"] for at in range(6)]
ROSTER_HEADS = ["leader_key", "region", "experience_band"]
LEADERS = [[f"key{at:02}", "Noord", "2-5"] for at in range(6)]
Rows = list[list[str]]
# What may stand above the heads, and in how many rows of a spreadsheet: the line of Excel is none.
ABOVE: dict[str, tuple[Rows, int]] = {
    "nothing": ([], 0),
    "a title": ([["Uitkomsten van de meting", "", "", ""]], 1),
    "titles and a blank": ([["Uitkomsten", "", "", ""], ["oktober", "", "", ""], ["", "", "", ""]], 3),
    "blanks": ([["", "", "", ""]] * 4, 4),
    "the separator": ([["sep=;"]], 0),
}
BAD = {
    "totals_row": ["Totaal", "", "18", "24"],
    "bad_date": ["key90", "ooit", "3", "3"],
    "no_key": ["", "2026-09-03", "3", "3"],
    "nothing_answered": ["key91", "2026-09-03", "", ""],
    "repeated_heads": HEADS,
    "test_answer": ["test", "2026-09-03", "3", "3"],
}
BAD_LEADER = {
    "roster_vacancies": ["", "Noord", "2-5"],
    "unlike_any_level_row": ["key99", "Noord", "xyz"],
    "band_is_date": ["key99", "Noord", "45-mei"],
    "roster_double_key": ["key03", "Oost", "2-5"],
    "keys_scientific": ["1,23E+16", "Noord", "2-5"],
}
Write = Callable[[Rows, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows as a text or a workbook, by the ending of the name."""

    def run(rows: Rows, name: str) -> Path:
        file = tmp_path / name
        if name.endswith("csv"):
            file.write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
        else:
            with xlsxwriter.Workbook(file) as book:
                page = book.add_worksheet()
                for at, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        page.write(at, place, cell) if cell else None
        return file

    return run


def looked(file: Path, roster: Path | None = None) -> Imported:
    return look(Home(file.parent / "home"), Source(file, "2026Q3", roster=roster))


def stopped(file: Path, roster: Path | None = None) -> list[Refused]:
    with pytest.raises(Refused) as refusal:
        looked(file, roster)
    return list(each(refusal.value))


@pytest.mark.parametrize(
    ("above", "kind"),
    [(above, kind) for above in ABOVE for kind in ("csv", "xlsx") if (above, kind) != ("the separator", "xlsx")],
)
@pytest.mark.parametrize("rule", BAD)
def test_a_row_that_does_not_count_has_the_number_that_a_spreadsheet_gives_it(
    write: Write, rule: str, above: str, kind: str
) -> None:
    titles, count = ABOVE[above]
    rows = [*titles, HEADS, *GOOD[:4], BAD[rule], *GOOD[4:]]
    imported = looked(write(rows, f"export.{kind}"))
    assert imported.rejected.select("rule", "row").rows() == [(rule, count + 1 + 4 + 1)]
    assert imported.answers.height == len(GOOD)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("above", ["nothing", "a title", "titles and a blank", "blanks"])
@pytest.mark.parametrize("rule", BAD_LEADER)
def test_what_is_said_of_a_row_of_the_roster_has_its_number(write: Write, rule: str, above: str, kind: str) -> None:
    titles, count = ABOVE[above]
    rows = [*[title[:3] for title in titles], ROSTER_HEADS, *LEADERS[:5], BAD_LEADER[rule], *LEADERS[5:]]
    export, roster = write([HEADS, *GOOD], "export.csv"), write(rows, f"roster.{kind}")
    row = str(count + 1 + 5 + 1)
    named = {"roster_double_key": f"{count + 5}, {row}"}.get(rule, row)
    if rule == "roster_vacancies":
        (said,) = [one for one in looked(export, roster).told if one.kind == rule]
        assert said.place == named
        assert row in tell_of("en", said)
    else:
        (problem,) = stopped(export, roster)
        assert problem.rule == rule
        assert str(problem.where.get("rows", problem.where.get("row"))) == named
        assert named in explain("nl", problem)


@pytest.mark.parametrize("above", ["nothing", "a title", "titles and a blank", "the separator"])
def test_a_rounded_key_below_titles_is_told_by_its_row_in_the_file(write: Write, above: str) -> None:
    titles, count = ABOVE[above]
    rounded = [["1,23457E+16", "2026-09-03", "3", "4"], *GOOD[:2], ["1,3E+16", "2026-09-03", "3", "4"]]
    (problem,) = stopped(write([*titles, HEADS, *rounded], "export.csv"))
    assert (problem.rule, problem.where["rows"]) == ("keys_scientific", f"{count + 2}, {count + 5}")


def test_answers_below_three_rows_of_heads_begin_in_the_fourth(write: Write) -> None:
    import_id = [f'{{"ImportId":"{head}"}}' for head in ("startDate", "_recordId", "QID1", "QID2")]
    heads = ["StartDate", "leader_key", "stress_1", "stress_2"]
    answers = [["2026-09-03 10:00:00", f"key{at}", "3", "4"] for at in range(3)]
    rows = [heads, ["Start", "Key", "A", "B"], import_id, *answers, ["2026-09-03 10:00:00", "", "3", "4"]]
    in_quotes = [['"{}"'.format(cell.replace('"', '""')) for cell in row] for row in rows]
    imported = looked(write(in_quotes, "export.csv"))
    assert imported.profile.startswith("qualtrics")
    assert imported.rejected.select("rule", "row").rows() == [("no_key", 7)]


def test_a_cell_of_several_lines_is_one_row(write: Write) -> None:
    of_two_lines = ['"key\n88"', "ooit", "3", "4"]
    assert looked(write([HEADS, *GOOD[:2], of_two_lines, *GOOD[2:]], "export.csv")).rejected["row"].to_list() == [4]


@examples(25)
@given(
    blank=st.integers(0, 3), before=st.integers(0, 20), gaps=st.integers(0, 3), kind=st.sampled_from(["csv", "xlsx"])
)
def test_wherever_a_row_stands_it_has_its_own_number(
    write: Write, blank: int, before: int, gaps: int, kind: str
) -> None:
    more = [[f"more{at:02}", "2026-09-03", "3", "4"] for at in range(before)]
    empty = [["", "", "", ""]]
    rows = [*empty * blank, HEADS, *more, *empty * gaps, BAD["bad_date"], *GOOD]
    imported = looked(write(rows, f"export.{kind}"))
    assert imported.rejected["row"].to_list() == [blank + 1 + before + gaps + 1]


def test_every_sentence_with_rows_is_about_rows_of_a_file() -> None:
    """The kinds above are all that a row is named by; a new one needs a line there."""
    of_rows = re.compile(r"\(rows? \{(rows|place)\}")
    named = {
        key.removesuffix(".one").removesuffix(".other").partition(".")[2]
        for key, text in sentences("en").items()
        if key.startswith(("error.", "rejected.", "told.")) and of_rows.search(text)
    }
    tried = {*BAD, *BAD_LEADER, "duplicate_leader", "empty_rows", "hidden_rows"}
    assert named - tried == {
        "not_on_roster",
        "no_group",
        "erased",
        "already_counted",
        "spam",  # rejected like the others
        "roster_several_largest",
        "roster_several_first",  # told by the rows of roster_double_key
    }
