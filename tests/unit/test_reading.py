"""Reading along: the words of a page and no others, and one box that finds pages, figures and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.story import Snapshot, Story, find, reading, sentences
from dashboard.words import words

PAGES = ("overview", "coverage", "trend", "risk", "accountability")


@pytest.fixture(scope="module")
def snapshot(home_120: Path) -> Snapshot:
    found = find(home_120).snapshot
    assert found is not None
    return found


def told(snapshot: Snapshot, lang: str) -> Story:
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


def test_the_words_of_a_text_are_explained_and_no_others(snapshot: Snapshot) -> None:
    story = told(snapshot, "nl")
    found = dict(reading.used(story, ["Twee rotsen, met hun **marge**.", "Marges en kluizenaars."]))
    assert set(found) == {"Rots", "Marge"}
    assert found["Marge"] == story.words.definition("word", "margin")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_word_that_is_explained_stands_in_the_text(snapshot: Snapshot, lang: str) -> None:
    story = told(snapshot, lang)
    said = sentences.summary(story)
    found = reading.used(story, said)
    assert found
    assert [word for word, _ in found if reading.folded(word) not in reading.folded(" ".join(said))] == []
    assert len(found) < len(reading.glossary(story)) / 4


@pytest.mark.parametrize(
    ("lang", "asked", "page", "choices"),
    [
        ("nl", "verloop", "trend", {}),
        ("nl", "wordt het beter", "trend", {}),
        ("nl", "BUDDY", "trend", {"measure": "buddy_used"}),
        ("en", "emotional rock", "trend", {"measure": "rock_emotional"}),
        ("nl", "momentopname", "accountability", {}),
        ("en", "range", "accountability", {}),
        ("nl", "ledén", "", {}),
    ],
)
def test_what_is_looked_for_is_found_on_its_page(
    snapshot: Snapshot, lang: str, asked: str, page: str, choices: dict[str, str]
) -> None:
    hits = reading.look_for(told(snapshot, lang), asked, PAGES)
    assert ((page, choices) in [(hit.page, dict(hit.choices)) for hit in hits]) == bool(page)
    assert bool(hits) == bool(page)


def test_a_reader_of_one_page_is_shown_no_way_to_another(snapshot: Snapshot) -> None:
    story = told(snapshot, "nl")
    hits = [hit for asked in ("steun", "rots", "verloop") for hit in reading.look_for(story, asked, ["accountability"])]
    assert hits
    assert {hit.page for hit in hits} == {"accountability"}


def test_nothing_asked_finds_nothing(snapshot: Snapshot) -> None:
    assert reading.look_for(told(snapshot, "nl"), "  ", PAGES) == []
