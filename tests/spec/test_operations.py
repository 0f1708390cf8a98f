"""The quarter as docs/operations.md walks it: every line of its commands is run as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.ground.period import Wave
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.browser.serving import ROOT

WAVE = Wave("2026Q3")


def test_the_quarter_of_a_steward_runs_line_by_line(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    lines = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[0].splitlines()
    write_sample(tmp_path / "sample", load_instrument(), 60, 1, 4)
    shutil.copy(tmp_path / "sample" / f"responses_{WAVE}.csv", tmp_path / "export.csv")
    shutil.copy(tmp_path / "sample" / "roster.csv", tmp_path / "roster.csv")
    place = {**os.environ, "KLANKBORD_HOME": str(tmp_path / "home")}
    place["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    assert len(lines) > 10
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", line], cwd=tmp_path, env=place, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert (tmp_path / "bestuur.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "drill" / "vault" / "waves" / f"{WAVE}.duckdb").exists()
