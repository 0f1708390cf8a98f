"""What keeps people out of a page: what axe-core finds, headings out of order, and what runs off the page."""

from __future__ import annotations

import itertools
import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.serving import ROOT, settled

PAGES = sorted(path.stem for path in (ROOT / "dashboard" / "views").glob("*.py"))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
LOOKS, BETWEEN = 100, 200  # times; milliseconds
TALL = 9000  # pixels: axe-core judges colours only of what is in the window
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


def out_of_order(page: Page) -> list[str]:
    """The levels of the headings, unless one is the page's own and none is left out."""
    tags = page.locator("h1,h2,h3,h4").evaluate_all("all => all.map(it => it.tagName)")
    levels = [int(tag[1]) for tag in tags]
    is_right = levels.count(1) == 1 and all(after - before <= 1 for before, after in itertools.pairwise(levels))
    return [] if is_right else [f"headings {levels}"]


def runs_off(page: Page, width: int) -> list[str]:
    """What stays wider than the page, and names of figures that stay cut off: charts follow a new width by and by."""
    for _ in range(LOOKS):
        wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        names = page.get_by_test_id("stMetricLabel")
        cut = names.evaluate_all("all => all.filter(it => it.scrollWidth > it.clientWidth + 1).map(it => it.innerText)")
        found = [*cut, *([f"the page is {wide} wide"] if wide > width else [])]
        if not found:
            break
        page.wait_for_timeout(BETWEEN)
    return found


def barriers_everywhere(page: Page, address: str, name: str) -> list[str]:
    """All of this for one page: in the light of a wide screen, and in the dark of a telephone."""
    page.set_viewport_size({"width": 1440, "height": TALL})
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/{name if name != 'overview' else ''}")
    settled(page)
    found = [*barriers(page), *out_of_order(page)]
    page.set_viewport_size({"width": 390, "height": TALL})
    page.emulate_media(color_scheme="dark")
    page.reload()
    settled(page)
    return found + barriers(page, OF_COLOUR)  # all else on the page is as it was in the light
