"""Why ranges: one picture in three steps, one click from every page, and true."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.door.asgi import PAGES
from dashboard.report.content import build
from dashboard.story import Story, find, why
from dashboard.words import LOCALES, words
from pipelines.instruments import load_instrument
from pipelines.protection.bands import number_of_bins
from pipelines.publication.margin import margin
from tests.app.test_pages import text, visit


def story_of(home: Path, lang: str) -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


def test_the_example_is_what_the_method_gives() -> None:
    policy = load_instrument().policies[0]
    given = margin(why.ANSWERED, why.LEADERS, why.LEAST, why.MOST, policy)
    assert given == (why.LEAST / why.LEADERS, (why.MOST + why.SILENT) / why.LEADERS) == (0.4, 0.8)


def test_a_group_of_eighteen_has_three_ranges_of_a_sensitive_figure() -> None:
    assert number_of_bins(why.GROUP, load_instrument().plan.least_outcome) == why.RANGES


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_why_ranges_is_one_click_from_every_page(
    page: str, lang: str, home_25: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_25, page, monkeypatch, lang=lang)
    before = text(app)
    app.button(key="why").click().run()
    assert [error.message for error in app.exception] == []
    opened = text(app).replace(before, "")
    assert "40–80%" in opened
    assert why.same(words(lang)) in opened


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
@pytest.mark.parametrize("home", ["home_25", "home_single", "home_120"])
def test_the_figure_of_the_board_itself_is_told_in_the_same_steps(
    home: str, lang: str, request: pytest.FixtureRequest
) -> None:
    story = story_of(request.getfixturevalue(home), lang)
    cell = story.board(story.lead())
    assert cell is not None
    said = why.own(story)
    for number in (cell["lo"], cell["hi"], cell["n"], cell["leaders"] - cell["n"]):
        assert str(number) in said
    assert story.words.range(cell["low"], cell["high"]) in said


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_the_paper_explains_ranges_by_the_same_example(home_25: Path, lang: str) -> None:
    story = story_of(home_25, lang)
    know = " ".join(text for _, text in build(story.snapshot, story.wave, lang).notes["know"])
    assert why.in_words(story.words) in know
    assert "40–80%" in know
