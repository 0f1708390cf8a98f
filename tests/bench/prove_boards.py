"""What boards of every size get to see, that the audit decided all of it, and that an attacker finds nothing; for a
privacy officer.

The boards are made to be hard (tests/bench/harsh.py). Covered: share of respondents in a group of this kind of table
with a shown figure about rocks or pillars (of outcomes: about stress, support or both), in the table that covers most.
Points: half the width of a shown range, the middle one. The attacker reads the exports only and asks, for leaders and
measures drawn at random, whether one of the two answers is out of the question. KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

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
from pipelines.ground.schemas import Cell, Mean, Publication
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
HEAD = (
    "leaders seed answered |  figures shown | rocks, pillars: 1-way 2-way  +- | outcomes: 1-way  +- | means"
    " | groups cells undecided | seconds  MiB | asked leaks"
)


@dataclass(frozen=True)
class Board:
    """One published board, as a row of the table."""

    row: str
    leaks: int
    undecided: int


def covered(cells: pl.DataFrame, way: int, kind: str) -> str:
    """Share of respondents in a group with a shown figure, in the table of this kind that covers most."""
    asked = cells.filter((pl.col("way") == way) & (pl.col("class") == kind) & (pl.col("status") != "policy"))
    if asked.is_empty():
        return "-"
    groups = asked.group_by("table_id", "level_1", "level_2").agg(
        n=pl.col("n").max(), shown=(pl.col("status") == "published").any()
    )
    everybody = cells.filter(pl.col("way") == 0)["n"].max()
    tables = groups.group_by("table_id").agg(share=pl.col("n").filter(pl.col("shown")).sum() / everybody)
    return f"{tables['share'].max():.0%}"


def half_width(cells: pl.DataFrame, kind: str) -> str:
    """Half the width of the middle one of the shown ranges, in points."""
    shown = cells.filter((pl.col("class") == kind) & (pl.col("status") == "published"))
    middle = ((shown["hi"] - shown["lo"]) / shown["n"] / 2).median()
    return f"{100 * middle:.0f}" if isinstance(middle, float) else "-"


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
        made = publish_wave(home, WAVE).publication
        about, cells, means = (read_frozen(home, made, table) for table in (Publication, Cell, Mean))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        asked, leaks = attack(home, seed) if leaders <= MOST_ATTACKED else (0, 0)
    facts, told = about.row(0, named=True), cells.filter(pl.col("measure") != "n")
    shown, seen = (told["status"] == "published").sum(), (means["status"] == "published").sum()
    parts = [
        f"{leaders:7} {seed:4} {facts['respondents']:8}",
        f"{shown:5} of {told.height:5}",
        f"{covered(told, 1, 'coverage'):>20} {covered(told, 2, 'coverage'):>5} {half_width(told, 'coverage'):>3}",
        f"{covered(told, 1, 'outcome'):>15} {half_width(told, 'outcome'):>3}",
        f"{seen:5}",
        f"{facts['audit_groups']:6} {facts['audit_cells']:5} {facts['audit_undecided']:9}",
        f"{facts['audit_seconds']:7.1f} {memory:4}",
        f"{asked:5} {leaks:5}",
    ]
    row = " | ".join(parts)
    return Board(row, leaks, facts["audit_undecided"])


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
