"""A board of 25 to 60 gets a page made for it: the year first, what can be seen and what cannot, what to talk about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.story import Story, contrasts, find, headlines, small
from dashboard.words import LOCALES, words
from tests.app.test_pages import text, visit


def story_of(home: Path, lang: str) -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


@pytest.mark.parametrize(
    ("home", "is_small"), [("home_25", True), ("home_single", True), ("home_120", False), ("home_sample", False)]
)
def test_a_board_is_small_by_its_roster_alone_so_its_page_keeps_its_form(
    home: str, is_small: bool, request: pytest.FixtureRequest
) -> None:
    story = story_of(request.getfixturevalue(home), "nl")
    assert {small.is_small(replace(story, wave=wave)) for wave in story.snapshot.waves()} == {is_small}


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_a_change_that_would_show_is_the_published_one(home_sample: Path, lang: str) -> None:
    story = story_of(home_sample, lang)
    rows = small.in_sight(story)
    assert [row[story.words("small.figure")] for row in rows] == [one.label for one in headlines(story)]
    for one, row in zip(headlines(story), rows, strict=True):
        for against in ("previous", "year"):
            contrast = contrasts.in_time(replace(story, against=against), one.measure)
            assert contrast is not None
            said = row[story.words(f"small.change_{against}")]
            if contrast.word != "cannot_tell":
                assert said == story.words.difference(contrast.low, contrast.high)
            elif contrast.noticeable is not None:
                assert story.words.points(contrast.noticeable) in said


def test_where_even_a_large_change_need_not_show_one_sentence_says_so_and_what_helps(
    home_25: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = story_of(home_25, "nl")
    assert small.in_sight(story) == ()
    written = text(visit(home_25, "overview", monkeypatch, lang="nl"))
    assert "zelfs een grote verandering sinds de vorige meting niet op te vallen" in written
    assert "Deze keer antwoordden er 7 van de 25 niet." in written
    assert "Naar regio en ervaring als schoolleider splitsen we niet uit" in written


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_groups_are_told_by_how_wide_they_are(home_single: Path, lang: str) -> None:
    story = story_of(home_single, lang)
    told = small.groups(story)
    assert len(told) == len(story.main_splits())
    for table, line in zip(story.main_splits(), told, strict=True):
        assert story.words.inline("dimension", table) in line
        widths = [
            round(100 * (cell["high"] - cell["low"]))
            for _, cell in story.in_order(story.lead(), table)[1:]
            if cell and cell["low"] is not None
        ]
        assert story.words.number(min(widths)) in line
        assert story.words.number(max(widths)) in line


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_questions_to_talk_about_stand_where_figures_say_little(
    home_25: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = story_of(home_25, lang)
    asked = small.questions(story)
    assert len(asked) == 4
    assert all(question.endswith("?") for question in asked)
    written = text(visit(home_25, "overview", monkeypatch, lang=lang))
    assert all(question in written for question in asked)


def test_a_larger_board_opens_with_where(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = [header.value for header in visit(home_120, "overview", monkeypatch, lang="nl").header]
    assert "Wat u hier kunt zien, en wat niet" not in heads
    assert heads.index("Heeft een rots, naar regio") < heads.index("Wordt het beter? Heeft een rots")
