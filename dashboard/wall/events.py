"""Log: our lines about who came in and what was refused; never a name, an address or a figure."""

from __future__ import annotations

import json
import logging
import sys
import time

LOG = logging.getLogger("klankbord")


def log(event: str, **facts: object) -> None:
    """One line of the log; facts are counts, roles and codes."""
    LOG.info(json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **facts}))


def start_log() -> None:
    """Write our lines as they are; all else keeps Streamlit's own form."""
    if not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
