"""Reading along in a browser: words explained by the keyboard, one box that finds, marks and tables with names."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import CHROMIUM, settled

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


@pytest.fixture
def overview(stranger: tuple[Page, list[str]], address: str) -> Page:
    page, _ = stranger
    page.goto(f"{address}/?lang=nl")
    settled(page)
    return page


def test_the_words_of_a_page_open_by_the_keyboard_and_stand_on_that_page(overview: Page) -> None:
    button = overview.get_by_role("button", name="Woordenlijst")
    button.focus()
    overview.keyboard.press("Enter")
    popover = overview.get_by_test_id("stPopoverBody")
    expect(popover).to_contain_text("Marge · ")
    settled(overview)
    explained = popover.locator("strong").all_inner_texts()
    written = overview.get_by_test_id("stMain").inner_text().casefold()
    assert len(explained) > 3
    assert [word for word in explained if word.casefold() not in written] == []
    overview.keyboard.press("Escape")
    expect(popover).to_have_count(0)


def test_what_is_found_is_a_link_that_carries_the_wave(overview: Page) -> None:
    box = overview.get_by_role("textbox", name="Zoeken")
    box.fill("emotionele rots")
    box.press("Enter")
    overview.get_by_role("link", name="Heeft een emotionele rots").click()
    expect(overview.get_by_role("heading", level=1)).to_have_text("Wordt het beter?")
    settled(overview)
    asked = parse_qs(urlsplit(overview.url).query)
    assert asked["measure"] == ["rock_emotional"]
    assert asked["wave"]
    expect(overview.get_by_role("heading", name="Heeft een emotionele rots: Hele bestuur")).to_be_visible()


def test_marks_say_group_figure_and_margin_and_tables_what_they_are_of(overview: Page) -> None:
    overview.goto(f"{overview.url.split('?')[0]}?lang=nl")
    settled(overview)
    chart = overview.locator("[data-testid=stVegaLiteChart]").first
    heard = chart.locator("path[aria-label]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert heard[0].startswith("Hele bestuur, ca. ")
    assert "marge" in heard[0]
    every = overview.locator("svg [aria-label]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert [label for label in every if re.search(r"-axis|legend", label)] == []
    tables = overview.locator("table").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert tables
    assert all(tables)
    assert len(set(tables)) == len(tables)


def test_all_of_a_row_is_touched_by_a_pointer(overview: Page) -> None:
    overview.goto(f"{overview.url.split('?')[0]}?lang=nl")
    settled(overview)
    bars = overview.locator("[data-testid=stVegaLiteChart]").first.locator("path[aria-label]")
    widths = bars.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert min(widths) > 200
