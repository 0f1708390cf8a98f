"""Damage to files that nobody meant: one bit, an end that is gone, two files changed over, an older copy put back.

Each trial harms one file of a whole home, looks what is told of it, and puts it right again. It raises AssertionError
when anything is told that is not the truth, or when the doctor does not see the file, name it and show the way back.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from dashboard.story import snapshot as pages
from pipelines import vault
from pipelines.doctor import examine
from pipelines.flow import Source, import_wave, publish_wave, withdraw
from pipelines.ground.errors import Refused
from pipelines.ground.messages import say
from pipelines.ground.settings import Home
from pipelines.publication import verify
from pipelines.vault import store
from pipelines.vault.backup import new_backup_key
from tests.faults.scene import NEW, OLD, Scene, key_of_both_waves, make_scene

WAYS_BACK = ("klankbord restore", "doctor --fix", "import --repair")
BACKUP = "back-up"
# Kind of file -> where its files are in a home; the back-up lies beside it.
KINDS = {
    "wave": "vault/waves/*.duckdb",
    "late answers": "vault/late/*.duckdb",
    "table of a publication": "vault/publications/*/*.parquet",
    "facts of a publication": "vault/publications/*/*.json",
    "mark of withdrawal": "vault/publications/*/withdrawn",
    "secret": "vault/secret",
    "list of who was erased": "vault/erased",
    "school year": "vault/school_years/*.json",
    "draft": "vault/drafts/*.json",
    "hashes": "vault/hashes.json",
    "log": "vault/log.jsonl",
    "end of the log": "vault/log.head",
    "snapshot": "published/*.duckdb",
    "hash of a snapshot": "published/*.sha256",
    "pointer": "published/CURRENT",
    BACKUP: "b.age",
}
Told = dict[str, object]
Content = Callable[[bytes, random.Random], bytes | None]


@dataclass(frozen=True)
class Whole:
    """A home with a file of every kind, an older copy of it, and what both tell when nothing is wrong."""

    home: Home
    older: Home
    key: Path
    leader: str
    truth: Told = field(default_factory=dict)

    def files(self, kind: str) -> list[Path]:
        """The files of a kind, by name."""
        folder = self.home.path.parent if kind == BACKUP else self.home.path
        return sorted(folder.glob(KINDS[kind]))


def make_whole(folder: Path) -> Whole:
    """Two published waves, one of them anew; late answers, an erased leader, a draft and a back-up."""
    scene: Scene = make_scene(folder / "scene")
    leader = key_of_both_waves(scene)
    home, older = scene.home, Home(folder / "older")
    import_wave(home, Source(scene.folder / "sample" / "fewer.csv", NEW, roster=scene.roster, replace=True))
    vault.keep_draft(home, "export.csv", {"drop": ["naam"], "at": "2026-09-01"})
    shutil.copytree(home.path, older.path)
    vault.erase(home, leader)
    publish_wave(home, NEW)
    import_wave(home, Source(scene.export, NEW, roster=scene.roster))
    vault.keep_draft(home, "export.csv", {"drop": ["naam", "email"], "at": "2026-09-02"})
    withdraw(home, OLD)
    key = scene.folder / "own.txt"
    vault.back_up(home, home.path.parent / "b.age", new_backup_key(key, home))
    whole = Whole(home, older, key, leader)
    whole.truth.update(told(whole))
    assert [finding.check for finding in examine(home) if not finding.is_ok] == []
    assert not [name for name, value in whole.truth.items() if value == "refused"]
    return whole


# ---------------------------------------------------------------------------------------------- what is told


def told(whole: Whole) -> Told:
    """What commands and pages tell of a home, by name; `refused` where they tell nothing."""
    home = whole.home
    answers: dict[str, Callable[[], object]] = {
        "leader": lambda: vault.leader_codes(home, pl.Series([whole.leader]))[0],
        "erased": lambda: sorted(vault.erased_codes(home)),
        "school years": lambda: json.dumps(vault.kept_structures(home), sort_keys=True),
        "publications": lambda: vault.live_publications(home),
        "drafts": lambda: vault.drafts(home) or "refused",
        "dashboard": lambda: _shown(home),
    }
    for place in store.vault_files(whole.older) + store.vault_files(home):
        mine = home.vault / place.parent.name / place.name
        answers[f"{place.parent.name}/{place.name}"] = lambda mine=mine: _hash(store.read_tables(mine, store.TABLES))
    for name in vault.publications(whole.older):
        answers[f"figures {name}"] = lambda name=name: _hash(vault.read_publication(home, name))
        answers[f"facts {name}"] = lambda name=name: json.dumps(vault.frozen_facts(home, name))
        answers[f"counted {name}"] = lambda name=name: vault.read_respondents(home, name).write_csv()
        answers[f"under {name}"] = lambda name=name: json.dumps(vault.counted_under(home, name))
    return {name: _said(answer) for name, answer in answers.items()}


def _said(answer: Callable[[], object]) -> object:
    try:
        return answer()
    except (Refused, FileNotFoundError):
        return "refused"


def _hash(tables: dict[str, pl.DataFrame]) -> str:
    return hashlib.sha256("".join(frame.write_csv() for frame in tables.values()).encode()).hexdigest()


def _shown(home: Home) -> object:
    """What the pages show as the newest; a page that says it shows something earlier, or nothing, tells no untruth."""
    found = pages.find(home.path)
    pages._is_whole.cache_clear()
    pages.let_go()  # one process opens a file with one configuration only
    pages._last_good.clear()
    if found.state != "current" or found.snapshot is None:
        return "refused"
    return [(one.publication, one.given, one.found) for one in verify(found.snapshot.path)]


# --------------------------------------------------------------------------------------------------- harms


def one_bit(content: bytes, dice: random.Random) -> bytes | None:
    """Turn one bit around."""
    if not content:
        return None
    at = dice.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << dice.randrange(8)]) + content[at + 1 :]


def cut_off(content: bytes, dice: random.Random) -> bytes | None:
    """Take the end away."""
    return content[: dice.randrange(len(content))] if content else None


HARMS: dict[str, Content] = {"one bit": one_bit, "truncated": cut_off}
OTHERS = ("swapped", "stale copy", "gone")


@contextmanager
def harmed(whole: Whole, kind: str, harm: str, dice: random.Random) -> Iterator[Path | None]:
    """Harm a file of a kind, and put it right afterwards; the file, None where there is nothing to harm so."""
    files = whole.files(kind)
    place = files[-1] if harm == "gone" else dice.choice(files)  # of snapshots nobody misses an earlier one
    if kind == "draft" and harm in OTHERS:
        yield None  # a draft speaks for itself only: the steward sees what it holds, and decides
        return
    kept = {one: one.read_bytes() for one in [place, *_others(whole, kind, place)]}
    new: dict[Path, bytes | None] = {}
    if harm in HARMS:
        new = {place: HARMS[harm](kept[place], dice)}
    elif harm == "gone":
        new = {place: None}
    elif harm == "stale copy":
        old = whole.older.path / place.relative_to(whole.home.path) if kind != BACKUP else place.with_name("none")
        new = {place: old.read_bytes()} if old.exists() else {}
    elif others := _others(whole, kind, place):
        other = dice.choice(others)
        new = {place: kept[other], other: kept[place]}
    is_harm = any((content or b"").strip() != kept[one].strip() for one, content in new.items())
    modes = {one: one.stat().st_mode for one in new}
    try:
        if is_harm:
            _put(new, modes)
        yield place if is_harm else None
    finally:
        if is_harm:
            _put({one: kept[one] for one in new}, modes)


def _others(whole: Whole, kind: str, place: Path) -> list[Path]:
    """The files that may be taken for this one: of the same kind, and of the same name where names tell kinds apart."""
    same = [one for one in whole.files(kind) if one != place]
    return [one for one in same if one.name == place.name] if kind.endswith("of a publication") else same


def _put(contents: dict[Path, bytes | None], modes: dict[Path, int]) -> None:
    for place, content in contents.items():
        if content is None:
            place.unlink()
            continue
        place.parent.mkdir(exist_ok=True)
        if place.exists():
            place.chmod(0o600)
        place.write_bytes(content)
        place.chmod(modes[place])


def trial(whole: Whole, kind: str, harm: str, dice: random.Random) -> bool:
    """Harm one file and look; whether there was anything to harm. AssertionError when it could do harm unseen."""
    with harmed(whole, kind, harm, dice) as place:
        if place is None:
            return False
        if kind == BACKUP:
            _restore_refuses(whole, place)
            return True
        told_now = told(whole)
        lies = [name for name, value in told_now.items() if value not in (whole.truth[name], "refused")]
        assert not lies, f"silently wrong: {lies} after {harm} in {place}"
        said = [
            say("en", f"doctor.{finding.check}_wrong", **finding.where)
            for finding in examine(whole.home, "en")
            if not finding.is_ok
        ]
        assert said, f"not seen: {harm} in {place}"
        is_named = kind in UNNAMED or any(place.name in one or place.stem in one for one in said)
        assert is_named, f"not named: {place}: {said}"
        assert any(way in one for one in said for way in WAYS_BACK), f"no way back: {said}"
    return True


# The pointer and the hash beside a snapshot are told of by the snapshot they are about.
UNNAMED = {"pointer", "hash of a snapshot"}


def _restore_refuses(whole: Whole, place: Path) -> None:
    new = Home(place.parent / "brought back")
    try:
        vault.restore(place, whole.key, new)
    except Refused:
        pass
    except FileNotFoundError:
        assert not place.exists()
    else:
        raise AssertionError(f"silently wrong: {place} was brought back")
    assert not new.path.exists()
    assert not list(place.parent.glob(".build-*"))
