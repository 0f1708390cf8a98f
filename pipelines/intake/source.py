"""Source: the files of one import, read and recognised; nothing is kept, and what is personal is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipelines import vault
from pipelines.ground.errors import Refused, RefusedColumns
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.ground.told import Told
from pipelines.instruments import Instrument, Profile, load_instrument, stored_instrument
from pipelines.intake.events import conform_outcomes
from pipelines.intake.layout import recognise
from pipelines.intake.personal import KEYS, refuse_personal
from pipelines.intake.read import read_sheet, read_table
from pipelines.intake.roster import conform_roster
from pipelines.intake.sheet import Sheet


@dataclass(frozen=True)
class Source:
    """The files of one import and how they are read."""

    file: Path
    wave: Wave
    profile: str | None = None  # None: recognised
    roster: Path | None = None
    waves: Path | None = None
    instruments: Path | None = None
    outcomes: Path | None = None
    is_sample: bool = False
    replace: bool = False  # put it in the place of what was imported before
    columns: Mapping[str, str] = field(default_factory=dict)  # added to those of the profile
    drop: tuple[str, ...] = ()  # likewise
    accept: tuple[str, ...] = ()  # questions of which many answers cannot be read, and that is meant

    def __post_init__(self) -> None:
        object.__setattr__(self, "wave", Wave(self.wave))  # a wave that is only text is read here


@dataclass(frozen=True)
class Files:
    """What the files of an import hold: cells of the export as text, rows of the roster and of who left."""

    source: Source
    instrument: Instrument  # by which the wave is read
    profile: Profile
    sheet: Sheet
    roster: pl.DataFrame | None
    events: pl.DataFrame | None  # who left, where the policy lets that in
    told: tuple[Told, ...] = ()  # of the roster

    @property
    def today(self) -> Instrument:
        """The instrument with its groups as they are at the wave."""
        return self.instrument.on(self.source.wave.first_day)


def read_files(home: Home, source: Source) -> Files:
    """Read the files of an import; Refused says why one cannot be read."""
    instrument = load_instrument(home.instruments, source.instruments)
    profiles = instrument.profiles
    if source.wave in vault.stored_waves(home) and source.wave not in unpublished(home):
        # What comes after the publication is read by the rules of the wave, or the two could not be laid together.
        instrument = stored_instrument(vault.read_about(home, source.wave)["instrument"])
    today = instrument.on(source.wave.first_day)
    # The roster goes first: what of it is kept is small, and its text is gone when the answers come as text.
    roster = _roster(source, profiles, today)
    events = _events(source, profiles, today)
    sheet, profile = _sheet(source, profiles, today)
    added = {"columns": {**profile.columns, **source.columns}, "drop": (*profile.drop, *source.drop)}
    return Files(source, instrument, profile.model_copy(update=added), sheet, roster, events)


def named_profile(profiles: Sequence[Profile], code: str) -> Profile:
    """One profile by its code; Refused names those there are."""
    known = {profile.code: profile for profile in profiles}
    if code not in known:
        raise Refused("profile_unknown", profile=code, known=", ".join(known))
    return known[code]


def takes_outcomes(home: Home, source: Source) -> bool:
    """Whether the policy lets events of leaders in; else the file is read by nobody."""
    instrument = load_instrument(home.instruments, source.instruments)
    return bool(instrument.policy(source.wave.first_day).outcomes)


def unpublished(home: Home) -> list[Wave]:
    """Imported waves without a publication, oldest first."""
    done = {publication.wave for publication in vault.publications(home)}
    return [wave for wave in vault.stored_waves(home) if wave not in done]


def _roster(source: Source, profiles: Sequence[Profile], instrument: Instrument) -> pl.DataFrame | None:
    if source.roster is None:
        return None
    groups = [dimension.code for dimension in instrument.dimensions]
    return conform_roster(_beside(source, source.roster, profiles, groups, "personal_roster"), instrument, source.wave)


def _events(source: Source, profiles: Sequence[Profile], instrument: Instrument) -> pl.DataFrame | None:
    """The events of leaders, where the policy lets them in; else nobody reads the file."""
    allowed = instrument.policy(source.wave.first_day).outcomes
    if source.outcomes is None or not allowed:
        return None
    table = _beside(source, source.outcomes, profiles, ["event"], "personal_outcomes")
    return conform_outcomes(table, source.outcomes.name, allowed, source.wave)


def _beside(source: Source, file: Path, profiles: Sequence[Profile], groups: Sequence[str], rule: str) -> pl.DataFrame:
    """A file beside the export, refused where it is personal; what a profile leaves out of an export it leaves out."""
    table = read_table(file)
    left_out = [named_profile(profiles, source.profile)] if source.profile else profiles
    unread = {
        head
        for at, head in enumerate(table.columns, 1)
        if {head, f"column_{at}"} & set(source.drop) or any(one.drops(head) for one in left_out)
    }
    ours = {head: head for head in ("wave", *KEYS, *groups)}
    try:
        refuse_personal(table, ours, unread, {}, groups)
    except RefusedColumns as refusal:
        raise RefusedColumns(refusal.found, rule, file=file.name) from refusal
    return table.drop(unread)


def _sheet(source: Source, profiles: tuple[Profile, ...], instrument: Instrument) -> tuple[Sheet, Profile]:
    """The cells of the export, and the profile it is read by."""
    if source.profile is None:
        sheet = read_sheet(source.file, compact=True)
        profile = recognise(sheet, profiles, instrument)
        if not profile.keep_user_missing:
            return sheet, profile
    else:
        profile = named_profile(profiles, source.profile)
    kept = profile.keep_user_missing
    sheet = read_sheet(source.file, separators=profile.separators, keep_user_missing=kept, compact=True)
    return sheet, profile
