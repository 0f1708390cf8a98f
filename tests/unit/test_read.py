"""Reading files as survey tools and offices write them; every oddity was met in a real file."""

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ground.errors import Refused
from pipelines.intake.read import apart, binary, file_hash, read_table, text
from pipelines.intake.read.encoding import CHUNK
from tests.drawn import examples


@pytest.fixture
def sheet(tmp_path):
    def write(*rows: tuple[object, ...]) -> Path:
        path = tmp_path / "export.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        return path

    return write


def refusal(path: Path, **options: str) -> Refused:
    with pytest.raises(Refused) as caught:
        read_table(path, **options)
    return caught.value


@pytest.mark.parametrize(
    ("content", "heads", "rows"),
    [
        pytest.param("a,b\n1,2\n", ["a", "b"], [("1", "2")], id="comma"),
        pytest.param("a;b\r\n1;2,5\r\n", ["a", "b"], [("1", "2,5")], id="semicolon and decimal comma"),
        pytest.param("a\tb\n1\t2\n", ["a", "b"], [("1", "2")], id="tab"),
        pytest.param(b"\xef\xbb\xbfa,b\n1,2\n", ["a", "b"], [("1", "2")], id="byte order mark"),
        pytest.param(b'\xef\xbb\xbf"a";"b"\n1;2\n', ["a", "b"], [("1", "2")], id="mark before a quote"),
        pytest.param("a,b\n,\n1, \n", ["a", "b"], [(None, None), ("1", None)], id="empty or one blank is null"),
        pytest.param('a,b\n"",x\n', ["a", "b"], [(None, "x")], id="quoted and empty is null"),
        pytest.param("a,b\n01,1.0\n", ["a", "b"], [("01", "1.0")], id="all is text"),
        pytest.param("é,b\n1,ö\n".encode("utf-16"), ["é", "b"], [("1", "ö")], id="utf-16 with a mark"),
        pytest.param("é,b\n1,ö\n".encode("utf-16-le"), ["é", "b"], [("1", "ö")], id="utf-16, small end first"),
        pytest.param("é,b\n1,ö\n".encode("utf-16-be"), ["é", "b"], [("1", "ö")], id="utf-16, big end first"),
        pytest.param('"a\nx",b\n1,"2\n3"\n', ["a\nx", "b"], [("1", "2\n3")], id="newline in head and cell"),
        pytest.param('"a, or b";c\n1;2\n', ["a, or b", "c"], [("1", "2")], id="separator within a head"),
        pytest.param("a, or b;c\n1;2\n", ["a, or b", "c"], [("1", "2")], id="bare comma in a semicolon head"),
        pytest.param('a,b\n"1,5","x ""y"""\n', ["a", "b"], [("1,5", 'x "y"')], id="separator and quotes in a cell"),
        pytest.param(" a ,b\n1,2\n", ["a", "b"], [("1", "2")], id="blanks around a head"),
        pytest.param("a,,c\n1,2,3\n", ["a", "column_2", "c"], [("1", "2", "3")], id="blank head"),
        pytest.param("a,b,\n1,2,\n", ["a", "b"], [("1", "2")], id="separator at every end"),
        pytest.param("a,b\n1,2\n\n,\n", ["a", "b"], [("1", "2")], id="empty rows at the end"),
        pytest.param("a\n1\n2\n", ["a"], [("1",), ("2",)], id="one column"),
        pytest.param("a,b\n1,2", ["a", "b"], [("1", "2")], id="no newline at the end"),
        pytest.param("a,b\n", ["a", "b"], [], id="heads only"),
    ],
)
def test_a_text_file_becomes_a_table_of_strings(written, content, heads, rows):
    table = read_table(written(content))
    assert table.columns == heads
    assert table.rows() == rows
    assert set(table.dtypes) == {pl.String}


def test_an_empty_row_between_others_keeps_its_place(written):
    table = read_table(written("a,b\n1,2\n\n3,4\n"))
    assert table.rows() == [("1", "2"), (None, None), ("3", "4")]  # rejected rows are told by their number


def test_windows_1252_is_understood_when_it_is_not_utf_8(written):
    table = read_table(written("school;n\r\n\x92t Kompas;1\r\nOelebröd;2\r\n".encode("latin-1")))
    assert table["school"].to_list() == ["’t Kompas", "Oelebröd"]


def test_utf_8_letters_stay_what_they_are(written):
    assert read_table(written("naam\n’t Oelebröd €\n")).item() == "’t Oelebröd €"


def test_a_profile_may_fix_the_separator(written):
    path = written("a,b;c,d\n1,2;3,4\n")
    assert read_table(path, separators=";").columns == ["a,b", "c,d"]
    assert read_table(path, separators=",").columns == ["a", "b;c", "d"]


CELLS = st.text(st.sampled_from('ab1 ,;\t\n"é’'), max_size=5)


@examples(60)
@given(rows=st.lists(st.tuples(CELLS, CELLS, st.just("end")), max_size=5), separator=st.sampled_from(";,\t"))
def test_what_another_program_writes_by_the_book_is_read_back(written, rows, separator):
    book = io.StringIO()
    csv.writer(book, delimiter=separator).writerows([("a", "b", "c"), *rows])
    read_back = read_table(written(book.getvalue()), separators=separator)
    assert read_back.rows() == [tuple(None if cell in ("", " ") else cell for cell in row) for row in rows]


def test_a_name_with_brackets_is_one_file(written):
    assert read_table(written("a\n1\n", "export[1] (2).csv")).rows() == [("1",)]


@pytest.mark.parametrize(
    ("content", "rule", "where"),
    [
        pytest.param("", "empty_file", {}, id="nothing at all"),
        pytest.param(b"\xef\xbb\xbf\r\n", "empty_file", {}, id="only a mark"),
        pytest.param(";;;\n;;;\n", "empty_file", {}, id="only separators"),
        pytest.param("1;2\n3;4,5\n", "no_header", {}, id="numbers instead of heads"),
        pytest.param("\n1,2\n", "no_header", {}, id="blank first line"),
        pytest.param("a,b,a\n1,2,3\n", "duplicate_head", {"column": "a"}, id="the same head twice"),
        pytest.param("a,b\n1,2\n3\n4,5\n", "ragged_line", {"line": 3}, id="a short line"),
        pytest.param('a,b\n"1\n1",2\n3,4,5\n', "ragged_line", {"line": 4}, id="a long line below a newline"),
        pytest.param('a,b\n"1,5",2\n3\n', "ragged_line", {"line": 3}, id="a short line below a quoted comma"),
        pytest.param('a,b\n"1,2\n3,4\n', "unreadable_file", {}, id="a quote that never ends"),
        pytest.param(b"a,b\n1,\x81\x8d\n", "unreadable_file", {}, id="neither utf-8 nor windows-1252"),
        pytest.param(b"\xd0\xcf\x11\xe0\0\0\0\0a,b\n1,2\n", "unreadable_file", {}, id="an old workbook"),
        pytest.param(b"PK\x03\x04 and no more", "unreadable_file", {}, id="half a zip"),
    ],
)
def test_a_text_file_that_needs_guessing_is_refused(written, content, rule, where):
    error = refusal(written(content))
    assert error.rule == rule
    assert where.items() <= error.where.items()
    assert error.where["file"] == "export.csv"


def test_another_kind_of_file_is_refused(written):
    assert refusal(written("a,b\n1,2\n", "export.dta")).rule == "unknown_format"
    assert refusal(written("a,b\n1,2\n", "export.sav")).rule == "unreadable_file"
    assert refusal(written(b"\xd0\xcf\x11\xe0 locked", "export.xlsx")).rule == "unreadable_file"


def test_a_file_that_is_not_there_is_named_as_such(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "nowhere.csv")


def test_a_sheet_becomes_a_table_of_strings(sheet):
    table = read_table(sheet(("a", "", "c"), ("x", 1, 2.5), (None,), ("y", None, " "), (None,), ("  ",)))
    assert table.columns == ["a", "column_2", "c"]
    assert table.rows() == [("x", "1", "2.5"), (None, None, None), ("y", None, None)]
    assert set(table.dtypes) == {pl.String}


def test_a_sheet_is_refused_for_the_same_reasons_as_a_text(sheet):
    assert refusal(sheet(("a", "a"), (1, 2))).where["column"] == "a"
    assert refusal(sheet((1, 2), (3, 4))).rule == "no_header"
    assert refusal(sheet()).rule == "empty_file"


def test_a_sheet_that_would_unfold_too_far_is_refused_before_it_does(sheet, monkeypatch):
    path = sheet(("a",), ("x" * 1000,))
    monkeypatch.setattr(binary, "LARGEST_UNZIPPED", 1000)
    with pytest.raises(Refused) as caught:
        binary.read_book(path)
    assert caught.value.rule == "file_too_large"


def test_a_reader_that_does_not_live_to_tell_is_a_refusal(sheet, monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    assert refusal(sheet(("a",), ("x",))).rule == "unreadable_file"


def test_a_sheet_that_lies_about_its_size_is_refused(sheet, tmp_path):
    with zipfile.ZipFile(sheet(("a",), ("x",))) as bundle:
        parts = {member.filename: bundle.read(member) for member in bundle.infolist()}
    path = tmp_path / "liar.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in parts.items():
            bundle.writestr(name, content)
        bundle.getinfo("xl/worksheets/sheet1.xml").file_size = 10
    assert refusal(path).rule == "unreadable_file"


def test_the_hash_is_the_sha_256_of_the_bytes(written):
    assert file_hash(written(b"abc")) == hashlib.sha256(b"abc").hexdigest()


def test_a_large_clean_file_is_read_without_a_loop_over_its_rows(written, monkeypatch):
    monkeypatch.setattr(text, "_first_mistake", lambda *_: pytest.fail("the slow reader was asked"))
    table = read_table(written("a;b;c\n" + 'x;"1;2";\n' * 50_000))
    assert table.shape == (50_000, 3)
    assert table.row(-1) == ("x", "1;2", None)


@pytest.mark.shared
def test_the_dutch_school_register_is_read_whole(shared_data):
    schools = read_table(shared_data / "duo_schools" / "duo_vestigingen_bo_2026-04.csv")
    assert schools.shape == (6107, 31)
    names = dict(schools.select("VESTIGINGSCODE", "VESTIGINGSNAAM").iter_rows())
    assert names["10UN00"] == "IKC 't Oelebröd"
    assert names["05OC00"] == "Dalton Kindcentrum ’t Kompas"
    assert not schools.select((pl.all() == " ").any()).row(0).count(True)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "shape"),
    [
        ("DAAG_socsupport/socsupport.csv", (95, 20)),
        ("surveymonkey_starwars/StarWars.csv", (100, 38)),
        ("limesurvey_limonaid/survey_998192_R_data_file.csv", (7, 71)),
        ("qualtrics_tools/Single_Answer_MC_Questions.csv", (6, 19)),
        ("qualtrics_qualtRics/sample.csv", (3, 20)),
        ("multilevel_lq2002/lq2002.csv", (2042, 27)),
    ],
)
def test_exports_of_real_tools_have_their_rows_and_columns(shared_data, file, shape):
    assert read_table(shared_data / file).shape == shape


@pytest.mark.shared
def test_the_same_people_as_text_and_as_sheet_are_the_same_table(shared_data):
    folder = shared_data / "ibm_attrition"
    text = read_table(folder / "WA_Fn-UseC_-HR-Employee-Attrition.csv")
    assert text.equals(read_table(folder / "WA_Fn-UseC_-HR-Employee-Attrition.xlsx"))
    marked = read_table(folder / "ibm_yesno_bom.csv")
    assert marked.columns == text.columns
    assert (marked["Attrition"] == "Yes").sum() == (text["Attrition"] == "1").sum() == 237


@pytest.mark.shared
def test_a_limesurvey_export_with_the_same_question_twice_is_refused(shared_data):
    assert refusal(shared_data / "limesurvey_limonaid" / "survey_100001_R_data_file.csv").rule == "duplicate_head"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_file_in_other_letters_is_whole_however_the_pieces_fall_in_which_it_is_decoded(written, encoding):
    rows = ["’é" * (1 + number % 7) for number in range(200_000)]
    content = "\r\n".join(["x,stress_1", *(f"{row},{number}" for number, row in enumerate(rows))])
    path = written(content.encode(encoding))
    assert path.stat().st_size > 2 * CHUNK
    table = read_table(path)
    assert table["x"].to_list() == rows
    assert table["stress_1"].to_list() == list(map(str, range(200_000)))


def test_a_text_with_more_cells_than_memory_should_hold_is_refused_before_it_is_read(written, monkeypatch):
    monkeypatch.setattr(text, "LARGEST_CELLS", 8)
    assert read_table(written("a,b\n1,2\n1,2\n1,2\n")).shape == (3, 2)
    with pytest.raises(Refused) as caught:
        read_table(written("a,b\n1,2\n1,2\n1,2\n1,2\n1,2\n"))
    assert (caught.value.rule, caught.value.where["rows"]) == ("too_many_cells", 6)
