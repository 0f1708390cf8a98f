"""Agencies to test with: a folder of homes, and a Dask scheduler with its workers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipelines.agency.boards import FILE
from pipelines.ground.settings import ROOT
from tests.patience import LOOK_AGAIN, PATIENCE

LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")


def agency(folder: Path, homes: Mapping[str, Path]) -> Path:
    """A folder with a copy of each home and the agency.toml that names them; the folder."""
    for name, home in homes.items():
        shutil.copytree(home, folder / "homes" / name)
    lines = [f'{name} = {{ home = "homes/{name}", inbox = "inbox/{name}" }}' for name in homes]
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text("\n".join(["[boards]", *lines, ""]), encoding="utf-8")
    return folder


def command(folder: Path, *words: str) -> list[str]:
    """The command line of an agency, for a process."""
    return [sys.executable, "-m", "pipelines.cli", "agency", str(folder), *words]


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and summary of one run."""
    done = subprocess.run(command(folder, *words), cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def publications(home: Path) -> dict[str, bytes]:
    """What was published of a board, byte by byte: file -> content."""
    folder = home / "vault" / "publications"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ended(folder: Path, number: int) -> list[str]:
    """The boards whose end stands in the journal of a run."""
    found = sorted((folder / "runs").glob(f"{number:04}-*/journal.jsonl"))
    lines = found[0].read_text(encoding="utf-8").splitlines() if found else []
    return [json.loads(line)["board"] for line in lines if '"board"' in line]


@contextmanager
def dask(folder: Path, workers: int = 2) -> Iterator[str]:
    """A scheduler and its workers, each in a process of its own on this computer; the address of the scheduler."""
    told = folder / "scheduler.json"
    starts = (
        ["scheduler", *LOOPBACK, "--port", "0", "--scheduler-file", str(told)],
        ["worker", *LOOPBACK, "--scheduler-file", str(told), "--nworkers", str(workers), "--nthreads", "1"],
    )
    processes: list[subprocess.Popen[bytes]] = []
    with (folder / "dask.log").open("wb") as log:
        try:
            for words in starts:
                words = [sys.executable, "-m", "dask", *words]
                processes.append(subprocess.Popen(words, cwd=folder, stdout=log, stderr=log))
                address = _address(told, processes[-1])
            yield address
        finally:
            for process in reversed(processes):  # workers first: they say goodbye to the scheduler
                process.terminate()
                process.wait(PATIENCE)


def _address(told: Path, process: subprocess.Popen[bytes]) -> str:
    for _ in range(int(PATIENCE / LOOK_AGAIN)):
        if told.exists() and told.read_bytes().endswith(b"}"):
            return str(json.loads(told.read_bytes())["address"])
        assert process.poll() is None, "it ended"
        time.sleep(LOOK_AGAIN)
    raise AssertionError("no scheduler")
