"""The small database of the dashboard's own account: agreements with every version they had, and targets."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

# 1 had agreements alone, without their earlier versions; 2 had no hash. What they kept is read as it is.
SCHEMA_VERSION = 3


class Unreadable(Exception):
    """The file of the agreements cannot be read or written, or holds what nobody saved."""


class Base(DeclarativeBase):
    """What is kept."""


class _Whole(Base):
    """The hash of all rows of the other tables: a disk that changes one is seen when they are read."""

    __tablename__ = "whole"

    hash: Mapped[str] = mapped_column(primary_key=True)


def file_of(home: Path) -> Path:
    """Where a home keeps it."""
    return home / "actions" / "actions.sqlite"


def is_there(path: Path) -> bool:
    """Whether anything was kept yet. Raises Unreadable where the folder is another account's."""
    try:
        return path.exists()
    except OSError as mistake:
        raise Unreadable(str(path)) from mistake


@contextmanager
def session_of(path: Path, *, writes: bool = False) -> Iterator[Session]:
    """A session; one that `writes` keeps others from writing, and what it did once it is through. Raises Unreadable."""
    try:
        with Session(_engine(path)) as session:
            connection = session.connection()
            connection.exec_driver_sql("begin immediate" if writes else "begin")
            if _said(connection) != _found(connection):
                raise OSError("the agreements are not as they were saved")
            yield session
            if writes:
                session.flush()
                _say(connection)
                session.commit()
    except (DatabaseError, OSError) as mistake:
        raise Unreadable(str(path)) from mistake


def _found(connection: Connection) -> str:
    """The hash of the rows that are there."""
    found = hashlib.sha256()
    for name in sorted(Base.metadata.tables.keys() - {_Whole.__tablename__}):
        rows = connection.exec_driver_sql(f"select * from {name} order by rowid").all()
        found.update(repr((name, [tuple(row) for row in rows])).encode())
    return found.hexdigest()


def _said(connection: Connection) -> str | None:
    """The hash of the rows that were saved."""
    return connection.execute(select(_Whole.hash)).scalar_one_or_none()


def _say(connection: Connection) -> None:
    connection.execute(delete(_Whole))
    connection.execute(insert(_Whole).values(hash=_found(connection)))


@lru_cache(maxsize=4)
def _engine(path: Path) -> Engine:
    """The database, made on first use; 0600 in a folder of its own account."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def careful(connection: DBAPIConnection, _: object) -> None:
        connection.cursor().execute("pragma synchronous = full")

    with engine.begin() as connection:
        connection.exec_driver_sql("begin immediate")  # two who come first do not make it both
        version = connection.execute(text("pragma user_version")).scalar_one()
        if version > SCHEMA_VERSION:
            raise OSError("the agreements were kept by a newer Klankbord")
        Base.metadata.create_all(connection)
        if version < SCHEMA_VERSION:
            _say(connection)
        connection.execute(text(f"pragma user_version = {SCHEMA_VERSION}"))
    return engine
