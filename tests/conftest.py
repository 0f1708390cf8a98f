"""What all tests share: homes made once per run, the examples hypothesis draws, and the real files beside the clone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.story import snapshot
from pipelines.ground.settings import ROOT
from tests import drawn, walled
from tests.homes import made_once, walk, walk_sample

SHARED = "The real files are not on this machine: name the folder that holds them in KLANKBORD_SHARED_DATA."

drawn.register()
walled.stand()


@pytest.fixture(scope="session")
def home_120(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 120 leaders, three waves."""
    return made_once(tmp_path_factory, "board_120", lambda folder: walk(folder, 120, 3))


@pytest.fixture(scope="session")
def home_25(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny board: almost everything is withheld."""
    return made_once(tmp_path_factory, "board_25", lambda folder: walk(folder, 25, 2))


@pytest.fixture(scope="session")
def home_single(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 60 leaders with its first wave only."""
    return made_once(tmp_path_factory, "board_single", lambda folder: walk(folder, 60, 1))


@pytest.fixture(scope="session")
def home_60(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 60 leaders through a year and a quarter, so that it has a wave of a year ago."""
    return made_once(tmp_path_factory, "board_60", lambda folder: walk(folder, 60, 5))


@pytest.fixture(scope="session")
def home_1000(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A federation of 1,000 leaders with its first wave: regions by experience are shown."""
    return made_once(tmp_path_factory, "board_1000", lambda folder: walk(folder, 1000, 1))


@pytest.fixture(scope="session")
def home_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample board of `make demo`: its eight committed waves."""
    return made_once(tmp_path_factory, "board_sample", walk_sample)


@pytest.fixture
def home_empty(tmp_path: Path) -> Path:
    """A home in which nothing was published yet."""
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _closed_snapshots() -> Iterator[None]:
    """Close what the dashboard keeps open: DuckDB opens a file in one way per process, and the pipelines in another.

    Outside tests dashboard and pipelines are never one process.
    """
    yield
    snapshot._connection.cache_clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files nobody of this project wrote: skipped where they are absent, but in CI that is a failure."""
    folder = Path(os.environ.get("KLANKBORD_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir() or not any(folder.iterdir()):
        if os.environ.get("CI"):
            pytest.fail(SHARED, pytrace=False)
        pytest.skip(SHARED)
    return folder
