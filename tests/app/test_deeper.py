"""Deeper into a group: as far as it goes, why it ends there, and two groups side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.story import Story, contrasts, deeper, pictures
from dashboard.story.snapshot import find
from dashboard.words import has_range, words
from tests.app.test_pages import text, visit


def story_of(home: Path, lang: str = "nl") -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


def shown_regions(story: Story) -> list[str]:
    cells = [cell for _, cell in story.in_order(story.lead(), "region")[1:] if has_range(cell)]
    return [cell["level_1"] for cell in cells if cell]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_where_the_plan_crosses_nothing_the_page_says_so_and_leads_to_what_is_there(
    lang: str, home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = story_of(home_120, lang)
    assert story.main_cross() is None
    region = shown_regions(story)[0]
    app = visit(home_120, "coverage", monkeypatch, region=region, lang=lang)
    why = deeper.why_it_ends(story, "region", (region,))
    assert {"nl": "publicatieplan", "en": "publication plan"}[lang] in why
    assert why in [caption.value for caption in app.caption]
    instead = {"nl": "Wel te zien", "en": "What you can see"}[lang]
    next(button for button in app.button if instead in button.label).click().run()
    assert "region" not in app.query_params
    assert app.query_params["split"] in ("experience_band", ["experience_band"])


def test_a_region_opens_into_experience_and_every_row_leads_to_a_group_that_is_shown(home_1000: Path) -> None:
    story, opened = story_of(home_1000), 0
    for region in shown_regions(story):
        within = pictures.inside(story, "region", (region,))
        if within is None:
            continue
        for level in within.frame["level"]:
            table, levels = story.nearest("region+experience_band", (region, level))
            assert len(levels) == 2
            assert has_range(story.group(table, levels)[story.lead()])
            assert deeper.why_it_ends(story, table, levels)
            opened += 1
    assert opened


def test_a_group_of_two_features_shows_its_pillars(home_1000: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = story_of(home_1000)
    region = shown_regions(story)[0]
    level = pictures.inside(story, "region", (region,)).frame["level"][0]
    app = visit(home_1000, "coverage", monkeypatch, region=region, experience_band=level)
    name = story.group_name(*story.nearest("region+experience_band", (region, level)))
    assert f"De steunpijlers: {name}" in [header.value for header in app.header]


def test_two_groups_beside_each_other_show_their_ranges_and_no_difference_that_nobody_published(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = story_of(home_120)
    first, second, *_ = shown_regions(story)
    app = visit(home_120, "coverage", monkeypatch, region=first, beside=second)
    written = text(app)
    assert f"Naast elkaar: {story.words.listed([first, second])}" in written
    for level in (first, second):
        assert story.words.figure(story.group("region", (level,))[story.lead()]).text in written
    assert "Het verschil is niet vast te stellen." in written
    assert deeper.between(story, story.lead(), "region", (first, second)) is None


def test_of_two_groups_that_are_the_whole_board_the_published_contrast_is_told(home_sample: Path) -> None:
    story, told = story_of(home_sample), 0
    for table in story.one_way():
        for measure in (story.lead(), *story.pillars()):
            cells = [cell for _, cell in story.in_order(measure, table)[1:] if cell]
            if len(cells) != 2 or not all(map(has_range, cells)):
                continue
            levels = cells[0]["level_1"], cells[1]["level_1"]
            at = cells[0]["table_id"]
            assert deeper.between(story, measure, at, levels) == contrasts.with_rest(story, cells[0])
            told += deeper.apart(story, measure, at, levels) != story.words("deeper.no_contrast")
    assert told


def test_a_group_to_lay_beside_that_is_not_there_opens_none(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shown_regions(story_of(home_120))[0]
    app = visit(home_120, "coverage", monkeypatch, region=first, beside="Atlantis")
    assert not app.exception
    assert "Naast elkaar" not in text(app)


def test_why_a_wider_group_is_shown_is_the_reason_that_holds(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = story_of(home_120)
    region = shown_regions(story)[0]
    app = visit(home_120, "coverage", monkeypatch, region=region, experience_band="2-5")
    (info,) = [info.value for info in app.info]
    assert story.words("reason.not_planned") in info
    assert "te klein" not in info
