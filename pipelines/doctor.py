"""Doctor: look at a home and say, check by check, whether all is in order."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines import publish, vault
from pipelines.errors import KlankbordError
from pipelines.instruments import load_instrument
from pipelines.messages import explain
from pipelines.settings import Home


@dataclass(frozen=True)
class Finding:
    """One check and what was seen."""

    check: str
    is_ok: bool
    where: dict[str, object] = field(default_factory=dict)


def examine(home: Home) -> list[Finding]:
    """All checks, in the order a steward would walk."""
    return list(_checks(home))


def _checks(home: Home) -> Iterator[Finding]:
    yield Finding("system", not sys.platform.startswith("win"), {"system": sys.platform})
    try:
        load_instrument(*([home.instruments] if home.instruments.is_dir() else []))
        yield Finding("instrument", is_ok=True)
    except KlankbordError as mistake:
        yield Finding("instrument", is_ok=False, where={"detail": explain("nl", mistake)})
    mode = home.vault.stat().st_mode & 0o777 if home.vault.exists() else 0o700
    yield Finding("vault_private", mode & 0o077 == 0, {"mode": f"{mode:o}", "path": home.vault})
    waves = vault.stored_waves(home)
    yield Finding("waves", bool(waves), {"waves": len(waves)})
    bundled = publish.current(home)
    yield Finding("snapshot", bundled is not None, {"snapshot": bundled.name if bundled else "-"})
    left = [*home.published.glob(".build-*"), *home.vault.glob("*/.build-*"), *home.vault.glob("pending.json")]
    yield Finding("no_leftovers", not left, {"files": len(left)})
