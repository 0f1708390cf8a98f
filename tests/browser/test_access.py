"""Can everybody use the pages? axe-core on every page, keyboard alone, twice the letter size, a narrow screen."""

from __future__ import annotations

import itertools
import os
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import CHROMIUM, PATIENCE, ROOT, reader, settled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]
PAGES = sorted(path.stem for path in (ROOT / "dashboard" / "views").glob("*.py"))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# What Streamlit itself causes, and nothing else: rule and part of the page, one row each.
CAUSED_ELSEWHERE = re.findall(
    r"^\| `([a-z-]+)` \| `([^`]+)` \|", (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8"), re.MULTILINE
)


def barriers(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe-core finds that Streamlit does not cause: rule, element and advice."""
    found = Axe().run(page, options=rules).response["violations"]
    assert found is not None
    out = []
    for violation in found:
        for node in violation["nodes"]:
            element = page.locator(node["target"][0]).first
            known = [where for rule, where in CAUSED_ELSEWHERE if rule == violation["id"]]
            if not any(element.evaluate("(it, where) => !!it.closest(where)", where) for where in known):
                out.append(f"{violation['id']}: {node['target'][0]} {node['html'][:160]}")
    return out


@pytest.mark.slow
def test_every_page_is_free_of_barriers_of_ours_and_nothing_runs_off_it(browser: Browser, address: str) -> None:
    context, page, outside = reader(browser)
    found: dict[str, list[str]] = {}
    for name in PAGES:
        page.set_viewport_size({"width": 1440, "height": 1000})
        page.emulate_media(color_scheme="light")
        page.goto(f"{address}/{name if name != 'overview' else ''}")
        settled(page)
        found[name] = barriers(page)
        headings = [int(tag[1]) for tag in page.locator("h1,h2,h3,h4").evaluate_all("all => all.map(it => it.tagName)")]
        if headings.count(1) != 1 or any(after - before > 1 for before, after in itertools.pairwise(headings)):
            found[name].append(f"headings: {headings}")
        # Zooming to 200 % halves the page in CSS pixels: 1440 by 900 becomes 720 by 450.
        for width, height in ((720, 450), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            settled(page)
            found[name] += [f"at {width} pixels: {words}" for words in runs_off(page, width)]
        page.emulate_media(color_scheme="dark")
        page.reload()
        settled(page)
        found[name] += barriers(page, OF_COLOUR)  # all else on the page is as it was in the light
    assert [barrier for barriers_of_page in found.values() for barrier in barriers_of_page] == []
    assert outside == []
    context.close()


def runs_off(page: Page, width: int) -> list[str]:
    """What is wider than the page, and names of figures that are cut off."""
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    names = page.get_by_test_id("stMetricLabel")
    cut = names.evaluate_all("all => all.filter(it => it.scrollWidth > it.clientWidth + 1).map(it => it.innerText)")
    return [*cut, *([f"the page is {wide} wide"] if wide > width else [])]


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
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie heeft een rots, en welke?", timeout=PATIENCE)
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
    expect(page.get_by_role("columnheader", name="Cijfer").last).to_be_visible(timeout=PATIENCE)
    assert outside == []
    context.close()
