"""The tables of evidence that leave the vault: two decimals, from 50 leaders on, the whole board, never a leader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import dataframely as dy
import polars as pl

STATES = ["no_basis", "opposite", "tiny", "visible", "negligible", "cannot_tell_yet", "undecided"]


class OfPublication(dy.Schema):
    """What every published table begins with."""

    publication = dy.String()
    wave = dy.String()


class Reliability(OfPublication):
    """One row per scale and scope: this wave, or all waves of this version of the instrument."""

    scale = dy.String()
    scope = dy.Enum(["wave", "version"])
    leaders = dy.Int32(nullable=True)
    items = dy.Int32()
    estimate = dy.Float64(nullable=True)
    low = dy.Float64(nullable=True)
    high = dy.Float64(nullable=True)
    omega = dy.Float64(nullable=True)
    word = dy.Enum(["good", "usable", "low", "not_assessable"])
    is_gate_shut = dy.Bool()


class Quality(OfPublication):
    """One row per scale: how much of it was left open or could not be used."""

    scale = dy.String()
    open = dy.Enum(["few", "some", "many"])


class Evidence(OfPublication):
    """One row per outcome: what may be said about the buffer."""

    outcome = dy.String()
    kind = dy.Enum(["score", "chance"])
    state = dy.Enum(STATES)
    oriented = dy.Enum(["worse", "better"], nullable=True)
    leaders = dy.Int32(nullable=True)
    waves = dy.Int32()
    covariance = dy.String(nullable=True)
    of_ten = dy.Int32(nullable=True)
    clear_below = dy.Float64(nullable=True)
    clear_above = dy.Float64(nullable=True)
    r2 = dy.Float64(nullable=True)
    delta_r2 = dy.Float64(nullable=True)
    f2 = dy.Float64(nullable=True)
    sentence_nl = dy.String()
    sentence_en = dy.String()


class EvidenceTerm(OfPublication):
    """One row per outcome and term of its model, with its interval."""

    outcome = dy.String()
    term = dy.String()
    estimate = dy.Float64()
    low = dy.Float64(nullable=True)
    high = dy.Float64(nullable=True)


class ModelCard(OfPublication):
    """One row per part of the model card: a figure with its interval, or a word."""

    part = dy.String()
    estimate = dy.Float64(nullable=True)
    low = dy.Float64(nullable=True)
    high = dy.Float64(nullable=True)
    word = dy.String(nullable=True)


class WhatIf(OfPublication):
    """One row per group, pillar and share of coverage: the share at risk the model expects there."""

    group = dy.Enum(["all", "starters"])
    pillar = dy.String()
    word = dy.Enum(["lower", "higher", "cannot_tell", "too_few", "too_small"])
    coverage = dy.Float64(nullable=True)
    estimate = dy.Float64(nullable=True)
    low = dy.Float64(nullable=True)
    high = dy.Float64(nullable=True)


class Weighting(OfPublication):
    """One row per measure of a federation: whether the weighted share lies inside the published margin."""

    measure = dy.String()
    word = dy.Enum(["inside", "above", "below", "not_sound"])


class Research(OfPublication):
    """One row per finding from elsewhere, with its source."""

    code = dy.String()
    nl = dy.String()
    en = dy.String()
    source = dy.String()


# Tables that publications of an earlier version do not have.
LATER: Mapping[str, type[dy.Schema]] = {
    "reliability": Reliability,
    "quality": Quality,
    "evidence": Evidence,
    "evidence_term": EvidenceTerm,
    "model_card": ModelCard,
    "what_if": WhatIf,
    "weighting": Weighting,
    "research": Research,
}


def frame_of(schema: type[dy.Schema], rows: Iterable[Mapping[str, Any]], **same: Any) -> pl.DataFrame:
    """Rows as a checked table; `same` fills columns that are the same everywhere, what is not named is null."""
    names = schema.column_names()
    columns = {name: [({**same, **row}).get(name) for row in rows] for name in names} if (rows := list(rows)) else {}
    frame = pl.DataFrame(columns, strict=False) if columns else schema.create_empty()
    return pl.DataFrame(schema.validate(frame, cast=True))
