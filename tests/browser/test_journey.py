"""One journey through the real pages in headless Chromium, as a board's HR adviser would walk it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import CHROMIUM, chromium, reader, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]


@pytest.fixture(scope="module")
def address(home_120: Path) -> Iterator[str]:
    with serving(home_120) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def figures(page: Page) -> list[str]:
    expect(page.get_by_test_id("stMetricValue").first).to_be_visible(timeout=30_000)
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_an_adviser_zooms_in_shares_the_address_and_a_colleague_reads_the_same_in_english(
    browser: Browser, address: str
) -> None:
    context, page, outside = reader(browser)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Waar missen schoolleiders steun?", timeout=30_000)
    assert page.locator("html").get_attribute("lang") == "nl"

    # a click on a group of the first strip opens that group
    bars = page.locator("[data-testid=stVegaLiteChart]").first.locator("path[aria-roledescription=bar]")
    expect(bars.nth(1)).to_be_visible(timeout=30_000)
    bars.nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie heeft een rots, en welke?", timeout=30_000)
    page.wait_for_url("**/coverage?*region=*")
    clicked = asked(page)["region"]

    # the filter does the same as the click
    page.get_by_role("combobox", name="Regio").click()
    page.get_by_role("option").nth(1).click()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("region") not in (None, clicked))
    page.wait_for_timeout(1500)
    shared, seen = page.url, figures(page)

    colleague, other_page, outside_too = reader(browser)
    other_page.goto(shared)
    assert figures(other_page) == seen

    other_page.get_by_role("link", name="English").click()
    expect(other_page.get_by_role("heading", level=1)).to_have_text("Who has a rock, and which kind?", timeout=30_000)
    assert other_page.locator("html").get_attribute("lang") == "en"
    assert asked(other_page)["region"] == asked(page)["region"]

    # the menu carries the view along
    other_page.get_by_role("link", name="Trend").click()
    expect(other_page.get_by_role("heading", level=1)).to_have_text("Is it getting better?", timeout=30_000)
    assert asked(other_page)["region"] == asked(page)["region"]
    assert asked(other_page)["lang"] == ["en"]

    assert outside + outside_too == []
    context.close()
    colleague.close()
