"""The commands by which figures go out, and are taken back: publish, waves, audit, withdraw, cells, roster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.options import (
    EveryWaveOption,
    HomeOption,
    JsonOption,
    LangOption,
    ParquetOption,
    WaveArgument,
    WaveOption,
)
from pipelines.cli.speech import open_home, tell, tell_json, units
from pipelines.ground.errors import KlankbordError, Refused
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import say, tell_of
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home

if TYPE_CHECKING:
    from pipelines.protection import Foretold, SchoolYear

commands = typer.Typer()


@commands.command()
def publish(
    wave: EveryWaveOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="dry_run")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Protect, audit and publish waves."""
    from pipelines import flow

    place = open_home(home)
    waves = [wave] if wave else flow.unpublished(place)
    if dry_run:
        _foretell(lang, place, waves, as_json)
        return
    mended = flow.mend(place)
    if not waves and not mended:
        raise Refused("nothing_to_publish")
    publish_all(lang, place, waves, as_json)


@commands.command("waves")
def list_waves(
    structure: Annotated[bool, typer.Option("--structure", help="structure")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """List the waves in the vault, or what their school years fixed."""
    from pipelines import again

    place = open_home(home)
    if structure:
        _tell_structure(lang, place, as_json)
        return
    waves = again.waves(place)
    if as_json:
        tell_json({"waves": waves, "backed_up": again.backed_up(place)})
        return
    if not waves:
        tell(lang, "no_waves")
    for row in waves:
        standing = "wave_withdrawn" if row["withdrawn"] else "wave_shown" if row["publication"] else "not_published"
        publication = say(lang, f"say.{standing}", publication=row["publication"])
        tell(lang, "wave_line", **{**row, "publication": publication, **units(lang, rows=row["rows"])})


@commands.command()
def audit(
    wave: EveryWaveOption = None, home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = DEFAULT
) -> None:
    """Prove the published waves safe once more."""
    from pipelines import again, vault

    place = open_home(home)
    names = again.publications_of(place, wave, shown=False)
    past = [name for name in names if vault.is_past_retention(place, name)] if wave is None else []
    if past and not as_json:
        tell(lang, "audit_past_retention", publications=", ".join(past))
    verdicts: list[dict[str, Any]] = []
    try:
        for name in names:
            if name in past:
                continue
            audited = vars(again.audit_wave(place, name))
            verdicts.append({"publication": name, "verdict": "safe", **audited})
            if not as_json:
                tell(lang, "audited", **verdicts[-1] | units(lang, groups=audited["groups"]))
    except KlankbordError as mistake:
        if not as_json:
            raise
        verdict = "leak" if mistake.exit_code == Refused.exit_code else "undecided"
        tell_json({"audit": [*verdicts, {"publication": mistake.where.get("publication"), "verdict": verdict}]})
        raise typer.Exit(mistake.exit_code) from mistake
    if as_json:
        tell_json({"audit": verdicts})


@commands.command()
def withdraw(
    wave: WaveArgument, home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = DEFAULT
) -> None:
    """Take a wave off the dashboard."""
    from pipelines import flow

    names = flow.withdraw(open_home(home), wave)
    if as_json:
        tell_json({"withdrawn": names})
    else:
        tell(lang, "withdrawn", wave=wave, publications=", ".join(names))


@commands.command()
def cells(
    out: ParquetOption,
    wave: EveryWaveOption = None,
    facts: Annotated[Path | None, typer.Option("--facts", readable=False, help="facts")] = None,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Export the published cells."""
    from pipelines import again

    place = open_home(home)
    names = again.publications_of(place, wave)
    frame = again.published_cells(place, names)
    frame.write_parquet(out)
    if facts:
        facts.write_text(json.dumps(again.published_facts(place, names[-1]), indent=1), encoding="utf-8")
    tell(lang, "cells_written", count=frame.height, out=out)


@commands.command()
def roster(out: ParquetOption, wave: WaveOption, home: HomeOption = None, lang: LangOption = DEFAULT) -> None:
    """Export the groups of the counted respondents (steward)."""
    from pipelines import again

    frame = again.counted_roster(open_home(home), wave)
    frame.write_parquet(out)
    tell(lang, "roster_written", count=frame.height, out=out)


def _foretell(lang: str, home: Home, waves: list[Wave], as_json: bool) -> None:
    """What publishing waves would tell and take at most; changes nothing."""
    from pipelines import again

    if not waves:
        raise Refused("nothing_to_publish")
    foretold = [again.foretell(home, wave) for wave in waves]
    if as_json:
        tell_json({"foretold": [_facts_of_foretold(one) for one in foretold]})
        return
    for one in foretold:
        tell(lang, "foretold", wave=one.wave)
        for line in one.told():
            typer.echo("  - " + tell_of(lang, line))


def _facts_of_foretold(one: Foretold) -> dict[str, Any]:
    seconds = {"usual_seconds": round(one.usual_seconds, 1), "most_seconds": round(one.most_seconds)}
    return {"wave": one.wave, "tables": one.tables, "figures": one.figures, "most": vars(one.most), **seconds}


def _tell_structure(lang: str, home: Home, as_json: bool) -> None:
    """What each school year fixed, and what can be done about what it lacks."""
    from pipelines import flow

    years = flow.school_years(home)
    if as_json:
        tell_json({"school_years": [_facts_of(year) for year in years]})
        return
    if not years:
        tell(lang, "no_structure")
    for year in years:
        tell(lang, "school_year", year=year.name, waves=", ".join(year.waves), expected=round(year.expected))
        for one in year.told():
            typer.echo("  - " + tell_of(lang, one))


def _facts_of(year: SchoolYear) -> dict[str, Any]:
    return {
        "school_year": year.name,
        "waves": year.waves,
        "expected": year.expected,
        "dimensions": [
            {"code": one.dimension.code, "groups": one.groups, "wider": one.wider, "told": one.is_told}
            for one in year.fixed
        ],
        "absent": [{"code": one.dimension.code, "why": one.why, "waves": one.waves} for one in year.absent],
        "withheld": [
            {"measure": code, "lacks": [lacking.code for lacking in group.lacks]}
            for group in year.unknown
            for code in group.measures
        ],
    }


def publish_all(lang: str, home: Home, waves: list[Wave], as_json: bool) -> None:
    """Publish waves one by one, with a progress line for people."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from pipelines import flow

    published = []
    columns = SpinnerColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        for wave in waves:

            def progress(family: str, wave: Wave = wave) -> None:
                bar.update(task, description=say(lang, "say.auditing", wave=wave, family=family))

            result = flow.publish_wave(home, wave, progress)
            about = {"publication": result.publication, "planned": result.planned, "shown": result.shown}
            # What was audited counts cells too: here the word is for the figures of the publication.
            published.append(vars(result.audited) | about | {"seconds": round(result.seconds, 1)})
            if not as_json:
                known = {"wave": wave, "seconds": f"{result.seconds:.1f}", **units(lang, groups=result.audited.groups)}
                tell(lang, "published", **published[-1] | known)
    if as_json:
        tell_json({"published": published})
