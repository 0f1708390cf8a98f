"""The commands that write the board paper and the note, for `klankbord report` and `note`; errors are one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dashboard.command_line import REFUSED, Misuse
from dashboard.language import DEFAULT
from dashboard.report.agreements import agreed_at, targets_at
from dashboard.report.formats import MAY_LEAVE_OUT, Format, render
from dashboard.report.model import NotThere
from dashboard.report.note import accountability_note
from dashboard.report.phrases import phrases
from dashboard.report.playback import playback_sheet
from dashboard.story import Snapshot, find, home_folder

HomeOption = Annotated[Path | None, typer.Option("--home", readable=False, help="home")]
LangOption = Annotated[str, typer.Option("--lang", help="lang")]
OutOption = Annotated[Path, typer.Option("--out", readable=False, help="out")]

commands = typer.Typer()


@commands.command()
def report(
    wave: Annotated[str, typer.Option("--wave", metavar="2026Q3", help="wave")],
    out: OutOption,
    form: Annotated[Format, typer.Option("--format", help="format")] = "pdf",
    region: Annotated[str | None, typer.Option("--region", help="region")] = None,
    with_withheld: Annotated[bool, typer.Option("--with-withheld", help="with_withheld")] = False,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write the board paper of one wave."""
    if with_withheld and form != MAY_LEAVE_OUT:
        raise Misuse("with_withheld", form=MAY_LEAVE_OUT)
    agreed, targets = agreed_at(home or home_folder()), targets_at(home or home_folder())
    _write(home, out, lang, lambda snapshot: render(snapshot, wave, lang, form, region, agreed, with_withheld, targets))


@commands.command()
def note(
    out: OutOption,
    wave: Annotated[str | None, typer.Option("--wave", metavar="2026Q3", help="wave_or_newest")] = None,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write the page Accountability as a note."""
    _write(home, out, lang, lambda snapshot: accountability_note(snapshot, wave or snapshot.waves()[0], lang))


@commands.command()
def playback(
    out: OutOption,
    wave: Annotated[str | None, typer.Option("--wave", metavar="2026Q3", help="wave_or_newest")] = None,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write the sheet for those who answered."""
    agreed = agreed_at(home or home_folder())
    _write(home, out, lang, lambda snapshot: playback_sheet(snapshot, wave or snapshot.waves()[0], lang, agreed))


def _write(home: Path | None, out: Path, lang: str, written: Callable[[Snapshot], bytes]) -> None:
    """Write a file made from the newest snapshot, or say in one sentence why not."""
    say = phrases(lang)
    place = home or home_folder()
    found = find(place)
    try:
        if found.snapshot is None:
            raise NotThere(say(f"error.{found.state}", folder=place))
        if found.state == "earlier":
            typer.echo(say("earlier", name=found.snapshot.name), err=True)
        out.write_bytes(written(found.snapshot))
    except (NotThere, OSError) as error:
        typer.echo(str(error) if isinstance(error, NotThere) else say("error.write", path=out), err=True)
        raise typer.Exit(REFUSED) from error
    typer.echo(say("done", path=out))
