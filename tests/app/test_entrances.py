"""Whatever comes in by an address, a file or a command line is understood or refused kindly; nothing breaks."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from typer.main import get_command

from dashboard.door.asgi import PAGES
from dashboard.page.address import KEPT
from dashboard.story.snapshot import Snapshot, find
from pipelines import cli
from tests.browser.serving import ROOT
from tests.drawn import examples
from tests.patience import PATIENCE

APP = ROOT / "dashboard" / "app.py"
KEYS = (*KEPT, "region", "experience_band")
CODES = st.sampled_from(["nl", "en", "2026Q3", "2026Q2", "previous", "year", "region", "role", "Noord", "0-1", "used"])


@pytest.mark.hypothesis
@pytest.mark.parametrize("page", PAGES)
def test_no_address_breaks_a_page(page: str, home_25: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_HOME", str(home_25))

    @examples(12)
    @given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=20), CODES | st.text(max_size=30), max_size=6))
    def open_with(query: dict[str, str]) -> None:
        app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
        for key, value in query.items():
            app.query_params[key] = value
        if page != PAGES[0]:
            app.switch_page(f"views/{page}.py")
        app.run()
        assert not app.exception
        assert app.title

    open_with()


@examples(12)
@given(st.integers(0, 2**32), st.sampled_from(["cut", "flip", "zero", "junk"]))
def test_no_snapshot_file_breaks_the_reader(home_25: Path, tmp_path: Path, seed: int, harm: str) -> None:
    draw, place = random.Random(seed), tmp_path / str(seed) / harm
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(home_25 / "published", place / "published")
    current = place / "published" / (place / "published" / "CURRENT").read_text().strip()
    content = bytearray(current.read_bytes())
    at = draw.randrange(len(content))
    match harm:
        case "cut":
            content = content[:at]
        case "flip":
            content[at] ^= 1 << draw.randrange(8)
        case "zero":
            content[at : at + 4096] = bytes(len(content[at : at + 4096]))
        case "junk":
            content = bytearray(draw.randbytes(min(len(content), 50_000)))
    current.chmod(0o600)
    current.write_bytes(content)
    found = find(place)
    assert found.state in ("current", "earlier", "unreadable")
    if found.snapshot:  # what is offered can be read to its end
        _read_all(found.snapshot)


def _read_all(snapshot: Snapshot) -> None:
    for wave in snapshot.waves():
        assert snapshot.cell(wave, "has_rock") is not None


SERVES = {"dashboard", "desk", "demo", "report"}  # become another program, or take long
COMMANDS = set(get_command(cli.app).commands)
WORDS = [*sorted(COMMANDS - SERVES), "--wave", "--home", "--out", "--lang", "en", "2026Q3", "2026Q9", "x.csv", "--json",
         "--to", "--key", "-"]  # fmt: skip
RUN_ALL = """
import contextlib, io, json, os, sys
from pipelines.cli import main
for words in json.load(sys.stdin):
    sys.argv, told = ["klankbord", *words], io.StringIO()
    code = 0
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            sys.stdin = io.StringIO("")
            main()
        except SystemExit as end:
            code = end.code or 0
    print(json.dumps([words, code, told.getvalue()]))
"""


def test_no_command_line_ends_in_a_traceback(tmp_path: Path) -> None:
    draw = random.Random(7)
    odd = ["", "é", "../..", "--", "-x", "1e9", "\n", "ж" * 200, "%s%n", "'; drop table cell; --"]
    lines = [[draw.choice(WORDS), *(draw.choice(WORDS + odd) for _ in range(draw.randrange(6)))] for _ in range(250)]
    lines += [[word, "--help"] for word in WORDS]
    env = {**os.environ, "KLANKBORD_HOME": str(tmp_path / "home"), "KLANKBORD_DEBUG": ""}
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL], input=json.dumps(lines), cwd=tmp_path, env=env, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    ended = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(ended) == len(lines)
    assert {code for _, code, _ in ended} >= {0, 1, 2}  # done, refused, wrong usage: all were reached
    for words, code, told in ended:
        assert code in (0, 1, 2, 3), (words, told)
        assert "Traceback" not in told, (words, told)
        assert "niet voorzagen" not in told, (words, told)
        assert "did not foresee" not in told, (words, told)
