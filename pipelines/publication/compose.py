"""Tell, for flow: the tables of a publication, and what is exported of it; no row here is a leader but `counted`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from pipelines import vault
from pipelines.counting import cells as aggregate
from pipelines.counting.record import Material, yes_no_of
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import Cell, Change, Level, Mean, Publication, Tables, frame_of
from pipelines.ground.settings import Home
from pipelines.protection import bands as protect
from pipelines.protection.ladder import Audited
from pipelines.protection.logic import logic_of
from pipelines.publication import auditor as export
from pipelines.publication import margin as analyse
from pipelines.publication import states
from pipelines.publication import tables as describe

SCHOOLS = ("schools_answered", "schools")  # columns of a publication


def public_tables(
    home: Home,
    material: Material,
    shown: Mapping[str, describe.Shown],
    means: Mapping[str, describe.Shown],
    publication: PublicationId,
    audited: Audited,
) -> Tables:
    """The public tables of one publication, by name."""
    wave, instrument, about = material.wave, material.instrument, material.about
    margin = partial(analyse.margin, policy=material.policy)
    response_word = partial(analyse.response_word, policy=material.policy)
    cell = describe.cell_table(
        material.layout.cells, shown, publication, wave, margin, response_word, protect.wider_keys
    )
    mean = describe.mean_table(material.layout.cells, means, publication, wave, response_word, protect.wider_keys)
    level = describe.level_table(publication, wave, material.structure.merges, material.people, material.roster)
    row = {
        "publication": publication,
        "wave": wave,
        "opens": about["opens"],
        "closes": about["closes"],
        "published_on": dt.date.today(),
        "instrument": instrument.about.code,
        "instrument_version": instrument.about.version,
        "has_roster": material.roster is not None,
        "leaders": None if material.roster is None else material.roster.height,
        "respondents": material.people.height,
        **_schools(material),
        "expected": round(material.structure.expected),
        "tier": material.structure.tier_from,
        "tables": " | ".join(aggregate.table_id(table) for table in material.structure.tables),
        "breaks": "|".join(breaks(home, material)),
        "late": about["late"],
        "policy_fingerprint": instrument.fingerprint(material.day),
        "is_sample": about["is_sample"],
        **audited.columns(),
    }
    return {
        "publication": frame_of(Publication, [row]),
        "level": level,
        "cell": cell,
        "mean": mean,
        "rock_state": states.rock_states(cell, instrument),
        "need_state": states.need_states(cell, instrument),
        "change": changes(home, material, cell),
        "withheld": describe.withheld_table(cell, mean),
        "policy": describe.policy_table(publication, instrument, material.day, material.structure.tier_from),
        "question": describe.question_table(publication, wave, instrument, about["columns_asked"]),
        "dictionary": describe.dictionary_table(instrument, level),
        "target": describe.target_table(instrument),
        "benchmark": describe.benchmark_table(instrument),
    }


def _schools(material: Material) -> dict[str, int | None]:
    """How many schools have a leader who answered, of how many; nothing where few have, or few have not."""
    found = aggregate.schools(material.people, material.roster)
    if found is None or not protect.is_told(*found, material.policy.k_coverage):
        return dict.fromkeys(SCHOOLS)
    return dict(zip(SCHOOLS, found, strict=True))


def not_asked(material: Material) -> dict[str, describe.Shown]:
    """What is told whatever the audit says: how many answered, and which measures were not asked."""
    everybody = material.counts[""]
    shown = {describe.ALL: describe.everybody(everybody.eligible, everybody.leaders)}
    for attribute in material.planned:
        if attribute.code not in material.yes_no.columns:
            group = material.counts[attribute.code]
            shown[attribute.code] = describe.not_asked(attribute.publication_class, group.eligible, group.leaders)
    return shown


def withheld_by_policy(material: Material, codes: set[str]) -> dict[str, describe.Shown]:
    """Measures that no cell tells of, for a reason that holds for the whole wave."""
    shown = {}
    for code in codes:
        group, attribute = material.counts[code], material.instrument.attribute(code)
        empty = describe.not_asked(attribute.publication_class, group.eligible, group.leaders)
        shown[code] = replace(empty, status=np.full(len(group.eligible), "policy", dtype=object))
    return shown


def means_not_asked(material: Material) -> dict[str, describe.Shown]:
    """Means of the plan whose scale was not asked."""
    everybody, scale_of = material.counts[""], material.instrument.scale
    return {
        mean.scale: describe.not_asked(scale_of(mean.scale).publication_class, everybody.eligible, everybody.leaders)
        for mean in material.instrument.plan.mean
        if mean.scale not in material.scores.columns
    }


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


def changes(home: Home, material: Material, cell: dy.DataFrame[Cell]) -> dy.DataFrame[Change]:
    """One word per coverage measure about leaders who answered this wave and the one before, board-wide."""
    rows = []
    before = material.wave.before
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
                rows.append({"publication": row["publication"], "measure": measure, "word": word})
    return frame_of(Change, rows, wave=material.wave, previous_wave=before)


def audit_facts(material: Material) -> dict[str, Any]:
    """What an outside auditor needs beside the cells; the words of formats.md."""
    instrument, policy = material.instrument, material.policy
    implies: list[str] = []
    for family in material.families.values():
        logic = logic_of(instrument, family.members, family.scales, instrument.threshold_values(material.day))
        implies += logic.implied([attribute.code for attribute in family.members])
    asked = {attribute.code for family in material.families.values() for attribute in family.members}
    partitions = [list(p.attributes) for p in instrument.partitions.values() if set(p.attributes) <= asked]
    return {
        "k": {a.code: policy.k(a.publication_class) for a in material.planned},
        "m": policy.m,
        "eligible": {
            a.code: " & ".join(f"{column}={'|'.join(levels)}" for column, levels in a.eligible.items())
            for a in material.planned
            if a.eligible and set(a.eligible) <= set(material.structure.merges)
        },
        "implies": implies,
        "partitions": partitions,
        "ranges": {scale.code: [0, 100] for scale in instrument.scales},
        "policy_fingerprint": instrument.fingerprint(material.day),
    }


def publications_of(home: Home, wave: Wave | None, *, shown: bool = True) -> list[PublicationId]:
    """Publications of one wave or of all, those on show or every one there ever was; Refused when there is none."""
    every = vault.publications(home) if wave is None else vault.publications_of(home, wave)
    names = [name for name in every if not shown or name in vault.live_publications(home)]
    if not names:
        raise Refused("wave_not_published", wave=wave or "-")
    return names


def published_cells(home: Home, names: list[PublicationId]) -> pl.DataFrame:
    """The cells of publications, for an outside auditor."""
    frames = [
        export.cells(
            vault.read_frozen(home, name, Cell),
            vault.read_frozen(home, name, Mean),
            _dimensions(home, name),
            list(published_facts(home, name)["eligible"]),
        )
        for name in names
    ]
    return pl.concat(frames, how="diagonal")


def published_facts(home: Home, publication: PublicationId) -> dict[str, Any]:
    """What an outside auditor needs to know beside the cells."""
    return vault.frozen_facts(home, publication)


def counted_roster(home: Home, wave: Wave) -> pl.DataFrame:
    """Who the newest publication of a wave counted, by group only."""
    newest = publications_of(home, wave)[-1]
    return export.roster(vault.read_respondents(home, newest), _dimensions(home, newest))


def _dimensions(home: Home, publication: PublicationId) -> list[str]:
    return vault.read_frozen(home, publication, Level)["dimension"].unique(maintain_order=True).to_list()
