"""Understand an export, for flow, keeping nothing: read -> lay out -> refuse what is personal -> conform."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import vault
from pipelines.ground.errors import Refused, RefusedColumns
from pipelines.ground.messages import say
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument, Profile, load_instrument
from pipelines.intake.answers import cast_answers
from pipelines.intake.conform import Imported, conform
from pipelines.intake.events import conform_outcomes
from pipelines.intake.layout import lay_out, recognise
from pipelines.intake.levels import check_levels, combinations_of, levels_of
from pipelines.intake.personal import KEYS, personal_columns, refuse_leftovers, refuse_personal
from pipelines.intake.propose import Guess, as_chosen, as_toml, propose
from pipelines.intake.read import file_hash, read_sheet, read_table
from pipelines.intake.roster import conform_roster
from pipelines.intake.score import score
from pipelines.intake.settle import dates_of, late_only, seen_levels, standing, under_codes
from pipelines.intake.sheet import Sheet

PLAIN = "native"  # the profile of a file with one row of heads and no marks


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "wave", Wave(self.wave))  # a wave that is only text is read here


@dataclass(frozen=True)
class Understood:
    """What an export says, before anything is kept."""

    source: Source
    profile: Profile
    reads: dict[str, str]  # head -> our column
    imported: Imported
    instrument: Instrument
    roster: pl.DataFrame | None
    left: pl.DataFrame | None  # events of leaders, where the policy lets them in
    wave: WaveDays


def understand(home: Home, source: Source) -> Understood:
    """Read an export and conform it, without keeping anything; Refused says why a file cannot be read."""
    instrument = load_instrument(home.instruments, source.instruments)
    profiles = instrument.profiles
    if source.wave in vault.stored_waves(home) and source.wave not in unpublished(home):
        # What comes after the publication is read by the rules of the wave, or the two could not be laid together.
        instrument = Instrument.model_validate(vault.read_about(home, source.wave)["instrument"])
    today = instrument.on(source.wave.first_day)
    # The roster goes first: what of it is kept is small, and its text is gone when the answers come as text.
    roster = _roster(source, profiles, today) if source.roster else None
    left = _left(source, profiles, today)
    sheet, profile = _sheet(source, profiles, today)
    added = {"columns": {**profile.columns, **source.columns}, "drop": (*profile.drop, *source.drop)}
    profile = profile.model_copy(update=added)
    laid = lay_out(sheet, profile, today)
    refuse_personal(laid.raw, laid.reads, laid.dropped, laid.texts, [one.code for one in today.dimensions])
    reads, unknown = laid.reads, laid.unknown
    typed = cast_answers(laid.table, today, profile, laid.labels)
    del sheet, laid  # a million answers as text take as much memory as all that follows
    wave = dates_of(home, source.wave, source.file, source.waves)
    imported = conform(typed, today, wave, roster)
    refuse_leftovers(typed.errors.join(imported.data_errors, on=["row", "column"], how="semi", maintain_order="left"))
    del typed
    if imported.answers.is_empty():
        raise Refused("no_row_loads", rows=imported.rows)
    check_levels(levels_of(imported.answers if roster is None else roster, today), today, *seen_levels(home, wave.wave))
    people = imported.answers if roster is None else roster
    combinations = combinations_of(people, today, today.policy(source.wave.first_day).k_coverage)
    imported = replace(imported, profile=profile.code, unread=unknown, combinations=combinations)
    return Understood(source, profile, reads, imported, instrument, roster, left, wave)


@dataclass(frozen=True)
class Proposal:
    """What an export probably is, column by column, before anybody decided."""

    base: Profile  # the layout it was recognised by, else the plain one
    is_recognised: bool
    guesses: list[Guess]

    def toml(self, code: str, lang: str) -> str:
        """The profile to start from."""
        return self._toml(self.guesses, self.base, code, lang)

    def chosen_toml(self, columns: Mapping[str, str], drop: Sequence[str], code: str, name: str, lang: str) -> str:
        """The profile as somebody decided: what is read as what, and what is left out."""
        base = self.base.model_copy(update={"drop": tuple(dict.fromkeys((*self.base.drop, *drop)))})
        return self._toml(as_chosen(self.guesses, columns, drop), base, code, lang, name)

    def _toml(self, guesses: Sequence[Guess], base: Profile, code: str, lang: str, name: str | None = None) -> str:
        return as_toml(guesses, base, code, lambda key, **values: say(lang, f"propose.{key}", **values), lang, name)


def propose_profile(home: Home, file: Path, instruments: Path | None = None, profile: str | None = None) -> Proposal:
    """Look at the heads and questions of an export and say what each column probably is; no answer is repeated."""
    instrument = load_instrument(home.instruments, instruments)
    sheet, is_recognised = read_sheet(file), True
    try:
        base = _named(instrument.profiles, profile) if profile else recognise(sheet, instrument.profiles, instrument)
    except Refused as refusal:
        if refusal.rule != "layout_unknown":
            raise
        base, is_recognised = _named(instrument.profiles, PLAIN), False
    laid = lay_out(sheet, base, instrument)
    personal = personal_columns(laid.raw, laid.reads, laid.dropped, laid.texts)
    guesses = propose(laid.raw.columns, laid.texts, laid.reads, laid.dropped, personal, instrument)
    return Proposal(base, is_recognised, guesses)


def _roster(source: Source, profiles: tuple[Profile, ...], instrument: Instrument) -> pl.DataFrame:
    assert source.roster is not None
    groups = [dimension.code for dimension in instrument.dimensions]
    return conform_roster(_beside(source, source.roster, profiles, groups, "personal_roster"), instrument, source.wave)


def _left(source: Source, profiles: tuple[Profile, ...], instrument: Instrument) -> pl.DataFrame | None:
    """The events of leaders, where the policy lets them in; else nobody reads the file."""
    allowed = instrument.policy(source.wave.first_day).outcomes
    if source.outcomes is None or not allowed:
        return None
    table = _beside(source, source.outcomes, profiles, ["event"], "personal_outcomes")
    return conform_outcomes(table, source.outcomes.name, allowed, source.wave)


def _beside(
    source: Source, file: Path, profiles: tuple[Profile, ...], groups: Sequence[str], rule: str
) -> pl.DataFrame:
    """A file beside the export, refused where it is personal; what a profile leaves out of an export it leaves out."""
    table = read_table(file)
    left_out = [_named(profiles, source.profile)] if source.profile else profiles
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
    if source.profile is None:
        sheet = read_sheet(source.file, compact=True)
        profile = recognise(sheet, profiles, instrument)
        if not profile.keep_user_missing:
            return sheet, profile
    else:
        profile = _named(profiles, source.profile)
    kept = profile.keep_user_missing
    sheet = read_sheet(source.file, separators=profile.separators, keep_user_missing=kept, compact=True)
    return sheet, profile


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
        "wave": wave.wave,
        "opens": wave.opens,
        "closes": wave.closes,
        "file_hash": file_hash(source.file),
        "roster_hash": file_hash(source.roster) if source.roster else None,
        "outcomes_hash": file_hash(source.outcomes) if source.outcomes and understood.left is not None else None,
        "profile": understood.profile.code,
        "imported_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "rows": imported.rows,
        "has_keys": imported.has_keys,
        "has_roster": roster is not None,
        "columns_asked": imported.columns_asked,
        "reads": understood.reads,
        "levels": levels,
        "is_sample": source.is_sample,
        "instrument": json.loads(instrument.model_dump_json(by_alias=True)),
    }
    stands = standing(home, wave.wave, about)
    imported = late_only(home, wave.wave, imported) if stands == "late" else replace(imported, standing=stands)
    about["late"] = imported.late
    if imported.answers.is_empty():
        raise Refused("no_row_loads", rows=imported.rows)
    tables = {
        "answers": imported.answers,
        "scores": score(imported.answers, instrument),
        "roster": pl.DataFrame(schema={"leader_key": pl.String}) if roster is None or stands == "late" else roster,
        "rejected": imported.rejected.filter(pl.col("rule") != "erased"),
        "data_errors": imported.data_errors,
        "outcomes": _events(home, understood.left),
    }
    return imported, about, tables


def takes_outcomes(home: Home, source: Source) -> bool:
    """Whether the policy lets events of leaders in; else the file is read by nobody."""
    instrument = load_instrument(home.instruments, source.instruments)
    return bool(instrument.policy(source.wave.first_day).outcomes)


def _events(home: Home, left: pl.DataFrame | None) -> pl.DataFrame:
    """The events of leaders under the vault's codes, without who was erased."""
    if left is None:
        return pl.DataFrame(schema=vault.EVENTS)
    rows = left.with_columns(vault.leader_codes(home, left["leader_key"]))
    return rows.filter(~pl.col("leader_key").is_in(list(vault.erased_codes(home))))


def unpublished(home: Home) -> list[Wave]:
    """Imported waves without a publication, oldest first."""
    done = {name.wave for name in vault.publications(home)}
    return [wave for wave in vault.stored_waves(home) if wave not in done]
