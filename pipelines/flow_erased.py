"""Audit, for flow, a publication that counted leaders erased since: their answers are gone, their groups are not.

The reader's question stays the same: which answers fit what was published? So any answers that fit may stand in for
the erased ones; the search for others starts there. Why: docs/decisions/0012.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from pipelines import aggregate
from pipelines.errors import Undecided
from pipelines.flow_gather import Material
from pipelines.flow_rights import STANDS_IN
from pipelines.instruments import Attribute
from pipelines.instruments.logic import patterns
from pipelines.possible import possible_answers


def with_erased_possible(
    material: Material, members: list[Attribute], cell: pl.DataFrame, publication: str
) -> Material:
    """The material with possible answers of one family for erased leaders (`cell`: the frozen table)."""
    is_erased = material.people["leader_key"].str.starts_with(STANDS_IN).to_numpy()
    chosen = np.flatnonzero(is_erased & aggregate.eligible(material.people, members[0]))
    if not len(chosen):
        return material
    codes = [attribute.code for attribute in members]
    known, memoryless = patterns(material.instrument, members[0].family, codes)
    others = [material.yes_no[code].fill_null(value=False).to_numpy() & ~is_erased for code in codes]
    size = len(material.layout.cells)
    lo, hi = np.zeros((len(codes), size)), np.full((len(codes), size), np.inf)
    keys = ["table_id", "dim_1", "level_1", "dim_2", "level_2"]
    places, tables = material.layout.respondents, material.layout.respondents.shape[1]
    for row, code in enumerate(codes):
        told = cell.filter((pl.col("measure") == code) & (pl.col("status") == "published"))
        told = told.join(material.layout.cells, on=keys, nulls_equal=True, how="left", maintain_order="left")
        counted = np.bincount(places.ravel(), np.repeat(others[row], tables), size)
        where = told["cell"].to_numpy()
        lo[row, where], hi[row, where] = (told[edge].to_numpy() - counted[where] for edge in ("lo", "hi"))
    can = memoryless[None, :] | material.had_memory[chosen][:, None]
    found = possible_answers(places[chosen], lo, hi, known, can)
    if found is None:
        raise Undecided("erased_unknown", publication=publication)
    filled = {}
    for column, code in enumerate(codes):
        values = material.yes_no[code].to_list()
        for leader, pattern in zip(chosen, found, strict=True):
            values[leader] = bool(known[pattern, column])
        filled[code] = pl.Series(code, values, pl.Boolean)
    return replace(material, yes_no=material.yes_no.with_columns(filled.values()))
