"""Breaks each rule of protection on purpose, in a copy, and shows that a test fails for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.privacy.mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".cache", "build", "*.egg-info", "__pycache__", "vault", "published")


def fails(mutation: Mutation) -> tuple[bool, str]:
    """Whether the tests named for a rule fail once it is broken, and the first that does."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        place = copy / mutation.file
        place.write_text(place.read_text(encoding="utf-8").replace(mutation.sound, mutation.broken), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutation.caught_by.split()]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    first = next((line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    return done.returncode == 1, first.partition("::")[2].partition(" - ")[0]


def main() -> None:
    """Print one row per rule."""
    survived = 0
    print(f"{'rule, broken on purpose':45} caught by")
    for mutation in MUTATIONS:
        is_caught, first = fails(mutation)
        survived += not is_caught
        print(f"{mutation.rule:45} {first if is_caught else 'NOTHING'}", flush=True)
    print(f"{len(MUTATIONS)} rules broken, {survived} not caught")
    if survived:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
