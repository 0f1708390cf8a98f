"""School years: the groups and tables that were fixed for each, so that no later wave is cut differently."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.vault.hashes import check, check_there, write_kept

FOLDER = "school_years"


def kept_structure(home: Home, wave: Wave) -> dict[str, Any] | None:
    """What was fixed for the school year of a wave, None when nothing was yet."""
    return _read(_file(home, wave))


def kept_structures(home: Home) -> dict[str, dict[str, Any]]:
    """School year (2026/27) -> what was fixed for it, oldest first."""
    check_there(home, f"{FOLDER}/")
    files = sorted((home.vault / FOLDER).glob("????-??.json"))
    return {file.stem.replace("-", "/"): found for file in files if (found := _read(file)) is not None}


def keep_structure(home: Home, wave: Wave, structure: Mapping[str, Any]) -> None:
    """Fix it for the school year of a wave."""
    write_kept(_file(home, wave), json.dumps(structure))


def kept_plans(home: Home, wave: Wave) -> dict[str, Any]:
    """What each family may tell in the school year of a wave; nothing where it was not chosen yet."""
    return _read(_file(home, wave, "-plans")) or {}


def keep_plans(home: Home, wave: Wave, plans: Mapping[str, Any]) -> None:
    """Fix what each family may tell in the school year of a wave."""
    write_kept(_file(home, wave, "-plans"), json.dumps(plans))


def _read(path: Path) -> dict[str, Any] | None:
    check(path)
    if not path.exists():
        return None
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as mistake:
        raise Refused("vault_broken", file=path.name) from mistake


def _file(home: Home, wave: Wave, what: str = "") -> Path:
    return home.vault / FOLDER / f"{wave.school_year.replace('/', '-')}{what}.json"
