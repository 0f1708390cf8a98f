"""How the dashboard is served and reads: this computer only, one locked file, the right language on the first page."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from streamlit.file_util import get_static_dir

from dashboard.__main__ import is_free
from dashboard.__main__ import main as dashboard_main
from dashboard.door.asgi import PAGES, first_page
from dashboard.story.snapshot import Snapshot, _connection, find
from dashboard.wall import is_loopback
from desk.__main__ import main as desk_main
from pipelines.ground.settings import ROOT


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("board.nl", False),
    ],
)
def test_only_this_computer_is_served(address: str, loopback: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert is_loopback(address) is loopback
    if not loopback:
        assert dashboard_main(["serve", "--address", address, "--lang", "en"]) == 2
        assert "is refused" in capsys.readouterr().err


def test_a_port_in_use_is_said_instead_of_silently_taking_another(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert not is_free("127.0.0.1", port)
        assert dashboard_main(["serve", "--port", str(port)]) == 1
    assert f"Poort {port} is al in gebruik" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_first_page_says_its_language(lang: str) -> None:
    page = first_page(lang)
    assert f'<html lang="{lang}">' in page
    assert "<title>Klankbord</title>" in page
    assert page.count("<noscript>") == page.count("</noscript>") == 1
    assert "overview" in PAGES


def test_the_first_page_asks_at_once_for_each_script_that_a_picture_or_a_table_needs() -> None:
    asked = set(re.findall(r"static/js/([\w.-]+)\"", first_page("nl")))
    scripts = Path(get_static_dir()) / "static" / "js"
    for part in ("ArrowVegaLiteChart", "Table"):
        (itself,) = scripts.glob(f"{part}.*.js")
        assert itself.name in asked
    needed = {it for name in asked for it in re.findall(r'from"\./([^"]+)"', (scripts / name).read_text("utf-8"))}
    assert len(needed) > len(asked) / 2
    assert needed <= asked


def test_the_snapshot_is_opened_read_only_and_locked(home_25: Path, tmp_path: Path) -> None:
    snapshot = find(home_25).snapshot
    assert snapshot is not None
    cursor = _connection(snapshot.path).cursor()
    elsewhere = tmp_path / "x.csv"
    elsewhere.write_text("a\n1\n")
    frame = snapshot.rows("about")
    for attempt in (
        "delete from about",
        f"select * from read_csv('{elsewhere}')",
        f"attach '{tmp_path / 'y.duckdb'}'",
        "set enable_external_access = true",
        "install httpfs",
        "select * from frame",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(attempt).fetchall()
    assert frame.height


def test_a_new_publication_is_seen_at_the_next_look(home_25: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    published.mkdir()
    names = sorted(path.name for path in (home_25 / "published").glob("*.duckdb"))

    def show(name: str) -> Snapshot | None:
        for file in (name, Path(name).with_suffix(".sha256")):
            shutil.copy2(home_25 / "published" / file, published)
        (published / "CURRENT").write_text(name + "\n")
        return find(tmp_path).snapshot

    first, second = show(names[0]), show(names[-1])
    assert first is not None
    assert second is not None
    assert (first.path.name, second.path.name) == (names[0], names[-1])
    assert len(second.waves()) > len(first.waves())


def test_current_may_not_point_outside_the_published_folder(home_25: Path, tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "CURRENT").write_text(str(next((home_25 / "published").glob("*.duckdb"))))
    assert find(tmp_path).state == "unreadable"


@pytest.mark.parametrize("main", [dashboard_main, desk_main])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_server_that_a_failing_disk_stops_says_what_the_computer_did_not_give(
    main: Callable[[list[str]], int],
    lang: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(socket, "socket", fail)
    for name in ("KLANKBORD_HOME", "KLANKBORD_LANG"):  # what the command sets for its own process
        monkeypatch.setenv(name, "")
    words = ["serve", "--home", str(tmp_path)] if main is dashboard_main else ["--home", str(tmp_path)]
    assert main([*words, "--lang", lang]) == 1
    said = capsys.readouterr().err
    assert os.strerror(errno.EIO) in said
    assert {"nl": "Kijk naar de schijf", "en": "Look at the disk"}[lang] in said


def test_the_dashboard_knows_a_snapshot_that_changed_as_the_pipelines_do() -> None:
    twins = (ROOT / "pipelines" / "ground" / "published.py", ROOT / "dashboard" / "published.py")
    assert len({twin.read_text(encoding="utf-8") for twin in twins}) == 1
