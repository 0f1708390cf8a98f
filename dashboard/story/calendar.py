"""The wave that runs, or comes next, by the days that the board planned; never how many have answered so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.story.wave import Story

SOON = 92  # days: a wave that opens within about a quarter is worth a card


@dataclass(frozen=True)
class Ahead:
    """What is said of the wave that is not published yet."""

    title: str
    text: str
    note: str = ""


def ahead(story: Story, today: dt.date) -> Ahead | None:
    """The wave that is open, else what closed and is not published, else the next; None where none is planned soon."""
    newest = story.snapshot.waves()[0]
    planned = [row for row in story.snapshot.later("calendar") if row["wave"] > newest]
    begun = [row for row in planned if row["opens"] <= today]
    if begun:
        return _begun(story, begun[-1], today)
    coming = [row for row in planned if (row["opens"] - today).days <= SOON]
    return _said(story, "next", coming[0], (coming[0]["opens"] - today).days) if coming else None


def _begun(story: Story, row: Mapping[str, Any], today: dt.date) -> Ahead:
    left = (row["closes"] - today).days
    if left < 0:
        return _said(story, "closed", row)
    return _said(story, "open" if left else "last_day", row, left)


def _said(story: Story, key: str, row: Mapping[str, Any], count: int = 0) -> Ahead:
    words = story.words
    days = {edge: words.date(row[edge]) for edge in ("opens", "closes")}
    state = "open" if key == "last_day" else key
    return Ahead(
        words(f"calendar.{state}_title", wave=words.wave(str(row["wave"]))),
        words(f"calendar.{key}", count=count, **days),
        words("calendar.no_response") if state == "open" else "",
    )
