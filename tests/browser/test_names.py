"""In a browser too a region's name is text: what Streamlit does after Markdown makes nothing of it either."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, expect

from tests.app.test_names_are_text import NAME, board_of_names
from tests.browser.serving import reader, serving, settled
from tests.browser.test_access import pytestmark

__all__ = ["pytestmark"]
MADE = "a[href^='https://x'], .katex, [data-testid=stMain] i, [data-testid=stMain] code"


def test_a_regions_name_is_no_link_no_formula_and_no_colour(browser: Browser, tmp_path: Path) -> None:
    context, page, outside = reader(browser)
    with serving(board_of_names(tmp_path)) as address:
        for name in ("", "coverage", "trend", "risk", "report"):
            page.goto(f"{address}/{name}?{urlencode({'region': NAME})}")
            settled(page)
            for fold in page.get_by_test_id("stExpander").all():
                fold.locator("summary").click()
            settled(page)
            made = page.locator(MADE).evaluate_all("all => all.map(one => one.outerHTML)")
            assert made == [], name
            assert page.get_by_text("b", exact=True).locator("xpath=self::strong").count() == 0
        page.goto(f"{address}/coverage?{urlencode({'region': NAME})}")
        settled(page)
        shown = page.get_by_test_id("stMain").inner_text().replace("\u2060", "")
        assert NAME in shown
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
    context.close()
    assert outside == []
