"""Breaks each rule of protection on purpose, in a copy, and shows that a test fails for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.privacy.mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]
TOOLS, RUN_TIME = {".git", ".venv", ".cache", "build", "__pycache__"}, {"vault", "published", "actions", "instruments"}


def left_out(folder: str, names: list[str]) -> set[str]:
    """What a copy can do without: what tools and a running Klankbord made."""
    return set(names) & (TOOLS | (RUN_TIME if Path(folder) == ROOT / "data" else set()))


def run(tests: str, mutation: Mutation | None = None) -> tuple[bool, str]:
    """Run tests in a copy, with one rule broken or none: whether they pass, and the first that does not."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=left_out)
        if mutation:
            place = copy / mutation.file
            place.write_text(
                place.read_text(encoding="utf-8").replace(mutation.sound, mutation.broken), encoding="utf-8"
            )
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests.split()]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    first = next((line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    return done.returncode == 0, first.partition("::")[2].partition(" - ")[0]


def main() -> None:
    """Print one row per rule; the same tests must pass where nothing is broken."""
    for tests in dict.fromkeys(mutation.caught_by for mutation in MUTATIONS):
        passes, first = run(tests)
        if not passes:
            raise SystemExit(f"nothing is broken, and yet this fails: {first or tests}")
    survived = 0
    print(f"{'rule, broken on purpose':45} caught by")
    for mutation in MUTATIONS:
        passes, first = run(mutation.caught_by, mutation)
        survived += passes
        print(f"{mutation.rule:45} {'NOTHING' if passes else first}", flush=True)
    print(f"{len(MUTATIONS)} rules broken, {survived} not caught")
    if survived:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
