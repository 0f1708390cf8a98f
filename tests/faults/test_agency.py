"""An agency at work: workers of any kind publish the same bytes, damage and kills of one board stop no other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pipelines import vault
from pipelines.doctor import examine
from pipelines.flow import Source, import_wave
from pipelines.ground.messages import say
from pipelines.ground.period import Wave
from pipelines.ground.settings import ROOT, Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.agencies import agency, command, dask, ended, publications, run
from tests.homes import fixed
from tests.patience import LOOK_AGAIN, PATIENCE

WAVE = Wave("2026Q3")
LEADERS = 25
DAMAGED, *WHOLE = BOARDS = ("duinen", "schor", "zeewind")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export and its roster."""
    folder = tmp_path_factory.mktemp("files")
    write_sample(folder, load_instrument(), LEADERS, 1, LEADERS)
    return folder


@pytest.fixture(scope="module")
def template(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An agency of three boards with one wave that is not published; the wave of the first is damaged."""
    home = fixed(tmp_path_factory.mktemp("board") / "home")
    import_wave(home, Source(files / f"responses_{WAVE}.csv", WAVE, roster=files / "roster.csv"))
    folder = agency(tmp_path_factory.mktemp("template"), dict.fromkeys(BOARDS, home.path))
    damaged = folder / "homes" / DAMAGED / "vault" / "waves" / f"{WAVE}.duckdb"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    return folder


def copy(template: Path, folder: Path) -> Path:
    return agency(folder, {name: template / "homes" / name for name in BOARDS})


def published(folder: Path) -> dict[str, dict[str, bytes]]:
    """What was published of each board that has a publication, byte by byte."""
    found = {name: publications(folder / "homes" / name) for name in BOARDS}
    return {name: files for name, files in found.items() if files}


def commands_of(folder: Path, name: str, command: str) -> int:
    """How often a command changed something in the vault of a board."""
    lines = (folder / "homes" / name / "vault" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return sum(json.loads(line)["command"] == command for line in lines)


@pytest.fixture(scope="module")
def by_one(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """The boards, published by one worker; with the exit code and the summary."""
    folder = copy(template, tmp_path_factory.mktemp("one") / "agency")
    return folder, *run(folder, "publish", "--workers", "1", "--lang", "en")


def test_one_damaged_board_is_refused_with_its_sentence_and_the_others_are_published(
    by_one: tuple[Path, int, str],
) -> None:
    folder, code, said = by_one
    first, *others, summary = said.splitlines()[:4]
    assert code == 1
    assert first.startswith(f"✗  {DAMAGED}")
    assert f"{WAVE}.duckdb" in first
    assert others == [f"✓  {name:<7}  done" for name in WHOLE]
    assert summary.startswith("Boards done: 2; nothing to do: 0; refused: 1.")
    assert set(published(folder)) == set(WHOLE)
    messages = folder / "runs" / "0001-publish"
    assert "published as 2026Q3-1" in (messages / "schor.out").read_text(encoding="utf-8")
    assert (messages / f"{DAMAGED}.err").read_text(encoding="utf-8").strip().splitlines()[0] in first


def test_what_is_done_is_not_done_again_by_the_next_run(by_one: tuple[Path, int, str]) -> None:
    folder, *_ = by_one
    before = published(folder)
    code, said = run(folder, "publish", "--lang", "en")
    assert code == 1
    assert said.count(say("en", "error.nothing_to_publish")) == len(WHOLE)
    assert published(folder) == before


def test_two_workers_publish_byte_for_byte_what_one_does(
    template: Path, by_one: tuple[Path, int, str], tmp_path: Path
) -> None:
    folder = copy(template, tmp_path / "agency")
    code, said = run(folder, "publish", "--workers", "2", "--lang", "en")
    assert (code, said.replace(str(folder), "")) == (by_one[1], by_one[2].replace(str(by_one[0]), ""))
    assert published(folder) == published(by_one[0])


def test_a_real_scheduler_with_two_workers_imports_and_publishes_byte_for_byte_what_one_process_does(
    files: Path, template: Path, by_one: tuple[Path, int, str], tmp_path: Path
) -> None:
    folder = copy(template, tmp_path / "agency")
    for name in BOARDS:
        shutil.copytree(files, folder / "inbox" / name)
    with dask(tmp_path) as address:
        code, said = run(folder, "import", "--wave", WAVE, "--scheduler", address, "--lang", "en")
        assert (code, said.count("done")) == (1, 3), said  # of both whole boards, and in the last line
        code, said = run(folder, "publish", "--scheduler", address, "--lang", "en")
        assert code == 1, said
        log = (tmp_path / "dask.log").read_text(encoding="utf-8")
        assert log.count("Register worker") == 2
    assert published(folder) == published(by_one[0])
    for name in WHOLE:
        assert all(finding.is_ok for finding in examine(Home(folder / "homes" / name)))


def test_a_run_that_was_killed_goes_on_where_it_stopped_and_no_board_is_published_twice(
    template: Path, by_one: tuple[Path, int, str], tmp_path: Path
) -> None:
    """The kill comes while the second board is worked on; what was begun for it goes on by itself and is waited for."""
    folder = copy(template, tmp_path / "agency")
    process = subprocess.Popen(
        command(folder, "publish", "--workers", "1", "--lang", "en"),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    second = folder / "runs" / "0001-publish" / f"{WHOLE[1]}.lock"
    for _ in range(int(PATIENCE / LOOK_AGAIN)):
        if second.exists() and ended(folder, 1) == [DAMAGED, WHOLE[0]]:
            break
        time.sleep(LOOK_AGAIN)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(PATIENCE) == -signal.SIGKILL
    assert ended(folder, 1) == [DAMAGED, WHOLE[0]]
    code, said = run(folder, "publish", "--workers", "1", "--lang", "en")
    assert (code, ended(folder, 1)) == (1, [DAMAGED, WHOLE[0], DAMAGED, WHOLE[1]])
    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["0001-publish"]
    assert published(folder) == published(by_one[0])
    for name in WHOLE:
        assert commands_of(folder, name, "publish") == 1
        assert vault.faults(Home(folder / "homes" / name)) == []
    assert "refused: 1" in said
