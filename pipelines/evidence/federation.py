"""Federation: whether its figures would stand if every group had answered alike; one word each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from pipelines.counting import Grouped, eligible
from pipelines.evidence.weights import Array, Ints, rake, weighted_word
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import EVIDENCE, Cell, Tables, frame_of
from pipelines.instruments import Method, method_on

BOARD = "board"


def weight_tables(grouped: Grouped, cell: dy.DataFrame[Cell], publication: PublicationId) -> Tables:
    """The table weighting: for federations a word per measure; for a single board nothing, shares are unweighted.

    `cell`: the published cells of this publication.
    """
    rows = []
    if is_federation(grouped):
        margins = cell.filter((pl.col("table_id") == "total") & pl.col("low").is_not_null())
        weights = roster_weights(grouped, method_on(grouped.day))
        rows = [_word_of(grouped, margin, weights) for margin in margins.iter_rows(named=True)]
    return {"weighting": frame_of(EVIDENCE["weighting"], rows, publication=publication, wave=grouped.wave)}


def is_federation(grouped: Grouped) -> bool:
    """Whether the roster names more than one board."""
    roster = grouped.roster
    return roster is not None and BOARD in roster.columns and roster[BOARD].n_unique() > 1


def _word_of(grouped: Grouped, margin: Mapping[str, Any], weights: Array | None) -> dict[str, str]:
    """One measure and its word; `margin` is its published cell of the whole."""
    measure = margin["measure"]
    if weights is None:
        return {"measure": measure, "word": "not_sound"}
    is_eligible = eligible(grouped.people, grouped.instrument.attribute(measure))
    yes = grouped.yes_no[measure].fill_null(value=False).to_numpy()[is_eligible].astype(np.float64)
    return {"measure": measure, "word": weighted_word(weights[is_eligible], yes, (margin["low"], margin["high"]))}


def roster_weights(grouped: Grouped, method: Method) -> Array | None:
    """One weight per respondent from the margins of the roster; None where weighting is not sound."""
    margins = [
        _margin(grouped.people[name], grouped.roster[name])
        for name in method.weights.margins
        if grouped.roster is not None and name in grouped.roster.columns and name in grouped.people.columns
    ]
    return rake(margins, method.weights)


def _margin(answered: pl.Series, listed: pl.Series) -> tuple[Ints, Ints]:
    """The level of each respondent as a number, and how many leaders the roster lists of each level."""
    numbers = {level: number for number, level in enumerate(sorted(listed.fill_null("").unique()))}
    of_respondent = answered.fill_null("").replace_strict(numbers, default=0, return_dtype=pl.Int64)
    of_listed = listed.fill_null("").replace_strict(numbers, return_dtype=pl.Int64)
    return of_respondent.to_numpy(), np.bincount(of_listed.to_numpy(), minlength=len(numbers))
