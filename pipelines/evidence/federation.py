"""Weights, for flow: whether a federation's figures would stand if every group had answered alike; one word each."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pipelines.counting import cells as aggregate
from pipelines.counting.record import Material
from pipelines.evidence.weights import Array, rake, weighted_word
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas_analysed import LATER, frame_of
from pipelines.instruments.method import Method, method_on

BOARD = "board"


def weight_tables(material: Material, cell: pl.DataFrame, publication: PublicationId) -> dict[str, pl.DataFrame]:
    """The table weighting: for federations a word per measure; for a single board nothing, shares are unweighted."""
    rows = []
    if material.roster is not None and BOARD in material.roster.columns and material.roster[BOARD].n_unique() > 1:
        told = cell.filter((pl.col("table_id") == "total") & pl.col("low").is_not_null())
        weights = roster_weights(material, method_on(material.day))
        rows = [_row(material, row, weights) for row in told.iter_rows(named=True)]
    return {"weighting": frame_of(LATER["weighting"], rows, publication=publication, wave=material.wave)}


def _row(material: Material, told: dict[str, Any], weights: Array | None) -> dict[str, str]:
    measure = told["measure"]
    if weights is None:
        return {"measure": measure, "word": "not_sound"}
    inside = aggregate.eligible(material.people, material.instrument.attribute(measure))
    yes = material.yes_no[measure].fill_null(value=False).to_numpy()[inside].astype(np.float64)
    return {"measure": measure, "word": weighted_word(weights[inside], yes, (told["low"], told["high"]))}


def roster_weights(material: Material, method: Method) -> Array | None:
    """One weight per respondent from the margins of the roster; None where weighting is not sound."""
    margins, roster = [], material.roster
    for name in method.weights.margins:
        if roster is not None and name in roster.columns and name in material.people.columns:
            levels = sorted(roster[name].fill_null("").unique())
            place = {level: number for number, level in enumerate(levels)}
            listed = roster[name].fill_null("").replace_strict(place, return_dtype=pl.Int64).to_numpy()
            answered = material.people[name].fill_null("").replace_strict(place, default=0, return_dtype=pl.Int64)
            margins.append((answered.to_numpy(), np.bincount(listed, minlength=len(levels))))
    return rake(margins, method.weights)
