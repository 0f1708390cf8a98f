"""Doctor: look at a home and say, check by check, whether all is in order; with `mend` put right what can be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines import flow, publication, vault
from pipelines.ground.errors import KlankbordError, Refused
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import explain
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument

PRIVATE_FILE = 0o600


@dataclass(frozen=True)
class Finding:
    """One check and what was seen."""

    check: str
    is_ok: bool
    where: dict[str, object] = field(default_factory=dict)


def examine(home: Home, lang: str = DEFAULT) -> list[Finding]:
    """All checks, in the order a steward would walk."""
    return list(_checks(home, lang))


def mend(home: Home) -> None:
    """Close what stands open, clear what was cut off, bring old files up to date, show what was frozen."""
    vault.close_access(home)
    if home.access.exists():
        home.access.chmod(PRIVATE_FILE)
    if home.vault.exists():
        flow.mend(home)


def _checks(home: Home, lang: str) -> Iterator[Finding]:
    yield Finding("system", not sys.platform.startswith("win"), {"system": sys.platform})
    yield _instrument(home, lang)
    for check, fault in vault.access_faults(home).items():
        yield _access(check, fault, lang)
    if vault.is_vault_closed(home):
        yield Finding("vault_closed", is_ok=True)  # the dashboard's account looks; that it sees nothing is right
    else:
        yield from _vault_checks(home, lang)
    snapshot = publication.readable(home)
    yield Finding("snapshot", snapshot is not None, {"snapshot": snapshot.name if snapshot else "-"})
    if home.access.exists():
        yield Finding("access_private", vault.is_private(home.access), {"path": home.access})


def _instrument(home: Home, lang: str) -> Finding:
    try:
        load_instrument(*([home.instruments] if home.instruments.is_dir() else []))
    except KlankbordError as mistake:
        return Finding("instrument", is_ok=False, where={"detail": explain(lang, mistake)})
    return Finding("instrument", is_ok=True)


def _access(check: str, fault: Refused | None, lang: str) -> Finding:
    return Finding(check, fault is None, {"detail": explain(lang, fault) if fault else ""})


def _vault_checks(home: Home, lang: str) -> Iterator[Finding]:
    waves = vault.stored_waves(home)
    yield Finding("waves", bool(waves), {"count": len(waves)})
    for wave in waves:
        try:
            vault.read_about(home, wave)
        except KlankbordError as mistake:
            yield Finding("wave", is_ok=False, where={"detail": explain(lang, mistake)})
    if waves:
        secret = home.vault / "secret"
        yield Finding("secret", secret.exists(), {"path": secret})
    leftovers = [*home.published.glob(".build-*"), *home.vault.glob("*/.build-*"), *home.vault.glob("pending.json")]
    yield Finding("no_leftovers", not leftovers, {"count": len(leftovers)})
