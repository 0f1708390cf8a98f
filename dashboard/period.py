"""Time on the pages: a wave is a quarter, written 2026Q3; nothing else of the dashboard cuts or makes such a text."""

from __future__ import annotations

import datetime as dt
import os
import re

TODAY = "KLANKBORD_TODAY"  # in the environment: the day that pages are made on, where it is not that of the clock
QUARTERS = 4  # in a year
AHEAD = 6  # quarters: an agreement is due within a year and a half
DUE = 2  # quarters after its start, unless somebody chooses otherwise


def today() -> dt.date:
    """The server's day; tests and pictures give one, for nothing else of the dashboard looks at a clock."""
    given = os.environ.get(TODAY)
    return dt.date.fromisoformat(given) if given else dt.datetime.now(dt.UTC).astimezone().date()


def is_wave(text: str) -> bool:
    """Whether a text can be the name of a wave."""
    return re.fullmatch(r"\d{4}Q[1-4]", text, re.ASCII) is not None


def year_of(wave: str) -> str:
    """The calendar year of a wave, e.g. 2026Q3 -> 2026."""
    return wave[:4]


def quarter_of(wave: str) -> str:
    """The quarter of a wave, e.g. 2026Q3 -> 3."""
    return wave[-1]


def later(wave: str, quarters: int) -> str:
    """The wave so many quarters later; earlier where negative."""
    year, quarter = divmod(QUARTERS * int(year_of(wave)) + int(quarter_of(wave)) - 1 + quarters, QUARTERS)
    return f"{year}Q{quarter + 1}"


def year_before(wave: str) -> str:
    """The same quarter of the year before."""
    return later(wave, -QUARTERS)


def ahead(wave: str) -> list[str]:
    """A wave and those after it in which an agreement may be due."""
    return [later(wave, quarters) for quarters in range(AHEAD + 1)]
