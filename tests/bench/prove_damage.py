"""Every kind of file, damaged in every way we know: what was seen, named and shown the way back (all of it must be).

KLANKBORD_PROVE=quick: a tenth of the trials.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults import damage

OFTEN, SELDOM = 30, 6  # trials of a kind: of what falls differently each time, and of what does not
SEED = 20261128
SHARE = 10 if os.environ.get("KLANKBORD_PROVE") == "quick" else 1


def main() -> None:
    """Print the table."""
    print(f"{'file':26} {'damage':12} {'tried':>5} {'seen, named, way back':>21} {'wrong':>5}")
    whole_count: Counter[str] = Counter()
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        whole = damage.make_whole(Path(name))
        for kind in damage.KINDS:
            for harm in (*damage.HARMS, *damage.OTHERS):
                count = tried(whole, kind, harm, dice)
                whole_count.update(count)
                if count["tried"]:
                    wrong = count["tried"] - count["seen"]
                    print(f"{kind:26} {harm:12} {count['tried']:5} {count['seen']:21} {wrong:5}", flush=True)
    wrong = whole_count["tried"] - whole_count["seen"]
    print(f"tried = {whole_count['tried']}, wrong = {wrong}")
    if wrong:
        raise SystemExit(1)


def tried(whole: damage.Whole, kind: str, harm: str, dice: random.Random) -> Counter[str]:
    """Some trials of one kind and damage, counted."""
    count: Counter[str] = Counter()
    for _ in range((OFTEN if harm in damage.HARMS else SELDOM) // SHARE or 1):
        try:
            is_tried = damage.trial(whole, kind, harm, dice)
        except AssertionError as mistake:
            print("   ", str(mistake).splitlines()[0])
            count["tried"] += 1
        else:
            count.update(tried=is_tried, seen=is_tried)
    return count


if __name__ == "__main__":
    main()
