"""Groups: in which group each leader is counted during a school year, after merging what is too small.

Everything here looks at numbers of leaders only, never at an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.instruments import Instrument

COARSE = "_coarse"  # how the column of a dimension's coarse form ends


@dataclass(frozen=True)
class Structure:
    """What a school year may publish: fixed from its first roster, before any answer is read."""

    expected: float  # respondents
    tier_from: int
    merges: dict[str, dict[str, str]]  # column -> level -> merged level; columns include coarse forms
    tables: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Structure:
        """The structure from its fields as JSON keeps them."""
        return cls(**{**kept, "tables": tuple(tuple(table) for table in kept["tables"])})

    def place(self, people: pl.DataFrame, instrument: Instrument | None = None) -> pl.DataFrame:
        """People with their merged levels and coarse forms; a level unknown to the year keeps its name.

        `instrument`: without its dimensions that came later in the year, for no proof of this year knows them.
        """
        dimensions = () if instrument is None else instrument.dimensions
        later = [one.code for one in dimensions if one.code not in self.merges]
        return people.drop(later, strict=False).with_columns(
            pl.col(source).replace(levels).alias(column)
            for column, levels in self.merges.items()
            if (source := column.removesuffix(COARSE)) in people.columns
        )

    def group_of(self, column: str, level: str) -> str:
        """The group in which a level is counted."""
        return self.merges.get(column, {}).get(level, level)

    def known_to(self, *groups: pl.DataFrame | None) -> Structure:
        """The part that these placed people have columns for: a wave may come without a dimension."""
        frames = [frame for frame in groups if frame is not None]
        merges = {c: levels for c, levels in self.merges.items() if all(c in frame.columns for frame in frames)}
        return replace(self, merges=merges, tables=tuple(t for t in self.tables if set(t) <= set(merges)))

    def with_crosswalks(self, instrument: Instrument) -> Structure:
        """The structure with levels that came later in the year: a new region has the group of the old one as parent.

        Where the old region was merged because it was too small, its parts stay in that merged group.
        """
        merges = {column: dict(levels) for column, levels in self.merges.items()}
        for dimension in instrument.dimensions:
            fine = merges.get(dimension.code, {})
            coarse_column = f"{dimension.code}{COARSE}"
            for change in dimension.crosswalk:
                came_later = [level for level in change.new if level not in fine]
                if not fine or not came_later or change.old not in {**fine, **merges.get(coarse_column, {})}:
                    continue
                coarse = merges.setdefault(coarse_column, dict(fine))
                group = fine.get(change.old, change.old)
                for level in came_later:
                    fine[level] = level if group == change.old else group
                    coarse[level] = coarse.get(change.old, group)
        return replace(self, merges=merges)
