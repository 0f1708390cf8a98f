"""How well a reader who knows roster and publication can guess; for a privacy officer and a statistician.

Two readers (tests/privacy/posterior.py): the even one holds every answer set alike that fits what was told of a family
of figures, the open one does not know how common an answer is. Sample: an ordinary fictional board; harsh: made to be
hard (tests/bench/harsh.py). Yes: how many said yes. Per reader: the highest chance of yes of any leader; leaders of
whom yes, or no, has a chance above .9; how many of these guesses are true; AUC, how well the chances rank who said yes
above who did not (.50: not at all). Apart: by how much two halves of the chains differ at most, for any leader; what is
far apart is not to be trusted. Then the same over all boards, as docs/privacy.md has it, even reader / open reader.
KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import rankdata

from pipelines import vault
from pipelines.counting import Family, Grouped, eligible
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection.published import Publication
from pipelines.protection.puzzle import puzzle_of
from pipelines.sample import write_sample
from tests.bench.harsh import WAVE, write_harsh
from tests.boards import grouped_of
from tests.privacy.posterior import Expects, Guess, sampled

QUICK = os.environ.get("KLANKBORD_PROVE") == "quick"
BOARDS = {40: 1} if QUICK else {40: 2, 60: 2, 80: 2, 120: 1, 300: 1}  # leaders: seeds
KINDS = ("sample", "harsh")
SWEEPS = 50 if QUICK else 200  # at most
LIKELY = 0.9
MEASURES = (
    "has_rock",
    "rock_emotional",
    "buddy_used",
    "peer_network_used",
    "at_risk",
    "high_stress",
    "lonely",
    "leaving",
    "holds_find_myself",
)
READERS: tuple[Expects, Expects] = ("even", "open")
OUTCOMES = {"at_risk", "high_stress", "lonely", "leaving"}
OF_A_READER = "highest yes>.9 no>.9 right  AUC apart"
HEAD = f"board  leaders seed measure              n  yes | even: {OF_A_READER} | open: {OF_A_READER} | CPU seconds"
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Guessed:
    """What one reader makes of one measure."""

    highest: float
    says_yes: int
    says_no: int
    right: int
    auc: float  # NaN where all said the same
    apart: float

    @classmethod
    def of(cls, guess: Guess, at: int, truth: Flags) -> Guessed:
        """Compare the chances of attribute number `at` with who said yes."""
        chance = guess.chance[:, at]
        says_yes = chance > LIKELY
        says_no = chance < 1 - LIKELY
        right = (says_yes & truth).sum() + (says_no & ~truth).sum()
        return cls(
            float(chance.max()),
            int(says_yes.sum()),
            int(says_no.sum()),
            int(right),
            auc(chance, truth),
            float(guess.apart[at]),
        )

    def __str__(self) -> str:
        return (
            f"{self.highest:13.2f} {self.says_yes:6} {self.says_no:5} {self.right:5} {self.auc:4.2f} {self.apart:5.3f}"
        )


@dataclass(frozen=True)
class Row:
    """One measure of one board."""

    kind: str
    leaders: int
    seed: int
    measure: str
    n: int
    yes: int
    readers: tuple[Guessed, ...]
    seconds: float

    def __str__(self) -> str:
        board = f"{self.kind:6} {self.leaders:7} {self.seed:4} {self.measure:17} {self.n:4} {self.yes:4}"
        return " | ".join([board, *map(str, self.readers), f"{self.seconds:6.1f}"])


def auc(chance: NDArray[np.float64], truth: Flags) -> float:
    """How often, of two leaders, the one who said yes has the higher chance; alike counts for half."""
    yes = int(truth.sum())
    no = len(truth) - yes
    if not yes or not no:
        return np.nan
    above = rankdata(chance.round(2))[truth].sum() - yes * (yes + 1) / 2
    return float(above / yes / no)


def summed(rows: Sequence[Row], name: str) -> str:
    """Some rows as one of a page: what is said of all their leaders together."""
    of = sum(row.n for row in rows)
    sides = list(zip(*(row.readers for row in rows), strict=True))

    def both(each: Callable[[Sequence[Guessed]], str]) -> str:
        return " / ".join(map(each, sides))

    def right(side: Sequence[Guessed]) -> str:
        said = sum(one.says_yes + one.says_no for one in side)
        return f"{sum(one.right for one in side) / said:.0%}" if said else "-"

    def aucs(side: Sequence[Guessed]) -> str:
        known = [one.auc for one in side if not np.isnan(one.auc)]
        return f"{min(known):.2f}-{max(known):.2f}" if known else "-"

    cells = [
        name,
        str(of),
        both(lambda side: f"{max(one.highest for one in side):.2f}"),
        both(lambda side: f"{sum(one.says_yes for one in side) / of:.0%}"),
        both(lambda side: f"{sum(one.says_no for one in side) / of:.0%}"),
        both(right),
        both(aucs),
    ]
    return f"| {' | '.join(cells)} |"


def _files(kind: str, folder: Path, leaders: int, seed: int) -> tuple[Path, Path]:
    """Export and roster of a board."""
    if kind == "harsh":
        return write_harsh(folder, load_instrument(), leaders, seed)
    write_sample(folder, load_instrument(), leaders, 1, seed)
    return folder / f"responses_{WAVE}.csv", folder / "roster.csv"


def _guesses(kind: str, leaders: int, seed: int) -> Iterator[Row]:
    """Publish a board, and let the reader guess the measures of MEASURES."""
    with tempfile.TemporaryDirectory() as folder:
        export, roster = _files(kind, Path(folder) / "files", leaders, seed)
        home = Home(Path(folder) / "home")
        import_wave(home, Source(export, Wave(WAVE), roster=roster, is_sample=True))
        name = publish_wave(home, Wave(WAVE)).publication
        grouped = grouped_of(home, Wave(WAVE))
        told = Publication.of(vault.read_publication(home, name), vault.read_respondents(home, name), grouped)
    for family in grouped.families.values():
        codes = [member.code for member in family.members]
        wanted = [code for code in MEASURES if code in codes]
        if not wanted:
            continue
        start = time.process_time()
        problem = puzzle_of(grouped, family, ()).with_figures(*told.figures(family))
        guesses = [sampled(problem, SWEEPS, expects) for expects in READERS]
        seconds = time.process_time() - start
        for code in wanted:
            truth = _truth(grouped, family)[:, codes.index(code)]
            read = tuple(Guessed.of(guess, codes.index(code), truth) for guess in guesses if guess)
            yield Row(kind, leaders, seed, code, len(truth), int(truth.sum()), read, seconds)


def _truth(grouped: Grouped, family: Family) -> Flags:
    """Who said yes, to each attribute of a family, of those whom it is about."""
    asked = grouped.yes_no.filter(eligible(grouped.respondents, family.members[0]))
    truth: Flags = asked.select(pl.col(one.code).fill_null(value=False) for one in family.members).to_numpy()
    return truth


def main() -> None:
    """Print one row per measure of a board, and then what they come to."""
    print(HEAD)
    rows: list[Row] = []
    for (leaders, seeds), kind in product(BOARDS.items(), KINDS):
        for row in chain.from_iterable(_guesses(kind, leaders, seed) for seed in range(1, seeds + 1)):
            print(row, flush=True)
            rows.append(row)
    print("\n| figure | leaders | highest yes | yes above .9 | no above .9 | of these right | AUC |")
    print("|---|---|---|---|---|---|---|")
    for code in MEASURES:
        print(summed([row for row in rows if row.measure == code], code))
    for leaders, kind in product(BOARDS, KINDS):
        board = [row for row in rows if (row.leaders, row.kind) == (leaders, kind)]
        for name, inside in (("coverage", False), ("outcomes", True)):
            part = [row for row in board if (row.measure in OUTCOMES) == inside]
            print(summed(part, f"{kind} {leaders}: {name}"))


if __name__ == "__main__":
    main()
