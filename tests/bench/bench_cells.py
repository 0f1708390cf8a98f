"""What counting the cells of one publication costs: DuckDB by one connection, by many, and NumPy. See decision 25."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.ground.database import connect, run, statement

Ints = NDArray[np.int64]
ROUNDS = 15
CONNECTIONS = 152  # what one publication of wave 8 opened before a command opened one
ATTRIBUTES = 48
LEVELS = (1, 4, 3, 5, 3, 2, 2, 4, 8, 6, 10, 8)  # of each table; the first is the total


def drawn(leaders: int) -> tuple[Ints, dict[str, Ints]]:
    """The cell of each leader in each table, and 0/1 per leader for who is eligible, yes and open, by attribute."""
    random = np.random.default_rng(1)
    starts = np.cumsum((0, *LEVELS[:-1]))
    membership = np.stack([random.integers(0, levels, leaders) for levels in LEVELS], axis=1) + starts
    columns = {"respondents": np.ones(leaders, dtype=np.int64)}
    for attribute in range(ATTRIBUTES):
        for what, chance in (("eligible", 0.9), ("yes", 0.4), ("open", 0.05)):
            columns[f"{what}:{attribute}"] = (random.random(leaders) < chance).astype(np.int64)
    return membership, columns


def frames(membership: Ints, columns: dict[str, Ints]) -> dict[str, pl.DataFrame]:
    """The same as the two frames that sql/aggregate/cells.sql reads."""
    profiles, profile = np.unique(membership, axis=0, return_inverse=True)
    places = {"profile": np.repeat(np.arange(len(profiles)), profiles.shape[1]), "cell": profiles.ravel()}
    people = {"profile": profile.ravel(), **columns}
    return {"frame_people": pl.DataFrame(people), "frame_places": pl.DataFrame(places)}


def by_numpy(membership: Ints, columns: dict[str, Ints]) -> dict[str, Ints]:
    """The same sums in one line a column."""
    cells = membership.ravel()
    tables = membership.shape[1]
    return {name: np.bincount(cells, np.repeat(column, tables), sum(LEVELS)) for name, column in columns.items()}


def by_duckdb(membership: Ints, columns: dict[str, Ints]) -> pl.DataFrame:
    """The sums as the product counts them: open a connection, run the statement over the frames, close it."""
    with connect() as connection:
        sums = run(connection, "aggregate/cells", frames(membership, columns))
    assert sums is not None
    return sums


def connect_only() -> None:
    """Open a connection and close it."""
    with connect():
        pass


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of CPU, the median of some rounds; the first is not counted."""
    taken = []
    for _ in range(1 + ROUNDS):
        before = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - before))
    return statistics.median(taken[1:])


def main() -> None:
    """Print one table: the three ways as ratios of NumPy, and what the one connection spends its time on."""
    sql = statement("aggregate/cells")
    print(f"Counting the cells of one publication, {1 + 3 * ATTRIBUTES} columns, {sum(LEVELS)} cells, CPU")
    for leaders in (100, 1_000, 10_000):
        membership, columns = drawn(leaders)
        assert same(by_duckdb(membership, columns), by_numpy(membership, columns))
        numpy = cpu(lambda m=membership, c=columns: by_numpy(m, c))
        once = cpu(lambda m=membership, c=columns: by_duckdb(m, c))
        connecting = cpu(connect_only)
        many = once + (CONNECTIONS - 1) * connecting
        with connect() as connection:
            for name, frame in frames(membership, columns).items():
                connection.register(name, frame)
            planning = cpu(lambda open=connection: open.sql(f"explain {sql}").fetchall())
            running = cpu(lambda open=connection: open.sql(sql).pl())
        print(
            f"  {leaders:6,} leaders  NumPy 1 ({numpy:.1f} ms)   one connection {once / numpy:.0f}"
            f"   {CONNECTIONS} connections {many / numpy:,.0f}"
            f"   of the one: connecting {connecting / once:.0%}, planning {planning / once:.0%},"
            f" counting {(running - planning) / once:.0%}"
        )


def same(sums: pl.DataFrame, expected: dict[str, Ints]) -> bool:
    """Whether rows (cell, what, leaders) hold these sums per cell."""
    totals = {name: np.zeros(sum(LEVELS), dtype=np.int64) for name in expected}
    for cell, what, number in sums.select("cell", "what", "leaders").iter_rows():
        totals[what][cell] = number
    return all((totals[name] == expected[name]).all() for name in expected)


if __name__ == "__main__":
    main()
