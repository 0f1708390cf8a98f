"""The short form of the fuzzer; ten minutes of it run in `make prove` (tests/bench/prove_fuzz.py)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ground.errors import Refused
from pipelines.ground.settings import ROOT
from pipelines.intake.read import read_sheet
from pipelines.intake.sheet import name_columns
from tests.drawn import examples
from tests.faults.fuzzing import BOMBS, trial

CASES = 80
CELL = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(["=1+1", "nan", "3", "\x00", '"', "Altijd"])


@pytest.mark.slow
def test_whatever_the_file_an_import_is_whole_or_refused_in_one_sentence() -> None:
    command = [sys.executable, "-m", "tests.faults.fuzzing", "7", str(CASES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["cases"] == CASES
    assert told["failures"] == []
    assert told["peak_gib"] < 2
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("bomb", ["echoing strings", "long parquet"])
def test_a_bomb_ends_in_a_refusal_and_not_in_memory(bomb: str, tmp_path: Path) -> None:
    kind, _ = BOMBS[bomb]
    file = tmp_path / f"bomb.{kind}"
    subprocess.run([sys.executable, "-m", "tests.faults.fuzzing", "bomb", bomb, str(file)], cwd=ROOT, check=True)
    assert trial(file, tmp_path) in ("unfolds_too_far", "too_many_cells", "file_too_large")


@examples(80)
@given(content=st.binary(max_size=300), kind=st.sampled_from(["csv", "txt"]))
def test_any_bytes_are_a_table_or_a_refusal(content: bytes, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"export.{kind}"
        file.write_bytes(content)
        try:
            table = name_columns(read_sheet(file)).table
        except Refused:
            return
        assert len(set(table.columns)) == table.width > 0


@examples(12)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=4))
def test_any_cells_in_known_columns_load_or_are_refused(rows: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.csv"
        quoted = [[cell.replace('"', '""') for cell in row] for row in rows]
        lines = ["leader_key,stress_1,rock_emotional", *(",".join(f'"{cell}"' for cell in row) for row in quoted)]
        file.write_bytes("\n".join(lines).encode("utf-8", errors="replace"))
        assert trial(file, Path(folder))
