"""Homes to test with: real waves that went the whole way, made once per run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.flow import Source, import_wave, publish_wave, sample_sources, unpublished
from pipelines.ground.settings import ROOT, Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample

SEED = 20260922


def walk(folder: Path, leaders: int, waves: int) -> Path:
    """Sample waves of a board, imported and published; the home they live in."""
    sample, home = folder / "sample", Home(folder / "home")
    write_sample(sample, load_instrument(), leaders, waves, SEED)
    for file in sorted(sample.glob("responses_*.csv")):
        wave = file.stem.removeprefix("responses_")
        import_wave(home, Source(file, wave, roster=sample / "roster.csv", is_sample=True))
    for wave in unpublished(home):
        publish_wave(home, wave)
    return home.path


@pytest.fixture(scope="session")
def home_120(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 120 leaders, three waves."""
    return walk(tmp_path_factory.mktemp("board_120"), 120, 3)


@pytest.fixture(scope="session")
def home_25(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny board: almost everything is withheld."""
    return walk(tmp_path_factory.mktemp("board_25"), 25, 2)


@pytest.fixture(scope="session")
def home_single(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 60 leaders with its first wave only."""
    return walk(tmp_path_factory.mktemp("board_single"), 60, 1)


@pytest.fixture(scope="session")
def home_1000(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A federation of 1,000 leaders with its first wave: regions by experience are shown."""
    return walk(tmp_path_factory.mktemp("board_1000"), 1000, 1)


@pytest.fixture(scope="session")
def home_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest wave of the sample board of `klankbord demo`, as it is committed."""
    home, newest = Home(tmp_path_factory.mktemp("board_sample")), sample_sources()[-1]
    import_wave(home, newest)
    publish_wave(home, newest.wave)
    return home.path


@pytest.fixture
def home_empty(tmp_path: Path) -> Path:
    """A home in which nothing was published yet."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files nobody of this project wrote; absent on most machines."""
    folder = Path(os.environ.get("KLANKBORD_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the folder with real files is not on this machine (KLANKBORD_SHARED_DATA)")
    return folder
