"""The way of a wave, on one page: read -> conform -> score -> vault, then flag -> aggregate -> protect and audit
-> describe -> publish. Read this file first.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import describe, publish, vault, vault_keys
from pipelines.conform import Imported, Wave, conform, conform_roster
from pipelines.errors import Refused, Undecided
from pipelines.flow_erased import with_erased_possible
from pipelines.flow_gather import as_counted, first_day, gather
from pipelines.flow_import import dates_of, late_only, seen_levels, standing, under_codes
from pipelines.flow_protect import Audited, audit_published, protect_family
from pipelines.flow_rights import held
from pipelines.flow_tell import audit_facts, counted, not_asked, public_tables
from pipelines.instruments import Instrument, Profile, load_instrument
from pipelines.levels import check_levels, levels_of
from pipelines.read import file_hash, read_table
from pipelines.score import score
from pipelines.settings import SAMPLE, Home
from pipelines.tick import join_boxes

Tell = Callable[[str], None]  # progress, for people


@dataclass(frozen=True)
class Source:
    """The files of one import and how they are read."""

    file: Path
    wave: str
    profile: str = "native"
    roster: Path | None = None
    waves: Path | None = None
    instruments: Path | None = None
    is_sample: bool = False
    replace: bool = False  # put it in the place of what was imported before


@dataclass(frozen=True)
class Published:
    """What came of publishing one wave."""

    publication: str
    cells: int
    shown: int
    audited: Audited
    seconds: float


# ---------------------------------------------------------------------------------------------- import


def understand(home: Home, source: Source) -> tuple[Imported, Instrument, pl.DataFrame | None, Wave]:
    """Read an export and conform it, without keeping anything; Refused says why a file cannot be read."""
    folders = [folder for folder in (home.instruments, source.instruments) if folder]
    instrument = load_instrument(*folders)
    profile = _profile(instrument, source.profile)
    if source.wave in vault.stored_waves(home) and source.wave not in unpublished(home):
        # What comes after the publication is read by the rules of the wave, or the two could not be laid together.
        instrument = Instrument.model_validate(vault.read_about(home, source.wave)["instrument"])
    today = instrument.on(first_day(source.wave))
    table = join_boxes(read_table(source.file, separators=profile.separators), profile)
    wave = dates_of(source.wave, source.waves or source.file.with_name("waves.csv"))
    roster = conform_roster(read_table(source.roster), today, source.wave) if source.roster else None
    imported = conform(table, today, profile, wave, roster)
    if imported.answers.is_empty():
        raise Refused("no_row_loads", rows=imported.rows)
    check_levels(levels_of(imported.answers if roster is None else roster, today), today, *seen_levels(home, wave.name))
    return imported, instrument, roster, wave


def look(home: Home, source: Source) -> Imported:
    """What an import would do, without keeping anything."""
    return _settled(home, source, *understand(home, source))[0]


def import_wave(home: Home, source: Source) -> Imported:
    """Load one wave into the vault, whole or not at all.

    The same import again changes nothing; another one replaces an unpublished wave only when told to; what comes
    after the publication is kept beside the wave as late answers.
    """
    understood = understand(home, source)
    with held(home):
        vault_keys.make_secret(home)
        imported, about, tables = _settled(home, source, *understood)
        if imported.standing == "differs" and not source.replace:
            raise Refused("wave_differs", wave=source.wave)
        if imported.standing == "late" and source.replace:
            raise Refused("wave_published", wave=source.wave)
        if imported.standing == "late":
            vault.store(vault.next_late(home, source.wave), about, tables)
        elif imported.standing != "known":
            vault.store(vault.wave_file(home, source.wave), about, tables)
        vault.log(
            home, "import", wave=source.wave, standing=imported.standing, file_hash=about["file_hash"],
            rows=imported.rows, loaded=imported.answers.height, rejected=imported.rejected.height, late=imported.late,
        )  # fmt: skip
    return imported


def _settled(
    home: Home,
    source: Source,
    imported: Imported,
    instrument: Instrument,
    roster: pl.DataFrame | None,
    wave: Wave,
) -> tuple[Imported, dict[str, Any], dict[str, pl.DataFrame]]:
    """The import as it would be kept: under the vault's codes, with where it came from, and its tables."""
    levels = levels_of(imported.answers if roster is None else roster, instrument)
    imported, roster = under_codes(home, imported, roster)
    about = {
        "wave": wave.name,
        "opens": wave.opens,
        "closes": wave.closes,
        "file_hash": file_hash(source.file),
        "roster_hash": file_hash(source.roster) if source.roster else None,
        "profile": source.profile,
        "imported_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "rows": imported.rows,
        "has_keys": imported.has_keys,
        "has_roster": roster is not None,
        "columns_asked": imported.columns_asked,
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


def _profile(instrument: Instrument, code: str) -> Profile:
    known = {profile.code: profile for profile in instrument.profiles}
    if code not in known:
        raise Refused("profile_unknown", profile=code, known=", ".join(known))
    return known[code]


# --------------------------------------------------------------------------------------------- publish


def unpublished(home: Home) -> list[str]:
    """Imported waves without a publication, oldest first."""
    done = {name.rsplit("-", 1)[0] for name in publish.publications(home)}
    return [wave for wave in vault.stored_waves(home) if wave not in done]


def publish_wave(home: Home, wave: str, tell: Tell = lambda _: None) -> Published:
    """Make a wave's publication and a snapshot with it; Undecided when no cell could be proven safe."""
    start = time.monotonic()
    with held(home):
        if wave not in unpublished(home):
            raise Refused("wave_published" if wave in vault.stored_waves(home) else "wave_unknown", wave=wave)
        material = gather(home, wave)
        shown, verdicts = not_asked(material), []
        for family, members in material.families.items():
            tell(family)
            told, tried = protect_family(material, members)
            shown |= told
            verdicts += tried
        publication = publish.next_id(home, wave)
        audited = Audited.of(verdicts, time.monotonic() - start)
        frames = public_tables(home, material, shown, publication, audited)
        publish.publish(home, publication, {**frames, publish.PRIVATE: counted(material)}, audit_facts(material))
        cells = frames["cell"].filter(pl.col("measure") != describe.ALL)
        told_cells = cells.filter(pl.col("status") == "published").height
        vault.log(home, "publish", publication=publication, cells=cells.height, published=told_cells)
    if not told_cells:
        raise Undecided("nothing_shown", publication=publication)
    return Published(publication, cells.height, told_cells, audited, time.monotonic() - start)


def mend(home: Home) -> bool:
    """Finish a publication that was cut off after it was frozen; whether there was one."""
    with held(home):
        return publish.mend(home) is not None


def audit_wave(home: Home, publication: str, tell: Tell = lambda _: None) -> Audited:
    """Audit a frozen publication once more; Refused when something leaks, Undecided when that cannot be excluded."""
    start = time.monotonic()
    respondents = publish.frozen(home, publication, publish.PRIVATE)
    material = as_counted(gather(home, publication.rsplit("-", 1)[0]), respondents)
    cell = publish.frozen(home, publication, "cell")
    verdicts = []
    for family, members in material.families.items():
        tell(family)
        verdicts.append(audit_published(with_erased_possible(material, members, cell, publication), members, cell))
    if any(verdict.is_leak for verdict in verdicts):
        raise Refused("audit_leak", publication=publication)
    if not all(verdict.is_safe for verdict in verdicts):
        raise Undecided("audit_undecided", publication=publication)
    return Audited.of(verdicts, time.monotonic() - start)


def waves(home: Home) -> list[dict[str, Any]]:
    """The waves in the vault, oldest first, with what was loaded and published."""
    rows = []
    for wave in vault.stored_waves(home):
        about = vault.read_about(home, wave)
        publication = next(reversed(publish.of_wave(home, wave)), None)
        late = vault.read_late(home, wave, "answers").height
        rows.append(
            {"wave": wave, "rows": about["rows"], "late": late, "after_closing": about["late"],
             "publication": publication}
        )  # fmt: skip
    return rows


def sample_sources() -> list[Source]:
    """The committed sample waves, oldest first; Refused when the clone holds none."""
    if not (SAMPLE / "roster.csv").exists():
        raise Refused("no_sample", folder=SAMPLE.name)
    return [
        Source(file, file.stem.removeprefix("responses_"), roster=SAMPLE / "roster.csv", is_sample=True)
        for file in sorted(SAMPLE.glob("responses_*.csv"))
    ]
