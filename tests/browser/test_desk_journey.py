"""The steward's journey in headless Chromium: from an awkward export on the desk to the published dashboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.browser.serving import CHROMIUM, bring, chromium, desk, reader, served, settled
from tests.patience import LOOK_AGAIN
from tests.spec.test_hr_roster import delivered

SECRET = "Jan Jansen"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]


@pytest.fixture
def page() -> Iterator[Page]:
    """A Dutch reader; the test fails when anything leaves this computer."""
    with chromium() as browser:
        _, page, outside = reader(browser, viewport={"width": 1280, "height": 1000})
        yield page
        assert outside == []


def awkward_export(folder: Path) -> Path:
    """Sample answers as a tool would spoil them: another spelling of a code, names, two answers twice."""
    write_sample(folder, load_instrument(), 60, 1, 3)
    answers = pl.read_csv(folder / "responses_2026Q3.csv", infer_schema=False).rename({"stress_1": "Stress1"})
    answers = pl.concat([answers, answers.head(2)]).with_columns(Naam=pl.lit(SECRET), Vraag=pl.lit("1"))
    file = folder / "export_2026Q3.csv"
    answers.write_csv(file)
    return file


def test_a_steward_brings_an_export_mends_it_and_publishes_by_keyboard(tmp_path: Path, page: Page) -> None:
    export, home, log = awkward_export(tmp_path), tmp_path / "home", tmp_path / "desk.log"
    with desk(page, home, log) as address:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Meting inlezen")
        assert page.locator("html").get_attribute("lang") == "nl"
        bring(page, 0, export)
        expect(page.get_by_text("Herkend als")).to_be_visible()
        bring(page, 1, tmp_path / "roster.csv")

        # what is personal is named by column and rule, its content nowhere
        refused = page.get_by_role("heading", name="Dit bestand bevat wat niet mag worden ingelezen")
        expect(refused).to_be_visible()
        expect(page.get_by_role("cell", name="een naam")).to_be_visible()
        assert SECRET not in page.inner_text("body")
        assert not (home / "vault" / "waves").exists()
        press(page, "Laat deze kolommen weg")

        # what was understood, what is rejected, what will be withheld
        expect(page.get_by_text("‘Stress1’ lezen als stress_1")).to_be_visible()
        expect(page.get_by_role("heading", name="4. Wat gepubliceerd")).to_be_visible()
        expect(page.get_by_role("cell", name="een tweede antwoord van dezelfde leider")).to_be_visible()
        assert "hele bestuur" in page.inner_text("body")

        press(page, "Inlezen")
        expect(page.get_by_text("rijen staan in de kluis als meting 2026Q3")).to_be_visible()
        press(page, "Publiceer 2026Q3")
        expect(page.get_by_text("2026Q3-1 is gepubliceerd")).to_be_visible()
        assert SECRET not in page.inner_text("body")

        # the same in English
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Import a wave")
    assert SECRET not in log.read_text(encoding="utf-8") + (home / "vault" / "log.jsonl").read_text(encoding="utf-8")
    assert list((home / "vault").glob(".upload-*")) == []

    with served(
        "pipelines.cli", "dashboard", "--home", str(home), "--lang", "nl", log=tmp_path / "dashboard.log"
    ) as address:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Waar missen schoolleiders steun?")
        expect(page.get_by_test_id("stMetricValue").first).to_be_visible()


@pytest.mark.parametrize(
    ("system", "read"), [("afas", "‘Ingangsdatum functie’ = experience_band"), ("visma", "‘Jaren schoolleider’")]
)
def test_an_export_of_an_hr_system_becomes_a_published_wave_on_the_desk_alone(
    tmp_path: Path, page: Page, system: str, read: str
) -> None:
    delivered(tmp_path, system)
    home = tmp_path / "home"
    with desk(page, home, tmp_path / "desk.log") as address:
        page.goto(address)
        bring(page, 0, tmp_path / "answers.csv")
        expect(page.get_by_text("Herkend als")).to_be_visible()
        bring(page, 1, tmp_path / f"{system}.csv")
        choose_wave(page, "2026Q3")
        refused = page.get_by_role("heading", name="De lijst van schoolleiders bevat wat niet mag worden ingelezen")
        expect(refused).to_be_visible()
        press(page, "Laat deze kolommen weg")
        if system == "visma":
            press(page, "De grootste aanstelling telt")
        expect(page.get_by_text(read).first).to_be_visible()
        expect(page.get_by_text("1 rij zonder sleutel is een vacature")).to_be_visible()
        press(page, "Inlezen")
        expect(page.get_by_text("rijen staan in de kluis als meting 2026Q3")).to_be_visible()
        press(page, "Publiceer 2026Q3")
        expect(page.get_by_text("2026Q3-1 is gepubliceerd")).to_be_visible()
    assert "Olga" not in (tmp_path / "desk.log").read_text(encoding="utf-8")


def test_a_steward_maps_what_nobody_knows_closes_the_tab_and_goes_on(tmp_path: Path, page: Page) -> None:
    export = odd_files(tmp_path)
    with desk(page, tmp_path / "home", tmp_path / "desk.log") as address:
        bring_odd(page, address, export)
        choose(page, "Welke kolom van de lijst is de sleutel van de leider?", "Nr. deelname")
        press(page, "Lees ‘Nr. deelname’ als de sleutel van de leider")
        choose(page, "Welke kolom van de lijst is Regio?", "Plek")
        press(page, "Lees ‘Plek’ als Regio")
        choose(page, "Welke groep van Ervaring als schoolleider is bedoeld?", "21 jaar of meer")
        press(page, "Lees het als 21 jaar of meer")
        expect(page.get_by_text("Wat betekenen deze antwoorden op stress_1?")).to_be_visible()

        # the tab is closed before the last decision
        page.goto("about:blank")
        page.goto(address)
        expect(page.get_by_text("U was bezig met")).to_be_visible()
        bring_odd(page, address, export)
        expect(page.get_by_text("staat er weer")).to_be_visible()
        choose(page, "‘tamelijk’", "3 – soms")
        press(page, "Lees ze zo")
        press(page, "Bewaar dit voor de lijst van de volgende meting")
        press(page, "Inlezen")
        expect(page.get_by_text("rijen staan in de kluis als meting 2026Q3")).to_be_visible()

        # and it waits to be published
        page.goto("about:blank")
        page.goto(address)
        press(page, "Publiceer 2026Q3")
        expect(page.get_by_text("2026Q3-1 is gepubliceerd")).to_be_visible()
    assert not list((tmp_path / "home" / "vault" / "drafts").iterdir())


def odd_files(folder: Path) -> Path:
    """Sample answers and their roster under heads and words that nobody knows; the export."""
    write_sample(folder, load_instrument(), 60, 1, 3)
    answers = pl.read_csv(folder / "responses_2026Q3.csv", infer_schema=False)
    answers = answers.with_columns(stress_1=pl.col("stress_1").replace("3", "tamelijk"))
    export = folder / "export_2026Q3.csv"
    answers.write_csv(export)
    roster = pl.read_csv(folder / "roster.csv", infer_schema=False)
    roster = roster.with_columns(experience_band=pl.col("experience_band").replace("21+", "zeer ervaren"))
    names = {"leader_key": "Nr. deelname", "region": "Plek"}
    roster.rename(names).write_csv(folder / "roster.csv", separator=";")
    return export


def bring_odd(page: Page, address: str, export: Path) -> None:
    """Choose both files; the wave stands in the name of one."""
    page.goto(address)
    bring(page, 0, export)
    expect(page.get_by_text("Herkend als")).to_be_visible()
    bring(page, 1, export.parent / "roster.csv")
    expect(page.get_by_text("Hoe de lijst van schoolleiders wordt gelezen")).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list; a page that scrolls closes it."""
    settled(page)
    box = page.get_by_role("combobox", name=label)
    box.scroll_into_view_if_needed()
    settled(page)
    while box.get_attribute("aria-expanded") != "true":
        box.click()
        page.wait_for_timeout(1000 * LOOK_AGAIN)
    page.get_by_role("option", name=option, exact=True).click()


def choose_wave(page: Page, wave: str) -> None:
    """Choose a wave in its list, where it is not the one that is there already."""
    chosen = page.get_by_role("combobox", name="Meting")
    if wave not in str(chosen.get_attribute("aria-label")):
        chosen.click()
        page.get_by_role("option", name=wave, exact=True).click()


def press(page: Page, name: str) -> None:
    """Press a button as somebody without a mouse does."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.focus()
    page.keyboard.press("Enter")
