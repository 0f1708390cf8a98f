"""A published table in SQL: how it is created and filled, and what its comments say. Pure text from a schema."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.ground.frames import dy
from pipelines.ground.schemas.table import PublishedTable

TYPES: dict[type[pl.DataType], str] = {
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Enum: "varchar",
    pl.Float64: "double",
    pl.Int8: "tinyint",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.String: "varchar",
}


def create(schema: type[PublishedTable]) -> str:
    """The statement that makes the table: types, what may be null, the grain as its key, and its simple rules.

    A grain of which a part may be null (the level of a total) is no key in SQL; the schema checks it all the same.
    """
    columns = schema.columns()
    lines = [_column(name, column) for name, column in columns.items()]
    if not any(columns[name].nullable for name in schema.GRAIN):
        lines.append(f"primary key ({', '.join(map(_name, schema.GRAIN))})")
    lines += [f"constraint {name} check ({rule.sql})" for name, rule in schema.conditions().items()]
    return f"create table {_name(schema.table())} (\n    " + ",\n    ".join(lines) + "\n)"


def fill(schema: type[PublishedTable], frame: str) -> str:
    """The statement that fills the table from a registered frame of that name."""
    return f"insert into {_name(schema.table())} by name select * from {_name(frame)}"


def comments(schema: type[PublishedTable]) -> Iterator[str]:
    """The statements that say in the file itself what the table and its columns mean."""
    table = _name(schema.table())
    yield f"comment on table {table} is {_text(schema.comment())}"
    for name in schema.column_names():
        yield f"comment on column {table}.{_name(name)} is {_text(schema.meaning(name))}"


def type_of(column: dy.Column) -> str:
    """The type of a column in the snapshot, e.g. varchar."""
    return TYPES[type(column.dtype)]


def _column(name: str, column: dy.Column) -> str:
    words = [_name(name), type_of(column)]
    if not column.nullable:
        words.append("not null")
    limits = " and ".join(_limits(_name(name), column))
    if limits:
        words.append(f"check ({limits})")
    return " ".join(words)


def _limits(name: str, column: dy.Column) -> Iterator[str]:
    """What values a column may hold, as conditions."""
    if isinstance(column, dy.Enum):
        yield f"{name} in ({', '.join(map(_text, column.categories))})"
    for sign, edge in ((">=", "min"), ("<=", "max")):
        limit = getattr(column, edge, None)
        if limit is not None:
            yield f"{name} {sign} {limit}"


def _name(word: str) -> str:
    """A name; quoted, for `group` and `class` are words of SQL."""
    return f'"{word}"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
