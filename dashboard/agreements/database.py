"""The small database of the dashboard's own account: agreements with every version they had, and targets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Session

SCHEMA_VERSION = 2  # 1 had agreements alone, without their earlier versions; what it kept is read as it is


class Unreadable(Exception):
    """The file of the agreements cannot be read or written."""


class Base(DeclarativeBase):
    """What is kept."""


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
    """A session; one that `writes` keeps others from writing until it is done. Raises Unreadable."""
    try:
        with Session(_engine(path)) as session:
            if writes:
                session.connection().exec_driver_sql("begin immediate")
            yield session
    except (DatabaseError, OSError) as mistake:
        raise Unreadable(str(path)) from mistake


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
        version = connection.execute(text("pragma user_version")).scalar_one()
        if version > SCHEMA_VERSION:
            raise OSError("the agreements were kept by a newer Klankbord")
        Base.metadata.create_all(connection)
        connection.execute(text(f"pragma user_version = {SCHEMA_VERSION}"))
    return engine
