"""A federation lays one board beside the others, by what was published; other boards see nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.story import Story, boards, contrasts, find
from dashboard.words import LOCALES, has_range, words
from tests.app.test_pages import text, visit


def story_of(home: Path, lang: str) -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_every_figure_of_a_board_stands_beside_the_federation_with_its_published_contrast(
    home_1000: Path, lang: str
) -> None:
    story = story_of(home_1000, lang)
    words_of, by = story.words, boards.dimension(story)
    assert by == "board"
    assert len(boards.levels(story)) > 20
    certain = 0
    for level in boards.levels(story):
        picture, group = boards.of_board(story, level), story.group(by, (level,))
        told = {story.label(code): cell for code, cell in group.items() if has_range(cell) and code != "n"}
        assert {row["label"] for row in picture.frame.iter_rows(named=True) if row["low"] is not None} == set(told)
        for row, drawn in zip(picture.rows, picture.frame.iter_rows(named=True), strict=True):
            cell = told.get(row[words_of("picture.what")])
            contrast = contrasts.with_rest(story, cell)
            if contrast is not None and contrast.word in ("lower", "higher"):
                certain += 1
                assert row[words_of("boards.rest")] == words_of.difference(contrast.low, contrast.high)
                assert row[words_of("boards.rest")] in boards.told(story, level)
            else:
                assert drawn["tone"] == "near"
    assert certain


def test_boards_stand_in_their_own_order_and_the_chosen_one_in_full_colour(home_1000: Path) -> None:
    story = story_of(home_1000, "nl")
    level = boards.levels(story)[3]
    frame = boards.beside(story, level).frame
    names = frame["label"].to_list()[1:]
    assert names == sorted(names)
    assert frame.filter(~frame["faint"])["level"].to_list() == [None, level]


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_a_board_is_chosen_by_the_address(home_1000: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    story = story_of(home_1000, lang)
    level = boards.levels(story)[3]
    app = visit(home_1000, "coverage", monkeypatch, lang=lang, board=level)
    assert [error.message for error in app.exception] == []
    heads = [header.value for header in app.header]
    assert story.words("boards.of", board=story.words.level("board", level)) in heads
    assert boards.told(story, level) in text(app)


@pytest.mark.parametrize("home", ["home_25", "home_120"])
def test_one_board_sees_no_chooser_of_boards(
    home: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(request.getfixturevalue(home), "coverage", monkeypatch, lang="nl")
    assert "Eén bestuur naast de andere" not in [header.value for header in app.header]
