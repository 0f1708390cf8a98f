"""Compose: what passed the gate becomes the public tables of one publication; pure functions, no row is a leader."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import polars as pl

from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import Publication, Tables, frame_of
from pipelines.protection import Released, wider_keys
from pipelines.publication import states, tables
from pipelines.publication.fingerprint import fingerprint
from pipelines.publication.margin import margin, response_word
from pipelines.publication.modelled import modelled_tables


def describe(released: Released, publication: PublicationId) -> Tables:
    """The public tables of one publication, by name."""
    wave = released.wave
    instrument = released.instrument
    respond = partial(response_word, policy=released.policy)
    cell = tables.cell_table(
        released.cells,
        released.counts,
        publication,
        wave,
        partial(margin, policy=released.policy),
        respond,
        wider_keys,
    )
    mean = tables.mean_table(released.cells, released.means, publication, wave, respond, wider_keys)
    level = tables.level_table(publication, wave, released.levels)
    described = {
        "publication": frame_of(Publication, [_row(released, publication)]),
        "level": level,
        "cell": cell,
        "mean": mean,
        "rock_state": states.rock_states(cell, instrument),
        "need_state": states.need_states(cell, instrument),
        "withheld": tables.withheld_table(cell, mean),
        "policy": tables.policy_table(publication, instrument, released.day, released.tier_from),
        "question": tables.question_table(publication, wave, instrument, released.about["columns_asked"]),
        "dictionary": tables.dictionary_table(instrument, level),
        "target": tables.target_table(instrument, is_sample=released.about["is_sample"]),
        "benchmark": tables.benchmark_table(instrument),
        **modelled_tables(released, cell, publication),
    }
    word = pl.lit(fingerprint(described, publication))
    return {**described, "publication": Publication.validate(described["publication"].with_columns(fingerprint=word))}


def _row(released: Released, publication: PublicationId) -> dict[str, Any]:
    """The row of the table publication."""
    answered, schools = released.schools or (None, None)
    return {
        "publication": publication,
        "wave": released.wave,
        "opens": released.about["opens"],
        "closes": released.about["closes"],
        "published_on": dt.date.today(),
        "instrument": released.instrument.about.code,
        "instrument_version": released.instrument.about.version,
        "has_roster": released.leaders is not None,
        "leaders": released.leaders,
        "respondents": released.respondents,
        "schools_answered": answered,
        "schools": schools,
        "expected": round(released.expected),
        "tier": released.tier_from,
        "tables": " | ".join(released.tables),
        "breaks": "|".join(released.breaks),
        "late": released.about["late"],
        "policy_fingerprint": released.instrument.fingerprint(released.day),
        "is_sample": released.about["is_sample"],
    }
