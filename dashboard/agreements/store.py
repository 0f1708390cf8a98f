"""What a board agreed to do: rows chosen from lists, kept in a small database of the dashboard's own account.

Nothing here is free text, for that would hold names. A row carries a version: whoever saves what somebody else has
changed meanwhile is told, and overwrites nothing.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from dashboard.language import DEFAULT
from dashboard.words import sentences

# Each advice there is a text for; which figure can show whether it helped, the snapshot says.
ADVICES = tuple(
    key.removeprefix("advice.").removesuffix(".title")
    for key in sentences(DEFAULT)
    if key.endswith(".title") and key.startswith("advice.")
)
OWNERS = ("hr_adviser", "board_member", "leaders_together")
STATUSES = ("planned", "running", "done", "stopped")
OPEN = ("planned", "running")
SCHEMA_VERSION = 1


class Changed(Exception):
    """Somebody else saved this action first."""


class Unreadable(Exception):
    """The file of the actions cannot be read or written."""


@dataclass(frozen=True)
class Action:
    """One agreement."""

    advice: str
    table: str  # the published group it is about: a table and its level, or "total"
    level: str
    owner: str
    start: str  # waves, e.g. 2026Q4
    due: str
    status: str
    base: str  # the newest wave when it was agreed: later figures are laid beside that one
    number: int = 0
    version: int = 0

    @property
    def levels(self) -> tuple[str, ...]:
        """As cells want them."""
        return (self.level,) if self.level else ()

    def check(self) -> None:
        """ValueError for anything that is not on the lists."""
        is_listed = self.advice in ADVICES and self.owner in OWNERS and self.status in STATUSES
        if not (is_listed and self.base <= self.due and self.start <= self.due):
            raise ValueError("not on the lists")


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "action"

    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    advice: Mapped[str]
    table: Mapped[str]
    level: Mapped[str]
    owner: Mapped[str]
    start: Mapped[str]
    due: Mapped[str]
    status: Mapped[str]
    base: Mapped[str]
    saved: Mapped[dt.datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - what SQLAlchemy reads

    def action(self) -> Action:
        return Action(**{field.name: getattr(self, field.name) for field in fields(Action)})


CHOSEN = [field.name for field in fields(Action) if field.name not in ("number", "version")]


class Store:
    """The actions of one home."""

    def __init__(self, home: Path) -> None:
        self.path = home / "actions" / "actions.sqlite"

    def all(self) -> list[Action]:
        """Every action, what is still open first, then the newest first."""
        try:
            is_there = self.path.exists()
        except OSError as mistake:  # the folder is another account's
            raise Unreadable(str(self.path)) from mistake
        if not is_there:
            return []
        with self._session() as session:
            actions = [row.action() for row in session.scalars(select(_Row))]
        return sorted(actions, key=lambda action: (action.status not in OPEN, -action.number))

    def readable(self) -> tuple[Action, ...] | None:
        """The same, or None when they cannot be read."""
        try:
            return tuple(self.all())
        except Unreadable:
            return None

    def save(self, action: Action) -> Action:
        """Add or change one; as it now stands. Raises Changed, Unreadable, ValueError for what is on no list."""
        action.check()
        try:
            with self._session() as session:
                row = session.get(_Row, action.number) if action.number else _Row()
                if row is None or (action.number and row.version != action.version):
                    raise Changed
                for name in CHOSEN:
                    setattr(row, name, getattr(action, name))
                row.saved = dt.datetime.now(dt.UTC).replace(microsecond=0)
                session.add(row)
                session.commit()
                return row.action()
        except StaleDataError as stale:
            raise Changed from stale

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(_engine(self.path)) as session:
                yield session
        except (DatabaseError, OSError) as mistake:
            raise Unreadable(str(self.path)) from mistake


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
            raise OSError("the actions were kept by a newer Klankbord")
        _Base.metadata.create_all(connection)
        connection.execute(text(f"pragma user_version = {SCHEMA_VERSION}"))
    return engine
