"""Twenty-five people read for three minutes while a wave is imported and published: no error page, no mix of two
snapshots. KLANKBORD_PROVE=quick: half a minute.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.flow import Source, import_wave, publish_wave, unpublished
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.bench.load import Look, Seen, load
from tests.browser.serving import serving
from tests.patience import LOOK_AGAIN

PEOPLE, EVERY = 25, 10.0  # one change per person, seconds
SECONDS = 30 if os.environ.get("KLANKBORD_PROVE") == "quick" else 180
LOOKS: tuple[Look, ...] = (
    ("", {}),
    ("coverage", {"region": "Noord"}),
    ("coverage", {"split": "school_type"}),
    ("pillars", {}),
    ("starters", {}),
    ("risk", {}),
    ("trend", {}),
    ("accountability", {}),
)


def read_while_publishing(
    home: Home, export: Path, roster: Path, people: int, every: float, is_enough: Callable[[Seen], bool]
) -> Seen:
    """Let people read; once all have a page, another process imports and publishes a wave. They read on until that is
    done and it is enough.
    """
    words = [sys.executable, "-m", "pipelines.cli"]
    told = ["--wave", export.stem.removeprefix("responses_"), "--home", str(home.path)]
    codes: list[int] = []
    seen, is_published, is_over = Seen(), threading.Event(), threading.Event()

    def steward() -> None:
        while len(seen.first) < people and not is_over.wait(LOOK_AGAIN):
            pass
        for command in (["import", str(export), "--roster", str(roster)], ["publish"]):
            codes.append(subprocess.run([*words, *command, *told], capture_output=True, check=False).returncode)
        is_published.set()

    with serving(home.path) as address:
        publishing = threading.Thread(target=steward)
        publishing.start()
        try:
            load(address, people, LOOKS, lambda: is_published.is_set() and is_enough(seen), every, seen)
        finally:
            is_over.set()
            publishing.join()
        # Who comes now sees the new wave at once.
        late = load(address, 1, LOOKS, lambda: True, every)
    assert codes == [0, 0]
    seen.snapshots |= late.snapshots
    return seen


def board(folder: Path, waves: int) -> tuple[Home, Path, Path]:
    """A board of 120 of which all waves but the newest are published: its home, the newest export, the roster."""
    home, sample = Home(folder / "home"), folder / "sample"
    write_sample(sample, load_instrument(), 120, waves, 9)
    *earlier, newest = sorted(sample.glob("responses_*.csv"))
    for file in earlier:
        import_wave(home, Source(file, file.stem.removeprefix("responses_"), roster=sample / "roster.csv"))
    for wave in unpublished(home):
        publish_wave(home, wave)
    return home, newest, sample / "roster.csv"


def main() -> None:
    """Print one row."""
    with tempfile.TemporaryDirectory() as name:
        end = time.monotonic() + SECONDS
        seen = read_while_publishing(*board(Path(name), 4), PEOPLE, EVERY, lambda _: time.monotonic() > end)
    print(f"{PEOPLE} people, {SECONDS} s, a change each {EVERY:.0f} s, a wave published meanwhile")
    print(f"{'changes':>8} {'p50 s':>6} {'p95 s':>6} {'first p50':>9} {'errors':>7} {'mixes':>6} snapshots seen")
    first = sorted(seen.first)[len(seen.first) // 2]
    print(
        f"{len(seen.again):8} {seen.quantile(0.5):6.2f} {seen.quantile(0.95):6.2f} {first:9.2f} {len(seen.errors):7}"
        f" {seen.mixes:6} {' '.join(sorted(seen.snapshots))}"
    )
    for error in sorted(set(seen.errors))[:5]:
        print("   ", error)
    if seen.errors or seen.mixes or len(seen.snapshots) < 2:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
