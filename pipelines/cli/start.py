"""The commands that start another program, which gets their options whole: dashboard, desk and papers; and demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.data_out import publish_all
from pipelines.cli.options import (
    HomeOption,
    LangOption,
    MaybeLangOption,
    NewestWaveOption,
    OutOption,
    PortOption,
    WaveOption,
)
from pipelines.cli.speech import open_home, tell, units
from pipelines.ground.language import DEFAULT

commands = typer.Typer()

DASHBOARD, DESK = 8501, 8502  # ports


@commands.command("dashboard")
def start_dashboard(
    port: PortOption = DASHBOARD,
    address: Annotated[str | None, typer.Option("--address", help="address")] = None,
    home: HomeOption = None,
    lang: MaybeLangOption = None,
) -> None:
    """Start the dashboard on this machine."""
    _become("dashboard", "serve", home=open_home(home).path, port=port, address=address, lang=lang)


@commands.command("desk")
def start_desk(port: PortOption = DESK, home: HomeOption = None, lang: MaybeLangOption = None) -> None:
    """Start the steward's page on this machine."""
    _become("desk", home=open_home(home).path, port=port, lang=lang)


@commands.command()
def report(
    wave: WaveOption,
    out: OutOption,
    form: Annotated[str | None, typer.Option("--format", help="format")] = None,
    region: Annotated[str | None, typer.Option("--region", help="region")] = None,
    with_withheld: Annotated[bool, typer.Option("--with-withheld", help="with_withheld")] = False,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write the board paper."""
    place = open_home(home).path
    asked: dict[str, str | bool | None] = {"format": form, "region": region, "with-withheld": with_withheld}
    _become("dashboard", "report", home=place, wave=wave, out=out, lang=lang, **asked)


@commands.command()
def note(out: OutOption, wave: NewestWaveOption = None, home: HomeOption = None, lang: LangOption = DEFAULT) -> None:
    """Write the page Accountability as a note."""
    _become("dashboard", "note", home=open_home(home).path, wave=wave, out=out, lang=lang)


@commands.command()
def playback(
    out: OutOption, wave: NewestWaveOption = None, home: HomeOption = None, lang: LangOption = DEFAULT
) -> None:
    """Write the sheet for those who answered."""
    _become("dashboard", "playback", home=open_home(home).path, wave=wave, out=out, lang=lang)


@commands.command()
def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="no_serve")] = False,
    port: PortOption = DASHBOARD,
    home: HomeOption = None,
    lang: MaybeLangOption = None,
) -> None:
    """Import and publish the sample waves, then serve them."""
    from pipelines import again, flow

    place, spoken = open_home(home), lang or DEFAULT
    if not place.published.joinpath("CURRENT").exists():
        for source in again.sample_sources():
            imported = flow.import_wave(place, source)
            counts = {"loaded": imported.answers.height, "count": imported.rows, **units(spoken, rows=imported.rows)}
            tell(spoken, "imported", wave=source.wave, file=source.file.name, **counts)
    if remaining := flow.unpublished(place):
        publish_all(spoken, place, remaining, as_json=False)
    tell(spoken, "demo_ready", home=place.path)
    if not no_serve:
        tell(spoken, "serving", port=port)
        start_dashboard(port=port, home=place.path, lang=lang)


def _become(module: str, *command: str, **options: str | int | bool | Path | None) -> None:
    """Become another process: ending this command ends that one. What was not asked for is left to it."""
    asked = {name: value for name, value in options.items() if value is not None and value is not False}
    words = [word for name, value in asked.items() for word in (f"--{name}", *([] if value is True else [str(value)]))]
    sys.stdout.flush()
    # -P: ours, and not what is called so in the folder where somebody stands.
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *command, *words])
