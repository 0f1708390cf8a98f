"""What do contrasts tell of a board, and how often wrongly? Simulated boards with a known truth; for a statistician.

One table, with the figures of the design in brackets; `make prove` prints it, docs/method.md explains it. A board has
a region that lies below the rest, and two others. So many leaders of each say yes, chance says who answers, and counts
become bins of a width, as published. Told is the mean over three sizes of the region and two shares of the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.instruments import contrasts_on, load_instrument
from pipelines.publication.contrasts import Doubt, Side, contrast, rest_of

DAY = dt.date(2026, 7, 1)
NUMBERS, POLICY = contrasts_on(DAY), load_instrument().policy(DAY)
DOUBT = Doubt(*POLICY.silent_odds, POLICY.response_floor, NUMBERS.sure, NUMBERS.relevant, NUMBERS.power)
PARTS, SHARES = (4, 5, 6), (0.7, 0.8)  # the region is a quarter of the board, a fifth, a sixth; share of the rest
RESPONSE, WAVES, PERSISTS = 0.8, 4, 0.8
BEFORE, RESPONSE_IN_TIME, FLIPS, MEASURES = 0.6, 0.85, 0.1, 18  # of the whole board: share before it moved
DRAWS = 400
Ints = NDArray[np.int64]
Board = tuple[int, int]  # leaders, width of a range
GAPS, MOVES = (0.1, 0.2, 0.3, 0.4, 0.5), (0.1, 0.2, 0.3)
# Percent, from the design: told of GAPS in one wave, and of 30 points in four; wrong where nothing differs, with the
# same and with opposite odds of answering (the largest); told of MOVES of the whole board; pages with a wrong word.
DESIGN: dict[Board, tuple[float, ...]] = {
    (60, 3): (3, 21, 40, 57, 67, 59, 0.2, 1.8, 8, 53, 90, 2.0),
    (120, 3): (13, 30, 73, 92, 98, 85, 0.1, 2.4, 19, 82, 100, 0.3),
    (120, 5): (3, 16, 37, 44, 68, 60, 0, 1.0, np.nan, np.nan, np.nan, np.nan),
    (300, 5): (5, 53, 89, 97, 100, 94, 0.1, 1.6, 32, 98, 100, 0),
    (1000, 5): (23, 86, 100, 100, 100, 100, 0, 1.0, np.nan, np.nan, np.nan, np.nan),
}
HEAD = (
    *(f"{gap:.0%}" for gap in GAPS),
    "year 30%",
    "wrong",
    "odds 2",
    *(f"moved {move:.0%}" for move in MOVES),
    "page",
)


def figures(board: Board, draws: int = DRAWS) -> Iterator[float]:
    """The figures of one board, in the order of DESIGN."""
    rng = np.random.default_rng(board)
    for gap in GAPS:
        yield 100 * np.mean(_told(rng, board, draws, gap))
    yield 100 * np.mean(_told(rng, board, draws, 0.3, waves=WAVES))
    yield 100 * np.mean(_told(rng, board, 4 * draws, 0.0))
    yield 100 * np.max(_told(rng, board, 4 * draws, 0.0, odds=2.0))
    for move in MOVES:
        yield 100 * _moved(rng, board, draws, move)
    yield 100 * (1 - (1 - _moved(rng, board, 20 * draws, 0.0)) ** MEASURES)


def _told(
    rng: np.random.Generator, board: Board, draws: int, gap: float, *, waves: int = 1, odds: float = 1.0
) -> list[float]:
    """How often a region is told apart, for every size of it and share of the rest: lower; any word without a gap.

    `odds`: those who say yes answer at so many times the odds of others in the region, and of the reverse elsewhere.
    """
    found = []
    for part in PARTS:
        for share in SHARES:
            sizes = (board[0] // part, board[0] // 2, board[0] - board[0] // part - board[0] // 2)
            answers = [
                _answers(rng, draws, size, share - gap * (at == 0), waves, odds if at == 0 else 1 / odds)
                for at, size in enumerate(sizes)
            ]
            region, one, other = (
                _published(rng, *those, size, board[1]) for those, size in zip(answers, sizes, strict=True)
            )
            x, n = np.sum(answers, axis=0)
            total = _published(rng, x, n, board[0], board[1])
            others = Side(*(edge + edge_other for edge, edge_other in zip(one, other, strict=True)))
            word = contrast(region, rest_of(total, region, others), DOUBT).word
            found.append(float(np.mean(word == "lower" if gap else np.isin(word, ["lower", "higher"]))))
    return found


def _moved(rng: np.random.Generator, board: Board, draws: int, move: float) -> float:
    """How often the whole board is told to have moved, when a tenth answers otherwise without meaning it."""
    leaders, width = board
    before = np.arange(leaders) < round(BEFORE * leaders)
    now = np.arange(leaders) < round((BEFORE + move) * leaders)
    sides = []
    for says_yes in (now, before):
        flipped = says_yes ^ (rng.random((draws, leaders)) < FLIPS / 2)
        answers = rng.random((draws, leaders)) < RESPONSE_IN_TIME
        sides.append(
            _published(rng, *((those.sum(1)[:, None]) for those in (flipped & answers, answers)), leaders, width)
        )
    word = contrast(*sides, replace(DOUBT, retest=NUMBERS.retest)).word
    return float(np.mean(word == "higher" if move else np.isin(word, ["lower", "higher"])))


def _answers(
    rng: np.random.Generator, draws: int, leaders: int, share: float, waves: int, odds: float
) -> tuple[Ints, Ints]:
    """Yes-answers and answers of a region, wave by wave; four of five leaders lean as they did."""
    lasting = rng.random((draws, leaders, 1))
    is_same = rng.random((draws, leaders, waves)) < PERSISTS
    leaning = np.where(is_same, lasting, rng.random((draws, leaders, waves)))
    says_yes = leaning.argsort(1).argsort(1) < round(share * leaders)
    chance = RESPONSE / (1 - RESPONSE) * np.where(says_yes, odds**0.5, odds**-0.5)
    answers = rng.random((draws, leaders, waves)) < chance / (1 + chance)
    return (says_yes & answers).sum(1), answers.sum(1)


def _published(rng: np.random.Generator, x: Ints, n: Ints, leaders: int, width: int) -> Side:
    """Counts as ranges: bins of at least a width, of which chance says which hold the values to spare."""
    bins = np.maximum((n + 1) // np.maximum(width, np.ceil(0.02 * n).astype(int)), 1)
    values, spare = np.divmod(n + 1, bins)
    order = rng.random((*n.shape, int(bins.max())))
    order[np.arange(bins.max()) >= bins[..., None]] = np.inf
    sizes = values[..., None] + (order.argsort(-1).argsort(-1) < spare[..., None])
    ends = np.cumsum(np.where(np.isfinite(order), sizes, 0), -1)
    at = (x[..., None] >= ends).sum(-1)[..., None]
    hi = np.take_along_axis(ends, at, -1)[..., 0] - 1
    lo = hi + 1 - np.take_along_axis(sizes, at, -1)[..., 0]
    return Side(*(np.asarray(edge, float) for edge in (lo, hi, n, np.full_like(n, leaders))))


def main() -> None:
    """Print the table."""
    print(f"{'leaders / width':>15}  " + "  ".join(f"{name:>11}" for name in HEAD))
    for board, design in DESIGN.items():
        cells = (f"{one:.1f} ({of_design:g})" for one, of_design in zip(figures(board), design, strict=True))
        print(f"{f'{board[0]:,} / {board[1]}':>15}  " + "  ".join(f"{cell:>11}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
