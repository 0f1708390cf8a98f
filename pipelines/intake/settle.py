"""Settle an import, for flow: under which codes its leaders are kept, and how it stands to what the vault holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import vault
from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.settings import Home
from pipelines.intake.conform import ROSTER_ROW, Imported
from pipelines.intake.read import read_table

# A file is the same import again when all of these are what they were.
SAME = ("file_hash", "roster_hash", "outcomes_hash", "profile", "reads", "opens", "closes", "instrument")


def dates_of(home: Home, wave: Wave, export: Path, named: Path | None = None) -> WaveDays:
    """Opening and closing day of a wave: from the named file, else waves.csv beside the export, else the home's own.

    Without any of them no dates are checked.
    """
    places = [named] if named else [place for place in (export.with_name("waves.csv"), home.waves) if place.exists()]
    days = calendar(places[0], wave) if places else []
    return days[0] if days else WaveDays(wave)


def calendar(path: Path, wave: Wave | None = None) -> list[WaveDays]:
    """All waves a waves.csv names, or one of them; Refused when a day of these is missing, unreadable or reversed."""
    table = read_table(path)
    if not {"wave", "opens", "closes"} <= set(table.columns):
        raise Refused("waves_file", file=path.name, wave=wave or "-")
    rows = table.filter(pl.col("wave") == wave) if wave else table
    days = rows.select("wave", pl.col("opens", "closes").str.to_date("%Y-%m-%d", strict=False))
    for name, opens, closes in days.iter_rows():
        if opens is None or closes is None or opens > closes:
            raise Refused("waves_file", file=path.name, wave=name)
    return [WaveDays(Wave(row[0]), *row[1:]) for row in days.iter_rows()]


def under_codes(home: Home, imported: Imported, roster: pl.DataFrame | None) -> tuple[Imported, pl.DataFrame | None]:
    """The import with the vault's codes for the agency's keys, and without erased leaders.

    A row of somebody erased is told as rejected, but its answers are kept nowhere.
    """
    gone = vault.erased_codes(home)
    answers, listed = imported.answers, roster
    if listed is not None:
        listed = listed.with_columns(vault.leader_codes(home, listed["leader_key"]))
    if imported.has_keys and listed is not None:
        answers = answers.with_columns(leader_key=listed["leader_key"].gather(answers[ROSTER_ROW])).drop(ROSTER_ROW)
    elif imported.has_keys:
        answers = answers.with_columns(vault.leader_codes(home, answers["leader_key"]))
    if listed is not None and gone:
        listed = listed.filter(~pl.col("leader_key").is_in(gone))
    if not imported.has_keys:
        return imported, listed
    rejected = _rejected_under_codes(home, imported.rejected)
    was_rejected = pl.col("raw").str.json_path_match("$.leader_key").is_in(gone).fill_null(value=False)
    rejected = rejected.with_columns(
        column=pl.when(was_rejected).then(pl.lit("leader_key")).otherwise("column"),
        rule=pl.when(was_rejected).then(pl.lit("erased")).otherwise("rule"),
        raw=pl.when(~was_rejected).then("raw"),
    )
    dropped = answers.filter(pl.col("leader_key").is_in(gone)).select(
        "row", column=pl.lit("leader_key"), rule=pl.lit("erased"), raw=pl.lit(None, pl.String)
    )
    return replace(
        imported,
        answers=answers.join(dropped, on="row", how="anti") if dropped.height else answers,
        rejected=pl.concat([rejected, dropped]).sort("row"),
        data_errors=imported.data_errors.join(dropped, on="row", how="anti"),
    ), listed


def standing(home: Home, wave: Wave, about: Mapping[str, Any]) -> str:
    """How an import stands to the vault: new, known (the same again), differs, or late (the wave is published)."""
    is_published = bool(vault.publications_of(home, wave))
    if wave not in vault.stored_waves(home):
        if is_published:
            raise Refused("wave_past_retention", wave=wave)
        return "new"
    facts = json.loads(json.dumps({key: about[key] for key in SAME}, default=str))
    if any(all(known.get(key) == facts[key] for key in SAME) for known in vault.read_abouts(home, wave)):
        return "known"
    return "late" if is_published else "differs"


def late_only(home: Home, wave: Wave, imported: Imported) -> Imported:
    """What an import after the publication adds: leaders on the wave's roster who were not counted and not late before.

    Raises Refused when it adds nobody, for the figures of a published wave stand.
    """
    about = vault.read_about(home, wave)
    if not (imported.has_keys and about["has_keys"]):
        raise Refused("late_without_keys", wave=wave)
    answers, rejected = imported.answers, [imported.rejected]

    def turn_away(rows: pl.DataFrame, rule: str) -> None:
        """The answers are not kept: they count nowhere, and the file they came from is not ours."""
        nonlocal answers
        told = rows.select("row", column=pl.lit("leader_key"), rule=pl.lit(rule), raw=pl.lit(None, pl.String))
        rejected.append(told)
        answers = answers.join(told, on="row", how="anti")

    turn_away(answers.join(vault.read(home, wave, "answers"), on="leader_key", how="semi"), "already_counted")
    if about["has_roster"]:
        roster = vault.read(home, wave, "roster").drop("school_key", strict=False)
        turn_away(answers.join(roster, on="leader_key", how="anti"), "not_on_roster")
        groups = [name for name in roster.columns if name != "leader_key"]
        answers = answers.drop(groups, strict=False).join(roster, on="leader_key", how="left", maintain_order="left")
    if answers.is_empty():
        raise Refused("wave_published", wave=wave)
    return replace(
        imported,
        answers=answers,
        rejected=pl.concat(rejected).sort("row"),
        data_errors=imported.data_errors.join(answers, on="row", how="semi"),
        late=answers.height,
        standing="late",
    )


def seen_levels(home: Home, wave: Wave) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Levels of the other waves of the school year, and of the last wave of an earlier year."""
    year: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for name in (name for name in vault.stored_waves(home) if name != wave):
        levels = vault.read_about(home, name).get("levels", {})
        if name.school_year == wave.school_year:
            for code, found in levels.items():
                year.setdefault(code, set()).update(found)
        elif name < wave:
            before = {code: set(found) for code, found in levels.items()}
    return year, before


def _rejected_under_codes(home: Home, rejected: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows hold the row as it came; its key too becomes a code."""
    if rejected.is_empty():
        return rejected
    heads = json.loads(rejected["raw"][0])
    rows = rejected["raw"].str.json_decode(pl.Struct(dict.fromkeys(heads, pl.String))).struct.unnest()
    rows = rows.with_columns(vault.leader_codes(home, rows["leader_key"]))
    return rejected.with_columns(raw=rows.select(pl.struct(pl.all()).struct.json_encode()).to_series())
