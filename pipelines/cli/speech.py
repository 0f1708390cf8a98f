"""How commands speak: a sentence of the locales, or JSON; and the home they work in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from pipelines.ground.messages import say
from pipelines.ground.settings import Home


def tell(lang: str, key: str, **values: object) -> None:
    """Say one sentence to whoever runs the command."""
    typer.echo(say(lang, f"say.{key}", **values))


def tell_json(facts: dict[str, Any]) -> None:
    """Say the result to a machine."""
    typer.echo(json.dumps(facts))


def units(lang: str, **counts: int) -> dict[str, str]:
    """Counts as they stand within a sentence: `units("en", rows=1)` is {"rows": "1 row"}."""
    return {unit: say(lang, f"unit.{unit}", count=count) for unit, count in counts.items()}


def open_home(home: Path | None) -> Home:
    """The home a command works in; the vault's libraries are loaded only when a command comes so far."""
    from pipelines import vault

    return vault.open_home(home)
