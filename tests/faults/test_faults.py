"""Whatever goes wrong, nothing acknowledged is lost, nothing half-done is seen, and the next start mends it.

A few points of each fault; `make prove` (prove_faults) tries every step and prints the table.
"""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.ground.settings import Home
from tests.faults import failing, harms, kills
from tests.faults.scene import Ended, Nursery, Scene, make_scene, nursery

Ready = Callable[[kills.Work], kills.Tried]


@pytest.fixture(scope="module")
def born() -> Iterator[Nursery]:
    with nursery() as started:
        yield started


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene") / "template")


@pytest.fixture(scope="module")
def ready(born: Nursery, template: Scene, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    return functools.cache(lambda work: kills.Tried(work, template, born, tmp_path_factory.mktemp("tried")))


@pytest.mark.parametrize("when", ["first", "half way", "last"])
@pytest.mark.parametrize("work", kills.WORKS, ids=lambda work: work.name)
def test_a_kill_leaves_everything_as_it_was_or_as_it_will_be(ready: Ready, work: kills.Work, when: str) -> None:
    tried = ready(work)
    tried.die_after({"first": 1, "half way": tried.steps // 2, "last": tried.steps}[when])


@pytest.mark.parametrize("harm", harms.HARMS)
def test_what_others_do_to_the_files_is_noticed_and_mended(
    born: Nursery, template: Scene, tmp_path: Path, harm: str
) -> None:
    harms.HARMS[harm](template.copy(tmp_path / "scene"), born)


needs_disks = pytest.mark.skipif(not harms.can_mount(), reason="only root can make a small disk")
WRITERS = [work for work in kills.WORKS if work.name in ("import a new wave", "publish", "erase a leader", "restore")]


@needs_disks
@pytest.mark.parametrize("free", [0, 65_536])
@pytest.mark.parametrize("work", WRITERS, ids=lambda work: work.name)
def test_a_full_disk_is_said_and_costs_nothing(ready: Ready, tmp_path: Path, work: kills.Work, free: int) -> None:
    assert harms.full_disk(ready(work), tmp_path / "disk", free)


@needs_disks
@pytest.mark.parametrize("work", WRITERS, ids=lambda work: work.name)
def test_a_folder_that_cannot_be_written_is_said_and_costs_nothing(
    ready: Ready, tmp_path: Path, work: kills.Work
) -> None:
    harms.read_only(ready(work), tmp_path / "disk")


def test_a_writer_that_is_not_careful_is_found_out(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trials themselves can fail: this one loses a publication after the kill, and they notice."""
    tried = ready(next(work for work in kills.WORKS if work.name == "publish"))
    real = tried.nursery.run

    def careless(home: Home, command: str, *words: object, at: int = 0, harm: int | None = None) -> Ended:
        ended = real(home, command, *words, at=at, harm=harm)
        if at:
            next(iter((tried.folder / f"killed-{at}").glob("home/vault/waves/*.duckdb"))).unlink()
        return ended

    monkeypatch.setattr(tried.nursery, "run", careless)
    with pytest.raises(AssertionError, match="half-done"):
        tried.die_after(2)


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """A nursery whose disk can be made to fail between two calls."""
    with nursery(failing.build(tmp_path_factory.mktemp("library"))) as started:
        yield started


STRIKES = {"killed half way a write": failing.KILLS["killed with half of it written"], "a disk that fails": errno.EIO}


needs_compiler = pytest.mark.skipif(failing.COMPILER is None, reason="no compiler on this computer")


@needs_compiler
@pytest.mark.parametrize("harm", STRIKES)
@pytest.mark.parametrize("work", WRITERS, ids=lambda work: work.name)
def test_a_library_between_us_and_the_disk_finds_nothing_that_is_lost(
    ready: Ready, struck: Nursery, work: kills.Work, harm: str
) -> None:
    calls = failing.calls_of(ready(work), struck)
    for at in (calls // 3, calls - 2):
        failing.meet(ready(work), struck, at, STRIKES[harm])


@needs_compiler
def test_a_back_up_that_a_failing_disk_stops_says_so_and_not_that_the_disk_is_full(
    ready: Ready, struck: Nursery
) -> None:
    tried = ready(next(work for work in kills.WORKS if work.name == "back up"))
    calls = failing.calls_of(tried, struck)
    for at in (calls // 3, 2 * calls // 3):
        failing.meet(tried, struck, at, errno.EIO)
