"""The commands that look whether everything is in order: doctor, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HomeOption, JsonOption, LangOption
from pipelines.cli.speech import tell, tell_json
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


@commands.command()
def verify(
    file: Annotated[Path, typer.Argument(readable=False, help="verify_file", show_default=False)],
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Compare the fingerprints of the publications in a snapshot."""
    from pipelines import publication

    file.open("rb").close()  # a file that is not there says so
    verified = publication.verify(file)
    if as_json:
        rows = [vars(one) | {"whole": one.is_whole and one.given is not None} for one in verified]
        tell_json({"publications": rows})
    else:
        for one in verified:
            standing = "differs" if not one.is_whole else "same" if one.given else "none"
            tell(lang, f"fingerprint_{standing}", **vars(one))
    if not all(one.is_whole for one in verified):
        raise typer.Exit(1)
