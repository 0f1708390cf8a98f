"""What a board agreed to do: rows chosen from lists, kept in a small database of the dashboard's own account.

Nothing here is free text, for that would hold names. A row carries a version: whoever saves what somebody else has
changed meanwhile is told, and overwrites nothing. Every version a row had is kept, so that a change can be undone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from dashboard.agreements.database import Base, Unreadable, file_of, is_there, session_of
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
ENDED = "stopped"
REMOVED = "removed"  # a status that no list offers: the row stays, so that removing it can be undone


class Changed(Exception):
    """Somebody else saved this agreement first."""


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

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status in OPEN

    def check(self) -> None:
        """ValueError for anything that is not on the lists."""
        is_listed = self.advice in ADVICES and self.owner in OWNERS and self.status in (*STATUSES, REMOVED)
        if not (is_listed and self.base <= self.due and self.start <= self.due):
            raise ValueError("not on the lists")


class _Columns:
    advice: Mapped[str]
    table: Mapped[str]
    level: Mapped[str]
    owner: Mapped[str]
    start: Mapped[str]
    due: Mapped[str]
    status: Mapped[str]
    base: Mapped[str]
    saved: Mapped[dt.datetime]


class _Row(_Columns, Base):
    __tablename__ = "action"

    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - what SQLAlchemy reads

    def action(self) -> Action:
        return Action(**{field.name: getattr(self, field.name) for field in fields(Action)})


class _Earlier(_Columns, Base):
    """A version that an agreement had; only ever added."""

    __tablename__ = "action_earlier"

    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)


CHOSEN = [field.name for field in fields(Action) if field.name not in ("number", "version")]
KEPT = (*CHOSEN, "number", "version", "saved")
SAME = [name for name in CHOSEN if name != "status"]  # what makes two agreements one


class Store:
    """The agreements of one home."""

    def __init__(self, home: Path) -> None:
        self.path = file_of(home)

    def all(self) -> list[Action]:
        """Every agreement that was not removed: what is open by when it is due, then what is finished, newest first."""
        if not is_there(self.path):
            return []
        with session_of(self.path) as session:
            actions = [row.action() for row in session.scalars(select(_Row).where(_Row.status != REMOVED))]
        is_open = sorted((one for one in actions if one.is_open), key=lambda one: (one.due, one.number))
        return is_open + sorted((one for one in actions if not one.is_open), key=lambda one: -one.number)

    def readable(self) -> tuple[Action, ...] | None:
        """The same, or None when they cannot be read."""
        try:
            return tuple(self.all())
        except Unreadable:
            return None

    def save(self, action: Action) -> Action:
        """Add or change one; as it now stands. An open one that is new but agreed already is not added again.

        Raises Changed, Unreadable, ValueError for what is on no list.
        """
        action.check()
        try:
            with session_of(self.path, writes=True) as session:
                known = None if action.number else _open_and_same(session, action)
                return known.action() if known else _kept(session, action)
        except StaleDataError as stale:
            raise Changed from stale

    def undo(self, number: int, version: int) -> Action:
        """Take back what made this version; one that was new is removed. Raises Changed where it is not the newest."""
        with session_of(self.path, writes=True) as session:
            row = session.get(_Row, number)
            earlier = session.get(_Earlier, (number, version - 1))
            if row is None or row.version != version or (version > 1 and earlier is None):
                raise Changed
            now = row.action()
            before = {name: getattr(earlier, name) for name in CHOSEN} if earlier else {"status": REMOVED}
            return _kept(session, replace(now, **before))


def _open_and_same(session: Session, action: Action) -> _Row | None:
    """A click too many, or two people who write down the same: the agreement that is there already."""
    same = [getattr(_Row, name) == getattr(action, name) for name in SAME]
    return session.scalars(select(_Row).where(*same, _Row.status.in_(OPEN))).first()


def _kept(session: Session, action: Action) -> Action:
    """The agreement as it now stands, with the version before it."""
    row = session.get(_Row, action.number) if action.number else _Row()
    if row is None or (action.number and row.version != action.version):
        raise Changed
    if action.number:
        session.add(_Earlier(**{name: getattr(row, name) for name in KEPT}))
    for name in CHOSEN:
        setattr(row, name, getattr(action, name))
    row.saved = dt.datetime.now(dt.UTC).replace(microsecond=0)
    session.add(row)
    session.flush()
    return row.action()
