"""Groups: where each leader is counted in a school year, after merging what is too small; looks at no answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

COARSE = "_coarse"


@dataclass(frozen=True)
class Structure:
    """What a school year may publish: fixed from its first roster, before any answer is read."""

    expected: float  # respondents
    tier_from: int
    merges: dict[str, dict[str, str]]  # column -> level -> merged level; columns include coarse forms
    tables: tuple[tuple[str, ...], ...]

    def place(self, people: pl.DataFrame) -> pl.DataFrame:
        """People with their merged levels and coarse forms; a level unknown to the year keeps its name."""
        return people.with_columns(
            pl.col(source).replace(levels).alias(column)
            for column, levels in self.merges.items()
            if (source := column.removesuffix(COARSE)) in people.columns
        )

    def known_to(self, *groups: pl.DataFrame | None) -> Structure:
        """The part that these placed people have columns for: a wave may come without a dimension."""
        frames = [frame for frame in groups if frame is not None]
        merges = {c: levels for c, levels in self.merges.items() if all(c in frame.columns for frame in frames)}
        return replace(self, merges=merges, tables=tuple(t for t in self.tables if set(t) <= set(merges)))
