"""Command lines of the board paper and of the note, for `klankbord report` and `note`; errors are one sentence."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dashboard.agreements.store import Store
from dashboard.report import FORMATS, NotThere, render
from dashboard.report.note import note
from dashboard.report.phrases import phrases
from dashboard.story.snapshot import Snapshot, find, home_folder
from dashboard.story.words import LOCALES

DONE, REFUSED = 0, 1


def main(argv: Sequence[str]) -> int:
    """Write one paper; 0 done, 1 refused with a sentence; wrong usage exits with 2."""
    parser = _parser("report", "Write the board paper of one wave.")
    parser.add_argument(
        "--format", choices=FORMATS, default="pdf", help="pages to print, slides, a workbook or a plain table"
    )
    parser.add_argument("--region", help="one region instead of the whole board")
    asked = parser.parse_args(argv)
    agreed = Store(asked.home).readable()
    return _write(asked, lambda snapshot, wave: render(snapshot, wave, asked.lang, asked.format, asked.region, agreed))


def main_note(argv: Sequence[str]) -> int:
    """Write the page Accountability as a note; the same exit codes."""
    asked = _parser("note", "Write the page Accountability as a note to print.", any_wave=True).parse_args(argv)
    return _write(asked, lambda snapshot, wave: note(snapshot, wave, asked.lang))


def _parser(command: str, about: str, any_wave: bool = False) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"klankbord {command}", description=about)
    parser.add_argument("--home", type=Path, default=home_folder(), help="folder that holds published/")
    parser.add_argument("--wave", required=not any_wave, help="a published wave, such as 2026Q3")
    parser.add_argument("--lang", choices=LOCALES.languages, default="nl", help="language of the paper")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    return parser


def _write(asked: argparse.Namespace, written: Callable[[Snapshot, str], bytes]) -> int:
    say, found = phrases(asked.lang), find(asked.home)
    try:
        if found.snapshot is None:
            raise NotThere(say(f"error.{found.state}", folder=asked.home))
        if found.state == "earlier":
            print(say("earlier", name=found.snapshot.name), file=sys.stderr)
        asked.out.write_bytes(written(found.snapshot, asked.wave or found.snapshot.waves()[0]))
    except (NotThere, OSError) as error:
        print(error if isinstance(error, NotThere) else say("error.write", path=asked.out), file=sys.stderr)
        return REFUSED
    print(say("done", path=asked.out))
    return DONE
