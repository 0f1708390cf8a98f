"""Starts the dashboard, or writes the board report or the note: `python -m dashboard serve|report|note`.

The commands of `klankbord` that start this look first at who owns the folders and may open them.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

from dashboard.story.snapshot import home_folder
from dashboard.story.words import LOCALES, words

WRONG_USAGE = 2
REFUSED = 1


def main(argv: list[str]) -> int:
    """Run one command; exit codes as for every Klankbord command."""
    if argv[:1] in (["report"], ["note"]):
        from dashboard.report import cli  # starting the server does not need it

        return int((cli.main if argv[0] == "report" else cli.main_note)(argv[1:]) or 0)
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve_parser = commands.add_parser("serve", help="serve the pages on this computer")
    serve_parser.add_argument("--home", type=Path, help="folder that holds published/")
    serve_parser.add_argument("--port", type=int, default=8501)
    serve_parser.add_argument("--lang", choices=LOCALES.languages, help="language of pages without ?lang=")
    serve_parser.add_argument(
        "--address", default="127.0.0.1", help="this computer only, unless access.toml sets up a login"
    )
    commands.add_parser("report", help="write the board report", add_help=False)
    commands.add_parser("note", help="write the page Accountability as a note to print", add_help=False)
    options = parser.parse_args(argv)
    return serve(options.home, options.port, options.lang, options.address)


def serve(home: Path | None, port: int, lang: str | None, address: str = "127.0.0.1") -> int:
    """Serve until SIGTERM or SIGINT; one sentence and an exit code when that is not possible."""
    say = words(lang or "nl")
    if home is not None:
        os.environ["KLANKBORD_HOME"] = str(home.resolve())
    from dashboard.door.access import WrongAccess, current  # Streamlit's signatures: half a second
    from dashboard.door.wall import is_loopback

    try:
        access = current()
    except WrongAccess as wrong:
        print(say(f"access.{wrong.rule}", **wrong.where), file=sys.stderr)
        return REFUSED
    if access is None and not is_loopback(address):
        print(say("serve.address", address=address), file=sys.stderr)
        return WRONG_USAGE
    vault = home_folder() / "vault"
    if access and os.access(vault, os.R_OK | os.X_OK):  # whoever finds a way into this process would have the answers
        print(say("serve.vault_open", vault=vault), file=sys.stderr)
        return REFUSED
    if not is_free(address, port):
        print(say("serve.port", port=port), file=sys.stderr)
        return REFUSED
    if lang is not None:
        os.environ["KLANKBORD_LANG"] = lang
    from dashboard.door.asgi import run  # reads the environment while it is imported

    run(address, port)
    return 0


def is_free(address: str, port: int) -> bool:
    """Whether nobody listens at this port yet; Streamlit would silently take another one."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
