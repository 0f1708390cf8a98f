"""The board paper as slides and as a plain table: one message each, figures that can be changed and read aloud."""

import io

import polars as pl
import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from dashboard.report import csv, pdf, pptx, xlsx
from dashboard.report.content import build
from dashboard.report.model import PAPER
from dashboard.story import figures, topics
from dashboard.story.snapshot import find
from dashboard.story.wave import Story
from dashboard.words import LOCALES, words
from tests.app.test_pages import visit
from tests.unit.test_report_paper import pdf_text, sheets


@pytest.fixture(params=["home_120", "home_single", "home_25"])
def snapshot(request):
    return find(request.getfixturevalue(request.param)).snapshot


def slides(snapshot, lang="nl", region=None):
    report = build(snapshot, snapshot.waves()[0], lang, region)
    return report, list(Presentation(io.BytesIO(pptx.written(report))).slides)


def tables(slide):
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows] for shape in slide.shapes if shape.has_table
    ]


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_every_slide_has_a_message_of_its_own_and_says_where_it_comes_from(snapshot, lang):
    report, deck = slides(snapshot, lang)
    assert deck[0].shapes.title.text == report.title
    assert all(slide.shapes.title.text.strip() for slide in deck)
    publication = snapshot.publication(snapshot.waves()[0])["publication"]
    assert all(any(shape.has_text_frame and publication in shape.text for shape in slide.shapes) for slide in deck)


def test_every_figure_of_the_paper_stands_in_a_native_table_with_its_margin(snapshot):
    report, deck = slides(snapshot)
    rows = [tuple(row[:3]) for slide in deck for table in tables(slide) for row in table]
    shown = [row for topic in PAPER for table in report.tables[topic] for row in [*table.rows][: pptx.MOST_ROWS]]
    assert shown
    assert {(row["label"], row["text"], row["margin"]) for row in shown} <= set(rows)


def test_every_picture_has_words_and_stays_on_its_slide(snapshot):
    _, deck = slides(snapshot)
    pictures = [shape for slide in deck for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert pictures
    for picture in pictures:
        assert len(picture._element.nvPicPr.cNvPr.get("descr")) > 20
    for page in (deck[0].slide_layout, *deck):
        assert len({shape.shape_id for shape in page.shapes}) == len(page.shapes)
    for shape in (shape for slide in deck for shape in slide.shapes):
        assert shape.left >= 0
        assert shape.left + shape.width <= 13.34 * 914400
        assert shape.top + shape.height <= 7.51 * 914400


def test_slides_about_a_region_show_its_own_figures(home_120):
    snapshot = find(home_120).snapshot
    level = snapshot.rows("levels", wave=snapshot.waves()[0], dimension="region")["level"][0]
    report, deck = slides(snapshot, "nl", level)
    first = report.tables["headlines"][0].rows[0]
    assert any(first["text"] in row for slide in deck for table in tables(slide) for row in table)


def test_the_plain_table_holds_the_same_edges_as_the_workbook_and_no_formula(home_120, monkeypatch):
    monkeypatch.setattr("dashboard.words.Words.level", lambda self, dimension, level: "=1+1")
    snapshot = find(home_120).snapshot
    report = build(snapshot, snapshot.waves()[0], "en")
    frame = pl.read_csv(csv.written(report), infer_schema_length=None)
    rows = [row for topic in ("headlines", "groups", "waves") for table in report.tables[topic] for row in table.rows]
    edges = {(row["low"], row["high"]) for row in rows if row["low"] is not None}
    assert set(frame.select("At least", "At most").iter_rows()) == edges
    assert not frame.select(pl.any_horizontal(pl.col(pl.String).str.contains("^[=+@-]"))).to_series().any()
    assert "'=1+1" in frame["Group"].to_list()


PAGES = ("overview", "coverage", "pillars", "asking", "risk", "starters")


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_what_pages_show_in_large_type_is_the_same_in_pdf_slides_and_workbook(home_120, lang, monkeypatch):
    snapshot = find(home_120).snapshot
    report, deck = slides(snapshot, lang)
    paper, book = pdf_text(pdf.written(report)), sheets(xlsx.written(report))
    on_slides = {(row[0], row[1]) for slide in deck for table in tables(slide) for row in table}
    in_book = {row for sheet in book.values() for row in sheet.select(pl.col(pl.String).fill_null("")).iter_rows()}
    compared = set()
    for page in PAGES:
        for metric in visit(home_120, page, monkeypatch, lang=lang).metric:
            if "%" not in metric.value or metric.label in compared:
                continue
            compared.add(metric.label)
            assert any({metric.label, metric.value} <= set(row) for row in in_book), metric.label
            if page != "starters" and metric.label not in ("Heeft een praktische rots", "Has a practical rock"):
                assert metric.value in paper, metric.label
                assert (metric.label, metric.value) in on_slides, metric.label
    assert len(compared) > 12


def test_starters_stand_beside_the_whole_board_on_paper_and_slides(home_1000):
    snapshot = find(home_1000).snapshot
    report, deck = slides(snapshot)
    (table,) = report.tables["starters"]
    story = Story(snapshot, words("nl", snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])
    codes = tuple(topics.of_first_years(story))
    shown = {one.label: one.figure.text for one in figures(story, codes, *topics.starters(story))}
    assert {row["label"]: row["text"] for row in table.rows} == shown
    whole = {row["label"]: row["whole"] for row in table.rows}
    assert whole == {
        label: story.words.line(story.words.figure(story.board(code))) for code, label in zip(codes, shown, strict=True)
    }
    on_slides = [row for slide in deck for found in tables(slide) for row in found]
    assert all([row["label"], row["text"], row["margin"], row["whole"]] in on_slides for row in table.rows)
    assert table.message.replace("**", "") in {slide.shapes.title.text for slide in deck}
    assert all(row["whole"] in pdf_text(pdf.written(report)) for row in table.rows)
