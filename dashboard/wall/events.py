"""Log: our lines about who came in and what went wrong; never a name, an address or a figure."""

from __future__ import annotations

import json
import logging
import sys
import time

LOG = logging.getLogger("klankbord")
_failed: dict[str, float] = {}  # what failed -> when it last did, in seconds since 1970


def log(event: str, **facts: object) -> None:
    """One line of the log; facts are counts, roles and codes."""
    LOG.info(json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **facts}))


def log_failure(what: str, event: str, **facts: object) -> None:
    """One line of the log, and remember when `what` (a code) failed."""
    _failed[what] = time.time()
    log(event, **facts)


def failures() -> dict[str, float]:
    """When each thing that failed in this process last did, in seconds since 1970, by its code."""
    return dict(_failed)


def start_log() -> None:
    """Write our lines as they are; all else keeps Streamlit's own form."""
    if not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
