"""An outside auditor who reads only the exported cells, roster and facts: can both answers of every leader be true?

Written independently of pipelines.audit, with another solver interface, from the words of the formats alone.
"""

from __future__ import annotations

import json
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
Exported = tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]]


@pytest.fixture(scope="module")
def exported(home_single: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
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
    exported: Exported,
) -> None:
    cells, roster, facts = exported
    named = [d for d in load_instrument().dimensions if d.code in roster.columns]
    dimensions = [column for d in named for column in ((d.code, f"{d.code}_coarse") if d.coarse else (d.code,))]
    assert {"region", "region_coarse", "experience_band", "experience_band_coarse"} <= set(dimensions)
    assert cells.columns == ["publication", "wave", "table_id", *dimensions, "measure", "value", "lo", "hi", "status"]
    assert roster.columns == dimensions
    assert roster.null_count().sum_horizontal().item() == 0
    assert set(facts) == {"k", "m", "eligible", "implies", "partitions", "ranges", "policy_fingerprint"}


def test_sizes_can_be_recounted_from_the_roster(exported: Exported) -> None:
    cells, roster, facts = exported
    starters = (roster["experience_band"] == "0-1").to_numpy()
    assert facts["eligible"] == {"mentor_used": "experience_band=0-1"}
    for cell in cells.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        inside = _members(roster, cell)
        group = inside & starters if cell["measure"] == "n:mentor_used" else inside
        assert cell["value"] == group.sum()


# What the definitions say beside the facts: sums of answers of one leader that must lie in a range.
DEFINITIONS = [
    ({"rock_emotional": 1, "rock_instrumental": 1, "has_rock": -1}, 0, np.inf),
    ({"low_support": 1, "high_stress": 1, "at_risk": -1}, -np.inf, 1),
    ({"low_support": 1, "at_risk": -1}, 0, np.inf),  # a first wave: nobody is flagged by memory
    ({"high_stress": 1, "at_risk": -1}, 0, np.inf),
]
FAMILIES = pytest.mark.parametrize(
    "family",
    [
        ["has_rock", "rock_emotional", "rock_instrumental"], ["buddy_used"], ["mentor_used"], ["external_coach_used"],
        ["peer_network_used"], ["board_talks_used"], ["sounding_board_used"], ["low_support", "high_stress", "at_risk"],
    ],
)  # fmt: skip


class Reader:
    """Somebody who knows the roster, the publication and the definitions, and asks what is still possible."""

    def __init__(self, exported: Exported, family: list[str]) -> None:
        self.cells, self.roster, facts = exported
        group = np.ones(self.roster.height, dtype=bool)
        if family[0] in facts["eligible"]:
            group = (self.roster["experience_band"] == "0-1").to_numpy()
        self.people, self.family = np.flatnonzero(group), family
        self.rows: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []
        for at, measure in enumerate(family):
            told = self.cells.filter((pl.col("measure") == f"count:{measure}") & pl.col("lo").is_not_null())
            for cell in told.iter_rows(named=True):
                self.learn(self.yes_in(cell, at), cell["lo"], cell["hi"])
        implied = [({right: 1, left: -1}, 0, np.inf) for left, right in (r.split("=>") for r in facts["implies"])]
        for weights, low, high in DEFINITIONS + implied:
            if set(weights) <= set(family):
                for person in range(len(self.people)):
                    row = np.zeros((len(self.people), len(family)))
                    for code, weight in weights.items():
                        row[person, family.index(code)] = weight
                    self.learn(row.ravel(), low, high)

    def yes_in(self, cell: dict[str, Any], at: int) -> np.ndarray:
        row = np.zeros((len(self.people), len(self.family)))
        row[:, at] = _members(self.roster, cell)[self.people]
        return row.ravel()

    def learn(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def holds_possible(self, row: np.ndarray, low: float, high: float) -> bool:
        constraints = [LinearConstraint(row, low, high)]
        if self.rows:
            constraints.append(LinearConstraint(np.array(self.rows), self.low, self.high))
        found = milp(np.zeros(len(row)), constraints=constraints, integrality=np.ones(len(row)), bounds=Bounds(0, 1))
        return bool(found.status == 0)


@FAMILIES
def test_both_answers_of_every_leader_stay_possible(exported: Exported, family: list[str]) -> None:
    reader = Reader(exported, family)
    alike = reader.roster[reader.people].with_row_index("at").unique(reader.roster.columns, maintain_order=True)
    for person in alike["at"]:
        for at in range(len(family)):
            answer = np.zeros((len(reader.people), len(family)))
            answer[person, at] = 1
            for value in (0, 1):
                assert reader.holds_possible(answer.ravel(), value, value), (family[at], person, value)


@FAMILIES
def test_no_cell_of_five_is_forced_below_two_yes_or_two_no(exported: Exported, family: list[str]) -> None:
    reader = Reader(exported, family)
    for at, measure in enumerate(family):
        for cell in reader.cells.filter(pl.col("measure") == f"count:{measure}").iter_rows(named=True):
            row = reader.yes_in(cell, at)
            if row.sum() >= 5:
                assert reader.holds_possible(row, 2, np.inf), cell
                assert reader.holds_possible(row, -np.inf, row.sum() - 2), cell
