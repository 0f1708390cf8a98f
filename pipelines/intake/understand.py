"""Understand: which column of an export is which of ours, and what its answers say; then good rows and bad ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.period import WaveDays
from pipelines.ground.settings import Home
from pipelines.ground.told import Told, places
from pipelines.instruments import Instrument, Profile
from pipelines.intake.answers import Typed, cast_answers
from pipelines.intake.calendar import dates_of
from pipelines.intake.conform import Imported, conform
from pipelines.intake.excel_marks import refuse_scientific
from pipelines.intake.keys import check_keys
from pipelines.intake.layout import lay_out
from pipelines.intake.levels import check_levels, combinations_of, levels_of
from pipelines.intake.marks import Marks, marks_of
from pipelines.intake.personal import refuse_leftovers, refuse_personal
from pipelines.intake.seen import came_later, seen_levels
from pipelines.intake.sheet import empty_rows, holds_rows
from pipelines.intake.source import Files, Source
from pipelines.intake.stops import refuse_lost


@dataclass(frozen=True)
class Understood:
    """The answers of an export in our columns, typed; and the rows of the files beside it."""

    source: Source
    instrument: Instrument
    profile: Profile
    reads: dict[str, str]  # head -> our column
    unread: tuple[str, ...]  # heads that are none of ours
    typed: Typed
    marks: Marks  # rows that are nobody's answer
    told: tuple[Told, ...]  # of the export and the roster
    roster: pl.DataFrame | None
    events: pl.DataFrame | None


@dataclass(frozen=True)
class Conformed:
    """What an export says, row by row, before anything is kept."""

    source: Source
    instrument: Instrument
    profile: Profile
    reads: dict[str, str]  # head -> our column
    imported: Imported
    roster: pl.DataFrame | None
    events: pl.DataFrame | None
    wave: WaveDays


def understand(files: Files) -> Understood:
    """Find our columns in an export and read its answers; Refused where a column is personal."""
    today = files.today
    laid = lay_out(files.sheet, files.profile, today)
    if not holds_rows(laid.raw):
        raise Refused("no_answers", file=files.sheet.file)
    refuse_scientific(laid.table, files.sheet.file, first_row=laid.first_row)
    told = list(laid.told)
    if "leader_key" in laid.table.columns:
        of_keys = check_keys(laid.table["leader_key"].cast(pl.String))
        told += of_keys if files.roster is None else []  # else the roster says so
    refuse_personal(laid.raw, laid.reads, laid.dropped, laid.texts, [one.code for one in today.dimensions])
    typed = cast_answers(laid.table, today, files.profile, laid.labels, laid.first_row)
    if empty := empty_rows(laid.raw, laid.first_row):
        typed = replace(typed, answers=typed.answers.filter(~pl.col("row").is_in(empty)))
        told.append(Told("empty_rows", len(empty), places(empty), {"file": files.sheet.file}))
    return Understood(
        source=files.source,
        instrument=files.instrument,
        profile=files.profile,
        reads=laid.reads,
        unread=laid.unknown,
        typed=typed,
        marks=marks_of(laid.raw, laid.reads, files.profile, laid.first_row),
        told=(*files.sheet.told, *told, *files.told),
        roster=files.roster,
        events=files.events,
    )


def conform_rows(home: Home, understood: Understood) -> Conformed:
    """One row per leader, with the leader's groups; bad rows apart, each with its rule.

    Raises Refused when no row is good, when a question lost too much, or when a group is not known.
    """
    source = understood.source
    typed = understood.typed
    roster = understood.roster
    today = understood.instrument.on(source.wave.first_day)
    days = dates_of(home, source.wave, source.file, source.waves)
    imported = conform(typed, today, days, roster, understood.marks)
    refuse_leftovers(typed.errors.join(imported.data_errors, on=["row", "column"], how="semi", maintain_order="left"))
    blocks = [[item.code for item in scale.items] for scale in today.scales]
    refuse_lost(typed, imported, source.decided.accept, blocks)
    people = imported.answers if roster is None else roster
    check_levels(levels_of(people, today), today, *seen_levels(home, source.wave), source.decided.accept)
    later = came_later(home, source.wave, people, today)
    combinations = combinations_of(people, today, today.policy(source.wave.first_day).k_coverage)
    return Conformed(
        source=source,
        instrument=understood.instrument,
        profile=understood.profile,
        reads=understood.reads,
        imported=replace(
            imported,
            profile=understood.profile.code,
            unread=understood.unread,
            combinations=combinations,
            told=(*imported.told, *understood.told, *later),
        ),
        roster=roster,
        events=understood.events,
        wave=days,
    )
