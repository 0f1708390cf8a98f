"""Targets that the board sets itself: dated, by a role, none by default; only ever added, the newest counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.agreements.database import Base, Unreadable, file_of, is_there, session_of
from dashboard.agreements.store import OWNERS
from dashboard.story import OwnTarget

STEP = 5  # points between the shares to choose from: a finer target would promise more than a margin can show
SHARES = tuple(share / 100 for share in range(STEP, 100 + STEP, STEP))


@dataclass(frozen=True)
class Target:
    """What a board wants to reach; a share of None takes the target back."""

    measure: str
    share: float | None  # 0-1
    owner: str  # the role that set it
    base: str  # the newest wave when it was set: it holds from that wave on
    day: dt.date

    def check(self) -> None:
        """ValueError for anything that is not on the lists."""
        if self.owner not in OWNERS or self.share not in (*SHARES, None):
            raise ValueError("not on the lists")


class _Row(Base):
    __tablename__ = "target"

    number: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str]
    share: Mapped[float | None]
    owner: Mapped[str]
    base: Mapped[str]
    day: Mapped[dt.date]


class Targets:
    """The targets of one home."""

    def __init__(self, home: Path) -> None:
        self.path = file_of(home)

    def all(self) -> list[Target]:
        """Every target that was ever set, the newest first. Raises Unreadable."""
        if not is_there(self.path):
            return []
        with session_of(self.path) as session:
            rows = session.scalars(select(_Row).order_by(_Row.number.desc()))
            return [Target(row.measure, row.share, row.owner, row.base, row.day) for row in rows]

    def set(self, target: Target) -> None:
        """Add one, unless it is the newest of its figure already. Raises Unreadable, ValueError for no listed share."""
        target.check()
        with session_of(self.path, writes=True) as session:
            newest = session.scalars(
                select(_Row).where(_Row.measure == target.measure).order_by(_Row.number.desc())
            ).first()
            known = (newest.share, newest.base, newest.owner) if newest else None
            if known != (target.share, target.base, target.owner):
                session.add(_Row(**vars(target)))

    def own(self) -> tuple[OwnTarget, ...]:
        """As a story wants them, the newest first; none where they cannot be read."""
        try:
            return tuple(OwnTarget(one.measure, one.share, one.base) for one in self.all())
        except Unreadable:
            return ()


def in_force(targets: Sequence[Target], measure: str, wave: str) -> Target | None:
    """The target of a figure at a wave; None where none was set or it was taken back."""
    newest = next((one for one in targets if one.measure == measure and one.base <= wave), None)
    return newest if newest and newest.share is not None else None
