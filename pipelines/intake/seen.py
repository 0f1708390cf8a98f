"""Seen: the groups that other waves of the vault have, and those that the school year was fixed with."""

from __future__ import annotations

import polars as pl

from pipelines import vault
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.ground.told import Told
from pipelines.instruments import Instrument


def seen_levels(home: Home, wave: Wave) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Levels of the other waves of the school year, and of the last wave of an earlier year."""
    year: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for name in (name for name in vault.stored_waves(home) if name != wave):
        levels = vault.read_about(home, name).get("levels", {})
        if name.school_year == wave.school_year:
            for code, found in levels.items():
                year.setdefault(code, set()).update(found)
        elif name < wave:
            before = {code: set(found) for code, found in levels.items()}
    return year, before


def came_later(home: Home, wave: Wave, people: pl.DataFrame, instrument: Instrument) -> list[Told]:
    """Dimensions that the school year was fixed without: there are no figures by them until the next."""
    fixed = vault.kept_structure(home, wave)
    if fixed is None:
        return []
    later = [one for one in instrument.dimensions if one.code in people.columns and one.code not in fixed["merges"]]
    return [Told("group_came_later", 1, one.code, {"group": one.label}) for one in later]
