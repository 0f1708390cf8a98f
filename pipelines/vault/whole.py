"""Whole: whether everything that the vault keeps is as it was written and can be read; and what may be made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.published import is_as_made
from pipelines.ground.settings import Home
from pipelines.vault import archive, hashes, store
from pipelines.vault.codes import check_secret, erased_codes
from pipelines.vault.log import log_fault, logged
from pipelines.vault.removals import STANDS_IN, pending_removal
from pipelines.vault.school_years import kept_structures

STORED = ("new", "differs", "repaired")  # how an import stood that became the wave


def faults(home: Home) -> list[Refused]:
    """All that is damaged in a home, file by file, after reading all of it; each says the way back."""
    log = log_fault(home)
    if log is None and hashes.is_stale(home):  # a log that was cut off tells of an earlier moment itself
        return [Refused("hashes_broken", file=hashes.NAME)]
    found = {str(fault): fault for fault in (*hashes.faults(home), *archive.faults(home), *_published(home))}
    if log is not None:
        found[str(log)] = log
    if not found:  # what has no hash may be damaged all the same, and shows itself to whoever reads it
        found = {str(fault): fault for fault in _unreadable(home)}
    return list(found.values())


def damaged_wave(home: Home, wave: Wave, files: Mapping[str, str | None]) -> Path:
    """The vault file of a wave that is damaged and may be made anew of these files (kind -> hash).

    Raises Refused when nothing is wrong with it, or when the files are others than were imported.
    """
    place = store.wave_file(home, wave)
    try:
        store.read_tables(place, store.TABLES)
    except (Refused, FileNotFoundError):
        pass
    else:
        raise Refused("repair_not_needed", wave=wave)
    kept = [line for line in logged(home, "import") if line["wave"] == wave and line["standing"] in STORED]
    if not kept or any(kept[-1].get(kind, found) != found for kind, found in files.items()):
        raise Refused("repair_other_file", wave=wave)
    return place


def store_wave(home: Home, wave: Wave, about: Mapping[str, Any], tables: store.Tables) -> None:
    """Keep an import as the wave, in the place of what was there; all tables but `about` in `tables`.

    Raises Refused when it is published, for then the file is made anew, and these are not the leaders who were counted.
    """
    answered = tables["answers"]["leader_key"]
    if about["has_keys"]:
        known = {*answered, *erased_codes(home), *store.read_late(home, wave, "answers")["leader_key"]}
        for name in archive.publications_of(home, wave):
            if {code for code in archive.counted_codes(home, name) if not code.startswith(STANDS_IN)} - known:
                raise Refused("repair_other_file", wave=wave)
    store.write_file(store.wave_file(home, wave), about, tables)


def _published(home: Home) -> Iterator[Refused]:
    """Snapshots that are not what the file beside them says."""
    for place in sorted(home.published.glob("klankbord-*.duckdb")):
        if not is_as_made(place):
            yield Refused("snapshot_damaged", file=place.name)


def _unreadable(home: Home) -> Iterator[Refused]:
    """What reading everything stumbles over."""
    for place in store.vault_files(home):
        try:
            about = store.read_tables(place, store.TABLES)["about"]
            check_secret(home, store.facts_of(about).get("secret_check"), store.wave_of(place))
        except Refused as fault:
            yield fault
    for name in archive.publications(home):
        try:
            archive.read_publication(home, name)
            archive.frozen_facts(home, name)
            archive.counted_under(home, name)
            if not archive.is_past_retention(home, name):
                archive.read_respondents(home, name)
        except Refused as fault:
            yield fault
    for read in (pending_removal, kept_structures):
        try:
            read(home)
        except Refused as fault:
            yield fault
