"""Targets on the page Trend: set by a role, shown there and on Overview, and taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import period
from dashboard.agreements import Targets
from tests.app.test_pages import text, visit


@pytest.fixture
def home(home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(home_120 / "published", tmp_path / "published")
    monkeypatch.setenv(period.TODAY, "2026-11-02")
    return tmp_path


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if (button.key or "").startswith(key)).click().run()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_target_is_set_with_its_day_and_role_and_taken_back(
    lang: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home, "trend", monkeypatch, lang=lang)
    next(box for box in app.selectbox if (box.key or "").startswith("share_target_")).set_value(0.75).run()
    app = press(app, "save_target_")
    assert not app.exception
    (set_now,) = Targets(home).all()
    assert (set_now.share, set_now.owner, str(set_now.day)) == (0.75, "hr_adviser", "2026-11-02")
    written = text(app)
    assert {"nl": "gezet door de HR-adviseur op 2 november 2026", "en": "set by the HR adviser on 2 November 2026"}[
        lang
    ] in written
    assert {"nl": "streefwaarde", "en": "target"}[lang] in written.lower()
    app = press(app, "none_target_")
    assert Targets(home).all()[0].share is None
    assert {"nl": "Er is geen streefwaarde.", "en": "There is no target."}[lang] in text(app)


def test_of_how_leaders_feel_no_target_can_be_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home, "trend", monkeypatch, measure="high_stress")
    assert not app.exception
    assert not [button for button in app.button if (button.key or "").startswith("save_target_")]
