"""No word, arrow or colour goes against the figures drawn beside it: boards of 25 to 1,000 leaders, both languages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dashboard.report.content import build
from dashboard.story import Story, contrasts, differences, figures, find, phrases, pictures, sentences, topics
from dashboard.words import LOCALES, Cell, has_range, words
from pipelines.ground.settings import Home
from tests.app.test_pages import text, visit
from tests.homes import as_before_hashes

BOARDS = ("home_25", "home_single", "home_120", "home_sample", "home_1000")
SIDES = {"nl": ("minder dan bij de andere", "meer dan bij de andere"), "en": ("fewer than among", "more than among")}


@pytest.fixture(params=BOARDS)
def home(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


@pytest.fixture(params=sorted(LOCALES.languages))
def stories(request: pytest.FixtureRequest, home: Path) -> list[Story]:
    """Every wave, beside the wave before and beside a year ago."""
    snapshot = find(home).snapshot
    assert snapshot is not None
    said = words(request.param, snapshot.rows("dictionary").iter_rows(named=True))
    return [Story(snapshot, said, wave, against) for wave in snapshot.waves() for against in ("previous", "year")]


def middle(cell: Cell) -> float:
    return float(cell["low"] + cell["high"])


def groups(story: Story) -> Iterator[tuple[Cell, Cell]]:
    """Every group of which a figure is shown, and that of the whole board."""
    for measure in story.measures():
        board = story.board(measure)
        for table in story.tables():
            for cell in story.snapshot.cells(story.wave, measure, table):
                if table != "total" and board is not None and has_range(cell) and has_range(board):
                    yield cell, board


def test_no_colour_goes_against_the_middles_of_group_and_board(stories: list[Story]) -> None:
    for story in stories[::2]:
        for cell, board in groups(story):
            tone, worse = contrasts.tone(story, cell), story.worse(cell["measure"])
            if tone in ("worse", "better"):
                assert (middle(cell) < middle(board)) == ((tone == "worse") == (worse == "lower"))


def test_no_arrow_goes_against_the_middles_of_both_waves(stories: list[Story]) -> None:
    for story in stories:
        for measure in story.measures():
            change, before = contrasts.moved(story, measure), story.before()
            if change in ("higher", "lower"):
                assert before is not None
                now, then = story.snapshot.cell(story.wave, measure), story.snapshot.cell(before, measure)
                assert now is not None
                assert then is not None
                assert (middle(now) > middle(then)) == (change == "higher")


def test_who_is_named_lies_on_that_side_and_else_the_sentence_says_what_would_have_been_seen(
    stories: list[Story],
) -> None:
    for story in stories[::2]:
        for measure in story.measures():
            said, board = differences.groups(story, measure), story.board(measure)
            side = SIDES[story.words.lang][story.worse(measure) == "higher"]
            for over_year in (False, True):
                for cell in contrasts.outliers(story, measure, story.main_splits(), over_year=over_year):
                    assert board is not None
                    assert (middle(cell) < middle(board)) == (story.worse(measure) == "lower")
                    assert phrases.leaders(story, cell) in said
                    assert side in said
            if contrasts.compared(story, measure, story.main_splits()) and side not in said:
                assert "4 van de 5" in said or "4 in 5" in said or story.words("story.noticeable_none") in said


def test_cards_pictures_and_paper_say_the_same(stories: list[Story]) -> None:
    story = stories[0]
    rock = tuple(topics.rocks(story))
    assert [one.change for one in figures(story, rock)] == [contrasts.moved(story, code) for code in rock]
    sheet = build(story.snapshot, story.wave, story.words.lang)
    for dimension in story.one_way():
        strip = pictures.strip(story, story.lead(), dimension)
        if strip is not None:
            drawn = dict(zip(strip.frame["label"], strip.frame["tone"], strict=True))
            printed = [
                table for table in sheet.tables["groups"] if table.head == story.words.label("dimension", dimension)
            ]
            rows = {row["label"]: row["tone"] for row in printed[0].rows if row["measure"] == story.label(story.lead())}
            assert rows == drawn
    moved = {row["label"]: row["moved"] for row in sheet.tables["headlines"][0].rows}
    assert set(moved.values()) <= {
        "",
        *(story.words(f"moved.{word}") for word in ("higher", "same", "lower", "cannot_tell")),
    }


# ------------------------------------------------------------------------------------------ snapshots of before


@pytest.fixture
def before_contrasts(home_120: Path, tmp_path: Path) -> Path:
    """A home whose snapshot was made by a version that published no contrasts."""
    shutil.copytree(home_120 / "published", tmp_path / "old" / "published")
    place = as_before_hashes(Home(tmp_path / "old")).published
    file = place / (place / "CURRENT").read_text(encoding="utf-8").strip()
    file.chmod(0o600)
    with duckdb.connect(str(file)) as connection:
        connection.execute("drop table contrast")
    return tmp_path / "old"


@pytest.mark.parametrize("page", ["overview", "coverage", "starters", "trend", "risk", "actions"])
def test_a_snapshot_without_contrasts_still_opens_and_says_no_word_about_differences(
    page: str, before_contrasts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(before_contrasts, page, monkeypatch, lang="nl")
    assert [error.message for error in app.exception] == []
    assert {metric.delta for metric in app.metric} <= {"", None}
    written = text(app)
    assert [
        word for word in ("minder dan bij de andere", "springt", "zou hier meestal opvallen") if word in written
    ] == []


def test_the_paper_of_a_snapshot_without_contrasts_has_its_figures_in_one_colour(before_contrasts: Path) -> None:
    snapshot = find(before_contrasts).snapshot
    assert snapshot is not None
    sheet = build(snapshot, snapshot.waves()[0], "nl")
    assert {row["tone"] for table in sheet.tables["groups"] for row in table.rows} == {"whole", "near"}
    assert {row["moved"] for row in sheet.tables["headlines"][0].rows} == {""}
    story = Story(snapshot, words("nl"), snapshot.waves()[0])
    assert sentences.trend(story, story.lead(), "total", ()).count(".") == 1
