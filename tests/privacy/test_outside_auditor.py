"""An outside auditor who reads only the exported cells, roster and facts: can both answers of every leader be true?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.ground.period import Wave
from pipelines.ground.schemas.cells import STATUSES
from pipelines.instruments import load_instrument
from tests.privacy.outside import Reader, families, members, narrowed_scores, who

WAVE = Wave("2026Q3")
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


def test_the_columns_are_exactly_those_of_the_contract(exported: Exported) -> None:
    cells, roster, facts = exported
    named = [d for d in load_instrument().dimensions if d.code in roster.columns]
    dimensions = [column for d in named for column in ((d.code, f"{d.code}_coarse") if d.coarse else (d.code,))]
    assert {"region", "region_coarse", "experience_band", "experience_band_coarse"} <= set(dimensions)
    assert cells.columns == ["publication", "wave", "table_id", *dimensions, "measure", "value", "lo", "hi", "status"]
    assert roster.columns == dimensions
    assert roster.null_count().sum_horizontal().item() == 0
    assert set(facts) == {"k", "m", "eligible", "implies", "partitions", "ranges", "policy_fingerprint"}


def test_every_measure_of_the_plan_is_exported_once_per_cell_and_says_why_it_is_withheld(exported: Exported) -> None:
    cells, _, facts = exported
    plan = load_instrument().plan
    planned = {"n"} | {f"count:{m.attribute}" for m in plan.measure} | {f"mean:{m.scale}" for m in plan.mean}
    planned |= {f"n:{code}" for code in facts["eligible"]}
    assert set(cells["measure"]) == planned
    rows = cells.group_by("measure").len()["len"].unique()
    assert len(rows) == 1
    assert set(cells["status"]) <= set(STATUSES)
    assert ((cells["status"] == "published") | cells["lo"].is_null()).all()


def test_sizes_can_be_recounted_from_the_roster(exported: Exported) -> None:
    cells, roster, facts = exported
    assert facts["eligible"] == dict.fromkeys(("mentor_available", "mentor_used", "mentor_good"), "experience_band=0-1")
    for cell in cells.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        about = who(roster, facts["eligible"].get(cell["measure"].removeprefix("n:")))
        assert cell["value"] == (members(roster, cell) & about).sum()


def test_the_facts_tie_what_is_made_from_the_same_answers(exported: Exported) -> None:
    facts = exported[2]
    assert {"buddy_good=>buddy_used", "buddy_used=>buddy_available", "rock_instrumental=>has_rock"} <= set(
        facts["implies"]
    )
    assert [len(partition) for partition in facts["partitions"]] == [10]
    tied = families(facts, [code for code in facts["k"] if facts["k"]])
    assert ["has_rock", "rock_emotional", "rock_instrumental"] in tied
    assert any({"map_high_low", "at_risk", "unmet_need"} <= set(family) for family in tied)


FAMILIES = pytest.mark.parametrize(
    "starts", ["has_rock", "mentor_used", "peer_network_used", "at_risk", "lonely", "asks_in_time"]
)


def _reader(exported: Exported, code: str) -> Reader:
    cells, roster, facts = exported
    return Reader(cells, roster, facts, next(f for f in families(facts, list(facts["k"])) if code in f))


@FAMILIES
def test_both_answers_of_every_leader_stay_possible(exported: Exported, starts: str) -> None:
    reader = _reader(exported, starts)
    for person in reader.alike():
        for at, code in enumerate(reader.family):
            assert not reader.certain(person, at), (code, person)


@FAMILIES
def test_no_cell_of_five_is_forced_below_two_yes_or_two_no(exported: Exported, starts: str) -> None:
    reader = _reader(exported, starts)
    for at, measure in enumerate(reader.family):
        for cell in reader.cells.filter(pl.col("measure") == f"count:{measure}").iter_rows(named=True):
            inside = reader.yes_in(cell, at)
            if len(inside[0]) >= 5:
                assert reader.holds_possible(inside, 2, float("inf")), cell
                assert reader.holds_possible(inside, -float("inf"), len(inside[0]) - 2), cell


def test_no_score_is_narrowed_down_to_less_than_half_the_scale(exported: Exported) -> None:
    cells, roster, facts = exported
    scales = [measure.removeprefix("mean:") for measure in cells["measure"].unique() if measure.startswith("mean:")]
    assert cells.filter(pl.col("measure").str.starts_with("mean:") & (pl.col("status") == "published")).height
    assert {scale: narrowed_scores(cells, roster, scale, *facts["ranges"][scale]) for scale in scales} == dict.fromkeys(
        scales, 0
    )
