"""Every property that tests hold for drawn examples, with many times more of them, and others every time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from pipelines.ground.settings import ROOT
from tests.drawn import EVERYDAY, MORE, PROVE

PROFILE = EVERYDAY if os.environ.get("KLANKBORD_PROVE") == "quick" else PROVE


def main() -> None:
    """Print one row per property; 1 when an example broke one, with what pytest said of it."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "hypothesis", f"--hypothesis-profile={PROFILE}"]
        place = {name: value for name, value in os.environ.items() if name != "CI"}  # where luck is kept out
        done = subprocess.run([*command, f"--junit-xml={told}"], cwd=ROOT, env=place, capture_output=True, text=True)
        cases = ET.parse(told).getroot().findall(".//testcase")
    print(f"Properties held for drawn examples, {MORE if PROFILE == PROVE else 1} times as many as in `make test`")
    for case in cases:
        is_broken = any(case.find(kind) is not None for kind in ("failure", "error"))
        print(
            f"{case.get('name', '').removeprefix('test_').replace('_', ' '):125} {'BROKEN' if is_broken else 'holds'}"
        )
    if done.returncode or not cases:
        raise SystemExit(done.stdout[-5000:] + done.stderr)


if __name__ == "__main__":
    main()
