"""What boards of every size get to see, that the audit decided all of it, and that an attacker finds nothing; for a
privacy officer.

The boards are made to be hard (tests/bench/harsh.py). Per block of the plan: the share of its cells that are shown, of
those with enough leaders, and half the width of the middle shown range in points. Redrawn: families whose first draw
was not safe; fallen: those that fell back to less of their plan, skipped: those that a coin of the key made fall. The
attacker reads the exports only and asks, for leaders and measures drawn at random, whether one of the two answers is
out of the question. KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines import again
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.schemas import Cell, Mean
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.vault.archive import read_frozen
from tests.bench.harsh import WAVE, write_harsh
from tests.boards import grouped_of
from tests.privacy.outside import Reader, families, narrowed_scores
from tests.privacy.permute import withheld_by_rules

QUICK = os.environ.get("KLANKBORD_PROVE") == "quick"
BOARDS = {25: 1, 40: 1, 80: 1} if QUICK else {25: 5, 40: 5, 60: 5, 80: 5, 150: 5, 1000: 2, 10_000: 1}
QUESTIONS = 40  # to the attacker, per board of up to MOST_ATTACKED leaders
MOST_ATTACKED = 150
PERMUTATIONS = 50 if QUICK else 1000
FIRST, PAIR = ("region", "experience_band", "board"), "+"
HEAD = (
    "leaders seed answered | figures shown | coverage: total   first dim.   other dim.   pairs       | outcomes: first"
    "  | means | groups undecided redrawn fallen skipped | seconds  MiB | asked leaks"
)


@dataclass(frozen=True)
class Board:
    """One published board, as a row of the table."""

    row: str
    leaks: int
    undecided: int


def block(cells: pl.DataFrame, kind: str, tables: pl.Expr) -> str:
    """Share of the cells of some tables that are shown, of those with enough leaders, and half the middle width."""
    inside = cells.filter((pl.col("class") == kind) & tables & ~pl.col("status").is_in(["too_small", "complement"]))
    planned = inside.filter((pl.col("status") == "published").any().over("measure", "table_id"))
    shown = planned.filter(pl.col("status") == "published")
    if shown.is_empty():
        return f"{'-':>10}"
    points = ((shown["hi"] - shown["lo"]) / shown["n"] / 2).median()
    assert isinstance(points, float)
    return f"{shown.height / planned.height:5.0%} {100 * points:4.1f}"


def blocks(cells: pl.DataFrame) -> list[str]:
    """Every block of the plan, as a part of a row."""
    is_first = pl.col("table_id").is_in(FIRST)
    is_pair = pl.col("table_id").str.contains(PAIR, literal=True)
    is_total = pl.col("table_id") == "total"
    coverage = [
        block(cells, "coverage", which) for which in (is_total, is_first, ~is_first & ~is_pair & ~is_total, is_pair)
    ]
    return ["  ".join(coverage), block(cells, "outcome", is_first)]


def drawn(home: Home) -> tuple[int, int, int]:
    """How many families were drawn again, fell back for want of a proof, and were made to fall by a coin."""
    lines = (home.vault / "log.jsonl").read_text(encoding="utf-8").splitlines()
    published = next(line for line in map(json.loads, reversed(lines)) if line["command"] == "publish")
    told = list(published["drawn"].values())
    fell = [one for one in told if one["rung"] is None or one["rung"] > 0]
    return (
        sum(one["refused"] > 0 for one in told),
        sum(one["refused"] > 0 for one in fell),
        sum(one["refused"] == 0 for one in fell),
    )


def attack(home: Home, seed: int) -> tuple[int, int]:
    """How many questions were asked of the exports, and how many answers were certain."""
    names = again.publications_of(home, WAVE)
    cells, facts = again.published_cells(home, names), again.published_facts(home, names[-1])
    roster, random, leaks = again.counted_roster(home, WAVE), np.random.default_rng(seed), 0
    for scale, (low, high) in facts["ranges"].items():
        leaks += narrowed_scores(cells, roster, scale, low, high)
    tied = families(facts, list(facts["k"]))
    readers = [Reader(cells, roster, facts, family) for family in tied]
    readers = [reader for reader in readers if reader.rows and len(reader.people)]
    for _ in range(QUESTIONS):
        reader = readers[random.integers(len(readers))]
        leaks += reader.certain(int(random.choice(reader.alike())), int(random.integers(len(reader.family))))
    return QUESTIONS, leaks


def prove(leaders: int, seed: int) -> Board:
    """Make, import, publish and attack one board."""
    with tempfile.TemporaryDirectory() as folder:
        export, roster = write_harsh(Path(folder) / "files", load_instrument(), leaders, seed)
        home = Home(Path(folder) / "home")
        import_wave(home, Source(export, WAVE, roster=roster, is_sample=True))
        made = publish_wave(home, WAVE)
        cells, means = (read_frozen(home, made.publication, table) for table in (Cell, Mean))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        asked, leaks = attack(home, seed) if leaders <= MOST_ATTACKED else (0, 0)
        redrawn, fallen, skipped = drawn(home)
    answered = cells["n"].max()
    told = cells.filter(pl.col("measure") != "n")
    parts = [
        f"{leaders:7} {seed:4} {answered:8}",
        f"{made.shown:5} of {made.cells:5}",
        *blocks(told),
        f"{(means['status'] == 'published').sum():5}",
        f"{made.audited.groups:6} {made.audited.undecided:9} {redrawn:7} {fallen:6} {skipped:7}",
        f"{made.seconds:7.1f} {memory:4}",
        f"{asked:5} {leaks:5}",
    ]
    return Board(" | ".join(parts), leaks, made.audited.undecided)


def permute() -> None:
    """Give whole rows of answers to other leaders, many times."""
    with tempfile.TemporaryDirectory() as folder:
        export, roster = write_harsh(Path(folder) / "files", load_instrument(), 120, 1)
        home = Home(Path(folder) / "home")
        import_wave(home, Source(export, WAVE, roster=roster, is_sample=True))
        outcomes = withheld_by_rules(grouped_of(home, WAVE), PERMUTATIONS)
    print(f"{PERMUTATIONS} permutations of whole rows of answers: {len(outcomes)} outcome of the rules")
    if len(outcomes) != 1:
        raise SystemExit("what the rules withhold depends on answers")


def main() -> None:
    """Print one table, one row per board and seed; each board in a process of its own, so that memory is its own."""
    print(HEAD)
    leaks = 0
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for leaders, seeds in BOARDS.items():
            for seed in range(1, seeds + 1):
                board = pool.apply(prove, (leaders, seed))
                print(board.row, flush=True)
                leaks += board.leaks
    permute()
    if leaks:
        raise SystemExit(f"{leaks} answers follow with certainty")


if __name__ == "__main__":
    main()
