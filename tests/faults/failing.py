"""A disk that fails and kills between system calls, by a library that stands before libc: see failing_disk.c.

Python, DuckDB and Polars meet it alike, and none of them knows it.
"""

from __future__ import annotations

import errno
import shutil
import subprocess
from pathlib import Path

from tests.faults.kills import Tried
from tests.faults.scene import Nursery

COMPILER = shutil.which("cc") or shutil.which("gcc")
SOURCE = Path(__file__).with_name("failing_disk.c")
# What goes wrong at the chosen call, by the number that the library knows it by.
KILLS = {"killed before a call": -1, "killed with half of it written": -2, "killed after a call": -3}
ERRORS = {"a disk that fails": errno.EIO, "a full disk": errno.ENOSPC, "a full quota": errno.EDQUOT}
# The sentence of each, as far as it is the same for all.
SAID = {errno.EIO: "may be failing", errno.ENOSPC: "disk is full", errno.EDQUOT: "quota"}


def build(folder: Path) -> Path:
    """The library, for this computer."""
    assert COMPILER
    made = folder / "failing_disk.so"
    subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", made, SOURCE, "-ldl"], check=True)
    return made


def calls_of(tried: Tried, nursery: Nursery) -> int:
    """How many calls a work makes that touch its files."""
    scene = tried.ready.copy(tried.folder / "counted")
    ended = nursery.run(scene.home, tried.work.command, *tried.work.words(scene), harm=0)
    assert ended.code == 0, ended
    shutil.rmtree(scene.folder)
    return ended.steps


def meet(tried: Tried, nursery: Nursery, at: int, harm: int) -> None:
    """Let one call of a work go wrong; AssertionError when it is not told, or when anything is lost or half-done."""
    scene = tried.ready.copy(tried.folder / f"failed-{at}-{harm}")
    ended = nursery.run(scene.home, tried.work.command, *tried.work.words(scene), at=at, harm=harm)
    assert ended.was_killed or harm > 0, f"the kill did not land: {ended}"
    assert "TRACEBACK" not in ended.said, ended
    assert ended.code in (0, 1) or ended.was_killed, ended
    assert ended.code != 1 or any(SAID[one] in ended.said for one in (harm, errno.EIO)), ended
    tried.is_mended(scene)
