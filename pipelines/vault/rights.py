"""Rights: erase one leader, keep answers no longer than the policy says, hold the vault while anything changes.

Erasing and retaining change many files. So each is first written down as one small file (removals), from which moment
it holds; the files follow, and after a kill the next command finishes them. No publication is ever made anew for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.ground.errors import Refused, RefusedAll
from pipelines.ground.failures import foreseen
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument
from pipelines.vault import archive, backup, hashes, store, whole
from pipelines.vault.codes import erased_codes, leader_codes, remember_erased
from pipelines.vault.log import log
from pipelines.vault.removals import STANDS_IN, Removal, begin_removal, end_removal, pending_removal
from pipelines.vault.versions import NEWEST

KEY_OF_REJECTED = pl.col("raw").str.json_path_match("$.leader_key")


@dataclass(frozen=True)
class Removed:
    """What a removal took away."""

    waves: tuple[Wave, ...] = ()
    rows: int = 0
    publications: tuple[PublicationId, ...] = ()  # whose list of who was counted changed; their figures did not


@contextmanager
def held(home: Home, anew: Path | None = None) -> Iterator[None]:
    """Hold the vault alone, after clearing what a kill left, and finishing an upgrade or a removal it cut off.

    `anew`: a vault file that is damaged and is about to be made anew. Raises Refused when another one is not there, or
    when waves were written under another secret.
    """
    with foreseen(), store.alone(home):
        archive.clear_leftovers(home)
        if (files := hashes.begin(home)) is not None:
            log(home, hashes.BEGUN, files=files)
        hashes.check_there(home, passing=anew)
        if upgraded := store.bring_up_to_date(home, anew):
            log(home, "upgrade", files=upgraded, version=NEWEST)
        _finish_removal(home)
        yield


def back_up(home: Home, place: Path, public: str, keep: int = backup.KEEP) -> int:
    """Write everything into one encrypted file for a public key, while nobody changes it; how many files.

    What was backed up there before stays beside it, `keep` back-ups in all. Raises Refused, and leaves those as they
    are, when anything in the home is damaged.
    """
    with held(home):
        if found := whole.faults(home):
            raise found[0] if len(found) == 1 else RefusedAll(found)
        files = backup.write_backup(home, place, public, keep)
        log(home, "backup", files=files)
    return files


def make_backup_key(home: Home, place: Path) -> str:
    """Make a pair of keys for back-ups of this vault; the public one. Raises FileExistsError."""
    with held(home):
        return backup.new_backup_key(place, home)


def erase(home: Home, key: str) -> Removed:
    """Remove a leader from every wave, by the agency's key, and let no import bring the leader back.

    Raises Refused for a key that is nowhere in the vault and was not erased before.
    """
    with held(home):
        code = str(leader_codes(home, pl.Series([key]))[0])
        if not _is_known(home, code):
            raise Refused("key_unknown")
        removed = _take_out(home, begin_removal(home, codes=[code]), code)
        end_removal(home)
        log(
            home,
            "erase",
            waves=len(removed.waves),
            rows=removed.rows,
            publications=len(removed.publications),
        )
    return removed


def retain(home: Home, waves: int | None = None) -> Removed:
    """Keep the answers of the newest waves only, as many as the policy says; publications stay.

    Raises Refused when a wave would go that was never published.
    """
    with held(home):
        stored = store.stored_waves(home)
        kept = waves or _retention_waves(home, stored)
        old = stored[:-kept]
        for wave in old:
            if not archive.publications_of(home, wave):
                raise Refused("retain_unpublished", wave=wave)
        if not old:
            return Removed()
        rows = sum(store.read(home, wave, "answers").height for wave in old)
        removal = begin_removal(home, waves=old)
        for wave in old:
            _take_away(home, removal, wave)
        end_removal(home)
        stripped = tuple(publication for wave in old for publication in archive.publications_of(home, wave))
        log(home, "retain", kept=kept, waves=len(old), rows=rows, publications=len(stripped))
    return Removed(tuple(old), rows, stripped)


def _finish_removal(home: Home) -> None:
    """Do what an earlier command wrote down and did not live to do."""
    removal = pending_removal(home)
    for code in removal.codes:
        _take_out(home, removal, code)
    for wave in removal.waves:
        _take_away(home, removal, wave)
    if removal.codes or removal.waves:
        end_removal(home)


def _retention_waves(home: Home, stored: Sequence[Wave]) -> int:
    """How many waves the policy of the newest one keeps, today."""
    if not stored:
        return 1
    newest = Instrument.model_validate(store.read_about(home, stored[-1])["instrument"])
    return newest.policy(dt.date.today()).retention_waves


def _is_known(home: Home, code: str) -> bool:
    """Whether the vault holds a leader, counted a leader, or erased one before."""
    return (
        code in erased_codes(home)
        or any(code in _codes_in(place) for place in store.vault_files(home))
        or any(code in archive.counted_codes(home, publication) for publication in archive.publications(home))
    )


def _codes_in(place: Path) -> set[str]:
    """The codes of everybody in a vault file: who answered, who is on the roster, whose row was rejected."""
    tables = store.read_tables(place, ("answers", "roster", "outcomes", "rejected"))
    rejected = tables.pop("rejected").select(leader_key=KEY_OF_REJECTED)
    keys = [table["leader_key"] for table in (*tables.values(), rejected)]
    return set(pl.concat(keys).drop_nulls())


def _take_out(home: Home, removal: Removal, code: str) -> Removed:
    """Remove one leader wherever found; the tombstone comes first, so that nothing can be imported in between."""
    remember_erased(home, [code])
    waves: set[Wave] = set()
    rows = 0
    for place in store.vault_files(home):
        if code in _codes_in(place):
            rows += _take_out_of_file(place, code)
            waves.add(store.wave_of(place))
    changed = [
        publication
        for publication in archive.publications(home)
        if archive.without_leaders(home, publication, {code: removal.stand_in(publication.wave, code)})
    ]
    return Removed(tuple(sorted(waves)), rows, tuple(changed))


def _take_out_of_file(place: Path, code: str) -> int:
    """Write a vault file anew without one leader; how many rows less its tables have."""
    tables = store.read_tables(place, store.TABLES)
    about = store.facts_of(tables.pop("about"))
    rows_before = sum(table.height for table in tables.values())
    answers_of_leader = tables["answers"].filter(leader_key=code)
    tables["data_errors"] = tables["data_errors"].join(answers_of_leader, on="row", how="anti")
    tables["rejected"] = tables["rejected"].filter(KEY_OF_REJECTED.ne_missing(code))
    for name in ("answers", "scores", "roster", "outcomes"):
        tables[name] = tables[name].filter(pl.col("leader_key").ne_missing(code))
    store.write_file(place, about, tables)
    return rows_before - sum(table.height for table in tables.values())


def _take_away(home: Home, removal: Removal, wave: Wave) -> None:
    """Remove all leaders of one wave."""
    for publication in archive.publications_of(home, wave):
        codes = archive.counted_codes(home, publication)
        known = {code: removal.stand_in(wave, code) for code in codes if not code.startswith(STANDS_IN)}
        archive.without_leaders(home, publication, known)
    for place in (*store.late_files(home, wave), store.wave_file(home, wave)):
        with hashes.changing(home.vault, {place: None}):
            place.unlink(missing_ok=True)
