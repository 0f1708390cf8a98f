"""The board of 25, of which most is withheld, on every screen; in a file of its own for another process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.barriers import PAGES, barriers
from tests.browser.serving import reader, serving, settled
from tests.browser.standing import faults_at_every_width
from tests.browser.test_access import pytestmark

__all__ = ["pytestmark"]


@pytest.fixture(scope="module")
def address(home_25: Path) -> Iterator[str]:
    with serving(home_25) as served:
        yield served


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_on_a_page_of_a_small_board_nothing_is_cut_off_covered_or_jumps_on_any_screen(
    opened: dict[str, Page], address: str, name: str
) -> None:
    assert faults_at_every_width(opened, address, name) == []


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "name", "width"), [("nl", "Waarom marges?", 1440), ("en", "Why ranges?", 390)])
def test_why_ranges_opens_and_closes_by_keyboard_without_barriers(
    browser: Browser, address: str, lang: str, name: str, width: int
) -> None:
    context, page, outside = reader(browser, viewport={"width": width, "height": 1400})
    page.goto(f"{address}/risk?lang={lang}")
    settled(page)
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")
    told = page.get_by_role("dialog")
    told.locator("[role=graphics-document]").wait_for()
    assert barriers(page) == []
    assert told.evaluate("it => it.scrollWidth <= it.clientWidth")
    page.keyboard.press("Escape")
    told.wait_for(state="detached")
    assert outside == []
    context.close()
