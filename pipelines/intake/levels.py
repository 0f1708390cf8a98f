"""Levels: a group nobody has heard of stops the import, with the group it was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.schemas import UNKNOWN
from pipelines.instruments import Instrument
from pipelines.instruments.checks import unknown_level

ALIKE = 0.6  # difflib's own measure and limit for two spellings of one word


def levels_of(people: pl.DataFrame, instrument: Instrument) -> dict[str, list[str]]:
    """Dimension -> its levels among these people, the gap on the roster left out."""
    columns = [dimension.code for dimension in instrument.dimensions if dimension.code in people.columns]
    return {c: sorted(set(people[c].unique().drop_nulls()) - {UNKNOWN}) for c in columns}


@dataclass(frozen=True)
class Combinations:
    """How many people stand alone, or nearly, when all their groups are taken together."""

    groups: tuple[str, ...]
    people: int
    alone: int
    few: int  # in a combination of fewer than `k`, those alone included
    k: int


def combinations_of(people: pl.DataFrame, instrument: Instrument, k: int) -> Combinations:
    """Who could be recognised by the groups alone; counts only."""
    groups = [dimension.code for dimension in instrument.dimensions if dimension.code in people.columns]
    sizes = people.select(groups).hash_rows().value_counts()["count"] if groups else pl.Series([people.height])
    alone, few = (int(sizes.filter(sizes < limit).sum()) for limit in (2, k))
    return Combinations(tuple(groups), people.height, alone, few, k)


def check_levels(
    levels: Mapping[str, list[str]],
    instrument: Instrument,
    this_year: Mapping[str, set[str]],
    before: Mapping[str, set[str]],
) -> None:
    """Refuse a level that neither the instrument names nor the school year knows.

    `this_year` holds the levels of the other waves of the school year; `before` those of the last wave of an earlier
    year, where only a near spelling of a level that is gone is refused, for a new year may bring new groups.
    """
    for code, found in levels.items():
        dimension = instrument.dimension(code)
        if dimension is None:
            continue
        gone_by = {change.old: ", ".join(change.new) for change in dimension.crosswalk}
        year, past, named = this_year.get(code, set()), before.get(code, set()), dimension.named()
        missed = sorted(past - set(found))
        for level in found:
            suggestion = gone_by.get(level)
            if suggestion is None and level not in named and level not in year:
                if year:
                    raise unknown_level(code, level, sorted(named | year))
                if missed and level not in past:
                    near = difflib.get_close_matches(level, missed, n=1, cutoff=ALIKE)
                    suggestion = near[0] if near else None
            if suggestion:
                raise Refused("unknown_level", column=code, level=level, suggestion=suggestion)
