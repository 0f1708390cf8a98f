"""Settle an import, for flow: under which codes its leaders are kept, and how it stands to what the vault holds."""

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
from pipelines.intake.conform import ROSTER_ROW, Imported
from pipelines.intake.levels import levels_of
from pipelines.intake.read import file_hash
from pipelines.intake.understand import Conformed

NOBODY = pl.DataFrame(schema={"leader_key": pl.String})
# A file is the same import again when all of these are what they were.
SAME = ("file_hash", "roster_hash", "outcomes_hash", "profile", "reads", "opens", "closes", "instrument")


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


def _rejected_under_codes(home: Home, rejected: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows hold the row as it came; its key too becomes a code."""
    if rejected.is_empty():
        return rejected
    heads = json.loads(rejected["raw"][0])
    rows = rejected["raw"].str.json_decode(pl.Struct(dict.fromkeys(heads, pl.String))).struct.unnest()
    rows = rows.with_columns(vault.leader_codes(home, rows["leader_key"]))
    return rejected.with_columns(raw=rows.select(pl.struct(pl.all()).struct.json_encode()).to_series())


@dataclass(frozen=True)
class Settled:
    """An import as it would be kept: what became of every row, where it came from, and its tables but the scores."""

    imported: Imported
    about: dict[str, Any]
    tables: dict[str, pl.DataFrame]


def settle(home: Home, conformed: Conformed) -> Settled:
    """Bring an import under the vault's codes, and lay it beside what the vault holds of its wave."""
    source = conformed.source
    wave = conformed.wave
    people = conformed.imported.answers if conformed.roster is None else conformed.roster
    imported, roster = under_codes(home, conformed.imported, conformed.roster)
    about = {
        "wave": wave.wave,
        "opens": wave.opens,
        "closes": wave.closes,
        "file_hash": file_hash(source.file),
        "roster_hash": file_hash(source.roster) if source.roster else None,
        "outcomes_hash": file_hash(source.outcomes) if source.outcomes and conformed.events is not None else None,
        "profile": conformed.profile.code,
        "imported_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "rows": imported.rows,
        "has_keys": imported.has_keys,
        "has_roster": roster is not None,
        "columns_asked": imported.columns_asked,
        "reads": conformed.reads,
        "levels": levels_of(people, conformed.instrument),
        "is_sample": source.is_sample,
        "instrument": json.loads(conformed.instrument.model_dump_json(by_alias=True)),
    }
    stands = standing(home, wave.wave, about)
    imported = late_only(home, wave.wave, imported) if stands == "late" else replace(imported, standing=stands)
    about["late"] = imported.late
    if imported.answers.is_empty():
        raise Refused("no_row_loads", rows=imported.rows)
    tables = {
        "answers": imported.answers,
        "roster": NOBODY if roster is None or stands == "late" else roster,
        "rejected": imported.rejected.filter(pl.col("rule") != "erased"),
        "data_errors": imported.data_errors,
        "outcomes": _events(home, conformed.events),
    }
    return Settled(imported, about, tables)


def _events(home: Home, events: pl.DataFrame | None) -> pl.DataFrame:
    """The events of leaders under the vault's codes, without who was erased."""
    if events is None:
        return pl.DataFrame(schema=vault.EVENTS)
    rows = events.with_columns(vault.leader_codes(home, events["leader_key"]))
    return rows.filter(~pl.col("leader_key").is_in(list(vault.erased_codes(home))))
