"""A back-up is one encrypted file that brings everything back, or is refused in one sentence."""

from __future__ import annotations

import hashlib
import io
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
from pipelines.vault.restore import restore
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
