"""One journey through the real pages in headless Chromium, as a board's HR adviser would walk it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.story.snapshot import find
from tests.browser.serving import CHROMIUM, click_on, reader, serving, settled
from tests.unit.test_report_paper import pdf_text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]


def figures(page: Page) -> list[str]:
    expect(page.get_by_test_id("stMetricValue").first).to_be_visible()
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_an_adviser_zooms_in_shares_the_address_and_a_colleague_reads_the_same_in_english(
    browser: Browser, address: str
) -> None:
    context, page, outside = reader(browser)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Waar missen schoolleiders steun?")
    assert page.locator("html").get_attribute("lang") == "nl"

    # a click on a group of the first strip opens that group
    bars = page.locator("[data-testid=stVegaLiteChart]").first.locator("path[aria-roledescription=bar]")
    expect(bars.nth(1)).to_be_visible()
    bars.nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie heeft een rots, en welke?")
    page.wait_for_url("**/coverage?*region=*")
    clicked = asked(page)["region"]

    # the filter does the same as the click
    page.get_by_role("combobox", name="Regio").click()
    page.get_by_role("option").nth(1).click()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("region") not in (None, clicked))
    settled(page)
    shared, seen = page.url, figures(page)

    colleague, other_page, outside_too = reader(browser)
    other_page.goto(shared)
    assert figures(other_page) == seen

    other_page.get_by_role("link", name="English").click()
    expect(other_page.get_by_role("heading", level=1)).to_have_text("Who has a rock, and which kind?")
    assert other_page.locator("html").get_attribute("lang") == "en"
    assert asked(other_page)["region"] == asked(page)["region"]

    # the menu carries the view along
    other_page.get_by_role("link", name="Trend").click()
    expect(other_page.get_by_role("heading", level=1)).to_have_text("Is it getting better?")
    assert asked(other_page)["region"] == asked(page)["region"]
    assert asked(other_page)["lang"] == ["en"]

    assert outside + outside_too == []
    context.close()
    colleague.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "marks", "which"),
    [
        ("", ".mark-symbol path", 1),  # the white dot in the middle of a margin; the first is the whole board's
        ("", ".mark-text.role-mark text:has-text('ca.')", 1),  # the figure at the right
        ("", ".role-axis-label text", 6),  # the name of a group; the first ones are those of the axis below
        ("coverage", ".role-axis-label text", 6),
        ("coverage", ".mark-text.role-mark text:has-text('%')", 6),  # a range printed in a part of a bar
    ],
)
def test_every_part_of_a_row_opens_its_group(
    browser: Browser, address: str, place: str, marks: str, which: int
) -> None:
    context, page, outside = reader(browser)
    page.goto(f"{address}/{place}")
    settled(page)
    click_on(page, page.locator("[data-testid=stVegaLiteChart]").first.locator(marks).nth(which))
    page.wait_for_url("**/coverage?*region=*")
    assert outside == []
    context.close()


def region_that_shows_its_starters(home: Path) -> str:
    snapshot = find(home).snapshot
    assert snapshot is not None
    cells = snapshot.cells(snapshot.waves()[0], "has_rock", "region+experience_band")
    return next(cell["level_1"] for cell in cells if cell["level_2"] == "0-1" and cell["low"] is not None)


@pytest.mark.slow
def test_on_the_sample_board_which_pillar_starters_miss_is_one_click_from_the_overview(
    browser: Browser, home_sample: Path
) -> None:
    with serving(home_sample) as address:
        context, page, outside = reader(browser)
        page.goto(address)
        settled(page)
        page.get_by_role("link", name="Starters").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Komen starters goed door hun eerste jaren?")
        settled(page)
        main = page.get_by_test_id("stMain").inner_text()
        assert re.search(
            "wordt eigen klankbord het minst gebruikt|Het minst gebruikt lijk(t|en) .*eigen klankbord", main
        )
        expect(page.get_by_role("heading", name="De steunpijlers: 0–1 jaar")).to_be_visible()
        colleague, other, outside_too = reader(browser)
        other.goto(page.url)
        settled(other)
        assert figures(other) == figures(page)
        assert outside + outside_too == []
        context.close()
        colleague.close()


@pytest.mark.slow
def test_which_pillar_starters_miss_is_two_clicks_away_and_three_within_a_region(
    browser: Browser, home_1000: Path
) -> None:
    region = region_that_shows_its_starters(home_1000)
    with serving(home_1000) as address:
        context, page, outside = reader(browser)
        page.goto(address)
        settled(page)
        page.get_by_role("link", name="Starters").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Komen starters goed door hun eerste jaren?")
        settled(page)
        assert "eigen klankbord" in page.get_by_test_id("stMain").inner_text().lower()
        whole = figures(page)

        page.get_by_role("combobox", name="Regio").click()
        page.get_by_role("option", name=region, exact=True).click()
        page.wait_for_url(f"**region={region}*")
        settled(page)
        expect(page.get_by_text(f"De steunpijlers: {region}, 0–1 jaar")).to_be_visible()
        assert figures(page) != whole

        colleague, other, outside_too = reader(browser)
        other.goto(page.url)
        settled(other)
        assert figures(other) == figures(page)
        assert outside + outside_too == []
        context.close()
        colleague.close()


@pytest.mark.slow
def test_the_paper_from_the_page_holds_the_figures_of_the_page(browser: Browser, address: str, tmp_path: Path) -> None:
    context, page, outside = reader(browser, accept_downloads=True)
    page.goto(address)
    settled(page)
    seen = figures(page)
    page.get_by_role("button", name="Rapport").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    paper = tmp_path / download.value.suggested_filename
    download.value.save_as(paper)
    assert paper.suffix == ".pdf"
    text = pdf_text(paper.read_bytes())
    assert all(figure in text for figure in seen)
    assert outside == []
    context.close()
