"""Time: a wave is a quarter, a publication is one of a wave, a period is several waves; read and written only here.

All three are text, for that is what files, tables and addresses hold: a `Wave` sorts and compares as the text it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from pipelines.ground.errors import WrongUsage

QUARTERS = 4  # in a year
MONTHS = 3  # in a quarter
SCHOOL_YEAR_STARTS = 3  # the quarter; a school year runs from the third quarter to the second of the next year
WAVE = re.compile(r"(\d{4})Q([1-4])")
PUBLICATION = re.compile(r"(\d{4}Q[1-4])-([1-9]\d*)")


class Wave(str):
    """One quarter of surveying, e.g. 2026Q3; WrongUsage when it is not written so."""

    __slots__ = ()
    FILES = "????Q?"  # how the name of a file begins that belongs to a wave, for a search in a folder

    def __new__(cls, text: str) -> Self:
        """A wave from its name."""
        if not WAVE.fullmatch(text):
            raise WrongUsage("wave_name", wave=text)
        return super().__new__(cls, text)

    @classmethod
    def named_in(cls, text: str) -> Self | None:
        """The first wave that a text names, such as the name of a file."""
        found = WAVE.search(text)
        return cls(found[0]) if found else None

    @classmethod
    def of(cls, year: int, quarter: int) -> Self:
        """The wave of a year (four digits) and a quarter (1-4)."""
        return cls(f"{year:04d}Q{quarter}")

    @classmethod
    def on(cls, day: dt.date) -> Self:
        """The wave of the quarter that holds a day."""
        return cls.of(day.year, (day.month - 1) // MONTHS + 1)

    @property
    def year(self) -> int:
        """Its calendar year."""
        return int(self[:4])

    @property
    def quarter(self) -> int:
        """Its quarter, 1-4."""
        return int(self[-1])

    @property
    def first_day(self) -> dt.date:
        """The first day of its quarter: policy, thresholds and groups are looked up by it."""
        return dt.date(self.year, MONTHS * (self.quarter - 1) + 1, 1)

    @property
    def before(self) -> Wave:
        """The quarter before, e.g. 2026Q1 -> 2025Q4."""
        return self.later(-1)

    @property
    def year_before(self) -> Wave:
        """The same quarter a year before."""
        return self.later(-QUARTERS)

    def later(self, quarters: int) -> Wave:
        """The wave so many quarters later; earlier where negative."""
        year, quarter = divmod(QUARTERS * self.year + self.quarter - 1 + quarters, QUARTERS)
        return Wave.of(year, quarter + 1)

    @property
    def school_year(self) -> str:
        """The school year, e.g. 2026Q3 -> 2026/27."""
        start = self.year if self.quarter >= SCHOOL_YEAR_STARTS else self.year - 1
        return f"{start}/{(start + 1) % 100:02d}"


class PublicationId(str):
    """One frozen publication of a wave, e.g. 2026Q3-1; WrongUsage when it is not written so.

    As text 2026Q3-10 sorts before 2026Q3-2: sort by `order`.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """A publication from its id."""
        if not PUBLICATION.fullmatch(text):
            raise WrongUsage("publication_name", publication=text)
        return super().__new__(cls, text)

    @classmethod
    def of(cls, wave: Wave, number: int) -> Self:
        """The publication of a wave with a number, from 1."""
        return cls(f"{wave}-{number}")

    @property
    def wave(self) -> Wave:
        """The wave it tells of."""
        return Wave(self.partition("-")[0])

    @property
    def number(self) -> int:
        """Which publication of its wave, from 1."""
        return int(self.partition("-")[2])

    @property
    def order(self) -> tuple[Wave, int]:
        """Oldest wave first, and within a wave in the order they were made."""
        return self.wave, self.number


@dataclass(frozen=True)
class Period:
    """Several waves that are told together, oldest first."""

    waves: tuple[Wave, ...]

    @classmethod
    def school_year(cls, wave: Wave, known: Iterable[Wave]) -> Period:
        """Those of the known waves that lie in the school year of a wave."""
        return cls(tuple(sorted(one for one in known if one.school_year == wave.school_year)))

    @classmethod
    def last_year(cls, wave: Wave, known: Iterable[Wave]) -> Period:
        """Those of the known waves among a wave and the three quarters before it."""
        first = wave.later(1 - QUARTERS)
        return cls(tuple(sorted(one for one in known if first <= one <= wave)))

    def __iter__(self) -> Iterator[Wave]:
        return iter(self.waves)

    def __len__(self) -> int:
        return len(self.waves)


@dataclass(frozen=True)
class WaveDays:
    """A wave and the first and last day on which its survey is open, where known."""

    wave: Wave
    opens: dt.date | None = None
    closes: dt.date | None = None
