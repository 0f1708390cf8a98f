"""A home with many waves, in seconds: what a home published, again and again, each time some years later."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import Tables
from pipelines.ground.settings import Home
from pipelines.publication import build, show
from pipelines.vault import live_publications, read_publication

DAYS_OF_QUARTER = 91
TIMED = ("opens", "closes")


def stretched(home: Home, folder: Path, times: int) -> Path:
    """A snapshot in `folder` of all waves of a home, `times` after each other; contrasts are worked out anew."""
    published = [read_publication(home, name) for name in live_publications(home)]
    later = [_later(one, len(published) * again) for again in range(times) for one in published]
    long = Home(folder)
    show(long, build(long, later, []))
    return long.path


def _later(tables: Tables, quarters: int) -> Tables:
    """The same publication, so many quarters later."""
    wave = Wave(tables["publication"]["wave"][0])
    now = wave.later(quarters)
    fixed = {"wave": pl.lit(now), "publication": pl.lit(PublicationId.of(now, 1))}
    moved = {name: pl.col(name) + pl.duration(days=DAYS_OF_QUARTER * quarters) for name in TIMED}

    def of(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(how.alias(name) for name, how in {**fixed, **moved}.items() if name in frame.columns)

    return {name: of(frame) for name, frame in tables.items()}
