"""Takeaway: snapshot files that hold a withdrawn publication leave the folder that the dashboard reads.

The vault keeps the publications themselves. A name of a snapshot is never used again: the dashboard may still have its
file open, so a mark stays in its place, with the hash the file had.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pipelines.ground.period import PublicationId
from pipelines.ground.published import GONE, beside
from pipelines.ground.settings import Home, sync
from pipelines.publication.snapshot import Built, publications_in, show, show_nothing


def holding(home: Home, withdrawn: Collection[PublicationId]) -> list[Path]:
    """The snapshot files that hold one of these publications; of a file that cannot be read nobody knows."""
    files = sorted(home.published.glob("klankbord-*.duckdb"))
    return [file for file in files if set(publications_in(file)) & set(withdrawn)]


def show_only(home: Home, built: Built | None, withdrawn: Collection[PublicationId]) -> None:
    """Show a snapshot, or nothing, and keep no file that holds one of these publications."""
    if built:
        show(home, built)
    # Before the pointer goes: without it the dashboard falls back on the newest file that can be read.
    take_away(home, withdrawn)
    if not built:
        show_nothing(home)


def take_away(home: Home, withdrawn: Collection[PublicationId]) -> None:
    """Remove those files."""
    for file in holding(home, withdrawn):
        mark, said = file.with_suffix(GONE), beside(file)
        mark.write_bytes(said.read_bytes() if said.exists() else b"")
        mark.chmod(0o644)
        file.unlink()
        said.unlink(missing_ok=True)
    sync(home.published)
