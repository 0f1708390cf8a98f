"""What a reader who knows all but the key can conclude, written out in full on tiny boards; for a statistician.

Every count vector and every draw of edges, redraw, rung and coin of boards of 12 to 25 leaders in two or three regions:
the whole distribution of publications under each count vector (docs/proof.md). Impossible: count vectors that fit what
was told and could not have led to it. Certain: regions of which everybody's answer follows. Odds: the largest factor by
which any publication moves the odds between two count vectors that fit it, and the same for nine in ten publications,
by how often they come. KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

import os
import time

import numpy as np

from tests.privacy.exact import Bands, Tiny, Vector, largest_odds_move, leaders_certain

QUICK = os.environ.get("KLANKBORD_PROVE") == "quick"
BOARDS = [
    (5, 7),
    (6, 6),
    (6, 9),
    (9, 9),
    (5, 5, 5),
    (5, 6, 7),
    (6, 6, 6),
    (5, 7, 9),
    (7, 7, 7),
    (5, 9, 9),
    (8, 8, 8),
    (10, 11),
    (11, 13),
]
CLASSES = {"coverage": 5, "outcome": 10}
MOST = 0.9  # of publications
HEAD = (
    "regions      class     vectors  publications  refused draws  impossible  certain  odds: most  in 9 of 10  seconds"
)


def common_odds(chances: dict[Bands, dict[Vector, float]], vectors: int) -> float:
    """The largest move of odds in MOST of all publications, when every count vector is alike."""
    moves = np.array([largest_odds_move(told) for told in chances.values()])
    weights = np.array([sum(told.values()) / vectors for told in chances.values()])
    order = np.argsort(moves)
    return float(moves[order][np.searchsorted(np.cumsum(weights[order]), MOST)])


def main() -> None:
    """Print one row per board."""
    print(HEAD)
    faults = 0
    for sizes in BOARDS[:3] if QUICK else BOARDS:
        for name, k in CLASSES.items():
            if min(sizes) < k:
                continue
            start = time.monotonic()
            tiny = Tiny(sizes, k)
            chances = tiny.likelihoods()
            impossible = sum(len(set(tiny.fitting(bands)) - set(told)) for bands, told in chances.items())
            certain = sum(leaders_certain(list(told), sizes) for told in chances.values())
            faults += impossible + certain
            refused = sum(not safe for safe in tiny.safe.values())
            print(
                f"{'+'.join(map(str, sizes)):12} {name:9} {len(tiny.vectors):7} {len(chances):13} "
                f"{refused:5} of {len(tiny.safe):5} {impossible:11} {certain:8} "
                f"{max(map(largest_odds_move, chances.values())):11.2f} "
                f"{common_odds(chances, len(tiny.vectors)):11.2f} "
                f"{time.monotonic() - start:8.1f}",
                flush=True,
            )
    if faults:
        raise SystemExit("a reader can discard answers")


if __name__ == "__main__":
    main()
