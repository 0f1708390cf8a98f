"""What lies in a home is looked at again: audits of frozen publications, exports for an outside auditor, lists.

Beside flow the only module that joins rooms; nothing here changes a figure.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines import vault
from pipelines.flow import Source, silent
from pipelines.ground.errors import Refused, Undecided
from pipelines.ground.later import Later
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import Level
from pipelines.ground.settings import SAMPLE, Home

if TYPE_CHECKING:
    from pipelines import counting, protection, publication
    from pipelines.protection import Audited, Progress
else:  # to list waves none of them is asked
    counting, protection = Later("pipelines.counting"), Later("pipelines.protection")
    publication = Later("pipelines.publication")


def audit_wave(home: Home, name: PublicationId, progress: Progress = silent) -> Audited:
    """Audit a frozen publication once more; Refused when something leaks, Undecided when that cannot be excluded."""
    start = time.monotonic()
    names = vault.publications_of(home, name.wave)
    together = names[: names.index(name) + 1] if name in names else [name]
    respondents = {one: vault.read_respondents(home, one) for one in together}
    newest = together[-1]
    under = vault.counted_under(home, newest) or _as_kept(home, name.wave)
    grouped = counting.group_again(name.wave, respondents[newest], under)
    publications = [
        protection.Publication.of(vault.read_publication(home, one), respondents[one], grouped) for one in together
    ]
    verdicts = protection.audit_again(grouped, publications, progress)
    if any(verdict.is_leak for verdict in verdicts):
        raise Refused("audit_leak", publication=name)
    if not all(verdict.is_safe for verdict in verdicts):
        raise Undecided("audit_undecided", publication=name)
    return protection.Audited.of(verdicts, time.monotonic() - start)


def foretell(home: Home, wave: Wave, progress: Progress = silent) -> protection.Foretold:
    """What publishing a wave would tell and take at most; nothing is kept, and nobody's answers have a part in it."""
    return protection.foretell(home, counting.load(home, wave).now, progress)


def _as_kept(home: Home, wave: Wave) -> dict[str, Any]:
    """Under what a publication of an earlier version was counted; Refused when the wave is past retention."""
    record = counting.load(home, wave)
    structure = protection.plan_school_year(home, record.now)
    return counting.group(record, counting.flag_record(record), structure).under()


def publications_of(home: Home, wave: Wave | None, *, shown: bool = True) -> list[PublicationId]:
    """Publications of one wave or of all, those on show or every one there ever was; Refused when there is none."""
    names = vault.publications(home) if wave is None else vault.publications_of(home, wave)
    if shown:
        names = [name for name in names if name in vault.live_publications(home)]
    if names:
        return names
    if wave is None:
        raise Refused("nothing_on_show" if vault.publications(home) else "nothing_published")
    raise Refused("wave_not_shown" if vault.publications_of(home, wave) else "wave_not_published", wave=wave)


def published_cells(home: Home, names: list[PublicationId]) -> pl.DataFrame:
    """The cells of publications, for an outside auditor."""
    frames = []
    for name in names:
        limited = list(published_facts(home, name)["eligible"])
        frames.append(publication.auditor_cells(vault.read_publication(home, name), limited))
    return pl.concat(frames, how="diagonal")


def published_facts(home: Home, name: PublicationId) -> dict[str, Any]:
    """What an outside auditor needs to know beside the cells."""
    return vault.frozen_facts(home, name)


def counted_roster(home: Home, wave: Wave) -> pl.DataFrame:
    """Who the newest publication of a wave counted, by group only."""
    newest = publications_of(home, wave)[-1]
    return publication.auditor_roster(vault.read_respondents(home, newest), vault.read_frozen(home, newest, Level))


def waves(home: Home) -> list[dict[str, Any]]:
    """The waves in the vault, oldest first, with what was loaded and published."""
    rows = []
    for wave in vault.stored_waves(home):
        about = vault.read_about(home, wave)
        names = vault.publications_of(home, wave)
        rows.append(
            {
                "wave": wave,
                "rows": about["rows"],
                "answered": vault.read(home, wave, "answers").height,
                "leaders": vault.read(home, wave, "roster").height if about["has_roster"] else None,
                "imported": about.get("imported_at"),
                "late": vault.read_late(home, wave, "answers").height,
                "after_closing": about["late"],
                "publication": names[-1] if names else None,
                "withdrawn": bool(names) and not vault.is_live(home, names[-1]),
            }
        )
    return rows


def backed_up(home: Home) -> str | None:
    """When the newest back-up was made, as the log says it; None where there was none."""
    lines = vault.logged(home, "backup")
    return str(lines[-1]["at"]) if lines else None


def sample_sources() -> list[Source]:
    """The committed sample waves, oldest first; Refused when the clone holds none."""
    if not (SAMPLE / "roster.csv").exists():
        raise Refused("no_sample", folder=SAMPLE.name)
    return [
        Source(file, Wave(file.stem.removeprefix("responses_")), roster=SAMPLE / "roster.csv", is_sample=True)
        for file in sorted(SAMPLE.glob("responses_*.csv"))
    ]
