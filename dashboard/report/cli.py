"""Command line of the board paper, for `klankbord report`; errors are one sentence."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard.report import FORMATS, NotThere, render
from dashboard.report.phrases import phrases
from dashboard.snapshot import find, home_folder
from dashboard.words import LANGUAGES

DONE, REFUSED = 0, 1


def main(argv: Sequence[str]) -> int:
    """Write one paper; 0 done, 1 refused with a sentence; wrong usage exits with 2."""
    parser = argparse.ArgumentParser(prog="klankbord report", description="Write the board paper of one wave.")
    parser.add_argument("--home", type=Path, default=home_folder(), help="folder that holds published/")
    parser.add_argument("--wave", required=True, help="a published wave, such as 2026Q3")
    parser.add_argument("--lang", choices=LANGUAGES, default="nl", help="language of the paper")
    parser.add_argument(
        "--format", choices=FORMATS, default="pdf", help="pages to print, slides, a workbook or a plain table"
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.add_argument("--region", help="one region instead of the whole board")
    asked = parser.parse_args(argv)
    say, found = phrases(asked.lang), find(asked.home)
    try:
        if found.snapshot is None:
            raise NotThere(say(f"error.{found.state}", folder=asked.home))
        if found.state == "earlier":
            print(say("earlier", name=found.snapshot.name), file=sys.stderr)
        asked.out.write_bytes(render(found.snapshot, asked.wave, asked.lang, asked.format, asked.region))
    except (NotThere, OSError) as error:
        print(error if isinstance(error, NotThere) else say("error.write", path=asked.out), file=sys.stderr)
        return REFUSED
    print(say("done", path=asked.out))
    return DONE
