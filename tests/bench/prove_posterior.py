"""How well a reader who knows roster and publication can guess; for a privacy officer and a statistician.

Two readers (tests/privacy/posterior.py): the even one holds every answer set alike that fits what was told of a family
of figures, the open one does not know how common an answer is. Sample: an ordinary fictional board; harsh: made to be
hard (tests/bench/harsh.py). Yes: how many said yes. Per reader: the highest chance of yes of any leader; leaders of
whom yes, or no, has a chance above .9; how many of these guesses are true; AUC, how well the chances rank who said yes
above who did not (.50: not at all). Apart: by how much two halves of the chains differ at most, for any leader; what is
far apart is not to be trusted. Below the rows two tables over all boards, as docs/privacy.md has them: sample; harsh.
KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
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
SWEEPS = 50 if QUICK else 600  # at most
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
    publication_class: str
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


def by_figure(rows: Sequence[Row], code: str) -> str:
    """One figure on all boards: those of the sample; the harsh ones. What is counted are leaders."""
    cells = [code]
    parts = [[row for row in rows if (row.kind, row.measure) == (kind, code)] for kind in KINDS]
    cells.append("; ".join(f"{sum(row.yes for row in part)} of {sum(row.n for row in part)}" for part in parts))
    for reader in range(len(READERS)):
        made = [[row.readers[reader] for row in part] for part in parts]
        said = [f"{_sum(part, 'says_yes')}, {_sum(part, 'says_no')}" for part in made]
        cells.append("; ".join(f"{max(one.highest for one in part):.2f}" for part in made))
        cells.append("; ".join(said))
        cells.append(
            "; ".join(_share(_sum(part, "right"), _sum(part, "says_yes") + _sum(part, "says_no")) for part in made)
        )
    first = [[row.readers[0].auc for row in part if not np.isnan(row.readers[0].auc)] for part in parts]
    cells.append(
        "; ".join(f"{np.median(part):.2f} ({min(part):.2f}-{max(part):.2f})" if part else "-" for part in first)
    )
    return f"| {' | '.join(cells)} |"


def by_size(rows: Sequence[Row], leaders: int) -> str:
    """All figures of boards of one size: the share of leaders with yes, and with no, above LIKELY."""
    cells = [str(leaders)]
    for name, reader in product(("coverage", "outcome"), range(len(READERS))):
        said = []
        for kind in KINDS:
            part = [row for row in rows if (row.leaders, row.kind, row.publication_class) == (leaders, kind, name)]
            made, of = [row.readers[reader] for row in part], sum(row.n for row in part)
            said.append(f"{_share(_sum(made, 'says_yes'), of)}, {_share(_sum(made, 'says_no'), of)}")
        cells.append("; ".join(said))
    return f"| {' | '.join(cells)} |"


def _sum(made: Sequence[Guessed], name: str) -> int:
    return sum(getattr(one, name) for one in made)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


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
        wanted = [member for member in family.members if member.code in MEASURES]
        if not wanted:
            continue
        start = time.process_time()
        problem = puzzle_of(grouped, family, ()).with_figures(*told.figures(family))
        guesses = [sampled(problem, SWEEPS, expects) for expects in READERS]
        seconds = time.process_time() - start
        for member in wanted:
            at = codes.index(member.code)
            truth = _truth(grouped, family)[:, at]
            read = tuple(Guessed.of(guess, at, truth) for guess in guesses if guess)
            yield Row(
                kind, leaders, seed, member.code, member.publication_class, len(truth), int(truth.sum()), read, seconds
            )


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
    of_each = [f"{name}: {part}" for name in READERS for part in ("highest yes", "yes, no above .9", "right")]
    print(f"\n| figure | said yes | {' | '.join(of_each)} | AUC, {READERS[0]} |\n|{'---|' * (3 + len(of_each))}")
    for code in MEASURES:
        print(by_figure(rows, code))
    columns = [f"{name}, {reader}: yes, no above .9" for name, reader in product(("coverage", "outcomes"), READERS)]
    print(f"\n| leaders | {' | '.join(columns)} |\n|{'---|' * (1 + len(columns))}")
    for leaders in BOARDS:
        print(by_size(rows, leaders))


if __name__ == "__main__":
    main()
