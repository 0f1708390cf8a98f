"""Every hidden figure says why, truly; what cannot be shown is folded into a sentence and never a row of dashes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dashboard.story import Story, crossings, find, hidden, pictures, riskmap, sentences, topics
from dashboard.words import LOCALES, has_range, words
from tests.app.test_pages import visit

BOARDS = ("home_25", "home_single", "home_120", "home_sample")


@pytest.fixture(params=BOARDS)
def home(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


def story_of(home: Path, lang: str = "nl") -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


def cells_of(story: Story) -> pl.DataFrame:
    """All cells of a wave, as pages read them."""
    every = [
        dict(cell)
        for measure in story.measures()
        for table in story.tables()
        for cell in story.snapshot.cells(story.wave, measure, table)
    ]
    return pl.DataFrame(every, infer_schema_length=None)


def test_too_few_is_said_exactly_where_there_are_fewer_answers_than_needed(home: Path) -> None:
    cells = cells_of(story_of(home)).filter(pl.col("status") != "not_planned")
    assert cells["needed"].null_count() == 0
    planned = cells.filter(pl.col("status").is_in(["published", "too_few", "says_nothing"]))
    assert planned.filter((pl.col("n") < pl.col("needed")) != (pl.col("status") == "too_few")).height == 0


def test_a_mean_needs_more_answers_than_a_count(home_120: Path) -> None:
    story = story_of(home_120)
    snapshot, wave, tables = story.snapshot, story.wave, story.tables()
    assert any(snapshot.cells(wave, measure, "total") for measure in topics.means(story))
    for scale in snapshot.rows("dictionary").filter(pl.col("kind") == "scale")["code"]:
        for row in (row for table in tables for row in snapshot.cells(wave, f"mean:{scale}", table)):
            assert (row["status"] != "published") or row["n"] >= row["needed"]
            assert (row["status"] != "too_few") or row["n"] < row["needed"]


def test_the_reason_names_the_number_needed_and_the_number_there_is() -> None:
    cell = {"status": "too_few", "n": 8, "leaders": 13, "needed": 10, "table_id": "region"}
    said = {lang: words(lang).plain_reason(cell) for lang in LOCALES.languages}
    assert said["nl"] == "Minstens 10 antwoorden nodig; hier zijn er 8."
    assert said["en"] == "At least 10 answers are needed; here there are 8."
    assert words("nl").plain_reason({**cell, "n": 1}) == "Minstens 10 antwoorden nodig; hier is er 1."
    assert words("nl").plain_reason({**cell, "needed": None}) == "Te weinig antwoorden."


def test_a_group_that_was_merged_away_is_not_called_too_small_and_has_no_response() -> None:
    cell = {"status": "too_few", "n": 0, "leaders": 0, "needed": 5, "table_id": "total"}
    assert "samengevoegd" in words("nl").plain_reason(cell)
    assert words("nl").answered(cell, short=True) == "–"


def test_each_reason_is_told_once_the_most_frequent_first() -> None:
    few = {"status": "too_few", "n": 4, "leaders": 9, "needed": 5}
    cells = [few, {**few, "n": 3}, {**few, "status": "protects"}, {**few, "status": "published", "low": 0.1,
             "response": "ok"}]  # fmt: skip
    assert hidden.reasons(words("nl"), cells) == (
        "Daarvoor zijn per groep minstens 5 antwoorden nodig; hier zijn het er hoogstens 4."
        " Samen met een ander cijfer zou dit iets over een paar leiders kunnen vertellen."
    )


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_no_picture_has_more_dashes_than_figures_and_no_row_of_dashes(home: Path, lang: str) -> None:
    story = story_of(home, lang)
    strips = [pictures.strip(story, code, table) for code in story.measures() for table in story.one_way()]
    small = [
        pictures.small_strip(story, code, table, None)
        for table in story.one_way()
        for code in topics.with_groups(story, story.measures(), table)
    ]
    for one in [*filter(None, strips), *small, pictures.pillars(story)]:
        assert 2 * one.frame["low"].null_count() <= one.frame.height
    maps = [crossings.pillar_map(story, step, table) for step in topics.steps(story) for table in story.main_splits()]
    for one in [*maps, crossings.ladder(story, tuple(topics.steps(story)))]:
        for way in ("row", "column"):
            shown = one.frame.group_by(way).agg(pl.col("low").is_not_null().any())
            assert shown["low"].all()
        assert not one.frame["low"].null_count() or any(one.footnotes)


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_what_is_left_out_is_named_with_its_reason(home_120: Path, lang: str) -> None:
    story = story_of(home_120, lang)
    found = 0
    for code in story.measures():
        for table in story.one_way():
            one = pictures.strip(story, code, table)
            if one is None:
                continue
            left_out = [
                label for label, _ in story.worst_first(code, table) if label not in one.frame["label"].to_list()
            ]
            found += len(left_out)
            assert all(label in " ".join(one.footnotes) for label in left_out)
    assert found


def test_all_hidden_figures_of_a_page_are_one_sentence_for_each_reason(home: Path) -> None:
    story = story_of(home)
    said = sentences.unsplit(story, tuple(story.measures()), tuple(story.one_way()))
    unseen = {
        code
        for table in story.one_way()
        for code in story.measures()
        if len(story.in_order(code, table)) > 1
        and not any(has_range(cell) for _, cell in story.in_order(code, table)[1:])
    }
    assert all(story.label(code) in said for code in unseen)
    assert "te veel prijsgeven" not in said


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_the_map_of_stress_and_support_can_add_up_and_prints_no_middle(home: Path, lang: str) -> None:
    story = story_of(home, lang)
    field = riskmap.risk_map(story)
    assert field is not None
    shown = field.frame.filter(pl.col("low").is_not_null())
    assert shown["low"].sum() <= 1
    if shown.height == field.frame.height:
        unknown = story.group("total", ())["map_unknown"]
        assert shown["high"].sum() + (unknown["high"] if has_range(unknown) else 1) >= 1
    for row in shown.iter_rows(named=True):
        assert row["text"] == story.words.range(row["low"], row["high"])


@pytest.mark.parametrize("lang", sorted(LOCALES.languages))
def test_a_page_about_risk_has_one_number_for_it(home: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    story = story_of(home, lang)
    measure = story.measure("risk:both")
    assert measure is not None
    figure, field = story.words.figure(story.board(measure)), riskmap.risk_map(story)
    assert field is not None
    assert story.words.sentence_figure(story.board(measure)) in field.note
    app = visit(home, "risk", monkeypatch, lang=lang)
    assert [metric.value for metric in app.metric if metric.label == story.label(measure)] == [figure.text]
    heads = (story.words("talks.who"), story.words("talks.figure"))
    told = [row[heads[1]] for row in riskmap.talks(story) if row[heads[0]] == story.words.inline("measure", measure)]
    assert set(told) <= {story.words.line(figure)}
