"""Looks for the snapshot to show, and tells the log when there is none that can be read."""

from __future__ import annotations

from dashboard.story import Published, find
from dashboard.wall import log, log_failure

UNREADABLE = ("earlier", "unreadable")  # states in which CURRENT does not lead to a snapshot that can be read
_last: dict[str, str] = {}  # the state that was found last


def look() -> Published:
    """What the published folder offers now; what lasts is logged once, and its end too."""
    published = find()
    was, is_now = _last.get("state"), published.state
    _last["state"] = is_now
    if is_now in UNREADABLE and is_now != was:
        log_failure("snapshot", "unreadable", state=is_now)
    if is_now not in UNREADABLE and was in UNREADABLE:
        log("readable", state=is_now)
    return published
