"""The wave that runs or comes next: its days, as the board planned them, on the day that the server gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from dashboard import period
from pipelines.flow import withdraw
from pipelines.ground.settings import Home
from tests.app.test_pages import text, visit

PLANNED = """wave,opens,closes
2026Q3,2026-08-24,2026-09-13
2026Q4,2026-10-05,2026-10-25
2027Q1,2027-01-18,2027-02-07
"""
NO_RESPONSE = "Hoeveel leiders al meededen, staat hier niet"


@pytest.fixture(scope="module")
def planned(home_120: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The board of 120 with a calendar, its snapshot made anew: without its oldest wave."""
    home = tmp_path_factory.mktemp("planned") / "home"
    shutil.copytree(home_120, home)
    (home / "instruments").mkdir(exist_ok=True)
    (home / "instruments" / "waves.csv").write_text(PLANNED)
    withdraw(Home(home), "2026Q1")
    return home


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-10-04", "Volgende meting: 2026, 4e kwartaal"),
        ("2026-10-04", "Zij opent morgen, op 5 oktober 2026"),
        ("2026-10-05", "Lopende meting: 2026, 4e kwartaal"),
        ("2026-10-05", "nog 20 dagen antwoorden"),
        ("2026-10-24", "nog 1 dag antwoorden"),
        ("2026-10-25", "Vandaag is de laatste dag"),
        ("2026-10-26", "Gesloten meting: 2026, 4e kwartaal"),
        ("2027-01-20", "Lopende meting: 2027, 1e kwartaal"),
    ],
)
def test_the_card_says_which_wave_and_how_many_days_are_left(
    day: str, told: str, planned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(period.TODAY, day)
    written = text(visit(planned, "overview", monkeypatch))
    assert told in written
    assert (NO_RESPONSE in written) == ("Lopende" in written)


def test_a_board_that_planned_nothing_and_a_day_far_from_any_wave_show_no_card(
    home_120: Path, planned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home, day in ((home_120, "2026-10-05"), (planned, "2026-06-01")):
        monkeypatch.setenv(period.TODAY, day)
        written = text(visit(home, "overview", monkeypatch))
        assert "Lopende meting" not in written
        assert "Volgende meting" not in written


def test_the_card_stands_beside_the_newest_wave_only(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(period.TODAY, "2026-10-05")
    assert "Lopende meting" not in text(visit(planned, "overview", monkeypatch, wave="2026Q2"))


def test_the_snapshot_holds_days_and_nothing_else_of_a_wave_that_was_not_published(planned: Path) -> None:
    place = planned / "published" / (planned / "published" / "CURRENT").read_text().strip()
    with duckdb.connect(str(place), read_only=True) as connection:
        rows = connection.sql("select * from calendar order by opens").fetchall()
        columns = [name for name, *_ in connection.sql("describe calendar").fetchall()]
    assert columns == ["wave", "opens", "closes"]
    assert [row[0] for row in rows] == ["2026Q3", "2026Q4", "2027Q1"]


@pytest.mark.parametrize("broken", ["wave,opens\n2026Q4,2026-10-05\n", "wave,opens,closes\n2026Q4,soon,later\n", ""])
def test_a_calendar_that_cannot_be_read_keeps_no_wave_from_view(broken: str, planned: Path, tmp_path: Path) -> None:
    shutil.copytree(planned, tmp_path / "home")
    (tmp_path / "home" / "instruments" / "waves.csv").write_text(broken)
    withdraw(Home(tmp_path / "home"), "2026Q2")
    place = tmp_path / "home" / "published" / (tmp_path / "home" / "published" / "CURRENT").read_text().strip()
    with duckdb.connect(str(place), read_only=True) as connection:
        assert connection.sql("select count(*) from calendar").fetchall() == [(0,)]
