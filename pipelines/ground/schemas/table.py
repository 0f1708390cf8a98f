"""What every published table is: a schema with its name, sentence, grain, columns and rules, all in one place.

From it come the frames that steps pass on, the table in the snapshot (ddl.py), docs/snapshot.md, and what an older
publication is read as. So a new column is one place: write it in the schema, nullable, and fill it where its row is
made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import polars as pl

from pipelines.ground.frames import dy

RENAMED = {"status": {"too_small": "too_few", "complement": "protects", "policy": "not_planned"}}  # column -> words
HUMP = re.compile(r"(?<!^)(?=[A-Z])")  # where a new word begins in a name like RockState


@dataclass(frozen=True)
class Condition:
    """A rule in SQL: Polars holds it when a row is made, DuckDB when it is stored. Null holds."""

    sentence: str
    sql: str

    def __call__(self, schema: object) -> pl.Expr:
        """As dataframely asks for a rule."""
        return pl.sql_expr(self.sql)


class PublishedTable(dy.Schema):
    """A table of the snapshot, whose docstring (one row per ...) and descriptions of columns are its comments."""

    GRAIN: ClassVar[tuple[str, ...]] = ()  # the columns that name a row
    CAME_LATER: ClassVar[bool] = False  # publications of an earlier version do not have this table
    OF_SNAPSHOT: ClassVar[bool] = False  # worked out when a snapshot is built: no publication has this table

    @dy.rule()
    def one_row_per_grain(cls) -> pl.Expr:
        """No row stands there twice."""
        return pl.struct(cls.GRAIN).is_unique()

    @classmethod
    def table(cls) -> str:
        """Its name in the snapshot, e.g. rock_state."""
        return HUMP.sub("_", cls.__name__).lower()

    @classmethod
    def comment(cls) -> str:
        """What it tells, and one row per what."""
        return " ".join((cls.__doc__ or "").split())

    @classmethod
    def meaning(cls, name: str) -> str:
        """What one of its columns holds; of a list of words also those words."""
        column = cls.columns()[name]
        words = f" ({', '.join(column.categories)})" if isinstance(column, dy.Enum) else ""
        return f"{column.description or ''}{words}"

    @classmethod
    def conditions(cls) -> dict[str, Condition]:
        """Its rules that are written in SQL, by name."""
        members = {name: member for owner in reversed(cls.__mro__) for name, member in vars(owner).items()}
        rules = {name: getattr(member, "validation_fn", None) for name, member in members.items()}
        return {name: rule for name, rule in rules.items() if isinstance(rule, Condition)}


class OfPublication(PublishedTable):
    """What the tables of one publication begin with."""

    publication = dy.String(description="publication id, e.g. 2026Q3-1")
    wave = dy.String(description="quarter of the survey wave")


Table = TypeVar("Table", bound=PublishedTable)
Tables = dict[str, dy.DataFrame[PublishedTable]]  # tables of one publication, by name


def frame_of(schema: type[Table], rows: Iterable[Mapping[str, Any]], **same: Any) -> dy.DataFrame[Table]:
    """Rows as a checked table; `same` fills columns that are the same everywhere, what is not named is null."""
    filled = [{**same, **row} for row in rows]
    unknown = {name for row in filled for name in row} - set(schema.column_names())
    if unknown:
        raise ValueError(f"{schema.table()} has no column {', '.join(sorted(unknown))}")
    columns = [
        pl.Series(name, [row.get(name) for row in filled], column.dtype) for name, column in schema.columns().items()
    ]
    return schema.validate(pl.DataFrame(columns))


def up_to_date(schema: type[Table], frame: pl.DataFrame) -> dy.DataFrame[Table]:
    """A table as an earlier version made it, in the columns and types of today; what it tells stays as it is.

    A column that came later holds nothing, a date that was text is a date, and a word that was another is today's.
    """
    columns = [_up_to_date(frame, name, column.dtype) for name, column in schema.columns().items()]
    return schema.cast(frame.with_columns(columns))


def _up_to_date(frame: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None, kind).alias(name)
    if name in RENAMED:
        return pl.col(name).cast(pl.String).replace(RENAMED[name])
    was_text = kind == pl.Date and frame.schema[name] == pl.String
    return pl.col(name).str.to_date() if was_text else pl.col(name)
