"""Starts the dashboard, or writes the board report or the note: `python -m dashboard serve|report|note`.

The commands of `klankbord` that start this look first at who owns the folders and may open them.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from dashboard.command_line import REFUSED, WRONG_USAGE, Commands, run_command_line
from dashboard.language import DEFAULT
from dashboard.report import HomeOption, LangOption, commands
from dashboard.story import home_folder
from dashboard.words import LOCALES, words

NAME = "python -m dashboard"
ADDRESS, PORT = "127.0.0.1", 8501

app = typer.Typer(
    name="dashboard", cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.add_typer(commands)


@app.callback()
def dashboard(lang: LangOption = DEFAULT) -> None:
    """Shows what was published."""


@app.command()
def serve(
    home: HomeOption = None,
    port: Annotated[int, typer.Option("--port", help="port")] = PORT,
    address: Annotated[str, typer.Option("--address", help="address")] = ADDRESS,
    lang: Annotated[str | None, typer.Option("--lang", help="lang_or_reader")] = None,
) -> None:
    """Serve until SIGTERM or SIGINT; one sentence and an exit code when that is not possible."""
    say = words(lang or DEFAULT)
    if home is not None:
        os.environ["KLANKBORD_HOME"] = str(home.resolve())
    from dashboard.door import WrongAccess, current, is_loopback, run  # loads Streamlit, which takes its time

    try:
        access = current()
    except WrongAccess as wrong:
        _refuse(say(f"access.{wrong.rule}", **wrong.where))
    if access is None and not is_loopback(address):
        _refuse(say("serve.address", address=address), WRONG_USAGE)
    vault = home_folder() / "vault"
    if access and os.access(vault, os.R_OK | os.X_OK):  # whoever finds a way into this process would have the answers
        _refuse(say("serve.vault_open", vault=vault))
    if not is_free(address, port):
        _refuse(say("serve.port", port=port))
    if lang is not None:
        os.environ["KLANKBORD_LANG"] = lang
    run(address, port)


def main(arguments: Sequence[str]) -> int:
    """Run one command; exit codes as for every Klankbord command."""
    return run_command_line(app, NAME, arguments, LOCALES, _explain)


def is_free(address: str, port: int) -> bool:
    """Whether nobody listens at this port yet; Streamlit would silently take another one."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _refuse(sentence: str, code: int = REFUSED) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _explain(lang: str, error: Exception) -> tuple[str, int]:
    if os.environ.get("KLANKBORD_DEBUG"):
        raise error
    if isinstance(error, OSError | MemoryError):
        return LOCALES.say(lang, "serve.failing", reason=getattr(error, "strerror", None) or "memory"), REFUSED
    return LOCALES.say(lang, "serve.unexpected", kind=type(error).__name__), REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
