"""What pages point out is certain, is drawn so, and is the same everywhere; advice rests on what says enough."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dashboard import agreements
from dashboard.agreements import Action
from dashboard.story import Story, contrasts, find, findings, phrases, sentences, since
from dashboard.words import WIDE, words

BOARDS = ["home_25", "home_single", "home_120", "home_sample"]


def stories(home: Path, lang: str) -> list[Story]:
    snapshot = find(home).snapshot
    assert snapshot is not None
    spoken = words(lang, snapshot.rows("dictionary").iter_rows(named=True))
    return [Story(snapshot, spoken, wave) for wave in snapshot.waves()]


@pytest.fixture(params=BOARDS)
def home(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_finding_is_a_published_contrast_and_is_drawn_on_the_side_it_names(home: Path, lang: str) -> None:
    for story in stories(home, lang):
        for one in [*findings.moved(story), *findings.groups_apart(story), *findings.elsewhere(story)]:
            assert one.contrast.word in ("lower", "higher")
            assert one.contrast.low >= 0 or one.contrast.high <= 0
            assert one.is_good == (one.contrast.word != story.worse(one.measure))
            if one.kind == "year":
                assert contrasts.looks(one.cell, story.board(one.measure)) == one.contrast.word


def test_of_one_use_the_largest_difference_goes_first(home: Path) -> None:
    for story in stories(home, "nl"):
        for found in (findings.moved(story), findings.apart(story), findings.apart(story, over_year=True)):
            for first, second in pairwise(found):
                assert first.measure != second.measure or first.size >= second.size


def test_good_news_goes_first_and_there_are_never_more_than_three_lines(home: Path) -> None:
    for story in stories(home, "nl"):
        told = since.best_first([*since.lines(story), since.Line("afgesproken")])
        assert len(told) <= 3
        order = [{True: 0, None: 1, False: 2}[line.is_good] for line in told]
        assert order == sorted(order)


def test_nothing_moved_says_which_change_could_have_been_seen(home: Path) -> None:
    for story in stories(home, "nl"):
        text = " ".join(line.text for line in since.lines(story))
        if story.before() is None:
            assert "Sinds" not in text
        elif not findings.moved(story) and contrasts.in_time(story, story.lead()):
            assert "punten of meer" in text or "zelfs een grote verandering" in text


@pytest.mark.parametrize(("lang", "chance"), [("nl", "door toeval"), ("en", "by chance")])
def test_what_differs_beyond_the_main_figures_is_told_with_the_part_that_chance_may_have_in_it(
    home: Path, lang: str, chance: str
) -> None:
    for story in stories(home, lang):
        text = " ".join(line.text for line in since.lines(story))
        beyond = findings.elsewhere(story)
        assert (chance in text) == (not findings.groups_apart(story) and bool(beyond))
        if chance in text:
            assert since.says(story, beyond[0]) in text
            assert beyond[0].is_good == all(one.is_good for one in beyond)  # what asks for attention goes first


def test_the_paper_and_the_page_tell_the_same_news(home: Path) -> None:
    for story in stories(home, "nl"):
        summary = " ".join(sentences.summary(story))
        assert all(line.text in summary for line in since.lines(story))


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_advice_rests_on_a_range_wider_than_thirty_points(home: Path, lang: str) -> None:
    for story in stories(home, lang):
        for suggestion in agreements.suggestions(story):
            assert suggestion.group in agreements.groups(story, suggestion.advice)
        for one in findings.groups_apart(story):
            named = [said for said in agreements.suggestions(story) if said.because == since.says(story, one)]
            assert not named or one.cell["high"] - one.cell["low"] <= WIDE


def test_a_group_that_certainly_needs_attention_leads_to_an_advice_for_that_group(home_120: Path) -> None:
    found = []
    for story in stories(home_120, "nl"):
        worrying = [
            one
            for one in findings.groups_apart(story)
            if not one.is_good and one.cell["high"] - one.cell["low"] <= WIDE
        ]
        if worrying:
            first = agreements.suggestions(story)[0]
            found.append(first.group[0] != "total")
    assert found
    assert any(found)


def test_a_figure_is_said_in_a_sentence_that_names_its_leaders(home_120: Path) -> None:
    story = stories(home_120, "nl")[0]
    board = story.board("has_rock")
    assert board is not None
    assert phrases.says(story, board) == f"Van de schoolleiders heeft **{story.words.sentence_figure(board)}** een rots"
    (_, first), *_ = story.in_order("has_rock", "region")[1:]
    assert phrases.says(story, first).startswith("Van de leiders in ")
    mentor = story.board("mentor_used")
    assert mentor is not None
    assert phrases.says(story, mentor).startswith("Van de starters gebruikt ")


def test_every_phrase_has_its_gap_in_both_languages() -> None:
    from pipelines.instruments import load_instrument

    instrument = load_instrument()
    said = {word.code.removeprefix("phrase:"): word for word in instrument.words if word.kind == phrases.PHRASE}
    for measure in instrument.plan.measure:
        if measure.attribute in said:
            assert "{figure}" in said[measure.attribute].nl
            assert "{figure}" in said[measure.attribute].en
    for dimension in ("region", "experience_band", "school_size"):
        assert "{level}" in said[dimension].nl
        assert "{level}" in said[dimension].en


def agreement(story: Story, **changes: Any) -> Action:
    group = agreements.groups(story, "share_what")[0]
    wave = story.snapshot.waves()[-1]
    row = {"advice": "share_what", "table": group[0], "level": "", "owner": "hr_adviser", "start": wave, "due": wave}
    return Action(**{**row, "status": "running", "base": wave, "number": 1, **changes})


def test_what_was_agreed_is_one_line_and_what_was_agreed_later_is_not_known_yet(home_120: Path) -> None:
    newest, *_, oldest = stories(home_120, "nl")
    nothing = agreements.since(newest, [])
    assert nothing is not None
    assert nothing.text == "Er is nog niets afgesproken."
    made = agreement(newest)
    told = agreements.since(newest, [made])
    assert told is not None
    assert told.text.startswith("Afgesproken: **Weten wat je met wie deelt**, voor het hele bestuur.")
    later = agreement(newest, base=newest.wave)
    unknown = agreements.since(oldest, [later])
    assert unknown is not None
    assert unknown.text == "Er is nog niets afgesproken."
