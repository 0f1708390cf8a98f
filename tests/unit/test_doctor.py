"""The doctor tells what is not in order, and --fix puts right what can be put right."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.again import audit_wave
from pipelines.doctor import examine, mend
from pipelines.flow import mend as finish
from pipelines.ground.database import connect, run
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId
from pipelines.ground.settings import Home
from pipelines.publication.snapshot import current, readable
from pipelines.vault import store as vault
from pipelines.vault import versions as vault_schema
from pipelines.vault.archive import publications
from tests.homes import as_before_hashes


@pytest.fixture
def home(home_25: Path, tmp_path: Path) -> Home:
    shutil.copytree(home_25, tmp_path / "home")
    return Home(tmp_path / "home")


def wrong(home: Home) -> set[str]:
    return {finding.check for finding in examine(home) if not finding.is_ok}


def test_a_home_as_klankbord_leaves_it_is_in_order(home: Home) -> None:
    assert wrong(home) == set()


def open_vault(home: Home) -> None:
    home.vault.chmod(0o755)


def open_secret(home: Home) -> None:
    (home.vault / "secret").chmod(0o644)


def open_log(home: Home) -> None:
    (home.vault / "log.jsonl").chmod(0o640)


def writable_snapshot(home: Home) -> None:
    next(home.published.glob("*.duckdb")).chmod(0o664)


def open_access(home: Home) -> None:
    home.access.write_text("")
    home.access.chmod(0o644)


def leftover(home: Home) -> None:
    (home.vault / "waves" / ".build-1-x").touch(0o600)


def no_current(home: Home) -> None:
    (home.published / "CURRENT").unlink()


def cut_off_snapshot(home: Home) -> None:
    place = current(home)
    assert place is not None
    content = place.read_bytes()
    place.chmod(0o600)
    place.write_bytes(content[: len(content) // 2])
    place.chmod(0o440)


def empty_snapshot(home: Home) -> None:
    place = current(home)
    assert place is not None
    place.chmod(0o600)
    place.write_bytes(b"")
    place.chmod(0o440)


def lost_snapshot(home: Home) -> None:
    place = current(home)
    assert place is not None
    place.unlink()


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        (open_vault, "vault_private"),
        (open_secret, "vault_private"),
        (open_log, "vault_private"),
        (writable_snapshot, "published_fixed"),
        (open_access, "access_private"),
        (leftover, "no_leftovers"),
        (no_current, "snapshot"),
        (cut_off_snapshot, "snapshot"),
        (empty_snapshot, "snapshot"),
        (lost_snapshot, "snapshot"),
    ],
)
def test_what_is_wrong_is_named_and_fix_puts_it_right(home: Home, harm: Callable[[Home], None], check: str) -> None:
    shown = publications(home)
    harm(home)
    assert wrong(home) == {check}
    mend(home)
    assert wrong(home) == set()
    assert publications(home) == shown
    assert readable(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another account")
def test_files_of_another_account_are_told_and_left_to_a_person(home: Home) -> None:
    os.chown(home.vault / "secret", 65534, 65534)
    assert wrong(home) == {"vault_owner"}


@pytest.mark.parametrize("harm", [b"", b"nonsense", None])
def test_a_damaged_wave_is_named_with_the_way_out_and_the_others_stay_readable(home: Home, harm: bytes | None) -> None:
    first, last = vault.stored_waves(home)[0], vault.stored_waves(home)[-1]
    place = vault.wave_file(home, last)
    place.write_bytes(place.read_bytes()[:5000] if harm is None else harm)
    assert wrong(home) == {"whole"}
    with pytest.raises(Refused, match="wave_broken"):
        vault.read(home, last, "answers")
    assert vault.read_about(home, first)["wave"] == first
    assert audit_wave(home, PublicationId(f"{last}-1")).undecided == 0  # an audit asks for nobody's answers


def _as_version(home: Home, version: int) -> None:
    """Rewrite the facts of every wave as another version kept them, which had no hashes."""
    as_before_hashes(home)
    for wave in vault.stored_waves(home):
        facts = vault.read_about(home, wave) | {"schema_version": version}
        if version == 1:
            instrument = facts["instrument"]
            instrument["families"] = {"risk": {"logic": ["at_risk => low_support"]}}
            for attribute in instrument["attributes"]:
                attribute["equals"] = attribute.get("equals") or None
            for profile in instrument["profiles"]:
                profile |= {"lists": {}, "ticked": ["Y"]}
            del facts["words"]
        tables = {name: vault.read(home, wave, name) for name in vault.TABLES if version == 1}
        tables["about"] = pl.DataFrame({"key": list(facts), "value": list(map(json.dumps, facts.values()))})
        with connect(vault.wave_file(home, wave)) as connection:
            for name, frame in tables.items():
                connection.execute(f"drop table {name}")
                run(connection, f"vault/create_{name}", {f"frame_{name}": frame})


@pytest.mark.parametrize("table", ["about", "answers", "roster"])
def test_a_wave_that_lacks_a_table_is_broken_not_empty(home: Home, table: str) -> None:
    wave = vault.stored_waves(home)[-1]
    place = vault.wave_file(as_before_hashes(home), wave)
    with connect(place) as connection:
        connection.execute(f"drop table {table}")
    with pytest.raises(Refused, match="vault_broken"):
        vault.read(home, wave, table)


def test_a_vault_of_the_first_version_is_read_as_it_is_and_brought_up_to_date_by_the_next_command(home: Home) -> None:
    publication = publications(home)[-1]
    tables = {name: vault.read(home, publication[:6], name) for name in vault.TABLES if name != "about"}
    before = audit_wave(home, publication)
    _as_version(home, 1)
    assert audit_wave(home, publication).groups == before.groups
    finish(home)
    for wave in vault.stored_waves(home):
        facts = dict(vault.read(home, wave, "about").iter_rows())
        assert facts["schema_version"] == str(vault_schema.NEWEST)
        assert "families" not in json.loads(facts["instrument"])
    for name, frame in tables.items():
        assert vault.read(home, publication[:6], name).equals(frame)
    assert audit_wave(home, publication).groups == before.groups


def test_a_vault_of_a_later_version_is_left_alone_and_said_so(home: Home) -> None:
    _as_version(home, vault_schema.NEWEST + 1)
    before = {path: path.read_bytes() for path in home.vault.glob("waves/*.duckdb")}
    for command in (lambda: vault.read_about(home, vault.stored_waves(home)[-1]), lambda: finish(home)):
        with pytest.raises(Refused, match="vault_newer"):
            command()
    assert {path: path.read_bytes() for path in home.vault.glob("waves/*.duckdb")} == before
    assert wrong(home) == {"whole"}
