"""Where things live: the home of the data, the instruments and the SQL of this clone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTRUMENTS = ROOT / "instruments"
SQL = ROOT / "sql"
SAMPLE = ROOT / "data" / "sample"
LEAFLET, LETTER = "leaflet.toml", "letter.toml"


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
    def status(self) -> Path:
        """When something last happened, for whoever watches: files as old as that. The dashboard tells their ages."""
        return self.path / "status"

    @property
    def access(self) -> Path:
        """Who may log in to the dashboard; its account only."""
        return self.path / "access.toml"


def find_home(home: Path | None) -> Home:
    """`--home`, else $KLANKBORD_HOME, else ./data."""
    return Home(home or Path(os.environ.get("KLANKBORD_HOME") or "data"))


def sync(path: Path) -> None:
    """Make the disk keep what was written (a file or the names in a folder)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
