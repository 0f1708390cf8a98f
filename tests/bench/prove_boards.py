"""What boards of every size get to see, that the audit decided all of it, and that an attacker finds nothing; for a
privacy officer.

The boards are made to be hard (tests/bench/harsh.py). Per block of the plan: of the groups that are large enough (5
leaders, 10 for outcomes, twice as many in pairs) the share that is shown; what a family's plan or a fall-back left out
counts as not shown. Then half the width in points of the middle range on screen, which allows for who did not answer,
and what of it is left when that is not allowed for: the width that protects. Redrawn: families whose first draw was not
safe; fallen: those that fell back to less of their plan, skipped: those that a coin of the key made fall. The attacker
reads the exports only and asks, for leaders and measures drawn at random, whether one of the two answers is out of the
question. Below the rows the middle of each size, as docs/privacy.md has it. KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl

from pipelines import again
from pipelines.counting import Grouped
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.schemas import Cell, Mean
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection.steps import candidates, is_in_plan
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
PAIR_FACTOR = 2
HALF = 100 / 2  # of a share, in points
BLOCKS = ("total", "first", "other", "pairs", "outcomes")
HEAD = (
    "leaders seed answered | figures shown | total          first dim.     other dim.     pairs         "
    "| outcomes: first | means | groups undecided redrawn fallen skipped | CPU s  MiB | asked leaks"
)


@dataclass(frozen=True)
class Block:
    """Of the groups of a block that are large enough the share that is shown, and half the middle width in points."""

    share: float
    screen: float  # of what the page shows
    band: float  # of the band alone

    def __str__(self) -> str:
        return f"{'-':>13}" if np.isnan(self.share) else f"{self.share:4.0%} {self.screen:4.1f} {self.band:4.1f}"


@dataclass(frozen=True)
class Board:
    """One published board, as a row of the table."""

    row: str
    blocks: tuple[Block, ...]
    leaks: int
    undecided: int


def blocks_of(grouped: Grouped) -> dict[tuple[str, str], str]:
    """Measure and table -> the block, of all that the tier of a board may tell, whatever was chosen or drawn."""
    plan, found = grouped.instrument.plan, {}
    planned = {measure.attribute: measure for measure in plan.measure}
    for family in grouped.families.values():
        steps = candidates(grouped.structure, plan.tier_for(grouped.structure.tier_from), plan, family)
        for step, member in product([widths[0] for widths in steps], family.members):
            measure = planned[member.code]
            is_for = step.who == measure.who or (step.who, measure.who) == ("main", "lead")
            if is_for and step.who != "aside" and is_in_plan(step.table, measure.tables):
                found[member.code, step.table] = _block(step.table, member.publication_class)
    return found


def _block(table: str, publication_class: str) -> str:
    if publication_class == "outcome":
        return "outcomes" if table in FIRST else "-"
    if table in ("total", *FIRST):
        return "first" if table in FIRST else "total"
    return "pairs" if PAIR in table else "other"


def shown_of(cells: pl.DataFrame, grouped: Grouped) -> tuple[Block, ...]:
    """Every block of the plan."""
    named = blocks_of(grouped)
    least = {"coverage": grouped.policy.k_coverage, "outcome": grouped.policy.k_outcome}
    rows = [row for row in cells.iter_rows(named=True) if (row["measure"], row["table_id"]) in named]
    large = [row for row in rows if row["n"] >= least[row["class"]] * (PAIR_FACTOR if PAIR in row["table_id"] else 1)]
    found = []
    for name in BLOCKS:
        inside = [row for row in large if named[row["measure"], row["table_id"]] == name]
        shown = [row for row in inside if row["status"] == "published"]
        share = len(shown) / len(inside) if inside else np.nan
        screen = [row["high"] - row["low"] for row in shown if row["low"] is not None]  # none where too few answered
        band = [(row["hi"] - row["lo"]) / row["n"] for row in shown]
        found.append(Block(share, middle(screen) * HALF, middle(band) * HALF))
    return tuple(found)


def middle(values: Sequence[float]) -> float:
    """The middle of those that are known; NaN without any."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.median(known)) if known else np.nan


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
        start = time.process_time()
        made = publish_wave(home, WAVE)
        seconds = time.process_time() - start
        cells, means = (read_frozen(home, made.publication, table) for table in (Cell, Mean))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        asked, leaks = attack(home, seed) if leaders <= MOST_ATTACKED else (0, 0)
        redrawn, fallen, skipped = drawn(home)
        blocks = shown_of(cells, grouped_of(home, WAVE))
    answered = cells["n"].max()
    parts = [
        f"{leaders:7} {seed:4} {answered:8}",
        f"{made.shown:5} of {made.planned:5}",
        "  ".join(map(str, blocks[:-1])),
        f"{blocks[-1]!s:>15}",
        f"{(means['status'] == 'published').sum():5}",
        f"{made.audited.groups:6} {made.audited.undecided:9} {redrawn:7} {fallen:6} {skipped:7}",
        f"{seconds:5.1f} {memory:4}",
        f"{asked:5} {leaks:5}",
    ]
    return Board(" | ".join(parts), blocks, leaks, made.audited.undecided)


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


def of_size(boards: Sequence[Board], leaders: int) -> str:
    """The middle of the boards of one size, per block."""
    cells = []
    for blocks in zip(*(board.blocks for board in boards), strict=True):
        share, screen, band = (middle([getattr(one, name) for one in blocks]) for name in ("share", "screen", "band"))
        width = "" if np.isnan(screen) else f", {screen:.0f} ({band:.0f})"
        cells.append("-" if np.isnan(share) else f"{share:.0%}{width}")
    return f"| {leaders} | {' | '.join(cells)} |"


def main() -> None:
    """Print one table, one row per board and seed; each board in a process of its own, so that memory is its own."""
    print(HEAD)
    boards: dict[int, list[Board]] = {}
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for leaders, seeds in BOARDS.items():
            for seed in range(1, seeds + 1):
                board = pool.apply(prove, (leaders, seed))
                print(board.row, flush=True)
                boards.setdefault(leaders, []).append(board)
    print(f"\n| leaders | {' | '.join(BLOCKS)} |\n|{'---|' * (1 + len(BLOCKS))}")
    for leaders, seeds_of_it in boards.items():
        print(of_size(seeds_of_it, leaders))
    permute()
    leaks = sum(board.leaks for seeds_of_it in boards.values() for board in seeds_of_it)
    if leaks:
        raise SystemExit(f"{leaks} answers follow with certainty")


if __name__ == "__main__":
    main()
