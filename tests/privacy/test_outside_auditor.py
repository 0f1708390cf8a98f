"""An outside auditor who reads only the exported cells, roster and facts: can both answers of every leader be true?

Written independently of pipelines.audit, with another solver interface, from the words of the formats alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.instruments import load_instrument

WAVE = "2026Q3"


@pytest.fixture(scope="module")
def exported(
    home_single: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("exported")
    where = ["--home", str(home_single), "--wave", WAVE]
    cells, roster, facts = folder / "cells.parquet", folder / "roster.parquet", folder / "facts.json"
    for command in (["cells", "--out", str(cells), "--facts", str(facts)], ["roster", "--out", str(roster)]):
        result = CliRunner().invoke(app, [*command, *where])
        assert result.exit_code == 0, result.output
    return pl.read_parquet(cells), pl.read_parquet(roster), json.loads(facts.read_text())


def _members(roster: pl.DataFrame, cell: dict[str, Any]) -> np.ndarray:
    inside = np.ones(roster.height, dtype=bool)
    for column in roster.columns:
        if cell[column] is not None:
            inside &= (roster[column] == cell[column]).to_numpy()
    return inside


def test_the_columns_are_exactly_those_of_the_contract(
    exported: tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]],
) -> None:
    cells, roster, facts = exported
    named = [d for d in load_instrument().dimensions if d.code in roster.columns]
    dimensions = [column for d in named for column in ((d.code, f"{d.code}_coarse") if d.coarse else (d.code,))]
    assert {"region", "region_coarse", "experience_band", "experience_band_coarse"} <= set(dimensions)
    assert cells.columns == ["publication", "wave", "table_id", *dimensions, "measure", "value", "lo", "hi", "status"]
    assert roster.columns == dimensions
    assert roster.null_count().sum_horizontal().item() == 0
    assert set(facts) == {"k", "m", "eligible", "implies", "partitions", "ranges", "policy_fingerprint"}


def test_sizes_can_be_recounted_from_the_roster(exported: tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]]) -> None:
    cells, roster, facts = exported
    starters = (roster["experience_band"] == "0-1").to_numpy()
    assert facts["eligible"] == {"mentor_used": "experience_band=0-1"}
    for cell in cells.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        inside = _members(roster, cell)
        group = inside & starters if cell["measure"] == "n:mentor_used" else inside
        assert cell["value"] == group.sum()


def _published(cells: pl.DataFrame, roster: pl.DataFrame, measure: str) -> Iterator[tuple[np.ndarray, int, int]]:
    told = cells.filter((pl.col("measure") == f"count:{measure}") & pl.col("lo").is_not_null())
    for cell in told.iter_rows(named=True):
        yield _members(roster, cell), int(cell["lo"]), int(cell["hi"])


@pytest.mark.parametrize(
    "family",
    [
        ["has_rock", "rock_emotional", "rock_instrumental"], ["buddy_used"], ["mentor_used"], ["external_coach_used"],
        ["peer_network_used"], ["board_talks_used"], ["sounding_board_used"], ["low_support", "high_stress", "at_risk"],
    ],
)  # fmt: skip
def test_both_answers_of_every_leader_stay_possible(
    exported: tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]], family: list[str]
) -> None:
    cells, roster, facts = exported
    group = np.ones(roster.height, dtype=bool)
    if family[0] in facts["eligible"]:
        group = (roster["experience_band"] == "0-1").to_numpy()
    people = np.flatnonzero(group)
    size = len(people) * len(family)
    rows, low, high = [], [], []
    for at, measure in enumerate(family):
        for members, lo, hi in _published(cells, roster, measure):
            row = np.zeros((len(people), len(family)))
            row[:, at] = members[people]
            rows.append(row.ravel())
            low.append(lo)
            high.append(hi)
    for rule in facts["implies"]:
        left, right = rule.split("=>")
        if left in family and right in family:
            for person in range(len(people)):
                row = np.zeros((len(people), len(family)))
                row[person, family.index(left)], row[person, family.index(right)] = 1, -1
                rows.append(row.ravel())
                low.append(-np.inf)
                high.append(0)
    known = LinearConstraint(np.array(rows), low, high) if rows else ()
    for person in _profiles(roster, people):
        for at in range(len(family)):
            for answer in (0, 1):
                lower, upper = np.zeros(size), np.ones(size)
                lower[person * len(family) + at] = upper[person * len(family) + at] = answer
                found = milp(np.zeros(size), constraints=known, integrality=np.ones(size), bounds=Bounds(lower, upper))
                assert found.status == 0, f"{family[at]} of {roster[int(people[person])]} cannot be {answer}"


def _profiles(roster: pl.DataFrame, people: np.ndarray) -> list[int]:
    """One leader of each profile: leaders who cannot be told apart have the same possible answers."""
    return roster[people].with_row_index("at").unique(roster.columns, keep="first", maintain_order=True)["at"].to_list()
