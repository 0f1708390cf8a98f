"""Settle: how an import stands to what the vault holds, and what of it would be kept, under the vault's codes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines import vault
from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.intake.conform import Imported
from pipelines.intake.late import late_only
from pipelines.intake.levels import levels_of
from pipelines.intake.read import file_hash
from pipelines.intake.source import Source
from pipelines.intake.stops import no_row_loads
from pipelines.intake.under_codes import under_codes, with_codes, without_erased
from pipelines.intake.understand import Conformed

NOBODY = pl.DataFrame(schema={"leader_key": pl.String})
# A file is the same import again when all of these are what they were.
SAME = ("file_hash", "roster_hash", "outcomes_hash", "profile", "reads", "opens", "closes", "instrument")


@dataclass(frozen=True)
class Settled:
    """An import as it would be kept: what became of every row, where it came from, and its tables but the scores."""

    imported: Imported
    about: dict[str, Any]
    tables: dict[str, pl.DataFrame]


def settle(home: Home, conformed: Conformed) -> Settled:
    """Bring an import under the vault's codes, and lay it beside what the vault holds of its wave.

    Raises Refused when no row is left to load.
    """
    wave = conformed.wave.wave
    roster = None if conformed.roster is None else with_codes(home, conformed.roster)
    imported = under_codes(home, conformed.imported, roster)
    about = _about(conformed, imported)
    standing = "new" if conformed.source.repair else _standing(home, wave, about)
    imported = late_only(home, wave, imported) if standing == "late" else replace(imported, standing=standing)
    about["late"] = imported.late
    if imported.answers.is_empty():
        raise no_row_loads(imported)
    tables = {
        "answers": imported.answers,
        "roster": NOBODY if roster is None or standing == "late" else without_erased(home, roster),
        "rejected": imported.rejected.filter(pl.col("rule") != "erased"),
        "data_errors": imported.data_errors,
        "outcomes": _events(home, conformed.events),
    }
    return Settled(imported, about, tables)


def hashes_of(source: Source) -> dict[str, str | None]:
    """By what the export and the roster of an import are known again."""
    return {
        "file_hash": file_hash(source.file),
        "roster_hash": file_hash(source.roster) if source.roster else None,
    }


def _about(conformed: Conformed, imported: Imported) -> dict[str, Any]:
    """Where an import comes from, by what it is known again, and the whole instrument it is read by."""
    source = conformed.source
    days = conformed.wave
    people = conformed.imported.answers if conformed.roster is None else conformed.roster
    return {
        "wave": days.wave,
        "opens": days.opens,
        "closes": days.closes,
        **hashes_of(source),
        "outcomes_hash": file_hash(source.outcomes) if source.outcomes and conformed.events is not None else None,
        "profile": conformed.profile.code,
        "imported_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "rows": imported.rows,
        "has_keys": imported.has_keys,
        "has_roster": conformed.roster is not None,
        "columns_asked": imported.columns_asked,
        "reads": conformed.reads,
        "levels": levels_of(people, conformed.instrument),
        "is_sample": source.is_sample,
        "instrument": json.loads(conformed.instrument.model_dump_json(by_alias=True)),
    }


def _standing(home: Home, wave: Wave, about: Mapping[str, Any]) -> str:
    """How an import stands to the vault: new, known (the same again), differs, or late (the wave is published)."""
    is_published = bool(vault.publications_of(home, wave))
    if wave not in vault.stored_waves(home):
        if is_published:
            raise Refused("wave_past_retention", wave=wave)
        return "new"
    facts = json.loads(json.dumps({key: about[key] for key in SAME}, default=str))
    if any(all(earlier.get(key) == facts[key] for key in SAME) for earlier in vault.read_abouts(home, wave)):
        return "known"
    return "late" if is_published else "differs"


def _events(home: Home, events: pl.DataFrame | None) -> pl.DataFrame:
    """The events of leaders under the vault's codes, without who was erased."""
    if events is None:
        return pl.DataFrame(schema=vault.EVENTS)
    return without_erased(home, with_codes(home, events))
