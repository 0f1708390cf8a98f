"""The commands of `klankbord`, for the steward; every sentence stands in locales/. Heavy imports wait until needed."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.errors import KlankbordError, Refused
from pipelines.messages import explain, say
from pipelines.settings import LANGUAGES, Home, check_wave, find_home

if TYPE_CHECKING:
    from pipelines.conform import Imported
    from pipelines.flow import Source


def _language(arguments: list[str]) -> str:
    """The language of help texts must be known before the arguments are parsed."""
    for at, argument in enumerate(arguments):
        value = argument[7:] if argument.startswith("--lang=") else ""
        if argument == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value in LANGUAGES:
            return value
    return "nl"


LANG = _language(sys.argv)
app = typer.Typer(
    help=say(LANG, "help.klankbord"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def _help(key: str) -> str:
    return say(LANG, f"help.{key}")


HomeOption = Annotated[Path | None, typer.Option("--home", help=_help("home"))]
LangOption = Annotated[str, typer.Option("--lang", help=_help("lang"))]
JsonOption = Annotated[bool, typer.Option("--json", help=_help("json"))]
WaveOption = Annotated[str, typer.Option("--wave", help=_help("wave"))]
MaybeWave = Annotated[str | None, typer.Option("--wave", help=_help("maybe_wave"))]
FileArgument = Annotated[Path, typer.Argument(help=_help("file"), show_default=False)]
PathOption = Annotated[Path | None, typer.Option()]
PortOption = Annotated[int, typer.Option("--port", help=_help("port"))]


def _print(key: str, **values: object) -> None:
    typer.echo(say(LANG, f"say.{key}", **values))


# ---------------------------------------------------------------------------------------- data in


@app.command(help=_help("sample"))
def sample(
    out: Annotated[Path, typer.Option("--out", help=_help("out"))],
    leaders: Annotated[int, typer.Option("--leaders", min=1, help=_help("leaders"))] = 120,
    waves: Annotated[int, typer.Option("--waves", min=1, max=40, help=_help("waves_count"))] = 8,
    seed: Annotated[int, typer.Option("--seed", help=_help("seed"))] = 9,
    lang: LangOption = LANG,
) -> None:
    """Write fictional waves."""
    from pipelines.instruments import load_instrument
    from pipelines.sample import write_sample

    write_sample(out, load_instrument(), leaders, waves, seed)
    _print("sample_written", waves=waves, leaders=leaders, out=out)


def _source(
    file: Path, wave: str, profile: str, roster: Path | None, instruments: Path | None, waves: Path | None = None
) -> Source:
    from pipelines.flow import Source

    return Source(file, check_wave(wave), profile, roster, waves, instruments)


@app.command(help=_help("check"))
def check(
    file: FileArgument,
    wave: WaveOption,
    profile: Annotated[str, typer.Option("--profile", help=_help("profile"))] = "native",
    roster: Annotated[Path | None, typer.Option("--roster", help=_help("roster_file"))] = None,
    waves: Annotated[Path | None, typer.Option("--waves", help=_help("waves_file"))] = None,
    instruments: Annotated[Path | None, typer.Option("--instruments", help=_help("instruments"))] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Say what an import would do, and keep nothing."""
    from pipelines import flow

    source = _source(file, wave, profile, roster, instruments, waves)
    _report_import(source, as_json, lambda: flow.understand(find_home(home), source)[0], "checked")


@app.command("import", help=_help("import"))
def import_(
    file: FileArgument,
    wave: WaveOption,
    profile: Annotated[str, typer.Option("--profile", help=_help("profile"))] = "native",
    roster: Annotated[Path | None, typer.Option("--roster", help=_help("roster_file"))] = None,
    outcomes: Annotated[Path | None, typer.Option("--outcomes", help=_help("outcomes"))] = None,
    waves: Annotated[Path | None, typer.Option("--waves", help=_help("waves_file"))] = None,
    instruments: Annotated[Path | None, typer.Option("--instruments", help=_help("instruments"))] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Load one wave into the vault."""
    from pipelines import flow

    source = _source(file, wave, profile, roster, instruments, waves)
    if outcomes and not as_json:
        _print("outcomes_off")
    _report_import(source, as_json, lambda: flow.import_wave(find_home(home), source), "imported")


def _report_import(source: Source, as_json: bool, work: Any, key: str) -> None:
    facts: dict[str, Any] = {"wave": source.wave, "profile": source.profile, "rows": 0, "loaded": 0}
    facts |= {"rejected": [], "refused": [], "late": 0, "duplicates": 0, "data_errors": []}
    try:
        imported: Imported = work()
    except Refused as refusal:
        if as_json:
            typer.echo(json.dumps(facts | {"refused": [{"column": refusal.where.get("column"), "rule": refusal.rule}]}))
            raise typer.Exit(1) from refusal
        raise
    facts |= {
        "rows": imported.rows,
        "loaded": imported.answers.height,
        "rejected": imported.rejected.select("row", "column", "rule").to_dicts(),
        "late": imported.late,
        "duplicates": imported.duplicates,
        "data_errors": imported.data_errors.to_dicts(),
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    _print(key, wave=source.wave, rows=facts["rows"], loaded=facts["loaded"], file=source.file.name)
    for rule, count in imported.rejected.group_by("rule").len().sort("rule").iter_rows():
        rows = ", ".join(map(str, imported.rejected.filter(rule=rule)["row"].head(8)))
        typer.echo("  - " + say(LANG, f"rejected.{rule}", count=count, rows=rows))
    for (column, rule), found in imported.data_errors.group_by("column", "rule", maintain_order=True):
        typer.echo("  - " + say(LANG, f"data_error.{rule}", column=column, count=found.height))
    if imported.late:
        _print("late", late=imported.late)
    if not imported.has_keys:
        _print("no_keys")
    if source.roster is None:
        _print("no_roster")


# --------------------------------------------------------------------------------------- data out


@app.command(help=_help("publish"))
def publish(
    wave: MaybeWave = None, home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = LANG
) -> None:
    """Protect, audit and publish waves."""
    from pipelines import flow

    place = find_home(home)
    waves = [check_wave(wave)] if wave else flow.unpublished(place)
    mended = flow.mend(place)
    if not waves and not mended:
        raise Refused("nothing_to_publish")
    _publish_all(place, waves, as_json)


def _publish_all(home: Home, waves: list[str], as_json: bool) -> None:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from pipelines import flow

    done = []
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("")
        for wave in waves:

            def tell(family: str, wave: str = wave) -> None:
                bar.update(task, description=say(LANG, "say.auditing", wave=wave, family=family))

            result = flow.publish_wave(home, wave, tell)
            done.append(
                {"publication": result.publication, "cells": result.cells, "shown": result.shown,
                 "seconds": round(result.seconds, 1), **vars(result.audited)}
            )  # fmt: skip
            if not as_json:
                _print("published", **{**done[-1], "wave": wave, "seconds": f"{result.seconds:.1f}"})
    if as_json:
        typer.echo(json.dumps({"published": done}))


@app.command(help=_help("waves"))
def waves(home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = LANG) -> None:
    """List the waves in the vault."""
    from pipelines import flow

    rows = flow.waves(find_home(home))
    if as_json:
        typer.echo(json.dumps({"waves": rows}))
    elif not rows:
        _print("no_waves")
    for row in [] if as_json else rows:
        _print("wave_line", **{**row, "publication": row["publication"] or say(LANG, "say.not_published")})


@app.command(help=_help("audit"))
def audit(
    wave: MaybeWave = None, home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = LANG
) -> None:
    """Prove the published waves safe once more."""
    from pipelines import flow, flow_tell

    place = find_home(home)
    names = flow_tell.publications_of(place, check_wave(wave) if wave else None)
    report = []
    try:
        for name in names:
            report.append({"publication": name, "verdict": "safe", **vars(flow.audit_wave(place, name))})
            if not as_json:
                _print("audited", **report[-1])
    except KlankbordError as found:
        if as_json:
            verdict = "leak" if found.exit_code == 1 else "undecided"
            typer.echo(
                json.dumps({"audit": [*report, {"publication": found.where.get("publication"), "verdict": verdict}]})
            )
            raise typer.Exit(found.exit_code) from found
        raise
    if as_json:
        typer.echo(json.dumps({"audit": report}))


@app.command(help=_help("cells"))
def cells(
    out: Annotated[Path, typer.Option("--out", help=_help("out_parquet"))],
    wave: MaybeWave = None,
    facts: Annotated[Path | None, typer.Option("--facts", help=_help("facts"))] = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Export the published cells."""
    from pipelines import flow_tell

    place = find_home(home)
    names = flow_tell.publications_of(place, check_wave(wave) if wave else None)
    frame = flow_tell.published_cells(place, names)
    frame.write_parquet(out)
    if facts:
        facts.write_text(json.dumps(flow_tell.published_facts(place, names[-1]), indent=1), encoding="utf-8")
    _print("cells_written", rows=frame.height, out=out)


@app.command(help=_help("roster"))
def roster(
    out: Annotated[Path, typer.Option("--out", help=_help("out_parquet"))],
    wave: WaveOption,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Export the groups of the counted respondents (steward)."""
    from pipelines import flow_tell

    frame = flow_tell.counted_roster(find_home(home), check_wave(wave))
    frame.write_parquet(out)
    _print("roster_written", rows=frame.height, out=out)


# ------------------------------------------------------------------------- dashboard, report, demo


def _start(module: str, *arguments: str) -> None:
    """Become another process: ending this command ends that one."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])


@app.command(help=_help("report"))
def report(
    wave: WaveOption,
    out: Annotated[Path, typer.Option("--out", help=_help("out"))],
    form: Annotated[str, typer.Option("--format", help=_help("format"))] = "pdf",
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the board paper."""
    where = ("--home", str(find_home(home).path), "--wave", check_wave(wave), "--lang", lang)
    _start("dashboard", "report", *where, "--format", form, "--out", str(out))


@app.command(help=_help("dashboard"))
def dashboard(port: PortOption = 8501, home: HomeOption = None, lang: LangOption = LANG) -> None:
    """Start the dashboard on this machine."""
    _start("dashboard", "serve", "--home", str(find_home(home).path), "--port", str(port), "--lang", lang)


@app.command(help=_help("demo"))
def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help=_help("no_serve"))] = False,
    port: PortOption = 8501,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Import and publish the sample waves, then serve them."""
    from pipelines import flow

    place = find_home(home)
    if not place.published.joinpath("CURRENT").exists():
        for source in flow.sample_sources():
            imported = flow.import_wave(place, source)
            _print(
                "imported", wave=source.wave, rows=imported.rows, loaded=imported.answers.height, file=source.file.name
            )
    remaining = flow.unpublished(place)
    if remaining:
        _publish_all(place, remaining, as_json=False)
    _print("demo_ready", home=place.path)
    if not no_serve:
        _print("serving", port=port)
        dashboard(port=port, home=place.path, lang=lang)


@app.command(help=_help("doctor"))
def doctor(home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = LANG) -> None:
    """Look whether everything is in order."""
    from pipelines import doctor as examine

    findings = examine.examine(find_home(home))
    if as_json:
        typer.echo(json.dumps({"findings": [{"check": f.check, "ok": f.is_ok} for f in findings]}))
    for finding in [] if as_json else findings:
        mark = "✓" if finding.is_ok else "✗"
        typer.echo(
            f"{mark} " + say(LANG, f"doctor.{finding.check}{'' if finding.is_ok else '_wrong'}", **finding.where)
        )
    if not all(finding.is_ok for finding in findings):
        raise typer.Exit(1)


def _about_files(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return say(LANG, "error.no_space")
    key = "file_not_found" if isinstance(error, FileNotFoundError) else "cannot_write"
    return say(LANG, f"error.{key}", path=error.filename or "-")


def main() -> None:
    """Run a command; whatever goes wrong is one sentence, never a traceback."""
    code = 0
    try:
        app()
    except KlankbordError as error:
        typer.echo(explain(LANG, error), err=True)
        code = error.exit_code
    except OSError as error:
        code = KlankbordError.exit_code
        typer.echo(_about_files(error), err=True)
    except Exception as error:
        if os.environ.get("KLANKBORD_DEBUG"):
            raise
        typer.echo(say(LANG, "error.unexpected", kind=type(error).__name__), err=True)
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
