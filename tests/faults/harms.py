"""Faults other than a kill: disks that are full or read-only, files that are broken, foreign or of another version,
commands at the same time. Each function harms a scene and raises AssertionError when anything was lost.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

from dashboard.story.snapshot import Snapshot, find
from pipelines.doctor import examine
from pipelines.ground.settings import Home
from pipelines.publication import snapshot as publish
from pipelines.vault import store as vault
from tests.faults.kills import Tried
from tests.faults.scene import NEW, OLD, Nursery, Scene, leftovers, snapshot_of, state
from tests.patience import LOOK_AGAIN

Harm = Callable[[Scene, Nursery], None]
READERS = 8


@cache
def can_mount() -> bool:
    """Whether a disk in memory can be made here: by root, where that is allowed."""
    with tempfile.TemporaryDirectory() as name:
        try:
            with small_disk(Path(name), 1):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


@contextmanager
def small_disk(place: Path, mebibytes: int) -> Iterator[Path]:
    """A disk of its own in memory."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def full_disk(tried: Tried, place: Path, free: int) -> bool:
    """Do a work with so many bytes free; whether it failed (then kindly, with nothing lost, and doable afterwards)."""
    with small_disk(place, 200):
        scene = tried.ready.copy(place / "scene")
        room = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
        ballast = place / "ballast"
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, room - free)
        ended = tried.nursery.run(scene.home, tried.work.command, *tried.work.words(scene))
        assert ended.code == 0 or "disk is full" in ended.said, ended
        now = state(scene.home) if scene.home.path.exists() else {}
        for name in tried.before.keys() | tried.after.keys() | now.keys():
            assert now.get(name) in (tried.before.get(name), tried.after.get(name)), f"{name} is half-done"
        assert snapshot_of(scene.home) in (tried.seen_before, tried.seen_after)
        ballast.unlink()
        again = tried.nursery.run(scene.home, tried.work.command, *tried.work.words(scene))
        assert again.code == 0 or now == tried.after, again
        assert not tried.nursery.run(scene.home, "fix").code
        assert (state(scene.home), snapshot_of(scene.home)) == (tried.after, tried.seen_after)
        assert leftovers(scene.home) == []
    return ended.code != 0


def read_only(tried: Tried, place: Path) -> None:
    """Do a work where nothing can be written: one sentence, and all as it was."""
    with small_disk(place, 200):
        scene = tried.ready.copy(place / "scene")
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        ended = tried.nursery.run(scene.home, tried.work.command, *tried.work.words(scene))
        assert ended.code == 1, ended
        assert "TRACEBACK" not in ended.said, ended
        assert (state(scene.home) if not tried.work.new_home else {}) == tried.before


def _write_over(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def _current(scene: Scene) -> Path:
    place = publish.current(scene.home)
    assert place is not None
    return place


def _two_snapshots(scene: Scene, nursery: Nursery) -> None:
    assert not nursery.run(scene.home, "publish", NEW).code


def _last_good_then_mended(scene: Scene, nursery: Nursery) -> None:
    """Readers get the last good snapshot and are told; the next start makes it whole."""
    found = find(scene.home.path)
    assert found.state == "earlier"
    assert found.snapshot is not None
    assert found.snapshot.waves() == [OLD]
    assert {finding.check for finding in examine(scene.home) if not finding.is_ok} >= {"snapshot"}
    assert not nursery.run(scene.home, "fix").code
    assert snapshot_of(scene.home) == [f"{OLD}-1", f"{NEW}-1"]
    assert find(scene.home.path).state == "current"


def cut_off_snapshot(scene: Scene, nursery: Nursery) -> None:
    """Half of the current snapshot is gone."""
    _two_snapshots(scene, nursery)
    place = _current(scene)
    _write_over(place, place.read_bytes()[: place.stat().st_size // 2])
    _last_good_then_mended(scene, nursery)


def empty_snapshot(scene: Scene, nursery: Nursery) -> None:
    """The current snapshot has no content."""
    _two_snapshots(scene, nursery)
    _write_over(_current(scene), b"")
    _last_good_then_mended(scene, nursery)


def foreign_snapshot(scene: Scene, nursery: Nursery) -> None:
    """Where the current snapshot was lies some other file."""
    _two_snapshots(scene, nursery)
    _write_over(_current(scene), b"%PDF-1.7 not a database" * 100)
    _last_good_then_mended(scene, nursery)


def lost_snapshot(scene: Scene, nursery: Nursery) -> None:
    """The current snapshot was removed."""
    _two_snapshots(scene, nursery)
    _current(scene).unlink()
    _last_good_then_mended(scene, nursery)


def newer_snapshot(scene: Scene, nursery: Nursery) -> None:
    """A newer Klankbord made the current snapshot."""
    _two_snapshots(scene, nursery)
    place = _current(scene)
    place.chmod(0o600)
    with duckdb.connect(str(place)) as connection:
        connection.execute("update about set value = '99' where key = 'schema_version'")
    found = find(scene.home.path)
    assert found.state == "earlier"
    assert found.snapshot is not None
    assert found.snapshot.waves() == [OLD]


def lost_pointer(scene: Scene, nursery: Nursery) -> None:
    """CURRENT was removed: the newest good snapshot is read meanwhile."""
    _two_snapshots(scene, nursery)
    (scene.home.published / "CURRENT").unlink()
    found = find(scene.home.path)
    assert found.state == "earlier"
    assert found.snapshot is not None
    assert found.snapshot.waves() == [NEW, OLD]
    assert not nursery.run(scene.home, "fix").code
    assert find(scene.home.path).state == "current"


def wild_pointer(scene: Scene, nursery: Nursery) -> None:
    """CURRENT points out of its folder, at a vault file: nobody follows."""
    _two_snapshots(scene, nursery)
    (scene.home.published / "CURRENT").write_text(f"../vault/waves/{NEW}.duckdb\n")
    found = find(scene.home.path)
    assert found.state == "earlier"
    assert found.snapshot is not None
    assert found.snapshot.path.parent == scene.home.published


def foreign_files(scene: Scene, nursery: Nursery) -> None:
    """Files of somebody else lie among ours: they stay, and hinder nothing."""
    strangers = [scene.home.published / "klankbord-9999.duckdb", scene.home.published / "notes.txt",
                 scene.home.published / "klankbord-last.duckdb", scene.home.vault / "waves" / "copy of 2026Q2.duckdb",
                 scene.home.vault / "publications" / "notes.txt"]  # fmt: skip
    for path in strangers:
        path.write_text("somebody else's")
        path.chmod(0o600)
    _two_snapshots(scene, nursery)
    assert snapshot_of(scene.home) == [f"{OLD}-1", f"{NEW}-1"]
    assert find(scene.home.path).state == "current"
    assert all(path.read_text() == "somebody else's" for path in strangers)


def broken_wave(scene: Scene, nursery: Nursery) -> None:
    """A vault file is damaged: it is named, the others and the snapshot stay, a back-up brings it back."""
    before = state(scene.home)
    _write_over(vault.wave_file(scene.home, NEW), b"nonsense" * 1000)
    ended = nursery.run(scene.home, "publish", NEW)
    assert ended.code == 1
    assert "damaged" in ended.said
    assert snapshot_of(scene.home) == [f"{OLD}-1"]
    elsewhere = Home(scene.folder / "elsewhere")
    assert not nursery.run(elsewhere, "restore", scene.folder / "whole.age", scene.folder / "key.txt").code
    assert state(elsewhere) == before


def two_at_once(scene: Scene, _: Nursery) -> None:
    """Two importers: one does it, the other is told to wait or finds it done; never a mix."""
    words = [sys.executable, "-m", "pipelines.cli", "import", str(scene.export), "--wave", NEW]
    words += ["--roster", str(scene.roster), "--home", str(scene.home.path), "--replace", "--lang", "en"]
    before = state(scene.home)
    started = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    told = [(*process.communicate(), process.returncode) for process in started]
    assert any(code == 0 for _, _, code in told)
    assert all(code == 0 or "is using the vault" in said for _, said, code in told), told
    assert state(scene.home) == before
    assert leftovers(scene.home) == []


def readers_meanwhile(scene: Scene, nursery: Nursery) -> None:
    """Eight readers look all the time while a wave is imported and published: each sees one snapshot, whole."""
    ended, seen, wrong = threading.Event(), set(), []

    def look() -> None:
        while not ended.is_set():
            found = find(scene.home.path)
            if found.snapshot is None or found.state != "current":
                wrong.append(found.state)
                return
            shown = tuple(found.snapshot.waves())
            cells = found.snapshot.rows("publications")["publication"].to_list()
            seen.add(shown)
            if len(cells) != len(shown) or not _is_whole(found.snapshot):
                wrong.append(found.snapshot.name)

    def until_seen(waves: tuple[str, ...]) -> None:
        """However slow the readers are."""
        while waves not in seen and not wrong:
            ended.wait(LOOK_AGAIN)

    readers = [threading.Thread(target=look) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        until_seen((OLD,))
        codes = [
            nursery.run(scene.home, "replace", scene.folder / "sample" / "fewer.csv", NEW, scene.roster).code,
            nursery.run(scene.home, "publish", NEW).code,
        ]
        until_seen((NEW, OLD))
        codes.append(nursery.run(scene.home, "withdraw", NEW).code)
    finally:
        ended.set()
        for reader in readers:
            reader.join()
    assert codes == [0, 0, 0]
    assert wrong == []
    assert seen >= {(OLD,), (NEW, OLD)}


def _is_whole(snapshot: Snapshot) -> bool:
    """Whether every publication it names has its figures in it."""
    return all(snapshot.cell(wave, "has_rock") is not None for wave in snapshot.waves())


HARMS: dict[str, Harm] = {
    "a snapshot cut off": cut_off_snapshot,
    "a snapshot without content": empty_snapshot,
    "another file in its place": foreign_snapshot,
    "a snapshot removed": lost_snapshot,
    "a snapshot of a newer version": newer_snapshot,
    "CURRENT removed": lost_pointer,
    "CURRENT pointing elsewhere": wild_pointer,
    "files of somebody else": foreign_files,
    "a vault file damaged": broken_wave,
    "four importers at once": two_at_once,
    "eight readers while a wave is published": readers_meanwhile,
}
