"""A back-up is one encrypted file that brings everything back, or is refused in one sentence."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.again import audit_wave
from pipelines.doctor import examine
from pipelines.ground.errors import Refused
from pipelines.ground.settings import Home
from pipelines.vault import backup
from pipelines.vault.archive import publications
from pipelines.vault.restoring import restore
from pipelines.vault.rights import back_up
from tests.drawn import examples


@pytest.fixture
def home(home_25: Path, tmp_path: Path) -> Home:
    shutil.copytree(home_25, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def key(home: Home, tmp_path: Path) -> tuple[Path, str]:
    return tmp_path / "key.txt", backup.new_backup_key(tmp_path / "key.txt", home)


def everything(home: Home) -> dict[str, tuple[str, int]]:
    """Hash and mode of every file but the lock and the log, which a back-up adds a line to after it was made."""
    passing = {"lock", "log.jsonl", "log.head"}
    return {
        path.relative_to(home.path).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mode & 0o777,
        )
        for path in home.path.rglob("*")
        if path.is_file() and path.name not in passing
    }


def test_a_restored_home_is_the_same_file_by_file_and_its_publications_are_still_proven_safe(
    home: Home, key: tuple[Path, str], tmp_path: Path
) -> None:
    secret, public = key
    before = everything(home)
    files = back_up(home, tmp_path / "b.age", public)
    shutil.rmtree(home.path)
    assert restore(tmp_path / "b.age", secret, home) == files
    assert everything(home) == before
    assert audit_wave(home, publications(home)[-1]).groups
    assert all(finding.is_ok for finding in examine(home))


def test_the_secret_key_is_for_one_account_and_is_never_overwritten(home: Home, key: tuple[Path, str]) -> None:
    secret, public = key
    assert secret.stat().st_mode & 0o777 == 0o600
    assert public in secret.read_text()
    with pytest.raises(FileExistsError):
        backup.new_backup_key(secret, home)


def test_nothing_in_a_back_up_can_be_read_without_the_key(home: Home, key: tuple[Path, str], tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.age", key[1])
    content = (tmp_path / "b.age").read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"waves" not in content
    assert (tmp_path / "b.age").stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other.txt"
    backup.new_backup_key(other, home)
    with pytest.raises(Refused, match="backup_broken"):
        restore(tmp_path / "b.age", other, Home(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("kept", [0, 10, 200, 0.5, 0.999, -1])
def test_a_back_up_that_was_cut_off_brings_nothing_back(
    home: Home, key: tuple[Path, str], tmp_path: Path, kept: float
) -> None:
    back_up(home, tmp_path / "b.age", key[1])
    content = (tmp_path / "b.age").read_bytes()
    (tmp_path / "b.age").write_bytes(content[: int(kept * len(content)) if 0 < kept < 1 else int(kept)])
    with pytest.raises(Refused, match="backup_broken"):
        restore(tmp_path / "b.age", key[0], Home(tmp_path / "new"))
    assert not list(tmp_path.glob("*new*"))


@pytest.mark.hypothesis
def test_a_changed_byte_is_noticed_wherever_it_is(home: Home, key: tuple[Path, str], tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.age", key[1])
    content = (tmp_path / "b.age").read_bytes()

    @examples(15)
    @given(st.integers(0, len(content) - 1))
    def change(at: int) -> None:
        broken = tmp_path / "broken.age"
        broken.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(Refused, match="backup_broken"):
            restore(broken, key[0], Home(tmp_path / "new"))

    change()


def test_a_back_up_goes_to_an_empty_place_only(home: Home, key: tuple[Path, str], tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.age", key[1])
    before = everything(home)
    with pytest.raises(Refused, match="restore_occupied"):
        restore(tmp_path / "b.age", key[0], home)
    assert everything(home) == before


@pytest.mark.parametrize("word", ["", "age1", "AGE-SECRET-KEY-1", "nobody@example.nl"])
def test_a_wrong_public_key_is_refused_before_anything_is_written(home: Home, tmp_path: Path, word: str) -> None:
    with pytest.raises(Refused, match="backup_key"):
        back_up(home, tmp_path / "b.age", word)
    assert not list(tmp_path.glob("*b.age"))


@pytest.mark.parametrize("text", ["", "nothing", "AGE-SECRET-KEY-1NONSENSE", "\udcff"])
def test_a_file_without_a_secret_key_is_refused(home: Home, key: tuple[Path, str], tmp_path: Path, text: str) -> None:
    back_up(home, tmp_path / "b.age", key[1])
    (tmp_path / "k").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused, match="restore_key"):
        restore(tmp_path / "b.age", tmp_path / "k", Home(tmp_path / "new"))


@pytest.mark.parametrize("name", ["../outside", "{folder}/outside", "vault/link"])
def test_an_archive_that_would_write_elsewhere_brings_nothing_back(
    key: tuple[Path, str], tmp_path: Path, name: str
) -> None:
    secret, public = key
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(name.format(folder=tmp_path))
        if name == "vault/link":
            entry.type, entry.linkname = tarfile.SYMTYPE, str(secret)
        entry.size = 0 if entry.linkname else 4
        archive.addfile(entry, io.BytesIO(b"evil"))
    place = tmp_path / "b.age"
    place.write_bytes(pyrage.encrypt(packed.getvalue(), [pyrage.x25519.Recipient.from_str(public)]))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Refused, match="backup_broken"):
        restore(place, secret, Home(tmp_path / "new"))
    assert sorted(tmp_path.rglob("*")) == before


def test_whoever_knows_the_public_key_alone_cannot_make_a_back_up_that_is_brought_back(
    home: Home, key: tuple[Path, str], tmp_path: Path
) -> None:
    back_up(home, tmp_path / "b.age", key[1])
    opened = pyrage.decrypt((tmp_path / "b.age").read_bytes(), [_identity(key[0])])
    forged = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(opened)) as real, tarfile.open(fileobj=forged, mode="w") as archive:
        listing = json.loads((real.extractfile(backup.LIST) or io.BytesIO()).read())
        evil = b"0" * 64
        listing["files"]["vault/secret"]["hash"] = hashlib.sha256(evil).hexdigest()
        for entry in real:
            told = {"vault/secret": evil, backup.LIST: json.dumps(listing).encode()}.get(entry.name)
            content = told if told is not None else (real.extractfile(entry) or io.BytesIO()).read()
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    recipient = pyrage.x25519.Recipient.from_str(key[1])
    (tmp_path / "forged.age").write_bytes(pyrage.encrypt(forged.getvalue(), [recipient]))
    with pytest.raises(Refused, match="backup_forged"):
        restore(tmp_path / "forged.age", key[0], Home(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def _identity(key_file: Path) -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.from_str(key_file.read_text().split()[-1])


def test_a_key_of_before_names_no_sender_and_brings_back_only_what_is_said_to_be_trusted(
    home: Home, key: tuple[Path, str], tmp_path: Path
) -> None:
    files = back_up(home, tmp_path / "b.age", key[1])
    old = tmp_path / "old.txt"
    old.write_text(key[0].read_text().split()[-1])
    with pytest.raises(Refused, match="restore_no_sender"):
        restore(tmp_path / "b.age", old, Home(tmp_path / "new"))
    assert restore(tmp_path / "b.age", old, Home(tmp_path / "new"), unsigned=True) == files


def test_earlier_back_ups_stay_beside_the_newest_until_there_are_as_many_as_are_kept(
    home: Home, key: tuple[Path, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = []
    for _ in range(4):
        back_up(home, folder / "b.age", key[1], keep=3)
        made.append((folder / "b.age").read_bytes())
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert kept == {"b.2.age": made[1], "b.3.age": made[2], "b.age": made[3]}
    (home.vault / "erased").write_text("somebody")
    with pytest.raises(Refused, match="vault_foreign"):
        back_up(home, folder / "b.age", key[1], keep=3)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept


def test_an_archive_that_unfolds_to_more_than_it_is_brings_nothing_back(key: tuple[Path, str], tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo("vault/hole")
        entry.size = 4
        entry.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(1 << 40),
                             "GNU.sparse.map": f"{(1 << 40) - 4},4"}  # fmt: skip
        archive.addfile(entry, io.BytesIO(b"evil"))
    place = tmp_path / "b.age"
    place.write_bytes(pyrage.encrypt(packed.getvalue(), [pyrage.x25519.Recipient.from_str(key[1])]))
    with pytest.raises(Refused, match="backup_broken"):
        restore(place, key[0], Home(tmp_path / "new"))
    assert not list(tmp_path.glob("*new*"))


def test_what_a_killed_restore_left_is_seen_closed_to_others_and_cleared_by_the_next(
    home: Home, key: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(home, tmp_path / "b.age", key[1])
    new = Home(tmp_path / "new")
    seen: dict[str, set[int]] = {}

    def look(build: Path, _: bytes | None) -> int:
        seen["folders"] = {path.stat().st_mode & 0o777 for path in (build, *build.rglob("*")) if path.is_dir()}
        seen["files"] = {path.stat().st_mode & 0o777 for path in build.rglob("*") if path.is_file()}
        shutil.copytree(build, tmp_path / ".build-999999999-new")  # as a kill leaves it
        raise ValueError

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.vault.restoring._check", look)
        with pytest.raises(Refused):
            restore(tmp_path / "b.age", key[0], new)
    assert seen == {"folders": {0o700}, "files": {0o600}}
    assert [finding.check for finding in examine(new) if not finding.is_ok and finding.check == "no_leftovers"]
    restore(tmp_path / "b.age", key[0], new)
    assert not list(tmp_path.glob(".build-*"))
    assert all(finding.is_ok for finding in examine(new))
