"""Files that unfold are read in a process of its own with little memory: a bomb or a broken file ends there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.settings import ROOT
from pipelines.ground.told import Told
from pipelines.intake.sheet import Sheet

# Started by its place, not by its name: through the door of intake would come all libraries of an import.
READER = Path(__file__).with_name("binary.py")
PATIENCE = 300  # seconds


def read_apart(kind: str, path: Path, **options: bool) -> Sheet:
    """Read a workbook, SPSS or Parquet file; Refused when that process says so, or does not live to say it."""
    command = [sys.executable, "-P", str(READER), kind, str(path.absolute()), json.dumps(options)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    try:
        process = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused("unreadable_file", file=path.name) from late
    first_line, _, cells = process.stdout.partition(b"\n")
    if process.returncode or not first_line:
        raise Refused("unfolds_too_far" if process.returncode < 0 else "unreadable_file", file=path.name)
    report = json.loads(first_line)
    if "rule" in report:
        raise Refused(report["rule"], **report["where"])
    told = tuple(Told(**one) for one in report.pop("told"))
    return Sheet(file=path.name, cells=pl.read_ipc_stream(cells), told=told, **report)
