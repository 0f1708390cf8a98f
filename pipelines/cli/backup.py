"""The commands for back-ups: backup-key, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.words import LANG, HomeOption, LangOption, app, help_of, open_home, tell
from pipelines.ground.errors import Refused
from pipelines.ground.settings import find_home


@app.command("backup-key", help=help_of("backup_key"))
def backup_key(out: Annotated[Path, typer.Option("--out", help=help_of("key_out"))], lang: LangOption = LANG) -> None:
    """Make a key for back-ups."""
    from pipelines import vault

    try:
        tell("backup_key", public=vault.new_backup_key(out), file=out)
    except FileExistsError as mistake:
        raise Refused("key_exists", file=out) from mistake


@app.command("backup", help=help_of("backup"))
def write(
    out: Annotated[Path, typer.Option("--out", help=help_of("out"))],
    public: Annotated[str, typer.Option("--to", help=help_of("backup_to"))],
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write everything into one encrypted file."""
    from pipelines import vault

    tell("backed_up", files=vault.back_up(open_home(home), out, public), file=out)


@app.command("restore", help=help_of("restore"))
def restore(
    file: Annotated[Path, typer.Argument(help=help_of("restore_file"), show_default=False)],
    key: Annotated[Path, typer.Option("--key", help=help_of("restore_key"))],
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Bring a back-up back."""
    from pipelines import vault

    place = find_home(home)
    tell("restored", files=vault.restore(file, key, place), home=place.path)
