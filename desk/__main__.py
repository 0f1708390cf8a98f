"""Starts the desk on this computer: `python -m desk --home DIR --port P`. Run it under the account of the vault."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from desk.words import LOCALES, choose_language, words
from pipelines.flow import run_command_line

ADDRESS, PORT = "127.0.0.1", 8502  # whoever reaches this page reaches the vault: never another address
REFUSED = 1

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def desk(
    home: Annotated[Path | None, typer.Option("--home", readable=False, help="home")] = None,
    port: Annotated[int, typer.Option("--port", help="port")] = PORT,
    lang: Annotated[str | None, typer.Option("--lang", help="lang_or_reader")] = None,
) -> None:
    """Serve until SIGTERM or SIGINT; one sentence and exit code 1 when that is not possible."""
    if not is_free(port):
        typer.echo(LOCALES.say(choose_language(lang, None), "serve.port", port=port), err=True)
        raise typer.Exit(REFUSED)
    if home is not None:
        os.environ["KLANKBORD_HOME"] = str(home.resolve())
    if lang is not None:
        os.environ["KLANKBORD_LANG"] = lang
    from desk.asgi import run  # reads the environment while it is imported

    # Flushed: whoever starts the desk by another program waits for this line.
    say = words(choose_language(lang, None))
    run(ADDRESS, port, lambda address: print(say("serve.open", address=address), flush=True))


def main(arguments: Sequence[str]) -> int:
    """Run the command; exit codes as for every Klankbord command."""
    return run_command_line(app, "python -m desk", arguments, LOCALES, _explain)


def is_free(port: int) -> bool:
    """Whether nobody listens at this port yet; Streamlit would silently take another one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def _explain(lang: str, error: Exception) -> tuple[str, int]:
    if os.environ.get("KLANKBORD_DEBUG"):
        raise error
    if isinstance(error, OSError | MemoryError):
        return LOCALES.say(lang, "serve.failing", reason=getattr(error, "strerror", None) or "memory"), REFUSED
    return LOCALES.say(lang, "serve.unexpected", kind=type(error).__name__), REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
