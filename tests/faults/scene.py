"""Faults tried on a whole home: what it holds, and a nursery of processes that can be killed at any step.

The nursery has imported everything and computed nothing, so a fork of it starts at once and is safe to make.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.schemas import Cell
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.publication import snapshot as publish
from pipelines.sample import write_sample
from pipelines.vault import archive, backup
from pipelines.vault import codes as vault_keys
from pipelines.vault import store as vault

OLD, NEW = Wave("2026Q2"), Wave("2026Q3")
# What changes the disk; a kill lands right after one of them.
STEPS = ("replace", "rename", "unlink", "chmod", "fsync", "mkdir", "rmdir")
NURSERY = f"""
import ctypes, json, os, pathlib, signal, sys
sys.argv = ["klankbord", "--lang", "en"]
from pipelines import doctor, flow
from pipelines.cli.klankbord import explain_error
from pipelines.ground import messages
from pipelines.ground.period import Wave
from pipelines import vault
from pipelines.ground.errors import KlankbordError
from pipelines.ground.settings import Home

def die_after(at):
    done = 0
    for name in {STEPS}:
        def deadly(*words, real=getattr(os, name), **named):
            nonlocal done
            answer = real(*words, **named)
            done += 1
            if done == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer
        setattr(os, name, deadly)
    return lambda: done

def fail_at(asked):
    library = ctypes.CDLL(None)  # of failing_disk.c, which stands before libc
    library.failing_disk_begin(str(pathlib.Path(asked["home"]).parent).encode(), asked["at"], asked["harm"])
    return library.failing_disk_calls

def act(home, command, words):
    match command:
        case "import" | "replace":
            flow.import_wave(home, flow.Source(
                pathlib.Path(words[0]), words[1], roster=pathlib.Path(words[2]), replace=command == "replace"))
        case "publish":
            flow.publish_wave(home, Wave(words[0]))
        case "withdraw":
            flow.withdraw(home, Wave(words[0]))
        case "erase":
            vault.erase(home, words[0])
        case "retain":
            vault.retain(home, int(words[0]))
        case "backup":
            vault.back_up(home, pathlib.Path(words[0]), words[1])
        case "restore":
            vault.restore(pathlib.Path(words[0]), pathlib.Path(words[1]), home)
        case "fix":
            doctor.mend(home)

for line in sys.stdin:
    asked = json.loads(line)
    outlet, inlet = os.pipe()
    child = os.fork()
    if not child:
        os.close(outlet)
        os.chdir("/")
        counted, said, code = die_after(asked["at"]) if asked["harm"] is None else fail_at(asked), "", 0
        try:
            act(Home(pathlib.Path(asked["home"])), asked["command"], asked["words"])
        except KlankbordError as error:
            said, code = messages.explain("en", error), 1
        except OSError as error:
            said, code = explain_error("en", error)
        except BaseException as error:
            said, code = f"TRACEBACK {{type(error).__name__}}: {{error}}", 9
        os.write(inlet, json.dumps([said, counted()]).encode())
        os._exit(code)
    os.close(inlet)
    with os.fdopen(outlet, "rb") as pipe:
        told = pipe.read()
    said, steps = json.loads(told) if told else ["", 0]
    status = os.waitpid(child, 0)[1]
    print(json.dumps({{"code": os.waitstatus_to_exitcode(status), "said": said, "steps": steps}}), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How a process of the nursery ended: its exit code, what it said, how many steps it took."""

    code: int
    said: str
    steps: int

    @property
    def was_killed(self) -> bool:
        """Whether the kill landed."""
        return self.code == -signal.SIGKILL


class Nursery:
    """Starts commands that die after a given step (0: never), or meet a harm of the library `before` libc."""

    def __init__(self, before: Path | None = None) -> None:
        env = os.environ | ({"LD_PRELOAD": str(before)} if before else {})
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )

    def run(self, home: Home, command: str, *words: object, at: int = 0, harm: int | None = None) -> Ended:
        """Run a command in a process of its own and wait for its end."""
        asked = {
            "home": str(home.path), "command": command, "words": [str(word) for word in words], "at": at, "harm": harm,
        }  # fmt: skip
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Ended(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """End the nursery."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def nursery(before: Path | None = None) -> Iterator[Nursery]:
    """A nursery that is closed afterwards."""
    started = Nursery(before)
    try:
        yield started
    finally:
        started.close()


@dataclass(frozen=True)
class Scene:
    """A folder with a home of two waves (the first published, the second imported) and the files they came from."""

    folder: Path

    @property
    def home(self) -> Home:
        """The home."""
        return Home(self.folder / "home")

    @property
    def export(self) -> Path:
        """The export of the second wave."""
        return self.folder / "sample" / f"responses_{NEW}.csv"

    @property
    def roster(self) -> Path:
        """The roster of both."""
        return self.folder / "sample" / "roster.csv"

    def copy(self, folder: Path) -> Scene:
        """The same elsewhere, to harm."""
        shutil.copytree(self.folder, folder)
        return Scene(folder)


def make_scene(folder: Path) -> Scene:
    """Two waves of a small board, a key for back-ups, a back-up, and an export with one answer more."""
    scene = Scene(folder)
    write_sample(folder / "sample", load_instrument(), 24, 2, 3)
    for wave in (OLD, NEW):
        import_wave(scene.home, Source(folder / "sample" / f"responses_{wave}.csv", wave, roster=scene.roster))
    publish_wave(scene.home, OLD)
    public = backup.new_backup_key(folder / "key.txt", scene.home)
    (folder / "public.txt").write_text(public)
    backup.write_backup(scene.home, folder / "whole.age", public)
    lines = scene.export.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "sample" / "fewer.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    return scene


def key_of_both_waves(scene: Scene) -> str:
    """The agency's key of a leader who answered twice."""
    first, second = (
        {line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]}
        for path in (scene.folder / "sample" / f"responses_{OLD}.csv", scene.export)
    )
    return min(first & second)


def _hash(frame: pl.DataFrame) -> str:
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()[:12]


def state(home: Home) -> dict[str, Any]:
    """All that was acknowledged, by name; what is not there is not in it."""
    found: dict[str, Any] = {}
    for wave in vault.stored_waves(home):
        found |= {f"{name} {wave}": _hash(vault.read(home, wave, name)) for name in ("answers", "scores", "roster")}
        found |= {
            f"late {place.stem}": _hash(vault.read_file(place, "answers")) for place in vault.late_files(home, wave)
        }
    for name in archive.publications(home):
        found[f"figures {name}"] = _hash(archive.read_frozen(home, name, Cell))
        found[f"shown {name}"] = archive.is_live(home, name)
        counted = home.vault / "publications" / name / f"{archive.RESPONDENTS}.parquet"
        found[f"counted {name}"] = (
            counted.exists() and pl.read_parquet(counted)["leader_key"].str.starts_with("erased-").sum()
        )
    found["secret"] = (home.vault / "secret").read_text() if (home.vault / "secret").exists() else None
    found["tombstones"] = len(vault_keys.erased_codes(home))
    return found


def snapshot_of(home: Home) -> list[str]:
    """The publications a reader of the dashboard sees; the file must open."""
    place = publish.current(home)
    if place is None:
        return []
    with duckdb.connect(str(place), read_only=True) as connection:
        return [name for (name,) in connection.execute("select publication from publication order by 1").fetchall()]


def leftovers(home: Home) -> list[str]:
    """What a kill may leave and the next start must clear."""
    places = [*home.published.rglob(".build-*"), *home.vault.rglob(".build-*"), *home.vault.rglob("*.build")]
    return [os.fspath(path.relative_to(home.path)) for path in [*places, *home.vault.glob("pending.json")]]
