"""Levels: a group nobody has heard of stops the import, with the group it was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.ground.errors import UnknownLevel
from pipelines.ground.schemas import UNKNOWN
from pipelines.ground.told import Label
from pipelines.instruments import Dimension, Instrument, unknown_level

NAMED = 12  # known levels that are named one by one
ALIKE = 0.6  # difflib's own measure and limit for two spellings of one word


def levels_of(people: pl.DataFrame, instrument: Instrument) -> dict[str, list[str]]:
    """Dimension -> its levels among these people, the gap on the roster left out."""
    columns = [dimension.code for dimension in instrument.dimensions if dimension.code in people.columns]
    return {column: sorted(set(people[column].unique().drop_nulls()) - {UNKNOWN}) for column in columns}


@dataclass(frozen=True)
class Combinations:
    """How many people stand alone, or nearly, when all their groups are taken together."""

    groups: tuple[str, ...] = ()
    people: int = 0
    alone: int = 0
    few: int = 0  # in a combination of fewer than `k`, those alone included
    k: int = 0
    labels: tuple[Label, ...] = ()  # what the groups are called


def combinations_of(people: pl.DataFrame, instrument: Instrument, k: int) -> Combinations:
    """Who could be recognised by the groups alone; counts only. Without groups that is nobody."""
    dimensions = [dimension for dimension in instrument.dimensions if dimension.code in people.columns]
    groups = [dimension.code for dimension in dimensions]
    if not groups:
        return Combinations(people=people.height, k=k)
    sizes = people.select(groups).hash_rows().value_counts()["count"]
    alone = int(sizes.filter(sizes == 1).sum())
    few = int(sizes.filter(sizes < k).sum())
    labels = tuple(dimension.label for dimension in dimensions)
    return Combinations(tuple(groups), people.height, alone, few, k, labels)


def check_declared(people: pl.DataFrame, instrument: Instrument, dimensions: Collection[str]) -> None:
    """Refuse a level of a dimension whose levels the instrument lists, when it is not among them."""
    for code in dimensions:
        dimension = instrument.dimension(code)
        if dimension is None or not dimension.levels:
            continue
        for level in people[code].drop_nulls().unique().sort():
            if level not in dimension.levels:
                raise unknown_level(code, level, dimension.levels)


def check_levels(
    levels: Mapping[str, list[str]],
    instrument: Instrument,
    this_year: Mapping[str, set[str]],
    before: Mapping[str, set[str]],
    accepted: Collection[str] = (),
) -> None:
    """Refuse a level that neither the instrument names nor the school year knows.

    `this_year` holds the levels of the other waves of the school year; `before` those of the last wave of an earlier
    year, beside which a level that is not declared is a question: a new group, or another spelling? `accepted` holds
    the dimensions of which new groups are meant.
    """
    for code, of_wave in levels.items():
        dimension = instrument.dimension(code)
        if dimension is not None:
            known = this_year.get(code, set()), before.get(code, set())
            _check_dimension(dimension, of_wave, *known, is_accepted=code in accepted)


def _check_dimension(
    dimension: Dimension, levels: list[str], this_year: set[str], before: set[str], *, is_accepted: bool
) -> None:
    replaced_by = {change.old: ", ".join(change.new) for change in dimension.crosswalk}
    declared = dimension.named()
    gone = sorted(before - set(levels))
    for level in levels:
        suggestion = replaced_by.get(level)
        is_new = suggestion is None and level not in declared and level not in this_year
        if is_new and this_year:
            raise unknown_level(dimension.code, level, sorted(declared | this_year))
        if is_new and gone and level not in before:
            suggestion = next(iter(difflib.get_close_matches(level, gone, n=1, cutoff=ALIKE)), None)
        if suggestion:
            raise UnknownLevel("unknown_level", level, column=dimension.code, level=level, suggestion=suggestion)
        if is_new and before and level not in before and not is_accepted:
            known = ", ".join(sorted(before)[:NAMED])
            raise UnknownLevel("new_level", level, column=dimension.code, level=level, known=known)
