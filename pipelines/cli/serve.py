"""The commands that show something: dashboard, report, note, demo, doctor."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import words as cli_words
from pipelines.cli.words import (
    LANG,
    HomeOption,
    JsonOption,
    LangOption,
    MaybeWave,
    PortOption,
    WaveOption,
    app,
    help_of,
    open_home,
    publish_all,
    tell,
)
from pipelines.ground.messages import say
from pipelines.ground.period import Wave
from pipelines.ground.settings import find_home


def _start(module: str, *arguments: str) -> None:
    """Become another process: ending this command ends that one."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])


@app.command(help=help_of("report"))
def report(
    wave: WaveOption,
    out: Annotated[Path, typer.Option("--out", help=help_of("out"))],
    form: Annotated[str, typer.Option("--format", help=help_of("format"))] = "pdf",
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the board paper."""
    where = ("--home", str(open_home(home).path), "--wave", Wave(wave), "--lang", lang)
    _start("dashboard", "report", *where, "--format", form, "--out", str(out))


@app.command(help=help_of("note"))
def note(
    out: Annotated[Path, typer.Option("--out", help=help_of("out"))],
    wave: MaybeWave = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the page Accountability as a note."""
    asked = ("--wave", Wave(wave)) if wave else ()
    _start("dashboard", "note", "--home", str(open_home(home).path), *asked, "--lang", lang, "--out", str(out))


@app.command(help=help_of("dashboard"))
def dashboard(port: PortOption = 8501, home: HomeOption = None, lang: LangOption = LANG) -> None:
    """Start the dashboard on this machine."""
    asked = ("--lang", lang) if any(word.startswith("--lang") for word in sys.argv) else ()  # else the browser's
    _start("dashboard", "serve", "--home", str(open_home(home).path), "--port", str(port), *asked)


@app.command(help=help_of("desk"))
def desk(port: PortOption = 8502, home: HomeOption = None, lang: LangOption = LANG) -> None:
    """Start the steward's page on this machine."""
    asked = ("--lang", lang) if any(word.startswith("--lang") for word in sys.argv) else ()  # else the browser's
    _start("desk", "--home", str(open_home(home).path), "--port", str(port), *asked)


@app.command(help=help_of("demo"))
def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help=help_of("no_serve"))] = False,
    port: PortOption = 8501,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Import and publish the sample waves, then serve them."""
    from pipelines import flow

    place = open_home(home)
    if not place.published.joinpath("CURRENT").exists():
        for source in flow.sample_sources():
            imported = flow.import_wave(place, source)
            tell(
                "imported", wave=source.wave, rows=imported.rows, loaded=imported.answers.height, file=source.file.name
            )
    remaining = flow.unpublished(place)
    if remaining:
        publish_all(place, remaining, as_json=False)
    tell("demo_ready", home=place.path)
    if not no_serve:
        tell("serving", port=port)
        dashboard(port=port, home=place.path, lang=lang)


@app.command(help=help_of("doctor"))
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help=help_of("fix"))] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Look whether everything is in order."""
    from pipelines import doctor as examine

    if fix:
        examine.mend(find_home(home))
    findings = examine.examine(find_home(home), cli_words.LANG)
    if as_json:
        typer.echo(json.dumps({"findings": [{"check": f.check, "ok": f.is_ok} for f in findings]}))
    for finding in [] if as_json else findings:
        mark = "✓" if finding.is_ok else "✗"
        typer.echo(
            f"{mark} "
            + say(cli_words.LANG, f"doctor.{finding.check}{'' if finding.is_ok else '_wrong'}", **finding.where)
        )
    if not all(finding.is_ok for finding in findings):
        raise typer.Exit(1)
