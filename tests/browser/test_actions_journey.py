"""From a suggestion on Overview to a recorded action, and two browsers that edit the same one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.agreements.store import Store
from dashboard.agreements.suggest import effect, effect_sentence
from dashboard.story.snapshot import find
from dashboard.story.wave import Story
from dashboard.words import words
from pipelines.again import sample_sources
from pipelines.flow import import_wave, publish_wave
from pipelines.ground.settings import Home
from tests.browser.serving import CHROMIUM, reader, serving, settled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]


@pytest.fixture
def address(home_120: Path, tmp_path: Path) -> Iterator[str]:
    shutil.copytree(home_120 / "published", tmp_path / "published")
    with serving(tmp_path) as served:
        yield served


def open_suggestion(page: Page, address: str) -> None:
    """From a suggestion on Overview to the form it fills in."""
    page.goto(address)
    settled(page)
    page.get_by_role("button", name="Leg vast").first.click()
    page.wait_for_url("**/actions?*advice=*")
    settled(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Opslaan").first.click()
    settled(page)


def test_a_suggestion_becomes_an_agreement_and_nobody_overwrites_the_other(browser: Browser, address: str) -> None:
    context, page, outside = reader(browser)
    open_suggestion(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat spreken we af, en hielp het?")
    save(page)
    expect(page.get_by_text("De afspraak is opgeslagen.")).to_be_visible()
    expect(page.get_by_text("Een volgende meting laat zien of er iets verschuift.")).to_be_visible()

    colleague, other, _ = reader(browser)
    other.goto(f"{address}/actions")
    settled(other)
    for each, status in ((page, "loopt"), (other, "gestopt")):
        each.get_by_text("Wijzigen").first.click()
        settled(each)  # it unfolds
        each.get_by_role("combobox", name="Stand").first.click()
        each.get_by_role("option", name=status).click()
        settled(each)
    save(page)
    expect(page.get_by_text("De afspraak is opgeslagen.")).to_be_visible()
    save(other)
    expect(other.get_by_text("Iemand anders heeft deze afspraak net veranderd.")).to_be_visible()
    expect(other.get_by_text("· loopt")).to_be_visible()
    assert outside == []
    for each_context in (context, colleague):
        each_context.close()


def test_the_next_sample_wave_shows_what_became_of_an_agreement(browser: Browser, tmp_path: Path) -> None:
    home, (earlier, later) = Home(tmp_path), sample_sources()[-2:]
    for source in (earlier, later):
        import_wave(home, source)
    publish_wave(home, earlier.wave)
    with serving(tmp_path) as address:
        context, page, outside = reader(browser)
        open_suggestion(page, address)
        save(page)
        expect(page.get_by_text("Een volgende meting laat zien of er iets verschuift.")).to_be_visible()

        publish = [Path(sys.executable).with_name("klankbord"), "publish", "--home", str(tmp_path)]
        subprocess.run(publish, check=True, capture_output=True)
        page.reload()
        settled(page)
        snapshot, (agreed,) = find(tmp_path).snapshot, Store(tmp_path).all()
        assert snapshot is not None
        assert (agreed.base, snapshot.waves()[0]) == (earlier.wave, later.wave)
        story = Story(snapshot, words("nl", snapshot.rows("dictionary").iter_rows(named=True)), later.wave)
        assert effect(story, agreed, later.wave) in ("better", "worse", "same", "cannot_tell")
        expect(page.get_by_text(effect_sentence(story, agreed, later.wave))).to_be_visible()
        assert outside == []
        context.close()
