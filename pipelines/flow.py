"""The way of a wave, on one page: the picture in README.md as code. Read this file first.

Each step takes values and returns values; this is the only module that joins the rooms. The commands and the desk
know this module only.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipelines import intake, vault
from pipelines.ground.command_line import run_command_line
from pipelines.ground.dice import Dice
from pipelines.ground.errors import (
    KlankbordError,
    Reason,
    Refused,
    RefusedAll,
    RefusedColumns,
    RefusedFor,
    Undecided,
    UnknownLevel,
)
from pipelines.ground.language import Locales, in_language, own_name
from pipelines.ground.later import Later
from pipelines.ground.messages import explain, explain_reason, filled, tell_of
from pipelines.ground.period import PublicationId, Wave, WaveDays
from pipelines.ground.schemas import NO_FIGURE, Cell, Tables
from pipelines.ground.settings import Home, find_home
from pipelines.intake import (
    Choices,
    Decided,
    Draft,
    Imported,
    Proposal,
    Source,
    choosable_waves,
    keep_roster_words,
    propose_profile,
    read_calendar,
    roster_readings,
    save_profile,
    takes_outcomes,
    this_wave,
    unpublished,
)

if TYPE_CHECKING:
    from pipelines import counting, evidence, protection, publication
else:  # their libraries take longer to load than a wave takes to come in
    counting, evidence = Later("pipelines.counting"), Later("pipelines.evidence")
    protection, publication = Later("pipelines.protection"), Later("pipelines.publication")

__all__ = [
    "Choices",
    "Decided",
    "Draft",
    "Home",
    "Imported",
    "KlankbordError",
    "Locales",
    "Preview",
    "Proposal",
    "PublicationId",
    "Published",
    "Reason",
    "RefusedAll",
    "RefusedColumns",
    "RefusedFor",
    "Source",
    "UnknownLevel",
    "Wave",
    "choosable_waves",
    "explain",
    "explain_reason",
    "filled",
    "find_home",
    "import_wave",
    "in_language",
    "keep_roster_words",
    "look",
    "mend",
    "own_name",
    "preview",
    "propose_profile",
    "publish_wave",
    "read_calendar",
    "roster_readings",
    "run_command_line",
    "save_profile",
    "school_years",
    "takes_outcomes",
    "tell_of",
    "this_wave",
    "unpublished",
    "withdraw",
]


@dataclass(frozen=True)
class Preview:
    """What an import would do and what could be published of it."""

    imported: Imported
    response: pl.DataFrame  # group, level, leaders (null without a roster), answered
    plan: pl.DataFrame  # one row per cell: its table and levels, answered, coverage and outcome (published or why not)


@dataclass(frozen=True)
class Published:
    """What came of publishing one wave."""

    publication: PublicationId
    planned: int  # figures that the plan of the school year has
    shown: int  # those of them that are told
    audited: protection.Audited
    seconds: float


def silent(_: str) -> None:
    """Progress that nobody watches."""


# ------------------------------------------------------------------------- a wave comes in: export -> vault


def import_wave(home: Home, source: Source) -> Imported:
    """Load one wave into the vault, whole or not at all.

    The same import again changes nothing; another one replaces an unpublished wave only when told to; what comes
    after the publication is kept beside the wave as late answers. One whose file in the vault is damaged is made anew.
    """
    damaged = vault.damaged_wave(home, source.wave, intake.hashes_of(source)) if source.repair else None
    try:
        conformed = _conformed(home, source)
    except RefusedColumns as refusal:
        columns = [{"column": one.column, "rule": one.rule} for one in refusal.found]
        vault.log(home, "refused", wave=source.wave, file_hash=intake.file_hash(source.file), columns=columns)
        raise
    with vault.held(home, damaged):
        vault.make_secret(home, for_sample=source.is_sample)
        _refuse_real_answers_beside_the_sample(home, source)
        settled = intake.settle(home, conformed)
        imported = settled.imported
        if imported.standing == "differs" and not source.replace:
            raise Refused("wave_differs", wave=source.wave)
        if imported.standing == "late" and source.replace:
            raise Refused("wave_published", wave=source.wave)
        if imported.standing != "known":
            scores = intake.score(imported.answers, conformed.instrument)
            store = vault.store_late if imported.standing == "late" else vault.store_wave
            store(home, source.wave, settled.about, {**settled.tables, "scores": scores})
        standing = "repaired" if source.repair else imported.standing
        hashes = intake.hashes_of(source)
        vault.log(home, "import", wave=source.wave, standing=standing, **hashes, **imported.counted)
    return imported


def look(home: Home, source: Source) -> Imported:
    """What an import would do, without keeping anything."""
    _refuse_real_answers_beside_the_sample(home, source)
    return intake.settle(home, _conformed(home, source)).imported


def preview(home: Home, source: Source) -> Preview:
    """What an import would do and what could be published of it, without keeping anything."""
    _refuse_real_answers_beside_the_sample(home, source)
    conformed = _conformed(home, source)
    imported = intake.settle(home, conformed).imported
    answers = conformed.imported.answers
    plan = protection.planned_cells(home, source.wave, conformed.instrument, answers, conformed.roster)
    return Preview(imported, intake.response(conformed), plan)


def _refuse_real_answers_beside_the_sample(home: Home, source: Source) -> None:
    """The secret of the fictional waves is known to everybody: bands drawn with it protect nobody."""
    if vault.is_for_sample(home) and not source.is_sample:
        raise Refused("sample_home", folder=home.path)


def _conformed(home: Home, source: Source) -> intake.Conformed:
    """Read an export and bring it into our form, keeping nothing."""
    files = intake.read_files(home, source)
    understood = intake.understand(files)
    del files  # a million answers as text take as much memory as all that follows
    return intake.conform_rows(home, understood)


# --------------------------------------------------------------- a wave is published: vault -> gate -> snapshot


def publish_wave(home: Home, wave: Wave, progress: protection.Progress = silent) -> Published:
    """Make a wave's publication and a snapshot with it; Undecided when no cell could be proven safe.

    A wave that was published before is published anew only with a batch of late answers, or after it was withdrawn.
    """
    start = time.monotonic()
    with vault.held(home):
        before = vault.publications_of(home, wave)
        name = vault.next_publication(home, wave)
        dice = Dice(vault.drawing_key(home))
        record = counting.load(home, wave, with_late=bool(before))
        structure = protection.plan_school_year(home, record.now)
        plans = protection.plan_families(home, record.now, structure, progress)

        flags = counting.flag_record(record)
        grouped = counting.group(record, flags, structure)
        counts = counting.count(grouped)

        if before:
            modelled = protection.told_before(vault.read_publication(home, before[-1]))
        else:
            estimates = evidence.estimate(evidence.history(record, grouped.structure), dice)
            modelled = protection.let_models_through(estimates, grouped)
        withheld = protection.withheld_flags(modelled, grouped.asked, grouped.instrument.rule_scales)

        earlier = [  # what was published of the wave before, for a reader does not forget it
            protection.Publication.of(vault.read_publication(home, one), vault.read_respondents(home, one), grouped)
            for one in before
        ]
        if earlier:
            protection.check_batch(grouped, earlier[-1], is_shown=vault.is_live(home, before[-1]))
        draw = protection.Draw(name, dice)
        proved = protection.prove(grouped, counts, plans, draw, earlier, withheld, progress)
        released = protection.pass_gate(record, grouped, counts, proved, withheld, modelled)
        audited = protection.Audited.of(proved.verdicts, time.monotonic() - start)
        tables = publication.describe(released, name)
        cells = Cell.cast(tables["cell"]).filter(pl.col("measure") != protection.ALL)
        planned = cells.filter(~pl.col("status").is_in(NO_FIGURE)).height
        shown = cells.filter(pl.col("status") == "published").height
        if earlier and vault.is_live(home, before[-1]) and shown < earlier[-1].shown_cells:
            raise Refused("late_would_hide", wave=wave)

        built = publication.build(home, _on_show_with(home, wave, tables), *_beside(home))
        counted = {**tables, vault.RESPONDENTS: grouped.respondents}
        vault.freeze(home, name, counted, protection.auditor_facts(grouped), grouped.under())
        publication.show(home, built)
        told, proof = {code: vars(drawn) for code, drawn in proved.drawn.items()}, vars(audited)
        vault.log(home, "publish", publication=name, planned=planned, published=shown, drawn=told, audited=proof)
    if not shown:
        raise Undecided("nothing_shown", publication=name)
    return Published(name, planned, shown, audited, time.monotonic() - start)


def withdraw(home: Home, wave: Wave) -> list[PublicationId]:
    """Take the publications of a wave off the dashboard; they stay frozen, for a reader does not forget them."""
    with vault.held(home):
        names = [name for name in vault.publications_of(home, wave) if vault.is_live(home, name)]
        if not names:
            raise Refused("wave_not_shown" if vault.publications_of(home, wave) else "wave_not_published", wave=wave)
        vault.mark_withdrawn(home, names)
        _show_what_is_live(home)
        vault.log(home, "withdraw", publications=names)
    return names


def school_years(home: Home) -> list[protection.SchoolYear]:
    """What each school year fixed, what it leaves out and what can be done about it."""
    return protection.school_years(home)


def mend(home: Home) -> bool:
    """Show what was frozen but cut off before it was on show, or cannot be read; whether there was any."""
    with vault.held(home):
        left = publication.holding(home, vault.withdrawn_publications(home))
        is_whole = vault.live_publications(home) == publication.bundled(home) and not left
        if not is_whole:
            _show_what_is_live(home)
        publication.clear_damaged(home)
    return not is_whole and bool(vault.live_publications(home))


def _on_show_with(home: Home, wave: Wave, tables: Tables) -> list[Tables]:
    """The public tables of everything on show, with those of a new publication of one wave."""
    others = [name for name in vault.live_publications(home) if name.wave != wave]
    frozen = {name.wave: vault.read_publication(home, name) for name in others}
    return [one for _, one in sorted({**frozen, wave: tables}.items())]


def _beside(home: Home) -> tuple[list[PublicationId], list[WaveDays]]:
    """What a snapshot says beside its publications: which were withdrawn, and the days of planned waves."""
    return vault.withdrawn_publications(home), intake.planned_waves(home)


def _show_what_is_live(home: Home) -> None:
    """A new snapshot of all that is on show, and none that holds what was withdrawn; without anything there is none."""
    frozen = [vault.read_publication(home, name) for name in vault.live_publications(home)]
    kept = publication.build(home, frozen, *_beside(home)) if frozen else None
    publication.show_only(home, kept, vault.withdrawn_publications(home))
