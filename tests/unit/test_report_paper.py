"""The board paper: two calm pages and a workbook that say what the screen says, and nothing else."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.report import NotThere, pdf, phrases, render, xlsx
from dashboard.report.content import build
from dashboard.report.model import PAPER
from dashboard.story.snapshot import Snapshot, find
from dashboard.words import LOCALES
from tests.patience import PATIENCE

SECRET = '=HYPERLINK("http://example.org")'


@pytest.fixture(params=["home_120", "home_single", "home_25"])
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    return opened(request.getfixturevalue(request.param))


def opened(home: Path) -> Snapshot:
    found = find(home).snapshot
    assert found is not None
    return found


def pdf_text(paper: bytes) -> str:
    """The words of a PDF as a reader copies them, lines joined."""
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have pdftotext (Debian: poppler-utils)")
        pytest.skip("pdftotext is not on this machine (Debian: poppler-utils)")
    found = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def sheets(book: bytes) -> dict[str, pl.DataFrame]:
    reader = fastexcel.read_excel(book)
    return {name: reader.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in reader.sheet_names}


def words_of(book: bytes) -> set[str]:
    return {str(text) for sheet in sheets(book).values() for text in pl.concat(sheet.iter_columns()).drop_nulls()}


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_the_paper_is_at_most_four_tagged_pages_in_its_language_with_a_title(snapshot, lang):
    paper = render(snapshot, snapshot.waves()[0], lang, "pdf")
    assert len(re.findall(rb"/Type */Page\b", paper)) in (3, 4)
    assert f"/Lang({lang})".encode() in paper.replace(b" ", b"")
    assert b"/MarkInfo" in paper
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper
    assert b"<dc:title>" in paper


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_pdf_and_workbook_hold_every_figure_of_the_report(snapshot, lang):
    report = build(snapshot, snapshot.waves()[0], lang)
    text, cells = pdf_text(pdf.written(report)), words_of(xlsx.written(report))
    on_paper = [row for topic in PAPER for table in report.tables[topic] for row in table.rows]
    silent = "small" in report.notes and all(row["low"] is None for row in report.tables["headlines"][0].rows)
    for row in on_paper:
        assert row["text"] in cells
        assert not row["margin"] or row["margin"] in cells
        if not silent and row["low"] is not None:
            assert row["text"] in text
            assert row["margin"] in text
    for word in report.summary.replace("**", "").split():
        assert word in text


def test_the_paper_says_what_the_screen_says(home_120):
    from dashboard.story import headlines, sentences
    from dashboard.story.wave import Story
    from dashboard.words import words

    snapshot = opened(home_120)
    story = Story(snapshot, words("nl", snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])
    report = build(snapshot, story.wave, "nl")
    assert report.summary == " ".join(sentences.summary(story))
    assert [row["text"] for row in report.tables["headlines"][0].rows] == [one.figure.text for one in headlines(story)]
    assert [row["label"] for row in report.tables["coverage"][0].rows] == [
        label for label, _ in story.worst_first(story.lead(), "region")
    ]


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_the_page_a_reader_sees_and_both_papers_show_the_same_figures(home_120, lang, monkeypatch):
    monkeypatch.setenv("KLANKBORD_HOME", str(home_120))
    page = AppTest.from_file(str(Path(pdf.__file__).parents[1] / "app.py"), default_timeout=PATIENCE)
    page.query_params["lang"] = lang
    page.run()
    report = build(opened(home_120), opened(home_120).waves()[0], lang)
    text, cells = pdf_text(pdf.written(report)), words_of(xlsx.written(report))
    assert len(page.metric) == 4
    for metric in page.metric:
        assert metric.value in text
        assert metric.value in cells


def test_low_and_high_in_the_workbook_are_the_printed_edges(home_120):
    report = build(opened(home_120), opened(home_120).waves()[0], "en")
    rows = [
        row for tables in report.tables.values() for table in tables for row in table.rows if row["low"] is not None
    ]
    assert rows
    for row in rows:
        printed = row["margin"].removeprefix("range ") if row["middle"] is not None else row["text"]
        edges = [int(edge) / 100 for edge in re.findall(r"\d+", printed)]
        assert [row["low"], row["high"]] == [edges[0], edges[-1]]


def test_a_withheld_figure_is_a_dash_with_its_reason_and_no_number(home_120):
    report = build(opened(home_120), opened(home_120).waves()[0], "nl")
    hidden = [
        row for table in report.tables["groups"] for row in table.rows if row["low"] is None and row["text"] == "–"
    ]
    assert hidden
    assert {(row["text"], row["margin"], row["low"], row["high"]) for row in hidden} == {("–", "", None, None)}
    assert all(row["note"] for row in hidden)


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_the_footer_names_publication_snapshot_and_policy(snapshot, form):
    wave = snapshot.waves()[0]
    written = render(snapshot, wave, "nl", form)
    text = pdf_text(written) if form == "pdf" else " ".join(words_of(written))
    publication = snapshot.publication(wave)
    for known in (publication["publication"], publication["policy_fingerprint"], snapshot.about()["snapshot_id"]):
        assert text.count(known) >= (3 if form == "pdf" else 1)
    if form == "pdf":
        assert all(re.search(rf"{number} ?/ ?[34]", text) for number in (1, 2, 3))
        assert "Om samen te bespreken" in text


def test_the_promise_and_no_prediction_stand_on_paper(snapshot):
    text = pdf_text(render(snapshot, snapshot.waves()[0], "nl", "pdf"))
    assert "volgt van geen enkele leider met zekerheid een antwoord" in text
    assert "geen voorspelling" in text
    assert "anoniem" not in text


def test_a_tiny_board_reads_why_there_are_no_groups_and_what_it_can_do(home_25):
    snapshot = opened(home_25)
    report = build(snapshot, snapshot.waves()[0], "nl")
    text = pdf_text(pdf.written(report))
    assert report.tables["coverage"] == []
    (title, _), _ = report.notes["small"]
    assert title in text
    assert report.notes["talk"][0][0] in text


def test_a_first_wave_draws_no_trend_and_claims_no_change(home_single):
    snapshot = opened(home_single)
    report = build(snapshot, snapshot.waves()[0], "en")
    assert "trend" not in report.pictures
    assert {row["moved"] for table in report.tables["pillars"] for row in table.rows} == {""}


def test_a_paper_about_a_region_shows_its_own_figures(home_120):
    snapshot = opened(home_120)
    wave = snapshot.waves()[0]
    level = snapshot.rows("levels", wave=wave, dimension="region")["level"][0]
    report = build(snapshot, wave, "nl", level.upper())
    answered = snapshot.cell(wave, "n", "region", level)
    assert f"{answered['n']} van {answered['leaders']}" in report.subtitle
    assert pdf.written(report).startswith(b"%PDF")


def test_what_was_never_published_is_refused_in_one_sentence(home_120, home_25):
    snapshot, tiny = opened(home_120), opened(home_25)
    with pytest.raises(NotThere, match=r"2099Q1.*gepubliceerd"):
        build(snapshot, "2099Q1", "nl")
    with pytest.raises(NotThere, match="Atlantis"):
        build(snapshot, snapshot.waves()[0], "nl", "Atlantis")
    with pytest.raises(NotThere, match="--region"):
        build(tiny, tiny.waves()[0], "en", "Atlantis")


def test_the_workbook_has_no_formula_and_no_macro_even_where_a_name_looks_like_one(home_120, monkeypatch):
    monkeypatch.setattr("dashboard.words.Words.level", lambda self, dimension, level: SECRET)
    snapshot = opened(home_120)
    book = render(snapshot, snapshot.waves()[0], "nl", "xlsx")
    parts = {name: data.read(name) for data in [zipfile.ZipFile(io.BytesIO(book))] for name in data.namelist()}
    assert SECRET in words_of(book)
    assert not [
        name for name, part in parts.items() if b"<f>" in part or "vba" in name.lower() or "externalLink" in name
    ]
    assert b'quotePrefix="1"' in parts["xl/styles.xml"]


def test_every_sheet_freezes_its_head_and_speaks_the_language(home_120):
    snapshot = opened(home_120)
    book = render(snapshot, snapshot.waves()[0], "en", "xlsx")
    assert list(sheets(book)) == [text for key, text in phrases.texts("en").items() if key.startswith("sheet.")]
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        frozen = [
            b'state="frozen"' in parts.read(name)
            for name in sorted(parts.namelist())
            if "/sheet" in name and "rels" not in name
        ]
    assert frozen == [True] * 6 + [False]


def test_the_same_report_gives_the_same_pdf(home_25):
    snapshot = opened(home_25)
    report = build(snapshot, snapshot.waves()[0], "nl")
    assert pdf.written(report) == pdf.written(report)


def test_both_languages_have_the_same_sentences_with_the_same_gaps():
    nl, en = (
        {key: sorted(re.findall(r"{\w+}", text)) for key, text in phrases.texts(lang).items()} for lang in ("nl", "en")
    )
    assert nl
    assert nl == en
