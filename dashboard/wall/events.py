"""Log: our lines about who came in and what went wrong; never a name, an address or a figure.

What repeats is written the first time, the second, the fourth and so on: nobody fills a disk with it.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections import Counter

LOG = logging.getLogger("klankbord")
SERVERS = ("streamlit", "uvicorn", "websockets")  # whose lines stand in the same log
_failed: dict[str, float] = {}  # what failed -> when it last did, in seconds since 1970


def log(event: str, **facts: object) -> None:
    """One line of the log; facts are counts, roles and codes."""
    LOG.info(json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **facts}))


class Repeats:
    """How often each thing happened, and whether this time is written down."""

    def __init__(self) -> None:
        self.times: Counter[object] = Counter()

    def is_told(self, what: object) -> bool:
        """Count it; at a power of two it is told."""
        self.times[what] += 1
        return self.times[what] & (self.times[what] - 1) == 0


class Sparing(logging.Filter):
    """Of the warnings and mistakes of one line of code so many, whatever a visitor made them say."""

    def __init__(self) -> None:
        super().__init__()
        self.repeats = Repeats()

    def filter(self, record: logging.LogRecord) -> bool:
        raised = record.exc_info[1] if record.exc_info else None
        frames = traceback.extract_tb(raised.__traceback__) if raised else []
        place = (frames[-1].filename, frames[-1].lineno) if frames else None
        what = (record.name, record.lineno, type(raised).__name__, place)
        if not self.repeats.is_told(what):
            return False
        record.msg = f"{record.msg} [time {self.repeats.times[what]}]"
        return True


_sparing = Sparing()
_breaks = Repeats()


def log_break(error: BaseException) -> None:
    """One line for a page that could not be made, of each kind of mistake as often as the log keeps it."""
    kind = type(error).__name__
    _failed["page"] = time.time()
    if _breaks.is_told(kind):
        log("broken", kind=kind, times=_breaks.times[kind])


def log_failure(what: str, event: str, **facts: object) -> None:
    """One line of the log, and remember when `what` (a code) failed."""
    _failed[what] = time.time()
    log(event, **facts)


def failures() -> dict[str, float]:
    """When each thing that failed in this process last did, in seconds since 1970, by its code."""
    return dict(_failed)


def start_log() -> None:
    """Write our lines as they are; all else keeps its own form, but repeats itself sparingly.

    To be called when the server's own modules are there, for each brought its own log.
    """
    if not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in SERVERS:
            logging.getLogger(name).addFilter(_sparing)
