"""The commands for back-ups: backup-key, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HomeOption, LangOption, OutOption
from pipelines.cli.speech import open_home, tell
from pipelines.ground.errors import Refused
from pipelines.ground.language import DEFAULT
from pipelines.ground.settings import Home, find_home

SEEN_FOLDER, SEEN_FILE = 0o755, 0o644  # modes

commands = typer.Typer()


@commands.command("backup-key")
def make_key(
    out: Annotated[Path, typer.Option("--out", readable=False, help="key_out")],
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Make a pair of keys for back-ups."""
    from pipelines import vault

    try:
        tell(lang, "backup_key", public=vault.make_backup_key(open_home(home), out), file=out)
    except FileExistsError as mistake:
        raise Refused("key_exists", file=out) from mistake


@commands.command()
def backup(
    out: OutOption,
    public: Annotated[str, typer.Option("--to", help="backup_to")],
    keep: Annotated[int, typer.Option("--keep", min=2, help="backup_keep")] = 12,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write everything into one encrypted file."""
    from pipelines import vault

    place = open_home(home)
    tell(lang, "backed_up", count=vault.back_up(place, out, public, keep), file=out)
    _leave_sign(place)


def _leave_sign(home: Home) -> None:
    """A file as old as the last back-up, which the dashboard's account may see and the back-ups not."""
    home.status.mkdir(exist_ok=True)
    home.status.chmod(SEEN_FOLDER)
    sign = home.status / "backup"
    sign.touch()
    sign.chmod(SEEN_FILE)


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(readable=False, help="restore_file", show_default=False)],
    key: Annotated[Path, typer.Option("--key", readable=False, help="restore_key")],
    unsigned: Annotated[bool, typer.Option("--unsigned", help="restore_unsigned")] = False,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Bring a back-up back."""
    from pipelines import vault

    place = find_home(home)
    tell(lang, "restored", count=vault.restore(file, key, place, unsigned=unsigned), home=place.path)
