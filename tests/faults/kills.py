"""Kill -9 after every step of everything that writes: what was acknowledged stays, nothing half-done is seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.doctor import examine
from pipelines.ground.database import connect
from pipelines.vault import store as vault
from tests.faults.scene import NEW, Ended, Nursery, Scene, key_of_both_waves, leftovers, snapshot_of, state
from tests.homes import as_before_hashes


@dataclass(frozen=True)
class Work:
    """Something that writes: the command with its words, what must be there before, and how it is told when done."""

    name: str
    command: str
    words: Callable[[Scene], tuple[object, ...]]
    prepare: Callable[[Scene, Nursery], None] = lambda *_: None
    new_home: bool = False  # it makes a home that was not there


def _published(scene: Scene, nursery: Nursery) -> None:
    assert not nursery.run(scene.home, "publish", NEW).code


def _late(scene: Scene, nursery: Nursery) -> None:
    assert not nursery.run(scene.home, "replace", scene.folder / "sample" / "fewer.csv", NEW, scene.roster).code
    _published(scene, nursery)


def _old_version(scene: Scene, _: Nursery) -> None:
    as_before_hashes(scene.home)
    for wave in vault.stored_waves(scene.home):
        with connect(vault.wave_file(scene.home, wave)) as connection:
            connection.execute("update about set value = '1' where key = 'schema_version'")


def _removed(scene: Scene, _: Nursery) -> None:
    shutil.rmtree(scene.home.path)


def _no_second(scene: Scene, _: Nursery) -> None:
    vault.wave_file(as_before_hashes(scene.home), NEW).unlink()


WORKS = (
    Work("import a new wave", "import", lambda scene: (scene.export, NEW, scene.roster), _no_second),
    Work(
        "import in the place of a wave", "replace",
        lambda scene: (scene.folder / "sample" / "fewer.csv", NEW, scene.roster),
    ),
    Work("import late answers", "import", lambda scene: (scene.export, NEW, scene.roster), _late),
    Work("publish", "publish", lambda _: (NEW,)),
    Work("withdraw", "withdraw", lambda _: (NEW,), _published),
    Work("erase a leader", "erase", lambda scene: (key_of_both_waves(scene),), _published),
    Work("retain one wave", "retain", lambda _: (1,), _published),
    Work("bring old files up to date", "fix", lambda _: (), _old_version),
    Work(
        "back up", "backup", lambda scene: (scene.folder / "b.age", (scene.folder / "public.txt").read_text()),
    ),
    Work(
        "restore", "restore", lambda scene: (scene.folder / "whole.age", scene.folder / "key.txt"), _removed,
        new_home=True,
    ),
)  # fmt: skip


class Tried:
    """One work, made ready once and done once undisturbed, to be killed as often as it takes steps."""

    def __init__(self, work: Work, template: Scene, nursery: Nursery, folder: Path) -> None:
        self.work, self.nursery, self.folder = work, nursery, folder
        self.ready, whole = template.copy(folder / "ready"), folder / "whole"
        work.prepare(self.ready, nursery)
        self.before = {} if work.new_home else state(self.ready.home)
        self.seen_before = snapshot_of(self.ready.home)
        done = self.ready.copy(whole)
        ended = self.run(done)
        assert ended.code == 0, ended
        self.steps = ended.steps
        self.after, self.seen_after = state(done.home), snapshot_of(done.home)

    def run(self, scene: Scene, at: int = 0, harm: int | None = None) -> Ended:
        """Do the work in a scene."""
        return self.nursery.run(scene.home, self.work.command, *self.work.words(scene), at=at, harm=harm)

    def die_after(self, step: int) -> None:
        """Kill after one step; AssertionError when something is lost, half-done, or not mended by the next start."""
        scene = self.ready.copy(self.folder / f"killed-{step}")
        ended = self.run(scene, step)
        assert ended.was_killed, f"the kill did not land: {ended}"
        self.is_mended(scene)

    def is_mended(self, scene: Scene) -> None:
        """What is there is as it was or as it will be, and the next start brings it there."""
        now = state(scene.home) if scene.home.path.exists() else {}
        for name in self.before.keys() | self.after.keys() | now.keys():
            assert now.get(name) in (self.before.get(name), self.after.get(name)), f"{name} is half-done"
        assert snapshot_of(scene.home) in (self.seen_before, self.seen_after)

        again = self.run(scene)
        assert again.code == 0 or now == self.after, again
        assert "TRACEBACK" not in again.said, again
        assert not self.nursery.run(scene.home, "fix").code
        assert state(scene.home) == self.after
        assert snapshot_of(scene.home) == self.seen_after
        assert leftovers(scene.home) == []
        assert [finding.check for finding in examine(scene.home) if not finding.is_ok] == []
        shutil.rmtree(scene.folder)
