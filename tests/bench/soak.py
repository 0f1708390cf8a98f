"""Does memory level off? Twenty-five people come, change things, leave and come back as new, a whole day in minutes.

`python -m tests.bench.soak [MINUTES]`; without words 20 minutes.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.bench.load import Look, Seen, read, usage
from tests.browser.serving import answering, free_port
from tests.homes import walk

PEOPLE, EVERY = 25, 2.0  # a change per person, seconds
VISIT = (20.0, 60.0)  # seconds somebody stays
REST = 150.0  # seconds after all have left; Streamlit keeps a left session for two minutes
PAGES = ("", "coverage", "pillars", "schools", "starters", "asking", "risk", "trend", "accountability")
QUERIES: dict[str, tuple[str, ...]] = {
    "region": ("Noord", "Oost", "Zuid", "West"),
    "split": ("region", "school_type", "experience_band"),
    "wave": ("2026Q3", "2026Q2", "2026Q1"),
    "lang": ("nl", "en"),
}


def some_look(draw: random.Random) -> Look:
    """Any page with any choices, so that every cache is filled."""
    return draw.choice(PAGES), {name: draw.choice(values) for name, values in QUERIES.items() if draw.random() < 0.5}


async def stay(address: str, seen: Seen, draw: random.Random, is_over: Callable[[], bool]) -> None:
    """One person: visits of a minute or less, one after another."""
    while not is_over():
        leaves = time.monotonic() + draw.uniform(*VISIT)
        looks = [some_look(draw) for _ in range(30)]
        await read(address, looks, lambda leaves=leaves: is_over() or time.monotonic() > leaves, EVERY, seen, draw)


async def watch(
    process: int, seen: Seen, samples: list[tuple[float, int, int, int]], is_over: Callable[[], bool]
) -> None:
    """Minutes, visits, changes and MiB, each ten seconds."""
    start = time.monotonic()
    while not is_over():
        await asyncio.sleep(10)
        samples.append(((time.monotonic() - start) / 60, len(seen.first), len(seen.again), usage(process)[1]))


def main(minutes: float) -> None:
    """Print a row per tenth of the time, and how memory moves in the second half."""
    seen, samples = Seen(), []
    with tempfile.TemporaryDirectory() as folder:
        home, port = walk(Path(folder), leaders=120, waves=3), free_port()
        started = [sys.executable, "-m", "dashboard", "serve", "--home", str(home), "--port", str(port)]
        with answering(started, port, Path(folder) / "log") as process:
            rest, end = usage(process)[1], time.monotonic() + 60 * minutes

            async def all_of_them() -> None:
                people = (
                    stay(f"http://127.0.0.1:{port}", seen, random.Random(number), lambda: time.monotonic() > end)
                    for number in range(PEOPLE)
                )
                await asyncio.gather(watch(process, seen, samples, lambda: time.monotonic() > end), *people)

            asyncio.run(all_of_them())
            time.sleep(REST)
            after = usage(process)[1]
    if seen.errors:
        raise SystemExit(f"the load is no measurement: {seen.errors[0]}")
    print(f"{PEOPLE} people, a change each {EVERY:.0f} s, visits of {VISIT[0]:.0f} to {VISIT[1]:.0f} s")
    print(f"  {'minute':>6} {'visits':>7} {'changes':>8} {'MiB':>5}")
    print(f"  {0:6} {0:7} {0:8} {rest:5}")
    for minute, visits, changes, memory in samples[:: max(1, len(samples) // 10)] + samples[-1:]:
        print(f"  {minute:6.1f} {visits:7} {changes:8} {memory:5}")
    half = np.array(samples[len(samples) // 2 :], dtype=float)
    slope = np.polyfit(half[:, 2] / 1000, half[:, 3], 1)[0]
    print(f"second half: {slope:+.2f} MiB per 1,000 changes; {REST:.0f} s after all left: {after} MiB")
    highest, half_of, most = max(sample[3] for sample in samples), seen.quantile(0.5), seen.quantile(0.95)
    print(f"highest {highest} MiB; a change took {half_of:.2f} s at the median, {most:.2f} s at the 95th percentile")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
