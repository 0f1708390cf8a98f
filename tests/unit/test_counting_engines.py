"""Cells are counted by a statement that an outside auditor can read; NumPy must count the same."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.bench_cells import by_duckdb, by_numpy, drawn, same


@pytest.mark.parametrize("leaders", [1, 30, 400])
def test_the_statement_counts_every_cell_as_numpy_does(leaders: int) -> None:
    membership, columns = drawn(leaders)
    assert same(by_duckdb(membership, columns), by_numpy(membership, columns))


def test_one_leader_more_in_one_cell_is_seen() -> None:
    membership, columns = drawn(30)
    expected = by_numpy(membership, columns)
    moved = {**columns, "respondents": columns["respondents"] + (np.arange(30) == 0)}
    assert not same(by_duckdb(membership, moved), expected)
