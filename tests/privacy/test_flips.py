"""The flip test: boards whose answers differ and whose published bands are the same have the same snapshot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from tests.homes import tables_of
from tests.privacy.flips import WAVES, Board, bands, differing, drawn_flips

BOARDS = {"one wave of 64": (64, WAVES[-1:]), "two waves of 30": (30, WAVES)}
FLIPS, LEAST = 8, 2  # drawn, and how many must leave every band as it was


@pytest.mark.parametrize("name", BOARDS)
def test_other_answers_within_the_same_bands_give_the_same_snapshot(name: str, tmp_path: Path) -> None:
    size, waves = BOARDS[name]
    board = Board(tmp_path, size, waves)
    first = board.publish("base")
    alike = 0
    for number, flip in enumerate(drawn_flips(board, np.random.default_rng(size), FLIPS)):
        other = board.publish(str(number), flip)
        if bands(first).equals(bands(other)):
            alike += 1
            assert differing(first, other) == [], flip
    assert alike >= LEAST


def test_another_vault_draws_other_edges_for_the_very_same_answers(tmp_path: Path) -> None:
    board = Board(tmp_path, 44, WAVES[-1:])
    ours = board.publish("base")
    home = Home(tmp_path / "other")
    import_wave(home, Source(tmp_path / "base" / "2026Q3.csv", WAVES[-1], roster=tmp_path / "base" / "roster.csv"))
    publish_wave(home, Wave("2026Q3"))
    keys = ["table_id", "level_1", "level_2", "measure"]
    both = ours["cell"].join(tables_of(home)["cell"], on=keys, nulls_equal=True).drop_nulls(["lo", "lo_right"])
    is_other = (pl.col("lo") != pl.col("lo_right")) | (pl.col("hi") != pl.col("hi_right"))
    assert both.height > 50
    assert both.filter(is_other).height > both.height / 4
    assert both.filter((pl.col("lo") > pl.col("hi_right")) | (pl.col("lo_right") > pl.col("hi"))).is_empty()
