"""The rights of a leader, for flow: erase one leader, keep answers no longer than the policy says.

Both change many files. So each is first written down as one small file (vault_keys.begin), from which moment it
holds; the files follow, and after a kill the next command finishes them. No publication is ever made anew for it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument
from pipelines.vault import archive, backup
from pipelines.vault import codes as vault_keys
from pipelines.vault import store as vault
from pipelines.vault import versions as vault_schema

STANDS_IN = "erased-"  # how a row of somebody erased begins in a publication's list of who was counted


@dataclass(frozen=True)
class Removed:
    """What a removal took away."""

    waves: tuple[str, ...]
    rows: int
    publications: tuple[str, ...]  # whose list of who was counted changed; their figures did not


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Hold the vault alone, after clearing what a kill left, and finishing an upgrade or a removal it cut off."""
    with vault.alone(home):
        archive.clear_leftovers(home)
        if files := vault.bring_up_to_date(home):
            vault.log(home, "upgrade", files=files, version=vault_schema.NEWEST)
        if waiting := vault_keys.pending(home):
            for code in waiting["codes"]:
                _take_out(home, code)
            for wave in waiting["waves"]:
                _take_away(home, wave)
            vault_keys.end(home)
        yield


def erase(home: Home, key: str) -> Removed:
    """Remove a leader from every wave, by the agency's key, and let no import bring the leader back.

    Raises Refused for a key that is nowhere in the vault and was not erased before.
    """
    with held(home):
        code = str(vault_keys.codes(home, pl.Series([key]))[0])
        is_known = code in vault_keys.erased(home) or any(code in _codes_in(path) for path in _files(home))
        if not is_known and not any(code in _counted(home, name) for name in archive.publications(home)):
            raise Refused("key_unknown")
        vault_keys.begin(home, codes=[code])
        removed = _take_out(home, code)
        vault_keys.end(home)
        counts = {"waves": len(removed.waves), "rows": removed.rows, "publications": len(removed.publications)}
        vault.log(home, "erase", **counts)
    return removed


def back_up(home: Home, place: Path, public: str) -> int:
    """Write everything into one encrypted file, while nobody changes it; how many files."""
    with held(home):
        files = backup.write(home, place, public)
        vault.log(home, "backup", files=files)
    return files


def retain(home: Home, waves: int | None = None) -> Removed:
    """Keep the answers of the newest waves only, as many as the policy says; publications stay.

    Raises Refused when a wave would go that was never published.
    """
    with held(home):
        stored = vault.stored_waves(home)
        newest = Instrument.model_validate(vault.read_about(home, stored[-1])["instrument"]) if stored else None
        kept = waves or (newest.policy(dt.date.today()).retention_waves if newest else 1)
        old = stored[:-kept]
        for wave in old:
            if not archive.of_wave(home, wave):
                raise Refused("retain_unpublished", wave=wave)
        if not old:
            return Removed((), 0, ())
        rows = sum(vault.read(home, wave, "answers").height for wave in old)
        vault_keys.begin(home, waves=old)
        for wave in old:
            _take_away(home, wave)
        vault_keys.end(home)
        stripped = tuple(name for wave in old for name in archive.of_wave(home, wave))
        vault.log(home, "retain", kept=kept, waves=len(old), rows=rows, publications=len(stripped))
    return Removed(tuple(old), rows, stripped)


def _files(home: Home) -> list[Path]:
    """Every vault file that holds leaders."""
    places = [
        *(home.vault / "waves").glob(f"{Wave.FILES}.duckdb"),
        *(home.vault / "late").glob(f"{Wave.FILES}-*.duckdb"),
    ]
    return sorted(places)


def _codes_in(place: Path) -> set[str]:
    """The codes of everybody in a vault file: who answered, who is on the roster, whose row was rejected."""
    keys = [vault.read_file(place, table)["leader_key"] for table in ("answers", "roster", "outcomes")]
    raw = vault.read_file(place, "rejected")["raw"]
    return set(pl.concat([*keys, raw.str.json_path_match("$.leader_key")]).drop_nulls())


def _counted(home: Home, publication: PublicationId) -> set[str]:
    path = home.vault / "publications" / publication / f"{archive.PRIVATE}.parquet"
    return set(pl.read_parquet(path, columns=["leader_key"])["leader_key"]) if path.exists() else set()


def _take_out(home: Home, code: str) -> Removed:
    """Remove one leader wherever found; the tombstone comes first, so that nothing can be imported in between."""
    vault_keys.remember_erased(home, [code])
    waves, rows, changed = [], 0, []
    for place in _files(home):
        if code not in _codes_in(place):
            continue
        tables = {name: vault.read_file(place, name) for name in vault.TABLES}
        about = vault.facts_of(tables.pop("about"))
        before = sum(frame.height for frame in tables.values())
        gone = tables["answers"].filter(leader_key=code)
        tables["data_errors"] = tables["data_errors"].join(gone, on="row", how="anti")
        key_of_rejected = pl.col("raw").str.json_path_match("$.leader_key")
        tables["rejected"] = tables["rejected"].filter(key_of_rejected.ne_missing(code))
        for name in ("answers", "scores", "roster", "outcomes"):
            tables[name] = tables[name].filter(pl.col("leader_key").ne_missing(code))
        vault.store(place, about, tables)
        waves.append(place.stem.partition("-")[0])
        rows += before - sum(frame.height for frame in tables.values())
    names: dict[str, str] = {}  # one a wave: a reader knows that all its publications counted the same leader
    for publication in archive.publications(home):
        stands_in = names.setdefault(publication.wave, f"{STANDS_IN}{secrets.token_hex(8)}")
        if archive.without_leader(home, publication, code, stands_in):
            changed.append(publication)
    return Removed(tuple(sorted(set(waves))), rows, tuple(changed))


def _take_away(home: Home, wave: Wave) -> None:
    """Remove all leaders of one wave."""
    for publication in archive.of_wave(home, wave):
        archive.without_leaders(home, publication)
    for place in (*vault.late_files(home, wave), vault.wave_file(home, wave)):
        place.unlink(missing_ok=True)
