"""Pages that run without a server, as AppTest runs them: they show something only where a wall stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.wall import server


def stand() -> None:
    """From here on this process counts as served behind the wall."""
    server._is_standing.set()


@contextmanager
def without_wall() -> Iterator[None]:
    """For a moment it does not."""
    server._is_standing.clear()
    try:
        yield
    finally:
        server._is_standing.set()
