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
from pathlib import Path

from pipelines.flow import Source, import_wave, publish_wave, unpublished
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.bench.load import Look, Seen, load
from tests.browser.serving import serving

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


def read_while_publishing(home: Home, export: Path, roster: Path, people: int, seconds: float) -> Seen:
    """Let people read; a third of the way another process imports and publishes a wave."""
    wave, start = export.stem.removeprefix("responses_"), time.monotonic()
    words = [sys.executable, "-m", "pipelines.cli"]
    failed: list[int] = []

    def steward() -> None:
        time.sleep(seconds / 3)
        for more in (["import", str(export), "--wave", wave, "--roster", str(roster)], ["publish", "--wave", wave]):
            done = subprocess.run([*words, *more, "--home", str(home.path)], capture_output=True, check=False)
            failed.append(done.returncode)

    with serving(home.path) as address:
        publishing = threading.Thread(target=steward)
        publishing.start()
        seen = load(address, people, LOOKS, lambda: time.monotonic() > start + seconds, EVERY)
        publishing.join()
        # Who comes now sees the new wave at once.
        late = load(address, 1, LOOKS, lambda: True, EVERY)
    assert failed == [0, 0]
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
        seen = read_while_publishing(*board(Path(name), 4), PEOPLE, SECONDS)
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
