"""The command that looks whether everything is in order: doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.options import HomeOption, JsonOption, LangOption
from pipelines.cli.speech import tell_json
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import say
from pipelines.ground.settings import find_home

commands = typer.Typer()


@commands.command()
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="fix")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Look whether everything is in order."""
    from pipelines.doctor import examine, mend

    place = find_home(home)
    if fix:
        mend(place)
    findings = examine(place, lang)
    if as_json:
        tell_json({"findings": [{"check": finding.check, "ok": finding.is_ok} for finding in findings]})
    else:
        for finding in findings:
            sentence = say(lang, f"doctor.{finding.check}{'' if finding.is_ok else '_wrong'}", **finding.where)
            typer.echo(f"{'✓' if finding.is_ok else '✗'} {sentence}")
    if not all(finding.is_ok for finding in findings):
        raise typer.Exit(1)
