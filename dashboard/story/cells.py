"""Published rows as they are asked for: by group and measure, by table and measure; read once, changed by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

Place = tuple[str, str | None, str | None]  # a table and its levels
NOWHERE: Mapping[str, Any] = MappingProxyType({})


class Row(Mapping[str, Any]):
    """One published row; a fifth of a dictionary, for the names of its columns are kept once, and it cannot change."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: tuple[Any, ...]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))


def rows_of(frame: pl.DataFrame) -> list[Row]:
    """The rows of a frame, in its order; the same text is kept once."""
    places = {name: place for place, name in enumerate(frame.columns)}
    known: dict[Any, Any] = {}
    columns = [
        [known.setdefault(text, text) for text in column] if column.dtype == pl.String else column.to_list()
        for column in frame
    ]
    return [Row(places, values) for values in zip(*columns, strict=True)]


class Cells:
    """The cells of one wave, given in the order in which tables show them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        groups: dict[Place, dict[str, Row]] = {}
        tables: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            groups.setdefault(place_of(row), {}).setdefault(row["measure"], row)
            tables.setdefault((row["table_id"], row["measure"]), []).append(row)
        self._groups = {place: MappingProxyType(of_group) for place, of_group in groups.items()}
        self._tables = {key: tuple(cells) for key, cells in tables.items()}

    def group(self, place: Place) -> Mapping[str, Row]:
        """All cells of one group by their measure; none where it has none."""
        return self._groups.get(place, NOWHERE)

    def table(self, table: str, measure: str) -> tuple[Row, ...]:
        """The cells of one measure in a table, in the order of its groups."""
        return self._tables.get((table, measure), ())


def place_of(row: Mapping[str, Any]) -> Place:
    """The group that a row is about."""
    return row["table_id"], row["level_1"], row["level_2"]


def by_measure(rows: Sequence[Row]) -> Mapping[str, tuple[Row, ...]]:
    """The rows of one group through the waves, by their measure, in the order given."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["measure"], []).append(row)
    return MappingProxyType({measure: tuple(of_measure) for measure, of_measure in found.items()})
