"""The sample board on every screen, with long names: nothing is cut off, covered or jumps; paper; the phone's menu."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.barriers import PAGES
from tests.browser.serving import CHROMIUM, reader, serving, settled
from tests.browser.standing import FAULTS, TELEPHONE, faults_at_every_width

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]
# A name of a merger, and one with no place to break it.
LONG = {
    "region:West-Noord": (
        "Zuidwest-Drenthe en omstreken (voormalig cluster 4)",
        "South-West Drenthe and surroundings (former cluster 4)",
    ),
    "region:Oost": ("Hoogheemraadschapsdistricten", "Internationalisationregionals"),
}


def renamed(home: Path, folder: Path) -> Path:
    """The same publications, with long names for regions."""
    shutil.copytree(home / "published", folder / "published")
    newest = folder / "published" / (folder / "published" / "CURRENT").read_text(encoding="utf-8").strip()
    newest.chmod(0o600)
    with duckdb.connect(str(newest)) as connection:
        for code, names in LONG.items():
            told = connection.execute("update dictionary set nl = ?, en = ? where code = ?", [*names, code])
            assert told.fetchone() == (1,)
    return folder


@pytest.fixture(scope="module")
def address(home_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(renamed(home_sample, tmp_path_factory.mktemp("long"))) as served:
        yield served


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_on_a_page_of_the_sample_board_nothing_is_cut_off_covered_or_jumps_on_any_screen(
    opened: dict[str, Page], address: str, name: str
) -> None:
    assert faults_at_every_width(opened, address, name) == []


# Each line holds one fault that the look has to find.
BAD = """
<div id="root"><main data-testid="stMain" style="width: 400px; overflow: auto; position: relative"><h1>Title</h1>
<p data-testid="cut" style="width: 60px; overflow: hidden; white-space: nowrap">marge 72–85%, cut</p>
<p data-testid="scrolling" style="width: 60px; overflow: auto; white-space: nowrap">a table of many columns</p>
<div><p>covered</p><p style="position: absolute; left: 0; margin-top: -40px; width: 90px; height: 40px"></p></div>
<p style="height: 30px">one<span style="position: absolute; left: 8px">two</span></p>
<div data-testid="stVerticalBlock"><h2>Picture</h2><div data-testid="stVegaLiteChart"><svg width="300" height="200">
<text x="280" y="20">leaves</text><text x="10" y="50">short…</text><text x="10" y="80">over</text>
<text x="14" y="84">words</text><g class="mark-rect role-mark"><path d="M 30,100 h 100 v 20 h -100 Z"></path></g>
<text x="10" y="115">half</text></svg></div></div></main></div>
"""


def test_the_look_at_a_page_finds_every_kind_of_fault(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 800})
    page.set_content(BAD)
    assert {fault.split(":")[0] for fault in page.evaluate(FAULTS)} == {
        "cut off", "scrolls aside unsaid", "covered", "words over words", "leaves its picture", "shortened",
        "words over a bar",
    }  # fmt: skip
    page.set_content(BAD.replace("<h1>", '<h1 style="width: 500px">'))
    assert any(fault.startswith("wider than the window") for fault in page.evaluate(FAULTS))
    page.close()


CARDS = """() => [...document.querySelectorAll('.stMain .stVerticalBlock .stVerticalBlock')]
  .filter(it => it.querySelector(':scope > .stElementContainer > .stHeading'))
  .map(card => [card.querySelector('h2, h3').innerText,
    [...card.querySelectorAll('p, li, svg :is(tspan, text:not(:has(tspan)))')]
      .filter(it => it.checkVisibility()).map(it => it.textContent).join(' ')])"""
WHOLE = re.compile(r"\b\w{3,12}\b")  # words that no line breaks


def on_paper(page: Page, place: Path) -> list[str]:
    """The words of each sheet, as the browser prints the page."""
    if shutil.which("pdftotext") is None and not os.environ.get("CI"):
        pytest.skip("pdftotext is not on this machine (Debian: poppler-utils)")
    page.pdf(path=place, prefer_css_page_size=True)
    words = subprocess.run(["pdftotext", "-layout", place, "-"], capture_output=True, check=True).stdout.decode()
    return [" ".join(sheet.split()) for sheet in words.split("\f")[:-1]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "coverage", "asking"])
def test_on_paper_there_is_no_menu_and_every_card_stands_whole_on_one_sheet(
    opened: dict[str, Page], address: str, tmp_path: Path, name: str
) -> None:
    page = opened["nl"]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/{name}")
    settled(page)
    sheets = on_paper(page, tmp_path / "page.pdf")
    assert "Verdiepen" in page.inner_text("body")
    assert "Verdiepen" not in " ".join(sheets)
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path / "page.pdf").read_bytes()))
    assert boxes == {(b"594.95996", b"841.91998")}  # A4 in points
    page.emulate_media(media="print")
    cards = page.evaluate(CARDS)
    page.emulate_media(media="null")
    assert cards
    for title, said in cards:
        wanted = {*WHOLE.findall(said)}
        assert any(title in sheet and wanted <= {*WHOLE.findall(sheet)} for sheet in sheets), title


def test_a_page_that_is_dark_on_the_screen_is_light_on_paper(browser: Browser, address: str, tmp_path: Path) -> None:
    context, page, _ = reader(browser, color_scheme="dark")
    page.goto(f"{address}/coverage")
    settled(page)
    on_paper(page, tmp_path / "page.pdf")
    subprocess.run(["pdftoppm", "-r", "20", "-gray", tmp_path / "page.pdf", tmp_path / "sheet"], check=True)
    sheets = sorted(tmp_path.glob("sheet*.pgm"))
    assert sheets
    for sheet in sheets:
        pixels = np.frombuffer(sheet.read_bytes().split(b"\n", 3)[-1], dtype=np.uint8)
        assert pixels.mean() > 220
    context.close()


@pytest.mark.parametrize("choice", ["page", "region"])
def test_on_a_telephone_the_menu_makes_room_after_a_choice(browser: Browser, address: str, choice: str) -> None:
    context, page, _ = reader(browser, viewport=TELEPHONE, has_touch=True, is_mobile=True)
    page.goto(f"{address}/coverage")
    settled(page)
    menu = page.get_by_test_id("stSidebar")
    expect(menu).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").tap()
    expect(menu).to_be_in_viewport()
    if choice == "page":
        page.get_by_role("link", name="Verloop").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Wordt het beter?")
    else:
        page.get_by_role("combobox", name="Regio").locator("xpath=..").get_by_role("button").tap()
        page.get_by_role("option").nth(1).tap()
        page.wait_for_url("**region=*")
    expect(menu).not_to_be_in_viewport()
    context.close()
