"""Links: the wave stands in every address, and what a link asks for in vain is said on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.door.asgi import PAGES
from dashboard.period import is_wave
from dashboard.story.snapshot import find
from tests.app.test_pages import text, visit

FIRST = {"nl": "De link vraagt om", "en": "The link asks for"}


def asked(app: AppTest, key: str) -> str:
    """A code in the address; Streamlit's test runner gives back lists too."""
    code = app.query_params.get(key, "")
    return code[0] if isinstance(code, list) else code


@pytest.mark.parametrize("page", PAGES)
def test_the_wave_stands_in_the_address_of_every_page(
    page: str, home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, page, monkeypatch)
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    assert asked(app, "wave") == snapshot.waves()[0]


def test_an_earlier_wave_stays_in_the_address_and_the_newest_is_one_click_away(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    newest, *_, oldest = snapshot.waves()
    app = visit(home_120, "overview", monkeypatch, wave=oldest)
    assert asked(app, "wave") == oldest
    next(button for button in app.button if "nieuwste meting" in button.label).click().run()
    assert asked(app, "wave") == newest
    assert not [button for button in app.button if "nieuwste meting" in button.label]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("wave", ["2031Q1", "<b>boo</b>", "2026Q٣"])
def test_a_wave_that_is_not_there_is_said_and_only_a_possible_one_is_named(
    wave: str, lang: str, home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "overview", monkeypatch, wave=wave, lang=lang)
    (warning,) = app.warning
    assert warning.value.startswith(FIRST[lang])
    assert ("2031" in warning.value) == (wave == "2031Q1")
    assert wave not in warning.value + text(app)
    assert asked(app, "wave") == wave  # said for as long as nobody chooses another


def test_a_region_that_is_not_there_is_said_and_not_replaced_in_silence(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "coverage", monkeypatch, region="Atlantis")
    (warning,) = app.warning
    assert warning.value.startswith("De link vraagt om een groep die er niet is (regio)")
    assert "Atlantis" not in warning.value + text(app)


def test_a_region_of_another_wave_is_named(home_sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = find(home_sample).snapshot
    assert snapshot is not None
    newest, *_, oldest = snapshot.waves()
    levels = [set(snapshot.rows("levels", wave=wave, dimension="region")["level"]) for wave in (newest, oldest)]
    gone = sorted(levels[0] - levels[1])[0]
    app = visit(home_sample, "coverage", monkeypatch, region=gone, wave=oldest)
    assert [warning.value for warning in app.warning if gone in warning.value]


@pytest.mark.parametrize(
    ("written", "is_one"), [("2026Q3", True), ("2026Q5", False), ("2026q3", False), ("26Q3", False), ("2026Q31", False)]
)
def test_a_wave_is_a_year_and_a_quarter(written: str, is_one: bool) -> None:
    assert is_wave(written) == is_one
