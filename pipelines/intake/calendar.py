"""Calendar: the first and last day of each wave, from a waves.csv."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave, WaveDays
from pipelines.ground.settings import Home
from pipelines.intake.read import read_table


def dates_of(home: Home, wave: Wave, export: Path, named: Path | None = None) -> WaveDays:
    """Opening and closing day of a wave: from the named file, else waves.csv beside the export, else the home's own.

    Without any of them no dates are checked.
    """
    places = [named] if named else [place for place in (export.with_name("waves.csv"), home.waves) if place.exists()]
    days = read_calendar(places[0], wave) if places else []
    return days[0] if days else WaveDays(wave)


def planned_waves(home: Home) -> list[WaveDays]:
    """The waves that the board planned, in the home's own waves.csv; none where it cannot be read.

    For what stands beside figures: no publication waits for a calendar. An import refuses one that cannot be read.
    """
    with suppress(Refused, OSError):
        return list({days.wave: days for days in read_calendar(home.waves)}.values()) if home.waves.exists() else []
    return []


def read_calendar(path: Path, wave: Wave | None = None) -> list[WaveDays]:
    """All waves a waves.csv names, or one of them; Refused when a day of these is missing, unreadable or reversed."""
    table = read_table(path)
    if not {"wave", "opens", "closes"} <= set(table.columns):
        raise Refused("waves_file_columns", file=path.name, columns=", ".join(table.columns))
    rows = table.filter(pl.col("wave") == wave) if wave else table
    days = rows.select("wave", pl.col("opens", "closes").str.to_date("%Y-%m-%d", strict=False))
    for name, opens, closes in days.iter_rows():
        if opens is None or closes is None or opens > closes:
            raise Refused("waves_file", file=path.name, wave=name)
    return [WaveDays(Wave(row[0]), *row[1:]) for row in days.iter_rows()]
