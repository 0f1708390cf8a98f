"""Source: the files of one import, read and recognised; nothing is kept, and what is personal is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from pipelines import vault
from pipelines.ground.errors import Refused, RefusedColumns, each, gathered
from pipelines.ground.failures import foreseen
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.ground.told import Told
from pipelines.instruments import (
    Instrument,
    Profile,
    check_roster_words,
    load_instrument,
    load_roster_words,
    stored_instrument,
)
from pipelines.intake.asked import columns_meant, groups_meant
from pipelines.intake.decided import Decided
from pipelines.intake.events import conform_outcomes
from pipelines.intake.excel_marks import refuse_scientific
from pipelines.intake.layout import below_unknown, recognise
from pipelines.intake.personal import KEYS, refuse_personal
from pipelines.intake.read import read_and_tell, read_sheet
from pipelines.intake.roster import Roster, read_roster
from pipelines.intake.roster_heads import dated_groups, find_heads, harmless_heads, known_heads, match_heads
from pipelines.intake.seen import seen_levels
from pipelines.intake.sheet import Beside, Sheet, holds_rows


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
    repair: bool = False  # the vault's file of the wave is damaged: make it anew of what was imported before
    decided: Decided = field(default_factory=Decided)

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


@foreseen()
def read_files(home: Home, source: Source) -> Files:
    """Read the files of an import; Refused says why one cannot be read."""
    instrument = load_instrument(home.instruments, source.instruments)
    profiles = instrument.profiles
    if source.repair:
        instrument = _counted_by(home, source.wave) or instrument
    elif source.wave in vault.stored_waves(home) and source.wave not in unpublished(home):
        # What comes after the publication is read by the rules of the wave, or the two could not be laid together.
        instrument = stored_instrument(vault.read_about(home, source.wave)["instrument"])
    today = instrument.on(source.wave.first_day)
    roster: Roster | None = None
    # The roster goes first: what of it is kept is small, and its text is gone when the answers come as text.
    with gathered() as problems:
        without, wrong = groups_meant(source.decided.without, today)
        problems += wrong
        try:
            roster = _roster(home, replace(source, decided=replace(source.decided, without=without)), profiles, today)
        except Refused as refusal:
            problems.extend(each(refusal))
        events = _events(source, profiles, today)
        sheet, profile = _sheet(source, profiles, today)
        profile = source.decided.profile(profile)
        if roster is not None or source.roster is None:  # else nobody knows its heads
            accept, wrong = columns_meant(source.decided.accept, today, profile, sheet, roster.reads if roster else {})
            problems += wrong
    people, told = (None, ()) if roster is None else (roster.people, roster.told)
    decided = replace(source.decided, without=without, accept=accept)
    return Files(replace(source, decided=decided), instrument, profile, sheet, people, events, told)


def _counted_by(home: Home, wave: Wave) -> Instrument | None:
    """The instrument that the newest publication of a wave was counted by, where it says so."""
    names = vault.publications_of(home, wave)
    under = vault.counted_under(home, names[-1]) if names else None
    return None if under is None else stored_instrument(under["instrument"])


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


def _roster(home: Home, source: Source, profiles: Sequence[Profile], instrument: Instrument) -> Roster | None:
    if source.roster is None:
        if source.decided.experience_from:
            raise Refused("experience_without_roster", head=source.decided.experience_from)
        return None
    groups = [dimension.code for dimension in instrument.dimensions]
    words = load_roster_words(home.instruments, source.instruments)
    check_roster_words(words, instrument)
    words = source.decided.roster_words(words)
    read = read_and_tell(source.roster, known=known_heads(instrument, words))
    named, _ = match_heads(read.table.columns, instrument, words, words.columns)
    unread = _left_out(source, read.table, profiles, {*named.reads.values()}) | words.left_out(read.table.columns)
    heads = [head for head in read.table.columns if head not in unread]
    reads = find_heads(heads, instrument, words, source.decided.experience_from).reads
    ours = {head: column for column, head in reads.items()}
    harmless = harmless_heads(heads, words)
    dated = dated_groups(instrument)
    table = _beside(source.roster, read, unread, ours, groups, "personal_roster", harmless=harmless, dated=dated)
    this_year, before = seen_levels(home, source.wave)
    seen = {code: this_year.get(code, set()) | before.get(code, set()) for code in groups}
    return read_roster(table, instrument, words, source.wave, source.decided, seen, read.told, read.first_row)


def _events(source: Source, profiles: Sequence[Profile], instrument: Instrument) -> pl.DataFrame | None:
    """The events of leaders, where the policy lets them in; else nobody reads the file."""
    allowed = instrument.policy(source.wave.first_day).outcomes
    if source.outcomes is None or not allowed:
        return None
    ours = {head: head for head in ("wave", *KEYS, "event")}
    read = read_and_tell(source.outcomes, known=ours)
    unread = _left_out(source, read.table, profiles)
    table = _beside(source.outcomes, read, unread, ours, ["event"], "personal_outcomes")
    return conform_outcomes(table, source.outcomes.name, allowed, source.wave)


def _left_out(source: Source, table: pl.DataFrame, profiles: Sequence[Profile], ours: Collection[str] = ()) -> set[str]:
    """The heads of a file beside the export left out; what a profile leaves out of an export, it leaves out.

    Not of `ours`, heads that are columns of ours here: a profile is about exports, and no group goes in silence.
    """
    left_out = [named_profile(profiles, source.profile)] if source.profile else profiles
    return {
        head
        for at, head in enumerate(table.columns, 1)
        if {head, f"column_{at}"} & set(source.decided.beside_drop)
        or (head not in ours and any(one.drops(head) for one in left_out))
    }


def _beside(
    file: Path,
    read: Beside,
    unread: Collection[str],
    ours: Mapping[str, str],
    groups: Sequence[str],
    rule: str,
    *,
    harmless: Collection[str] = (),
    dated: Collection[str] = (),
) -> pl.DataFrame:
    """A file beside the export without the columns that are left out (`unread`), refused where it is personal.

    `ours`: head -> our column. `harmless`: heads of columns that are known and not read, whatever they look like.
    `dated`: our columns that may be dates since when.
    """
    if not holds_rows(read.table):
        raise Refused("no_rows", file=file.name)
    try:
        refuse_personal(read.table, ours, {*unread, *harmless}, {}, groups, dated)
    except RefusedColumns as refusal:
        raise RefusedColumns(refusal.found, rule, file=file.name) from refusal
    table = read.table.drop(unread)
    key = next((head for head, column in ours.items() if column == "leader_key"), "")
    refuse_scientific(table, file.name, key, read.first_row)
    return table


def _sheet(source: Source, profiles: tuple[Profile, ...], instrument: Instrument) -> tuple[Sheet, Profile]:
    """The cells of the export, and the profile it is read by."""
    if source.profile is None:
        sheet = below_unknown(read_sheet(source.file, compact=True), profiles, instrument)
        profile = recognise(sheet, profiles, instrument)
        if not profile.keep_user_missing:
            return sheet, profile
    else:
        profile = named_profile(profiles, source.profile)
    kept = profile.keep_user_missing
    sheet = read_sheet(source.file, separators=profile.separators, keep_user_missing=kept, compact=True)
    if not source.decided.columns.keys() & set(sheet.heads):  # who names heads has seen them on the first line
        sheet = below_unknown(sheet, [profile], instrument)
    return sheet, profile
