"""Where things live: the home of the data, the instruments and the SQL of this clone."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import WrongUsage

ROOT = Path(__file__).resolve().parent.parent
INSTRUMENTS = ROOT / "instruments"
SQL = ROOT / "sql"
LOCALES = Path(__file__).resolve().parent / "locales"
SAMPLE = ROOT / "data" / "sample"
LANGUAGES = ("nl", "en")
LEAFLET, LETTER = "leaflet.toml", "letter.toml"

WAVE = re.compile(r"^(\d{4})Q([1-4])$")


@dataclass(frozen=True)
class Home:
    """The run-time folders of one board; the vault and the publications never share an account."""

    path: Path

    @property
    def vault(self) -> Path:
        """Pseudonymous answers; the steward's account only."""
        return self.path / "vault"

    @property
    def published(self) -> Path:
        """Snapshots the dashboard reads."""
        return self.path / "published"

    @property
    def instruments(self) -> Path:
        """The steward's own instrument, profiles, dimensions and plan, if any."""
        return self.path / "instruments"

    @property
    def leaflet(self) -> Path:
        """Where leaders find support, as the board names it for the leaflet, if it does."""
        return self.instruments / LEAFLET

    @property
    def letter(self) -> Path:
        """Who writes to the leaders, if the board said so."""
        return self.instruments / LETTER

    @property
    def waves(self) -> Path:
        """First and last day of each wave, as the board planned them, if it did."""
        return self.instruments / "waves.csv"

    @property
    def handout(self) -> Path:
        """What a board that begins hands out: questionnaire, leaflet, letter."""
        return self.path / "handout"

    @property
    def access(self) -> Path:
        """Who may log in to the dashboard; its account only."""
        return self.path / "access.toml"


def find_home(home: Path | None) -> Home:
    """`--home`, else $KLANKBORD_HOME, else ./data."""
    return Home(home or Path(os.environ.get("KLANKBORD_HOME") or "data"))


def check_wave(wave: str) -> str:
    """Return the wave if it is written like 2026Q3; else WrongUsage."""
    if not WAVE.match(wave):
        raise WrongUsage("wave_name", wave=wave)
    return wave


def school_year(wave: str) -> str:
    """The school year of a wave, e.g. 2026Q3 -> 2026/27: it runs from the third quarter to the second."""
    year, quarter = int(wave[:4]), int(wave[-1])
    start = year if quarter >= 3 else year - 1
    return f"{start}/{(start + 1) % 100:02d}"


def wave_before(wave: str) -> str:
    """The quarter before a wave, e.g. 2026Q1 -> 2025Q4."""
    year, quarter = int(wave[:4]), int(wave[-1])
    return f"{year}Q{quarter - 1}" if quarter > 1 else f"{year - 1}Q4"


def sync(path: Path) -> None:
    """Make the disk keep what was written (a file or the names in a folder)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
