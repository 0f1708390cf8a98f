"""What was published is read once and kept for all readers: the same rows, that nobody can change."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.agreements import OWNERS, Target, Targets, database
from dashboard.report import render
from dashboard.story import Snapshot, find, snapshot
from dashboard.story.cells import Cells, rows_of
from tests.unit.test_own_targets import DAY

QUESTIONS = 40  # of a paper with all figures of a wave; each cell of it was one


@pytest.fixture
def shown(home_120: Path) -> Snapshot:
    found = find(home_120).snapshot
    assert found is not None
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every question that the snapshot is asked from now on."""
    snapshot.let_go()
    questions: list[str] = []
    ask: Callable[..., pl.DataFrame] = snapshot._asked

    def asking(path: Path, query: str, **params: Any) -> pl.DataFrame:
        questions.append(query)
        return ask(path, query, **params)

    monkeypatch.setattr(snapshot, "_asked", asking)
    return questions


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_paper_with_all_figures_asks_few_questions_and_the_next_none(
    kind: str, shown: Snapshot, asked: list[str]
) -> None:
    made = render(shown, shown.waves()[0], "nl", kind)
    assert 5 < len(asked) <= QUESTIONS
    assert asked.count("cells") <= 3  # this wave, the one before, and that of a year ago
    asked.clear()
    assert (render(shown, shown.waves()[0], "nl", kind), asked) == (made, [])


@pytest.mark.parametrize(("table", "before"), [("cell", ""), ("mean", "mean:")])
def test_every_row_of_the_table_is_found_and_no_other(table: str, before: str, shown: Snapshot) -> None:
    published = snapshot._connection(shown.path).cursor().table(table).pl().to_dicts()
    assert len(published) > 500
    for row in published:
        measure = before + (row["scale"] if before else row["measure"])
        levels = [row[f"level_{way}"] for way in (1, 2) if row[f"level_{way}"] is not None]
        found = shown.cell(row["wave"], measure, row["table_id"], *levels)
        assert found is not None
        assert {name: found[name] for name in row} == row
        assert found in shown.cells(row["wave"], measure, row["table_id"])
    in_tables = {(row["wave"], row["table_id"], row["scale"] if before else row["measure"]) for row in published}
    assert sum(len(shown.cells(wave, before + code, one)) for wave, one, code in in_tables) == len(published)


def test_a_series_is_the_cells_of_its_group_wave_by_wave(shown: Snapshot) -> None:
    for measure in ("has_rock", "mean:openness"):
        series = shown.series(measure)
        assert [row["wave"] for row in series] == [*reversed(shown.waves())]
        for row in series:
            cell = shown.cell(row["wave"], measure)
            assert cell is not None
            assert dict(row).items() <= dict(cell).items()


def test_nothing_can_change_a_row_or_the_cells_of_a_group(shown: Snapshot) -> None:
    group = shown.group(shown.waves()[0], "total")
    both: tuple[Any, ...] = (group, group["has_rock"])  # what may not be written can be tried only without types
    for of_many in both:
        with pytest.raises(TypeError):
            of_many["low"] = 0.9
        with pytest.raises(AttributeError):
            of_many.update({"low": 0.9})


def test_rows_read_like_the_dictionaries_they_stand_for() -> None:
    (row,) = rows_of(pl.DataFrame({"measure": ["a"], "table_id": ["total"], "level_1": [None], "level_2": [None]}))
    assert row == {"measure": "a", "table_id": "total", "level_1": None, "level_2": None}
    assert {**row, "measure": "b"}["measure"] == "b"
    assert (row.get("measure"), row.get("unit"), "unit" in row, len(row)) == ("a", None, False, 4)
    assert Cells([row]).group(("total", None, None)) == {"a": row}
    assert (Cells([row]).table("total", "a"), Cells([row]).table("total", "b")) == ((row,), ())


def test_what_was_kept_of_a_snapshot_is_let_go_when_another_is_shown(home_120: Path, tmp_path: Path) -> None:
    home = shutil.copytree(home_120, tmp_path / "home")
    first = find(home).snapshot
    assert first is not None
    kept = weakref.ref(snapshot._cells(first.path, "cells", first.waves()[0]))
    assert find(home).snapshot == first
    assert kept() is not None
    newer = first.path.with_name("klankbord-0099.duckdb")
    shutil.copy(first.path, newer)
    said = first.path.with_suffix(".sha256").read_text(encoding="utf-8")
    newer.with_suffix(".sha256").write_text(said.replace(first.path.name, newer.name), encoding="utf-8")
    second = find(home).snapshot
    assert second is not None
    assert second.path == newer
    gc.collect()
    assert kept() is None
    assert first.cell(first.waves()[0], "has_rock") == second.cell(first.waves()[0], "has_rock")  # who reads on, may


def test_what_was_agreed_is_read_once_and_again_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def target(share: float) -> Target:
        return Target("has_rock", share, OWNERS[0], "2026Q3", DAY)

    targets = Targets(tmp_path)
    assert targets.all() == []
    targets.set(target(0.5))
    assert targets.all() == [target(0.5)]
    with monkeypatch.context() as without:
        without.setattr(database, "session_of", None)
        assert targets.all() == [target(0.5)]
    targets.set(target(0.6))
    assert targets.all() == [target(0.6), target(0.5)]
    other = Targets(tmp_path / "other")
    other.set(target(0.9))
    shutil.copy(other.path, targets.path)  # as another process may
    assert targets.all() == [target(0.9)]
