"""The commands that remove answers for good: erase, retain."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import HomeOption, JsonOption, LangOption
from pipelines.cli.speech import open_home, tell, tell_json, units
from pipelines.ground.language import DEFAULT

if TYPE_CHECKING:
    from pipelines.vault import Removed

commands = typer.Typer()


@commands.command()
def erase(
    key: Annotated[str, typer.Argument(help="erase_key", show_default=False)],
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Remove one leader for good."""
    from pipelines import vault

    # "-": a key among the arguments can be read by whoever lists the processes or the shell's history.
    word = sys.stdin.readline().strip() if key == "-" else key
    _tell_removed(lang, vault.erase(open_home(home), word), as_json, "erased")


@commands.command()
def retain(
    waves: Annotated[int | None, typer.Option("--waves", min=1, help="retain_waves")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Remove answers that are past retention."""
    from pipelines import vault

    removed = vault.retain(open_home(home), waves)
    _tell_removed(lang, removed, as_json, "retained" if removed.waves else "nothing_to_retain")


def _tell_removed(lang: str, removed: Removed, as_json: bool, key: str) -> None:
    if as_json:
        tell_json({"waves": removed.waves, "rows": removed.rows, "publications": removed.publications})
        return
    waves, publications = len(removed.waves), len(removed.publications)
    counts = units(lang, waves=waves, rows=removed.rows, leaders=removed.rows, publications=publications)
    tell(lang, key, **counts)
