"""Seen: the groups that other waves of the vault have."""

from __future__ import annotations

from pipelines import vault
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home


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
