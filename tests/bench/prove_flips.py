"""The flip test, long: other answers that stay inside every band give the same snapshot; for a privacy officer.

Boards of which everybody answers, over one wave and two. One leader changes sides on one question, or two change
places, in the same or other groups. Alike: flips after which every band is as it was. Differing: of those, flips after
which a table of the snapshot is another one; figures of models may move by whole steps of their grid and are left out.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from tests.privacy.flips import WAVES, Board, bands, differing, drawn_flips

BOARDS = {30: WAVES, 44: WAVES[-1:], 64: WAVES[-1:], 90: WAVES[-1:], 120: WAVES}
FLIPS = 30


def main() -> None:
    """Print one row per board."""
    print(f"{'leaders':>7} {'waves':>5} {'flips':>5} {'alike':>5} {'differing':>9}")
    leaks = 0
    for size, waves in BOARDS.items():
        with tempfile.TemporaryDirectory() as folder:
            board = Board(Path(folder), size, waves)
            first = board.publish("base")
            others = [board.publish(str(n), flip) for n, flip in enumerate(drawn_flips(board, random(size), FLIPS))]
        alike = [other for other in others if bands(first).equals(bands(other))]
        found = sum(differing(first, other) != [] for other in alike)
        leaks += found
        print(f"{size:7} {len(waves):5} {FLIPS:5} {len(alike):5} {found:9}", flush=True)
    if leaks:
        raise SystemExit("a snapshot tells answers apart that its bands do not")


def random(size: int) -> np.random.Generator:
    """Other flips than the tests draw."""
    return np.random.default_rng((size, 2))


if __name__ == "__main__":
    main()
