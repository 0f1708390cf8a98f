"""Can everybody use the pages? axe-core on every page, the keyboard alone."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.barriers import PAGES, barriers_everywhere
from tests.browser.serving import CHROMIUM, reader, settled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]
# The other pages are in test_access_of_other_pages: files are what two processes share out.
HALF = PAGES[::2]


@pytest.mark.slow
@pytest.mark.parametrize("name", HALF)
def test_every_page_is_free_of_barriers_of_ours(stranger: tuple[Page, list[str]], address: str, name: str) -> None:
    page, outside = stranger
    assert barriers_everywhere(page, address, name) == []
    assert outside == []


@pytest.mark.slow
def test_the_keyboard_alone_leads_from_the_overview_to_a_group_and_its_table(browser: Browser, address: str) -> None:
    context, page, outside = reader(browser)
    page.goto(address)
    settled(page)

    def tab_to(name: str, role: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            wanted = page.get_by_role(role, name=name)
            if wanted.count() and wanted.first.evaluate("it => it === document.activeElement"):
                return
        raise AssertionError(f"the keyboard never reaches {name}")

    tab_to("Steun", "link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie heeft een rots, en welke?")
    settled(page)
    tab_to("Ervaring als schoolleider", "combobox")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**experience_band=*")
    settled(page)
    folds = page.get_by_text("Alle cijfers hierboven als tabel")
    folds.evaluate("it => it.closest('summary').focus()")
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Cijfer").last).to_be_visible()
    assert outside == []
    context.close()
