"""Can every steward use the desk? axe-core at each station in both languages, and the whole way by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, Page, expect

from tests.browser.barriers import barriers, out_of_order, runs_off
from tests.browser.serving import bring, desk, reader, settled
from tests.browser.test_access import pytestmark
from tests.browser.test_desk_journey import awkward_export

__all__ = ["pytestmark"]
WORDS = {
    "nl": ("Kies de export", "Kies de lijst", "Laat deze kolommen weg", "Inlezen", "Publiceer 2026Q3", "gepubliceerd"),
    "en": (
        "Choose the export",
        "Choose the roster",
        "Leave these columns out",
        "Import",
        "Publish 2026Q3",
        "published",
    ),
}


def stations(page: Page, address: str, lang: str, folder: Path) -> Iterator[str]:
    """The desk from the first look to the end, with all that unfolds open; one name a station."""
    export = awkward_export(folder)
    _, _, leave_out, load, publish, end = WORDS[lang]
    page.goto(f"{address}/?lang={lang}")
    settled(page)
    yield "start"
    bring(page, 0, export)
    settled(page)
    bring(page, 1, folder / "roster.csv")
    expect(page.get_by_role("button", name=leave_out)).to_be_visible()
    settled(page)
    yield "refused"
    page.get_by_role("button", name=leave_out).click()
    expect(page.get_by_role("button", name=load, exact=True)).to_be_visible()
    settled(page)
    for fold in page.locator("summary").all():
        fold.click()
    settled(page)
    yield "understood"
    page.get_by_role("button", name=load, exact=True).click()
    page.get_by_role("button", name=publish).click()
    expect(page.get_by_text(f"2026Q3-1 is {end}")).to_be_visible()
    settled(page)
    yield "done"


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "theme", "width"), [("nl", "light", 1440), ("en", "dark", 390)])
def test_the_desk_is_free_of_barriers_of_ours_at_every_station(
    browser: Browser, tmp_path: Path, lang: str, theme: str, width: int
) -> None:
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "locale": f"{lang}-NL"}
    context, page, outside = reader(browser, **look)
    found = []
    with desk(page, tmp_path / "home", tmp_path / "desk.log") as address:
        for station in stations(page, address, lang, tmp_path):
            seen = (*barriers(page), *runs_off(page, width), *out_of_order(page))
            found += [f"{station}: {barrier}" for barrier in seen]
        context.close()
    assert found == []
    assert outside == []


@pytest.mark.slow
def test_the_keyboard_alone_leads_from_an_export_to_its_publication(browser: Browser, tmp_path: Path) -> None:
    context, page, outside = reader(browser)
    export = awkward_export(tmp_path)
    choose, choose_roster, leave_out, load, publish, end = WORDS["nl"]
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))  # Playwright takes no method of a list

    def tab_to(name: str) -> None:
        wanted = page.get_by_role("button", name=name)
        expect(wanted.first).to_be_visible()
        settled(page)
        for _ in range(80):
            page.keyboard.press("Tab")
            if wanted.first.evaluate("it => it === document.activeElement"):
                return
        raise AssertionError(f"the keyboard never reaches {name}")

    with desk(page, tmp_path / "home", tmp_path / "desk.log") as address:
        page.goto(address)
        roster = tmp_path / "roster.csv"
        for name, file, then in ((choose, export, "Herkend als"), (choose_roster, roster, "roster.csv")):
            asked = len(choosers)
            for _ in range(20):  # a page that was just drawing again swallows the key: press once more
                tab_to(name)
                page.keyboard.press("Enter")
                settled(page)
                if len(choosers) > asked:
                    break
            choosers[-1].set_files(file)
            expect(page.get_by_text(then)).to_be_visible()
        for name in (leave_out, load, publish):
            tab_to(name)
            page.keyboard.press("Enter")
        expect(page.get_by_text(f"2026Q3-1 is {end}")).to_be_visible()
        context.close()
    assert outside == []
