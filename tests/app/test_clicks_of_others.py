"""The role is asked where something happens: what was drawn for somebody who may, does nothing for who may no more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.agreements import Store, Targets
from dashboard.door import gate
from tests.browser.serving import ROOT
from tests.patience import PATIENCE


class Login:
    """A login whose role can change between two clicks."""

    def __init__(self) -> None:
        self.now: str | None = "adviser"

    def role(self, _: object) -> str | None:
        return self.now


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Login:
    one = Login()
    monkeypatch.setattr(gate, "current", lambda: one)
    return one


@pytest.fixture
def actions(home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: Login) -> AppTest:
    shutil.copytree(home_120 / "published", tmp_path / "published")
    monkeypatch.setenv("KLANKBORD_HOME", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE)
    return app.switch_page("views/actions.py").run()


def save(page: AppTest) -> AppTest:
    return next(button for button in page.button if button.label == "Opslaan").click().run()


def test_an_adviser_saves(actions: AppTest, tmp_path: Path) -> None:
    save(actions)
    assert len(Store(tmp_path).all()) == 1


@pytest.mark.parametrize("role", [None, "council", "board"])
def test_a_click_of_somebody_whose_login_ended_or_whose_role_was_taken_saves_nothing(
    actions: AppTest, login: Login, tmp_path: Path, role: str | None
) -> None:
    login.now = role
    after = save(actions)
    assert not after.exception
    assert Store(tmp_path).all() == []
    if role == "board":  # who still reads the page is told
        assert [told.value for told in after.warning] == [
            "Er is niets opgeslagen: uw inlog is verlopen, of uw rol mag geen afspraken vastleggen. "
            "Log zo nodig opnieuw in."
        ]
    else:
        assert "Opslaan" not in [button.label for button in after.button]


def test_a_change_of_an_agreement_by_somebody_who_may_no_more_changes_nothing(
    actions: AppTest, login: Login, tmp_path: Path
) -> None:
    kept = Store(save(actions) and tmp_path).all()
    actions.run()
    changes = next(button for button in actions.button if str(button.key).startswith("save_"))
    next(box for box in actions.selectbox if str(box.key).startswith("status_")).set_value("done")
    login.now = "board"
    changes.click().run()
    assert Store(tmp_path).all() == kept


@pytest.mark.parametrize("role", [None, "council", "board"])
def test_a_target_of_somebody_who_may_no_more_is_not_set(
    actions: AppTest, login: Login, tmp_path: Path, role: str | None
) -> None:
    trend = actions.switch_page("views/trend.py").run()
    login.now = role
    after = save(trend)
    assert not after.exception
    assert Targets(tmp_path).all() == []
    if role == "board":
        assert any("Er is niets opgeslagen" in told.value for told in after.warning)
