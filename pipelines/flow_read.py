"""Understand an export, for flow, keeping nothing: read -> lay out -> refuse what is personal -> conform."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import publish, vault
from pipelines.conform import Imported, Wave, conform, conform_roster
from pipelines.errors import Refused
from pipelines.flow_gather import first_day
from pipelines.flow_import import dates_of, late_only, seen_levels, standing, under_codes
from pipelines.instruments import Instrument, Profile, load_instrument
from pipelines.layout import Laid, lay_out, recognise
from pipelines.levels import check_levels, levels_of
from pipelines.read import file_hash, read_sheet, read_table
from pipelines.refuse import refuse_leftovers, refuse_personal
from pipelines.score import score
from pipelines.settings import Home
from pipelines.sheet import Sheet


@dataclass(frozen=True)
class Source:
    """The files of one import and how they are read."""

    file: Path
    wave: str
    profile: str | None = None  # None: recognised
    roster: Path | None = None
    waves: Path | None = None
    instruments: Path | None = None
    is_sample: bool = False
    replace: bool = False  # put it in the place of what was imported before
    columns: Mapping[str, str] = field(default_factory=dict)  # added to those of the profile
    drop: tuple[str, ...] = ()  # likewise


@dataclass(frozen=True)
class Understood:
    """What an export says, before anything is kept."""

    source: Source
    profile: Profile
    laid: Laid
    imported: Imported
    instrument: Instrument
    roster: pl.DataFrame | None
    wave: Wave


def understand(home: Home, source: Source) -> Understood:
    """Read an export and conform it, without keeping anything; Refused says why a file cannot be read."""
    instrument = load_instrument(*(folder for folder in (home.instruments, source.instruments) if folder))
    profiles = instrument.profiles
    if source.wave in vault.stored_waves(home) and source.wave not in unpublished(home):
        # What comes after the publication is read by the rules of the wave, or the two could not be laid together.
        instrument = Instrument.model_validate(vault.read_about(home, source.wave)["instrument"])
    today = instrument.on(first_day(source.wave))
    sheet, profile = _sheet(source, profiles, today)
    added = {"columns": {**profile.columns, **source.columns}, "drop": (*profile.drop, *source.drop)}
    profile = profile.model_copy(update=added)
    laid = lay_out(sheet, profile, today)
    refuse_personal(laid.raw, laid.reads, laid.dropped, laid.texts)
    wave = dates_of(source.wave, source.waves or source.file.with_name("waves.csv"))
    roster = conform_roster(read_table(source.roster), today, source.wave) if source.roster else None
    imported = conform(laid.table, today, profile, wave, roster, laid.labels)
    refuse_leftovers(laid.table, imported.data_errors)
    if imported.answers.is_empty():
        raise Refused("no_row_loads", rows=imported.rows)
    check_levels(levels_of(imported.answers if roster is None else roster, today), today, *seen_levels(home, wave.name))
    imported = replace(imported, profile=profile.code, unread=laid.unknown)
    return Understood(source, profile, laid, imported, instrument, roster, wave)


def _sheet(source: Source, profiles: tuple[Profile, ...], instrument: Instrument) -> tuple[Sheet, Profile]:
    if source.profile is None:
        sheet = read_sheet(source.file)
        profile = recognise(sheet, profiles, instrument)
        if not profile.keep_user_missing:
            return sheet, profile
    else:
        profile = _named(profiles, source.profile)
    kept = profile.keep_user_missing
    return read_sheet(source.file, separators=profile.separators, keep_user_missing=kept), profile


def _named(profiles: tuple[Profile, ...], code: str) -> Profile:
    known = {profile.code: profile for profile in profiles}
    if code not in known:
        raise Refused("profile_unknown", profile=code, known=", ".join(known))
    return known[code]


def settle(home: Home, understood: Understood) -> tuple[Imported, dict[str, Any], dict[str, pl.DataFrame]]:
    """The import as it would be kept: under the vault's codes, with where it came from, and its tables."""
    source, instrument, wave = understood.source, understood.instrument, understood.wave
    imported, roster = understood.imported, understood.roster
    levels = levels_of(imported.answers if roster is None else roster, instrument)
    imported, roster = under_codes(home, imported, roster)
    about = {
        "wave": wave.name,
        "opens": wave.opens,
        "closes": wave.closes,
        "file_hash": file_hash(source.file),
        "roster_hash": file_hash(source.roster) if source.roster else None,
        "profile": understood.profile.code,
        "imported_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "rows": imported.rows,
        "has_keys": imported.has_keys,
        "has_roster": roster is not None,
        "columns_asked": imported.columns_asked,
        "reads": understood.laid.reads,
        "levels": levels,
        "is_sample": source.is_sample,
        "instrument": json.loads(instrument.model_dump_json(by_alias=True)),
    }
    stands = standing(home, wave.name, about)
    imported = late_only(home, wave.name, imported) if stands == "late" else replace(imported, standing=stands)
    about["late"] = imported.late
    if imported.answers.is_empty():
        raise Refused("no_row_loads", rows=imported.rows)
    tables = {
        "answers": imported.answers,
        "scores": score(imported.answers, instrument),
        "roster": pl.DataFrame(schema={"leader_key": pl.String}) if roster is None or stands == "late" else roster,
        "rejected": imported.rejected.filter(pl.col("rule") != "erased"),
        "data_errors": imported.data_errors,
    }
    return imported, about, tables


def unpublished(home: Home) -> list[str]:
    """Imported waves without a publication, oldest first."""
    done = {name.rsplit("-", 1)[0] for name in publish.publications(home)}
    return [wave for wave in vault.stored_waves(home) if wave not in done]
