"""The shapes in which offices deliver files: read right and told, or refused with the sentence of their kind."""

import io
import zipfile
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Decided, look
from pipelines.ground.errors import Refused
from pipelines.ground.messages import say
from pipelines.ground.settings import Home
from pipelines.ground.workbook import letters_of, number_of
from pipelines.intake import Source
from pipelines.intake.read import read_sheet, read_table
from pipelines.intake.sheet import Sheet
from tests.drawn import examples

HEADS = ["leader_key", "stress_1", "stress_2"]
ROWS = [["a", "3", "4"], ["b", "2", "1"]]


def cells(sheet: Sheet) -> list[list[str | None]]:
    return [sheet.heads, *map(list, sheet.cells.rows())]


def told(sheet: Sheet) -> dict[str, tuple[int, str]]:
    for one in sheet.told:  # each has its sentence, filled in
        for lang in ("nl", "en"):
            assert "{" not in say(lang, f"told.{one.kind}", count=one.count, place=one.place, **one.also)
    return {one.kind: (one.count, one.place) for one in sheet.told}


def refused(path: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        read_sheet(path)
    for lang in ("nl", "en"):
        sentence = say(lang, f"error.{caught.value.rule}", **caught.value.where)
        assert path.name in sentence
        assert "{" not in sentence
    return caught.value


@pytest.fixture
def text(written):
    return written


@pytest.fixture
def book(tmp_path):
    """A workbook of sheets: name -> rows; `change` has its way with it before it is closed."""

    def write(change=lambda workbook: None, /, name="export.xlsx", **sheets: list[list[object]]) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as workbook:
            for of_sheet, rows in sheets.items():
                page = workbook.add_worksheet(of_sheet)
                for number, row in enumerate(rows):
                    page.write_row(number, 0, row)
            change(workbook)
        return path

    return write


TABLE = [HEADS, *ROWS]


# ------------------------------------------------------------------------------------------------------ text


@examples(60)
@given(
    separator=st.sampled_from(";,\t"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    is_named=st.booleans(),
    titles=st.lists(st.sampled_from(["", "Uitkomsten 2026", '"Meting, najaar"', '"twee\nregels"']), max_size=3),
    closing=st.booleans(),
)
def test_a_text_is_the_same_table_whatever_stands_above_it_and_however_its_lines_end(
    text, separator, end, encoding, is_named, titles, closing
):
    lines = [separator.join(row) for row in TABLE]
    above = [f"sep={separator}"] if is_named else []
    content = end.join([*above, *titles, *lines]) + end * closing
    sheet = read_sheet(text(content.encode(encoding)))
    assert cells(sheet) == TABLE
    assert told(sheet).get("title_rows", (0, ""))[0] == sum(map(bool, titles))
    assert ("carriage_returns" in told(sheet)) == (end == "\r")


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
def test_a_line_of_excel_names_the_separator(text, line):
    assert cells(read_sheet(text(f"{line}\r\na,x;b,x\r\n1,1;2\r\n"))) == [["a,x", "b,x"], ["1,1", "2"]]


def test_a_line_within_quotes_is_no_end_of_a_line_of_an_old_mac(text):
    assert cells(read_sheet(text('a;b\r1;"x\ny"\r'))) == [["a", "b"], ["1", "x\ny"]]
    assert cells(read_sheet(text('a;b\n1;"x\ry"\n'))) == [["a", "b"], ["1", "x\ry"]]


@pytest.mark.parametrize("above", ["Titel\n\n", "sep=;\n", "Titel\nnog een\n\n"])
def test_a_line_that_is_wrong_is_told_by_its_place_in_the_file(text, above):
    content = above + "a;b;c\n1;2;3\n1;2\n1;2;3\n"
    assert refused(text(content)).where["line"] == above.count("\n") + 3


@pytest.mark.parametrize(
    ("content", "first"),
    [
        ("a,b\nx,y,z\nu,v,w\n", None),  # a name too few above the columns
        ("naam\nJansen, P\nVries, J\n", ["naam"]),  # one column with commas
        ("q1\tq2\na,b,c\td\n", ["q1", "q2"]),
    ],
)
def test_heads_that_are_narrow_are_no_titles(text, content, first):
    if first is None:
        assert refused(text(content)).rule == "ragged_line"
    else:
        assert read_sheet(text(content)).heads == first


@pytest.mark.parametrize("titles", [[["Uitkomsten"]], [["Algemeen", "", "Vragen"], []], [[], ["Blad 1"], ["x", "y"]]])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_heads_below_titles_are_found_by_what_is_known_of_them(text, book, tmp_path, titles, kind):
    if kind == "xlsx":
        file = book(A=[*titles, *TABLE])
    else:
        file = text("\n".join(";".join([*row, "", "", ""][:3]) for row in [*titles, *TABLE]))
    imported = look(Home(tmp_path / "home"), Source(file, "2026Q3"))
    assert imported.answers["stress_1"].to_list() == [3, 2]
    assert [one.kind for one in imported.told] == ["title_rows"]
    assert read_table(file, known=HEADS).columns == HEADS
    imported = look(Home(tmp_path / "home"), Source(file, "2026Q3", profile="native"))
    assert imported.answers.height == 2


@pytest.mark.parametrize("content", [TABLE[:1], TABLE[:1] * 4, [*TABLE[:1], ["", "", ""]], [["Titel"], [], *TABLE[:1]]])
def test_a_file_without_answers_is_refused_in_one_sentence(text, book, tmp_path, content):
    for file in text("\n".join(";".join([*row, "", "", ""][:3]) for row in content)), book(A=content):
        with pytest.raises(Refused) as refusal:
            look(Home(tmp_path / "home"), Source(file, "2026Q3"))
        assert refusal.value.rule == "no_answers"


def test_a_roster_without_rows_is_refused_in_one_sentence(text, tmp_path):
    export = text("leader_key;stress_1\na;3\n")
    roster = text("wave;leader_key;region\n", "roster.csv")
    with pytest.raises(Refused) as refusal:
        look(Home(tmp_path / "home"), Source(export, "2026Q3", roster=roster))
    assert (refusal.value.rule, refusal.value.where["file"]) == ("no_rows", "roster.csv")


@examples(20)
@given(filled=st.lists(st.booleans(), min_size=1, max_size=30).filter(any), kind=st.sampled_from(["csv", "xlsx"]))
def test_empty_rows_are_skipped_and_told_and_the_others_keep_their_numbers(text, book, tmp_path, filled, kind):
    rows = [[f"k{place}", "x", "3"] if is_filled else ["", "", ""] for place, is_filled in enumerate(filled, 1)]
    file = text("\n".join(map(";".join, [HEADS, *rows]))) if kind == "csv" else book(A=[HEADS, *rows])
    imported = look(Home(tmp_path / "home"), Source(file, "2026Q3", decided=Decided(accept=("stress_1",))))
    last = max(place for place, is_filled in enumerate(filled, 1) if is_filled)
    empty = [place for place in range(1, last) if not filled[place - 1]]
    assert imported.rows == imported.answers.height == sum(filled)
    below_heads = [place + 1 for place in range(1, last + 1) if place not in empty]
    assert imported.data_errors["row"].to_list() == below_heads
    assert [(one.kind, one.count) for one in imported.told] == ([("empty_rows", len(empty))] if empty else [])


# ------------------------------------------------------------------------------------------------- workbooks


def hide(*names):
    def change(workbook):
        for name in names:
            workbook.get_worksheet_by_name(name).hide()
        seen = next(page for page in workbook.worksheets() if not page.hidden)
        seen.activate()
        seen.set_first_sheet()

    return change


def test_the_first_sheet_to_be_seen_is_read_and_the_others_are_named(book):
    other = [["x", "y"], ["1", "2"]]
    sheet = read_sheet(book(hide("oud", "nog ouder"), oud=other, Antwoorden=TABLE, **{"nog ouder": other}, Na=other))
    assert cells(sheet) == TABLE
    assert told(sheet) == {"sheet_read": (1, "Antwoorden"), "hidden_sheets": (2, "oud, nog ouder")}
    assert told(read_sheet(book(A=TABLE))) == {}


@pytest.mark.parametrize("cover", [[], [["Toelichting"]], [["Toelichting"], [], ["Gemaakt in 2026"]]])
def test_a_sheet_that_explains_is_passed_by(book, cover):
    sheet = read_sheet(book(Toelichting=cover, Antwoorden=TABLE))
    assert cells(sheet) == TABLE
    assert told(sheet) == {"sheet_read": (1, "Antwoorden")}


def test_a_sheet_that_is_not_known_is_named_with_the_others(book, tmp_path):
    with pytest.raises(Refused) as refusal:
        look(Home(tmp_path / "home"), Source(book(Lijst=[["x", "y"], ["1", "2"]], Antwoorden=TABLE), "2026Q3"))
    assert refusal.value.rule == "layout_unknown_of_sheet"
    assert (refusal.value.where["sheet"], refusal.value.where["others"]) == ("Lijst", "Antwoorden")


def test_a_sheet_with_a_chart_is_no_sheet_of_answers(book):
    def change(workbook):
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=A!$B$2:$B$3"})
        workbook.add_chartsheet("Grafiek").set_chart(chart)

    assert told(read_sheet(book(change, A=TABLE))) == {}


@examples(15)
@given(rows=st.sets(st.integers(1, 40), min_size=1, max_size=12), columns=st.sets(st.integers(0, 2), min_size=1))
def test_what_excel_hides_is_read_and_told(book, rows, columns):
    def change(workbook):
        page = workbook.get_worksheet_by_name("A")
        for row in rows:
            page.set_row(row, None, None, {"hidden": True})
        for column in columns:
            page.set_column(column, column, None, None, {"hidden": True})
        page.set_column(5, 16383, None, None, {"hidden": True})  # as an office hides what is beyond its table

    table = [HEADS, *([f"k{number}", 1, 2] for number in range(40))]
    sheet = read_sheet(book(change, A=table))
    assert sheet.cells.shape == (40, 3)
    named = ", ".join(str(row + 1) for row in sorted(rows)[:8]) + (" …" if len(rows) > 8 else "")
    assert told(sheet) == {
        "hidden_rows": (len(rows), named),
        "hidden_columns": (len(columns), ", ".join("ABC"[column] for column in sorted(columns))),
    }


OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = {
    "office": f"{OPEN}office:1.0",
    "table": f"{OPEN}table:1.0",
    "text": f"{OPEN}text:1.0",
    "style": f"{OPEN}style:1.0",
}
NAMES["calcext"] = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
KINDS = {"#N/A": "error", "#DIV/0!": "error", "WAAR": "boolean"}


def open_cell(value: str) -> str:
    kind = KINDS.get(value, "string")
    said = {
        "error": 'office:value-type="string" office:string-value=""',
        "boolean": 'office:value-type="boolean" office:boolean-value="true"',
    }
    about = said.get(kind, 'office:value-type="string"')
    return f'<table:table-cell {about} calcext:value-type="{kind}"><text:p>{value}</text:p></table:table-cell>'


def open_sheet(
    name: str, rows: list[list[str]], hidden: set[int], columns: set[int], above: int = 0, left: int = 0
) -> str:
    """One sheet as LibreOffice writes it: what is alike is written once, and the emptiness around it too.

    `hidden`, `columns`: places in the table, from 0, of what is hidden; `above`, `left`: empty rows and columns.
    """

    def seen(is_hidden: bool) -> str:
        return ' table:visibility="collapse"' if is_hidden else ""

    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    before = f'<table:table-cell table:number-columns-repeated="{left}"/>' if left else ""
    parts = [f'<table:table-column table:number-columns-repeated="{left}"/>'] if left else []
    parts += [f"<table:table-column{seen(place in columns)}/>" for place in range(len(rows[0]))]
    parts.append(f'<table:table-column{seen(True)} table:number-columns-repeated="16000"/>')
    parts += [f'<table:table-row table:number-rows-repeated="{above}">{blank}</table:table-row>'] if above else []
    for (is_hidden, row), run in groupby((place in hidden, tuple(row)) for place, row in enumerate(rows)):
        repeated = f' table:number-rows-repeated="{len(list(run))}"'
        cells = "".join(map(open_cell, row))
        parts.append(f"<table:table-row{seen(is_hidden)}{repeated}>{before}{cells}</table:table-row>")
    parts.append(f'<table:table-row{seen(True)} table:number-rows-repeated="1048000">{blank}</table:table-row>')
    return f'<table:table table:name="{escape(name)}" table:style-name="ta1">{"".join(parts)}</table:table>'


@pytest.fixture
def opened(tmp_path):
    """A spreadsheet of OpenDocument with these sheets."""

    def write(*sheets: str) -> Path:
        path = tmp_path / "export.ods"
        about = " ".join(f'xmlns:{name}="{place}"' for name, place in NAMES.items())
        inside = f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
        with zipfile.ZipFile(path, "w") as bundle:
            bundle.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            bundle.writestr("content.xml", f"<office:document-content {about}>{inside}</office:document-content>")
            bundle.writestr("META-INF/manifest.xml", "<manifest/>")
        return path

    return write


@examples(25)
@given(
    rows=st.sets(st.integers(1, 12), max_size=6), columns=st.sets(st.integers(0, 2)), above=st.integers(0, 3),
    left=st.integers(0, 3), alike=st.booleans(),
)  # fmt: skip
def test_what_libreoffice_hides_is_read_and_told_by_its_place(opened, rows, columns, above, left, alike):
    table = [HEADS, *([f"k{0 if alike else number}", "1", "2"] for number in range(12))]
    explained = open_sheet("Uitleg & meer", [["Zie", "blad A"], ["x", "y"]], {0}, {1})
    sheet = read_sheet(opened(open_sheet("A", table, rows, columns, above, left), explained))
    assert (sheet.cells.shape, sheet.heads, sheet.heads_row) == ((12, 3), HEADS, above + 1)
    numbers = [str(row + 1 + above) for row in sorted(rows)]
    wanted = {"sheet_read": (1, "A")}
    if rows:
        wanted["hidden_rows"] = (len(rows), ", ".join(numbers))
    if columns:
        wanted["hidden_columns"] = (len(columns), ", ".join("ABCDEFG"[column + left] for column in sorted(columns)))
    assert told(sheet) == wanted


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!"])
def test_an_error_and_a_yes_of_libreoffice_are_as_those_of_excel(opened, error):
    table = [HEADS, ["a", error, "4"], ["b", "WAAR", error], ["c", error, "1"]]
    sheet = read_sheet(opened(open_sheet("A", table, set(), set(), 1, 1)))
    assert told(sheet) == {"error_cells": (3, "C (2), D (1)")}
    assert sheet.cells.rows() == [("a", None, "4"), ("b", "TRUE", None), ("c", None, "1")]


@pytest.mark.parametrize(
    "content", ["", "<x/>", '<table:table table:name="A">', '<t:table t:name="A" value-type="error"/>']
)
def test_a_broken_opendocument_is_refused_and_crashes_nothing(tmp_path, content):
    path = tmp_path / "export.ods"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        bundle.writestr("content.xml", content)
        bundle.writestr("META-INF/manifest.xml", "<manifest/>")
    assert refused(path).rule in ("unreadable_file", "empty_file")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_of_excel_is_empty_and_told_with_its_column(book, error):
    def change(workbook):
        page = workbook.get_worksheet_by_name("A")
        page.write_formula(1, 1, "=NA()", None, error)
        page.write_formula(2, 1, "=NA()", None, error)
        page.write_formula(2, 2, "=1+2", None, 3)

    sheet = read_sheet(book(change, A=TABLE))
    assert cells(sheet) == [HEADS, ["a", None, "4"], ["b", None, "3"]]
    assert told(sheet) == {"error_cells": (2, "B (2)")}


def test_true_and_false_are_as_excel_writes_them(book):
    assert cells(read_sheet(book(A=[["a", "b"], [True, "x"], [False, "y"]])))[1:] == [["TRUE", "x"], ["FALSE", "y"]]


@given(st.integers(1, 16384))
def test_a_column_is_found_by_its_letters(number):
    assert number_of(letters_of(number)) == number
    assert (letters_of(1), letters_of(27), letters_of(16384)) == ("A", "AA", "XFD")


# --------------------------------------------------------------------------------------- what is not to be read


def bundle(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        *[(f"export.{ending}", bundle("a.csv", "b.csv"), "zip_of_files") for ending in ("zip", "csv", "xlsx")],
        *[("export.zip", bundle(*names), "zip_of_files") for names in (["a b.csv"], ["m/a.csv"], ["a.xlsx", "m/b"])],
        *[("export.zip", first + bytes(20), "packed_file") for first in (b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b\x08")],
        ("export.zip", bundle(), "packed_file"),
        *[(name, b"", "lock_file") for name in ("~$export.xlsx", "~$export.xls", "~$lijst.csv")],
        ("~$export.xlsx", b"\x05Naam" + bytes(100), "lock_file"),
        *[
            (f"export.{ending}", OLD + "Workbook".encode("utf-16-le"), "old_workbook")
            for ending in ("xls", "xlsx", "csv")
        ],
        *[
            (f"export.{ending}", OLD + "EncryptedPackage".encode("utf-16-le"), "protected_workbook")
            for ending in ("xlsx", "xls", "docx")
        ],
        ("brief.doc", OLD + "WordDocument".encode("utf-16-le"), "text_document"),
        ("brief.docx", bundle("[Content_Types].xml", "word/document.xml"), "text_document"),
        ("beeld.pptx", bundle("ppt/presentation.xml"), "text_document"),
        ("brief.odt", bundle("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "text_document"),
        ("brief.rtf", b"{\\rtf1 x}", "text_document"),
        *[
            ("lijst.numbers", bundle(*names), "apple_numbers")
            for names in (["Index/Document.iwa"], ["index.apxl"], ["Index.zip", "preview.jpg"])
        ],
        *[("export.pdf", b"%PDF-1.7\n" + rest, "pdf_file") for rest in (b"", b"\0\0", b"a;b\n1;2\n")],
        *[
            ("export.xls", page, "web_page")
            for page in (
                b"<html><table><tr><td>a</td></tr></table></html>",
                b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<html>",
                b"<table border=1><tr><td>a</td></tr></table>",
                b"<!-- x --><HTML >",
                b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            )
        ],
        ("export.csv", b"<!doctype html><title>Log in</title>", "web_page"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(text, name, content, rule):
    assert refused(text(content, name)).rule == rule


def test_of_a_zip_the_first_files_are_named(text):
    assert refused(text(bundle(*(f"{letter}.csv" for letter in "abcdefghij")), "x.zip")).where["names"] == (
        "a.csv, b.csv, c.csv, d.csv, e.csv, f.csv, g.csv, h.csv …"
    )


def test_the_time_stamp_of_google_forms_is_when_an_answer_was_sent(book, tmp_path):
    for head in "Tijdstempel", "Timestamp":
        file = book(A=[[head, *HEADS], ["2026-09-03 10:00:00", *ROWS[0]]])
        imported = look(Home(tmp_path / "home"), Source(file, "2026Q3"))
        assert imported.profile == "google_forms"
        assert imported.answers["submitted"].dt.to_string("%Y-%m-%d").to_list() == ["2026-09-03"]
