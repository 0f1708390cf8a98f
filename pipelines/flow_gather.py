"""Gather, for flow: everything one publication needs, from the vault; leaders are still leaders here."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import aggregate, analyse, protect, vault
from pipelines.errors import Refused
from pipelines.flag import flag
from pipelines.instruments import Instrument, Policy
from pipelines.settings import Home, school_year, sync, wave_before


@dataclass(frozen=True)
class Material:
    """One wave, ready to be counted; leaders only inside the vault."""

    wave: str
    instrument: Instrument
    policy: Policy
    day: dt.date
    about: dict[str, Any]
    structure: protect.Structure
    people: pl.DataFrame  # respondents with merged dimensions
    roster: pl.DataFrame | None
    yes_no: pl.DataFrame
    had_memory: NDArray[np.bool_]  # flagged answers may persist only for these


def gather(home: Home, wave: str) -> Material:
    """Everything one publication needs, from the vault."""
    about = vault.read_about(home, wave)
    instrument = Instrument.model_validate(about["instrument"])
    day = first_day(wave)
    policy = instrument.policy(day)
    answers, scores = vault.read(home, wave, "answers"), vault.read(home, wave, "scores")
    roster = vault.read(home, wave, "roster") if about["has_roster"] else None
    structure = school_year_structure(home, wave, instrument, policy, answers, roster)
    flags = flags_until(home, wave)
    yes_no = yes_no_of(home, wave, flags)
    memory = answers.select("leader_key").join(flags, on="leader_key", how="left", maintain_order="left")["had_memory"]
    return Material(
        wave=wave, instrument=instrument, policy=policy, day=day, about=about, structure=structure,
        people=structure.place(answers), roster=None if roster is None else structure.place(roster),
        yes_no=yes_no, had_memory=memory.fill_null(value=False).to_numpy(),
    )  # fmt: skip


def first_day(wave: str) -> dt.date:
    """The first day of a wave's quarter: policy and thresholds are looked up by it."""
    return dt.date(int(wave[:4]), 3 * int(wave[-1]) - 2, 1)


def school_year_structure(
    home: Home, wave: str, instrument: Instrument, policy: Policy, answers: pl.DataFrame, roster: pl.DataFrame | None
) -> protect.Structure:
    """Merges and tables of the school year: made once from its first roster, then kept."""
    path = home.vault / "school_years" / f"{school_year(wave).replace('/', '-')}.json"
    if path.exists():
        raw = json.loads(path.read_text(encoding="utf-8"))
        return protect.Structure(**{**raw, "tables": tuple(tuple(table) for table in raw["tables"])})
    people, expected = (answers, 1.0) if roster is None else (roster, policy.expected_response)
    structure = protect.fix_structure(people, instrument, policy, expected)
    vault.make_private(path.parent)
    build = path.with_suffix(".build")
    build.write_text(json.dumps(asdict(structure)), encoding="utf-8")
    sync(build)
    build.replace(path)
    return structure


def flags_until(home: Home, wave: str) -> pl.DataFrame:
    """The flags of a wave, with the memory of the waves before it; a skipped wave forgets."""
    previous: pl.DataFrame | None = None
    before = ""
    for name in (w for w in vault.stored_waves(home) if w <= wave):
        about = vault.read_about(home, name)
        instrument = Instrument.model_validate(about["instrument"])
        memory = previous if before == wave_before(name) and about["has_keys"] else None
        scores = vault.read(home, name, "scores")
        if any(attribute.rule for attribute in instrument.attributes):
            previous, before = flag(scores, memory, instrument.threshold_values(first_day(name))), name
        else:
            previous, before = scores.select("leader_key", is_flagged=pl.lit(None), had_memory=pl.lit(value=False)), name
    if previous is None:
        raise Refused("wave_unknown", wave=wave)
    return previous


def yes_no_of(home: Home, wave: str, flags: pl.DataFrame | None = None) -> pl.DataFrame:
    """The attributes of every respondent of a wave."""
    instrument = Instrument.model_validate(vault.read_about(home, wave)["instrument"])
    answers, scores = vault.read(home, wave, "answers"), vault.read(home, wave, "scores")
    flags = flags_until(home, wave) if flags is None else flags
    return aggregate.attributes(instrument, answers, scores, flags, instrument.threshold_values(first_day(wave)))


def breaks(home: Home, material: Material) -> list[str]:
    """What makes a line with the wave before misleading: other regions, another instrument, items not asked."""
    earlier = [wave for wave in vault.stored_waves(home) if wave < material.wave]
    if not earlier:
        return []
    about = vault.read_about(home, earlier[-1])
    found = []
    if about["instrument"]["about"]["version"] != material.instrument.about.version:
        found.append("instrument")
    if not set(about["columns_asked"]) <= set(material.about["columns_asked"]):
        found.append("not_asked")
    if material.roster is not None and about["has_roster"] and "region" in material.roster.columns:
        before = vault.read(home, earlier[-1], "roster")
        now = vault.read(home, material.wave, "roster")
        if "region" in before.columns and set(now["region"].unique()) - set(before["region"].unique()):
            found.append("region_split")
    return found


def changes(home: Home, material: Material, cell: pl.DataFrame) -> pl.DataFrame:
    """One word per coverage measure about leaders who answered this wave and the one before, board-wide."""
    columns = ["publication", "wave", "measure", "previous_wave", "word"]
    rows: list[tuple[str, ...]] = []
    before = wave_before(material.wave)
    keyed = material.about["has_keys"] and before in vault.stored_waves(home)
    if keyed and vault.read_about(home, before)["has_keys"]:
        earlier = yes_no_of(home, before)
        total = cell.filter((pl.col("table_id") == "total") & (pl.col("status") == "published"))
        for row in total.filter(pl.col("class") == "coverage").iter_rows(named=True):
            measure = row["measure"]
            if measure not in earlier.columns or row["leaders"] is None:
                continue
            inside = aggregate.eligible(material.people, material.instrument.attribute(measure))
            pairs = material.yes_no.filter(inside).join(earlier.select("leader_key", was=measure), on="leader_key")
            word = analyse.change_word(pairs[measure], pairs["was"], row["leaders"], material.policy)
            if word:
                rows.append((row["publication"], material.wave, measure, before, word))
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def counted(material: Material) -> pl.DataFrame:
    """Who was counted, for the steward and later audits; stays in the vault."""
    return pl.concat(
        [
            material.people.select("leader_key", *material.structure.merges),
            material.yes_no.drop("leader_key"),
            pl.DataFrame({"had_memory": material.had_memory}),
        ],
        how="horizontal",
    )


def audit_facts(material: Material) -> dict[str, Any]:
    """What an outside auditor needs beside the cells; the words of formats.md."""
    instrument, policy = material.instrument, material.policy
    planned = [instrument.attribute(measure.attribute) for measure in instrument.plan.measure]
    codes = {attribute.code for attribute in planned}
    implies = [f"{a.code}=>{b}" for a in planned for b in a.implies if b in codes]
    implies += [f"{part}=>{a.code}" for a in planned for part in a.any_of if part in codes]
    return {
        "k": {a.code: policy.k(a.publication_class) for a in planned},
        "m": policy.m,
        "eligible": {
            a.code: " & ".join(f"{column}={'|'.join(levels)}" for column, levels in a.eligible.items())
            for a in planned
            if a.eligible
        },
        "implies": list(dict.fromkeys(implies)),
        "partitions": [],
        "ranges": {scale.code: [0, 100] for scale in instrument.scales},
        "policy_fingerprint": instrument.fingerprint(material.day),
    }
