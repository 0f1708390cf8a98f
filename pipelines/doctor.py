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
    vault.clear_remains(home)
    if home.access.exists():
        home.access.chmod(PRIVATE_FILE)
    if home.vault.exists():
        for draft in vault.broken_drafts(home):
            draft.unlink()
        if vault.log_fault(home):
            vault.put_log_aside(home)
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
    yield from _snapshot(home, lang)
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
    try:
        waves = vault.stored_waves(home)
    except Refused as unread:  # a removal that was cut off cannot be read, so nobody knows who is still in
        yield Finding("whole", is_ok=False, where={"detail": explain(lang, unread)})
        return
    yield Finding("waves", bool(waves), {"count": len(waves)})
    shown = publication.current(home)  # of which the next check tells
    damaged = [fault for fault in vault.faults(home) if shown is None or fault.where.get("file") != shown.name]
    for fault in damaged:
        yield Finding("whole", is_ok=False, where={"detail": explain(lang, fault)})
    if not damaged:
        count = vault.hashed(home)
        yield Finding("whole" if count is not None else "whole_before", is_ok=True, where={"count": count})
    broken = vault.broken_drafts(home)
    if broken:
        yield Finding("drafts", is_ok=False, where={"file": broken[0].name, "count": len(broken)})
    if waves:
        secret = home.vault / "secret"
        yield Finding("secret", secret.exists(), {"path": secret})
    cut_off = [*home.published.glob(".build-*"), *home.vault.glob("*/.build-*"), *home.vault.glob("pending.json")]
    leftovers = [*cut_off, *vault.remains(home)]
    yield Finding("no_leftovers", not leftovers, {"count": len(leftovers)})


def _snapshot(home: Home, lang: str) -> Iterator[Finding]:
    """Whether the snapshot on show can be read, tells what was published, and is the one that should be on show."""
    place = publication.readable(home)
    yield Finding("snapshot", place is not None, {"snapshot": publication.named(home) or "-"})
    if place is None:
        return
    try:
        wrong = [one.publication for one in publication.verify(place) if not one.is_whole]
    except Refused as mistake:
        yield Finding("fingerprints", is_ok=False, where={"detail": explain(lang, mistake)})
    else:
        detail = explain(lang, Refused("fingerprint_differs", publication=", ".join(wrong), file=place.name))
        yield Finding("fingerprints", not wrong, {"detail": detail})
    if not vault.is_vault_closed(home):
        try:
            is_newest = vault.live_publications(home) == publication.bundled(home)
        except Refused:
            return  # what of the vault is damaged was told
        yield Finding("snapshot_current", is_newest, {"snapshot": place.name})
