"""The commands that take something away: erase, retain, withdraw."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.words import LANG, HomeOption, JsonOption, LangOption, app, help_of, open_home, tell
from pipelines.ground.period import Wave

if TYPE_CHECKING:
    from pipelines.vault import Removed


@app.command(help=help_of("erase"))
def erase(
    key: Annotated[str, typer.Argument(help=help_of("erase_key"), show_default=False)],
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Remove one leader for good."""
    from pipelines import vault

    # "-": a key among the arguments can be read by whoever lists the processes or the shell's history.
    word = sys.stdin.readline().strip() if key == "-" else key
    _tell_removed(vault.erase(open_home(home), word), as_json, "erased")


@app.command(help=help_of("retain"))
def retain(
    waves: Annotated[int | None, typer.Option("--waves", min=1, help=help_of("retain_waves"))] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Remove answers that are past retention."""
    from pipelines import vault

    removed = vault.retain(open_home(home), waves)
    _tell_removed(removed, as_json, "retained" if removed.waves else "nothing_to_retain")


@app.command(help=help_of("withdraw"))
def withdraw(
    wave: Annotated[str, typer.Argument(help=help_of("wave"), show_default=False)],
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Take a wave off the dashboard."""
    from pipelines import flow

    names = flow.withdraw(open_home(home), Wave(wave))
    if as_json:
        typer.echo(json.dumps({"withdrawn": names}))
    else:
        tell("withdrawn", wave=wave, publications=", ".join(names))


def _tell_removed(removed: Removed, as_json: bool, key: str) -> None:
    if as_json:
        facts = {"waves": removed.waves, "rows": removed.rows, "publications": removed.publications}
        typer.echo(json.dumps(facts))
    else:
        counts = {"waves": len(removed.waves), "publications": len(removed.publications)}
        tell(key, rows=removed.rows, **counts)
