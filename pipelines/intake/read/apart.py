"""Files that unfold are read in a process of its own with little memory: a bomb or a broken file ends there."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.settings import ROOT
from pipelines.intake.sheet import Sheet

MEMORY = 1536 * 2**20  # bytes of address space of that process
LARGEST_OUTPUT = 512 * 2**20  # bytes of cells it may hand over
PATIENCE = 300  # seconds


def read_apart(kind: str, path: Path, **options: bool) -> Sheet:
    """Read a workbook, SPSS or Parquet file; Refused when that process says so, or does not live to say it."""
    command = [sys.executable, "-m", __name__, kind, str(path.resolve()), json.dumps(options)]
    calm = {**os.environ, "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            cwd=ROOT,
            env=calm,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused("unreadable_file", file=path.name) from late
    first, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not first:
        raise Refused("unfolds_too_far" if done.returncode < 0 else "unreadable_file", file=path.name)
    told = json.loads(first)
    if "rule" in told:
        raise Refused(told["rule"], **told["where"])
    return Sheet(**told, cells=pl.read_ipc_stream(rest))


def main(kind: str, path: str, options: str) -> None:
    """Read one file and hand it over: a line of JSON, then the cells as an Arrow stream."""
    from pipelines.intake.read import binary  # its libraries are loaded in this process only

    readers = {"xlsx": binary.read_book, "parquet": binary.read_parquet, "sav": binary.read_spss}
    read: Callable[..., Sheet] = readers[kind]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cells = io.BytesIO()
    try:
        sheet = read(Path(path), **json.loads(options))
        told = {name: value for name, value in vars(sheet).items() if name != "cells"}
        if sheet.cells.estimated_size() > LARGEST_OUTPUT:
            raise Refused("unfolds_too_far", file=sheet.file)
        sheet.cells.write_ipc_stream(cells, compat_level=pl.CompatLevel.oldest())
        if cells.tell() > LARGEST_OUTPUT:
            raise Refused("unfolds_too_far", file=sheet.file)
    except Refused as refusal:
        told, cells = {"rule": refusal.rule, "where": refusal.where}, io.BytesIO()
    except MemoryError:
        told, cells = {"rule": "unfolds_too_far", "where": {"file": Path(path).name}}, io.BytesIO()
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + cells.getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])
