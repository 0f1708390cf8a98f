"""The report as one file for the browser: it draws by itself, asks nobody for anything, and follows the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.report import render
from dashboard.story import find
from tests.browser.serving import CHROMIUM, reader

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
CHARTS = ".chart svg"


@pytest.fixture(scope="module", params=["nl", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def file(home_120: Path, lang: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    place = tmp_path_factory.mktemp("mail") / "report.html"
    place.write_bytes(render(snapshot, snapshot.waves()[0], lang, "html"))
    return place


@pytest.fixture(params=["light", "dark"])
def opened(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[tuple[Page, list[str], list[str]]]:
    """The page as somebody opens it from a mail, every address it asks, and what its console complains of."""
    context, page, _ = reader(browser, color_scheme=request.param)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: complaints.append(str(one)))
    page.goto(file.as_uri())
    expect(page.locator(CHARTS)).to_have_count(page.locator(".chart").count())
    yield page, asked, complaints
    context.close()


def test_every_chart_is_drawn_and_nothing_is_asked_from_anywhere(
    opened: tuple[Page, list[str], list[str]], file: Path
) -> None:
    page, asked, complaints = opened
    assert page.locator(CHARTS).count() >= 10
    assert asked == [file.as_uri()]
    assert complaints == []


def test_a_pointer_on_a_row_is_told_group_share_and_margin_in_the_language_of_the_page(
    opened: tuple[Page, list[str], list[str]], lang: str
) -> None:
    page, *_ = opened
    bar = page.locator("#chart-0 path[aria-label]").first
    bar.scroll_into_view_if_needed()
    bar.hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    expect(tooltip).to_contain_text({"nl": "Heeft een rots", "en": "Has a rock"}[lang])
    expect(tooltip).to_contain_text({"nl": "marge ", "en": "range "}[lang])
    heard = str(bar.get_attribute("aria-label"))
    assert re.search({"nl": r"Heeft een rots, .*, marge ", "en": r"Has a rock, .*, range "}[lang], heard)


def test_no_mark_or_axis_is_told_in_another_language_or_beyond_all(opened: tuple[Page, list[str], list[str]]) -> None:
    page, *_ = opened
    labels = page.locator("[aria-label]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(labels) > 40
    assert [label for label in labels if re.search(r"axis|legend|mark|1[0-9][1-9]\s?%", label)] == []
    assert page.locator("[aria-roledescription]").count() == 0


def test_its_colours_follow_the_screen(opened: tuple[Page, list[str], list[str]]) -> None:
    page, *_ = opened
    seen = []
    modes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for mode in modes:
        page.emulate_media(color_scheme=mode)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        ink = page.locator("#chart-0 .mark-text text").last
        expect(ink).to_have_attribute("fill", re.compile({"light": "#1E2A2B", "dark": "#E6EDED"}[mode], re.IGNORECASE))
        seen.append(ground)
    assert seen[0] != seen[1]


def test_it_fits_a_telephone(opened: tuple[Page, list[str], list[str]]) -> None:
    page, *_ = opened
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
