"""Starts the desk on this computer: `python -m desk --home DIR --port P`. Run it under the account of the vault."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

from desk.words import LOCALES, words

ADDRESS = "127.0.0.1"  # whoever reaches this page reaches the vault: never another address
REFUSED = 1


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or SIGINT; one sentence and exit code 1 when that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m desk", description=__doc__)
    parser.add_argument("--home", type=Path, help="folder that holds vault/ and published/")
    parser.add_argument("--port", type=int, default=8502)
    parser.add_argument("--lang", choices=LOCALES.languages, help="language of the page without ?lang=")
    options = parser.parse_args(argv)
    if not is_free(options.port):
        print(words(options.lang or "nl")("serve.port", port=options.port), file=sys.stderr)
        return REFUSED
    if options.home is not None:
        os.environ["KLANKBORD_HOME"] = str(options.home.resolve())
    if options.lang is not None:
        os.environ["KLANKBORD_LANG"] = options.lang
    from desk.asgi import run  # reads the environment while it is imported

    run(ADDRESS, options.port)
    return 0


def is_free(port: int) -> bool:
    """Whether nobody listens at this port yet; Streamlit would silently take another one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
