"""Files the steward brings: uploaded ones lie in the vault's folder while they are read, and no longer."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.flow import Home

PREFIX = ".upload-"


@dataclass(frozen=True)
class Brought:
    """One file: its name, and its content or the place where it lies already."""

    name: str
    content: bytes | None = None
    place: Path | None = None

    @property
    def key(self) -> str:
        """Tells one file from another."""
        if self.content is not None:
            return hashlib.sha256(self.content).hexdigest()
        stat = self.place.stat() if self.place else None
        return f"{self.name}-{stat.st_mtime_ns}-{stat.st_size}" if stat else self.name


def inbox(home: Home) -> list[Path]:
    """Files that lie ready in HOME/inbox/, so that a large export need not be uploaded."""
    return sorted(path for path in (home.path / "inbox").glob("*") if path.is_file() and path.name[0] != ".")


@contextmanager
def on_disk(home: Home, *files: Brought | None) -> Iterator[list[Path | None]]:
    """The places of files while they are read; what was uploaded is gone afterwards, whatever happened."""
    home.vault.mkdir(parents=True, exist_ok=True)
    home.vault.chmod(0o700)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=home.vault) as folder:
        places: list[Path | None] = []
        for at, file in enumerate(files):
            if file is None or file.place is not None:
                places.append(file.place if file else None)
                continue
            place = Path(folder) / str(at) / Path(file.name).name
            place.parent.mkdir()
            place.write_bytes(file.content or b"")
            places.append(place)
        yield places


def clear(home: Home) -> None:
    """Remove what a kill left of earlier uploads."""
    for left in home.vault.glob(f"{PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
