"""Whether the dashboard can show something, and how old that is: for whoever watches over a host, in JSON.

It tells ages and codes only: nothing of a board, a wave, a figure, a reader or a folder.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.page import look
from dashboard.story import home_folder
from dashboard.wall import failures

ADDRESS = "/ready"
# In the home, where the steward's account leaves when something happened: files as old as that.
BACKUP = Path("status", "backup")
FAILURE = Path("status", "failure")  # with the code of the service that failed
CODE = re.compile(r"[a-z][a-z-]{0,39}")
CODE_BYTES = 64  # more of the file is not read
OK, UNAVAILABLE = 200, 503  # statuses of HTTP


def give_ready(_: Request) -> JSONResponse:
    """Answer at /ready; 503 while there is nothing to show."""
    told = readiness(time.time())
    return JSONResponse(told, OK if told["ready"] else UNAVAILABLE, headers={"Cache-Control": "no-store"})


def readiness(now: float) -> dict[str, object]:
    """What /ready says at a moment, in seconds since 1970; ages in whole seconds, None where nothing is known.

    ready: whether a snapshot can be read; snapshot: current, or what is the matter; failure: the code of what failed
    last (a service, `page` or `snapshot`).
    """
    home, published = home_folder(), look()
    created = published.snapshot.about().get("created") if published.snapshot else None
    failed_at, failed = max(_failures(home / FAILURE), default=(None, None))
    return {
        "ready": published.snapshot is not None,
        "snapshot": published.state,
        "snapshot_age": _age(now, datetime.fromisoformat(created).timestamp() if created else None),
        "backup_age": _age(now, _changed(home / BACKUP)),
        "failure": failed,
        "failure_age": _age(now, failed_at),
    }


def _failures(file: Path) -> Iterator[tuple[float, str]]:
    """When each kind of thing failed last, and its code."""
    yield from ((at, what) for what, at in failures().items())
    changed = _changed(file)
    if changed is not None:
        yield changed, _code(file)


def _code(file: Path) -> str:
    """The code in a file; whatever else stands in it does not leave this computer."""
    try:
        with file.open("rb") as said:
            code = said.readline(CODE_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        code = ""
    return code if CODE.fullmatch(code) else "unknown"


def _changed(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:
        return None


def _age(now: float, then: float | None) -> int | None:
    return None if then is None else max(0, int(now - then))
