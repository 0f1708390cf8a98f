"""What is a board told of a region that lies lower, and how wide are its figures? Real exports, imported and published.

For a board: may we expect to see it? A region lies 20, 30 or 50 points below the rest in has-a-rock or a pillar; so
many leaders of every region say yes (tests/bench/planted.py), four of five answer. Told: in how many of such cases the
region is called lower, from one wave and from four; in brackets what Fisher's test on the exact counts would have
found at 5 %. Wrong: of all comparisons of a region with nothing behind it how many carry a word; `odds 2`: where
leaders with and without the support answer at odds that differ by a factor two, one way in a region and the other way
elsewhere.
Screen: middle width in points of what a page draws for a region. Planned: share of the planned figures that is shown.
KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from scipy.stats import fisher_exact

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.publication import current
from tests.bench.planted import Planted, write_planted

QUICK = os.environ.get("KLANKBORD_PROVE") == "quick"
GAPS = (0.0, 0.2, 0.3, 0.3, 0.3, 0.5)
# leaders -> boards, waves of each; and boards on which the silent differ
BOARDS = {60: (1, 4, 1)} if QUICK else {40: (6, 4, 3), 60: (20, 4, 4), 120: (8, 4, 4), 300: (5, 1, 2), 1000: (2, 1, 1)}
ALPHA = 0.05
POINTS = 100


@dataclass
class Tally:
    """What was found on the boards of one size: of each kind, whether it was told, or how wide it was."""

    told: dict[tuple[float, bool], list[bool]] = field(default_factory=dict)  # gap, over the year
    exact: dict[float, list[bool]] = field(default_factory=dict)
    wrong: dict[bool, list[bool]] = field(default_factory=dict)  # whether the silent differ
    screen: list[float] = field(default_factory=list)
    planned: list[float] = field(default_factory=list)
    opposite: int = 0  # regions told higher that lie lower

    def add(self, other: Tally) -> None:
        for mine, theirs in ((self.told, other.told), (self.exact, other.exact), (self.wrong, other.wrong)):
            for key, values in theirs.items():
                mine.setdefault(key, []).extend(values)
        self.screen += other.screen
        self.planned += other.planned
        self.opposite += other.opposite


def walk(leaders: int, seed: int, waves: int, odds: float) -> Tally:
    """Make, import and publish one board, and look at what it was told."""
    tally, instrument = Tally(), load_instrument()
    gaps = GAPS if odds == 1 else (0.0,)
    with tempfile.TemporaryDirectory() as folder:
        board = write_planted(Path(folder) / "files", instrument, leaders, seed, waves=waves, gaps=gaps, odds=odds)
        home = Home(Path(folder) / "home")
        for wave, export in board.exports.items():
            import_wave(home, Source(export, wave, roster=board.roster, is_sample=True))
            made = publish_wave(home, wave)
            tally.planned.append(made.shown / made.planned)
        place = current(home)
        with duckdb.connect(str(place), read_only=True) as connection:
            cell, contrast = (connection.table(name).pl() for name in ("cell", "contrast"))
    for wave in board.exports:
        look(tally, board, wave, *(frame.filter(wave=wave) for frame in (cell, contrast)), differs=odds != 1)
    return tally


def look(
    tally: Tally, board: Planted, wave: Wave, cell: pl.DataFrame, contrast: pl.DataFrame, *, differs: bool
) -> None:
    """What one wave says of regions."""
    is_region = pl.col("table_id").str.contains("^region[^+]*$")
    shown = cell.filter(is_region, pl.col("measure").str.contains("rock|_used"), pl.col("high").is_not_null())
    tally.screen += ((shown["high"] - shown["low"]) * POINTS).to_list()
    of_regions = contrast.filter(is_region)
    year = wave == max(board.exports) and len(board.exports) > 3
    for measure, truth in board.truth.items():
        for against in ("rest", "year_rest")[: 1 + year]:
            words = dict(of_regions.filter(measure=measure, against=against).select("level_1", "word").iter_rows())
            of_it = next((word for level, word in words.items() if truth.region in level.split(" + ")), "nothing")
            if truth.gap:
                tally.told.setdefault((truth.gap, against != "rest"), []).append(of_it == "lower")
                tally.opposite += of_it == "higher"
            else:
                told = [word in ("lower", "higher") for word in words.values()]
                tally.wrong.setdefault(differs, []).extend(told)
        if truth.gap:
            tally.exact.setdefault(truth.gap, []).append(_is_found(board.answered[wave], measure, truth.region))


def _is_found(answered: pl.DataFrame, measure: str, region: str) -> bool:
    """Whether the exact counts of those who answered would have told it."""
    inside, yes = (answered["region"] == region).to_numpy(), answered[measure].to_numpy()
    table = [[(yes & here).sum(), (~yes & here).sum()] for here in (inside, ~inside)]
    return bool(fisher_exact(table).pvalue < ALPHA)


def share(values: Sequence[bool] | None) -> str:
    """How often, in percent."""
    return f"{np.mean(values):.0%}" if values else "-"


def row(leaders: int, tally: Tally) -> str:
    """One size of board."""
    cells = [f"{share(tally.told.get((gap, False)))} ({share(tally.exact.get(gap))})" for gap in (0.2, 0.3, 0.5)]
    cells += [share(tally.told.get((gap, True))) for gap in (0.2, 0.3, 0.5)]
    wrong = [f"{np.mean(tally.wrong[differs]):.1%} of {len(tally.wrong[differs])}" for differs in (False, True)]
    return (
        f"| {leaders} | {' | '.join(cells)} | {' | '.join(wrong)} | {tally.opposite} "
        f"| {np.median(tally.screen):.0f} | {np.mean(tally.planned):.0%} |"
    )


def main() -> None:
    """Print one table."""
    print("| leaders | 20 | 30 | 50 | year 20 | 30 | 50 | wrong | wrong, odds 2 | opposite | screen | planned |")
    print(f"|{'---|' * 12}")
    with multiprocessing.get_context("spawn").Pool(int(os.environ.get("WORKERS", "2")), maxtasksperchild=4) as pool:
        for leaders, (boards, waves, differing) in BOARDS.items():
            todo = [(leaders, seed, waves, 1.0) for seed in range(boards)]
            todo += [(leaders, seed, waves, 2.0) for seed in range(boards, boards + differing)]
            tally = Tally()
            for one in pool.starmap(walk, todo, chunksize=1):
                tally.add(one)
            print(row(leaders, tally), flush=True)


if __name__ == "__main__":
    main()
