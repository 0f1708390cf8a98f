"""The way of a wave, on one page: read -> conform -> score -> vault, then flag -> aggregate -> protect and audit
-> describe -> analyse -> publish. Read this file first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines import vault
from pipelines.counting.record import as_counted, gather
from pipelines.evidence import estimate, estimated_before, history, weight_tables, withheld_flags
from pipelines.ground.command_line import run_command_line
from pipelines.ground.errors import KlankbordError, Refused, RefusedColumns, Undecided
from pipelines.ground.language import Locales, in_language, own_name
from pipelines.ground.messages import explain
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import EVIDENCE, Cell
from pipelines.ground.settings import SAMPLE, Home, find_home
from pipelines.intake.conform import Imported
from pipelines.intake.preview import (
    Preview,
    choosable_waves,
    labels,
    preview,
    profiles,
    save_profile,
    targets,
    this_wave,
)
from pipelines.intake.read import file_hash
from pipelines.intake.settle import calendar
from pipelines.intake.understand import (
    Proposal,
    Source,
    propose_profile,
    settle,
    takes_outcomes,
    understand,
    unpublished,
)
from pipelines.protection.ladder import Audited, audit_told, protect_family
from pipelines.protection.late import check_batch
from pipelines.protection.puzzle import Told
from pipelines.publication import snapshot as publish
from pipelines.publication import tables as describe
from pipelines.publication.compose import (
    audit_facts,
    counted_roster,
    means_not_asked,
    not_asked,
    public_tables,
    publications_of,
    published_cells,
    published_facts,
    withheld_by_policy,
)
from pipelines.publication.snapshot import told as on_show
from pipelines.vault import Removed, back_up, erase, is_past_retention, retain

# What the desk may use: it knows this module only.
__all__ = [
    "Home",
    "Imported",
    "KlankbordError",
    "Locales",
    "Preview",
    "Proposal",
    "Published",
    "RefusedColumns",
    "Removed",
    "Source",
    "Wave",
    "audit_wave",
    "back_up",
    "calendar",
    "choosable_waves",
    "counted_roster",
    "erase",
    "explain",
    "find_home",
    "import_wave",
    "in_language",
    "is_past_retention",
    "labels",
    "look",
    "mend",
    "on_show",
    "own_name",
    "preview",
    "profiles",
    "propose_profile",
    "publications_of",
    "publish_wave",
    "published_cells",
    "published_facts",
    "retain",
    "run_command_line",
    "sample_sources",
    "save_profile",
    "takes_outcomes",
    "targets",
    "this_wave",
    "unpublished",
    "waves",
    "withdraw",
]

Tell = Callable[[str], None]  # progress, for people


@dataclass(frozen=True)
class Published:
    """What came of publishing one wave."""

    publication: PublicationId
    cells: int
    shown: int
    audited: Audited
    seconds: float


# ---------------------------------------------------------------------------------------------- import


def look(home: Home, source: Source) -> Imported:
    """What an import would do, without keeping anything."""
    return settle(home, understand(home, source))[0]


def import_wave(home: Home, source: Source) -> Imported:
    """Load one wave into the vault, whole or not at all.

    The same import again changes nothing; another one replaces an unpublished wave only when told to; what comes
    after the publication is kept beside the wave as late answers.
    """
    try:
        understood = understand(home, source)
    except RefusedColumns as refusal:
        told = [{"column": found.column, "rule": found.rule} for found in refusal.found]
        vault.log(home, "refused", wave=source.wave, file_hash=file_hash(source.file), columns=told)
        raise
    with vault.held(home):
        vault.make_secret(home)
        imported, about, tables = settle(home, understood)
        if imported.standing == "differs" and not source.replace:
            raise Refused("wave_differs", wave=source.wave)
        if imported.standing == "late" and source.replace:
            raise Refused("wave_published", wave=source.wave)
        if imported.standing == "late":
            vault.store_late(home, source.wave, about, tables)
        elif imported.standing != "known":
            vault.store_wave(home, source.wave, about, tables)
        vault.log(
            home, "import", wave=source.wave, standing=imported.standing, file_hash=about["file_hash"],
            rows=imported.rows, loaded=imported.answers.height, rejected=imported.rejected.height, late=imported.late,
        )  # fmt: skip
    return imported


# --------------------------------------------------------------------------------------------- publish


def publish_wave(home: Home, wave: Wave, tell: Tell = lambda _: None) -> Published:
    """Make a wave's publication and a snapshot with it; Undecided when no cell could be proven safe.

    A wave that was published before is published anew only with a batch of late answers, or after it was withdrawn.
    """
    start = time.monotonic()
    with vault.held(home):
        before = vault.publications_of(home, wave)
        material = gather(home, wave, late=bool(before))
        earlier = [Told.of(home, name, material) for name in before]
        if earlier:
            check_batch(home, material, earlier[-1])
        past = history(home, material)
        withheld = withheld_flags(past, [one for one in material.planned if one.code in material.yes_no.columns])
        shown, means, verdicts = (
            not_asked(material) | withheld_by_policy(material, withheld),
            means_not_asked(material),
            [],
        )
        for code, family in material.families.items():
            tell(code)
            found = protect_family(material, family.without(withheld), earlier)
            shown, means = shown | found.counts, means | found.means
            verdicts += found.verdicts
        publication = vault.next_publication(home, wave)
        audited = Audited.of(verdicts, time.monotonic() - start)
        frames = public_tables(home, material, shown, means, publication, audited)
        if before:
            told_before = {name: vault.read_frozen(home, before[-1], schema) for name, schema in EVIDENCE.items()}
            frames |= estimated_before(told_before, publication)
        else:
            frames |= estimate(past, publication)
            frames |= weight_tables(material, Cell.cast(frames["cell"]), publication)
        cells = frames["cell"].filter(pl.col("measure") != describe.ALL)
        told_cells = cells.filter(pl.col("status") == "published").height
        if earlier and vault.is_live(home, before[-1]) and told_cells < earlier[-1].told_cells:
            raise Refused("late_would_hide", wave=wave)
        publish.publish(home, publication, {**frames, vault.RESPONDENTS: material.counted}, audit_facts(material))
        vault.log(home, "publish", publication=publication, cells=cells.height, published=told_cells)
    if not told_cells:
        raise Undecided("nothing_shown", publication=publication)
    return Published(publication, cells.height, told_cells, audited, time.monotonic() - start)


def withdraw(home: Home, wave: Wave) -> list[PublicationId]:
    """Take the publications of a wave off the dashboard; they stay frozen, for a reader does not forget them."""
    with vault.held(home):
        names = [name for name in vault.publications_of(home, wave) if vault.is_live(home, name)]
        if not names:
            raise Refused("wave_not_published", wave=wave)
        publish.withdraw(home, names)
        vault.log(home, "withdraw", publications=names)
    return names


def mend(home: Home) -> bool:
    """Finish a publication that was cut off after it was frozen; whether there was one."""
    with vault.held(home):
        return publish.mend(home) is not None


def audit_wave(home: Home, publication: PublicationId, tell: Tell = lambda _: None) -> Audited:
    """Audit a frozen publication once more; Refused when something leaks, Undecided when that cannot be excluded."""
    start = time.monotonic()
    wave = publication.wave
    names = vault.publications_of(home, wave)
    told = names[: names.index(publication) + 1] if publication in names else [publication]
    counted = vault.read_respondents(home, publication)
    material = as_counted(gather(home, wave), counted)
    publications, verdicts = [Told.of(home, name, material) for name in told], []
    for code, family in material.families.items():
        tell(code)
        verdicts.append(audit_told(material, family, publications))
    if any(verdict.is_leak for verdict in verdicts):
        raise Refused("audit_leak", publication=publication)
    if not all(verdict.is_safe for verdict in verdicts):
        raise Undecided("audit_undecided", publication=publication)
    return Audited.of(verdicts, time.monotonic() - start)


def waves(home: Home) -> list[dict[str, Any]]:
    """The waves in the vault, oldest first, with what was loaded and published."""
    rows = []
    for wave in vault.stored_waves(home):
        about = vault.read_about(home, wave)
        names = vault.publications_of(home, wave)
        late = vault.read_late(home, wave, "answers").height
        rows.append(
            {"wave": wave, "rows": about["rows"], "late": late, "after_closing": about["late"],
             "publication": names[-1] if names else None,
             "withdrawn": bool(names) and not vault.is_live(home, names[-1])}
        )  # fmt: skip
    return rows


def sample_sources() -> list[Source]:
    """The committed sample waves, oldest first; Refused when the clone holds none."""
    if not (SAMPLE / "roster.csv").exists():
        raise Refused("no_sample", folder=SAMPLE.name)
    return [
        Source(file, Wave(file.stem.removeprefix("responses_")), roster=SAMPLE / "roster.csv", is_sample=True)
        for file in sorted(SAMPLE.glob("responses_*.csv"))
    ]
