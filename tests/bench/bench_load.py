"""What 1, 10, 25 and 50 people cost the server, beside the page one would write first; for whoever hosts it.

Each person changes something once in ten seconds; both servers are asked in turn within one run. KLANKBORD_BENCH=quick:
1 and 10 people, ten seconds.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.load import Look, load, usage
from tests.bench.prove_load import LOOKS
from tests.browser.serving import answering, free_port
from tests.homes import walk

QUICK = os.environ.get("KLANKBORD_BENCH") == "quick"
PEOPLE, SECONDS, EVERY = ((1, 10), 10.0, 5.0) if QUICK else ((1, 10, 25, 50), 40.0, 10.0)
TARGET = "target: 50 people, p95 <= 1 s, first page <= 3 s warm"
NAIVE: tuple[Look, ...] = (("", {}),)


def main() -> None:
    """Print one table: server, people, and what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        home = walk(Path(folder), leaders=120, waves=3)
        print(f"Load, {SECONDS:.0f} s each, a change per person each {EVERY:.0f} s; {TARGET}")
        print(f"  {'server':10} {'people':>6} {'changes':>7} {'p50 s':>6} {'p95 s':>6} {'first s':>7}", end=" ")
        print(f"{'CPU ms/change':>13} {'kB/change':>9} {'MiB':>5} {'MiB/person':>10}")
        for name in ("klankbord", "naive"):
            port = free_port()
            ours = ["-m", "dashboard", "serve", "--home", str(home), "--port", str(port)]
            naive = ["-m", "streamlit", "run", "tests/bench/naive_page.py", "--server.port", str(port)]
            naive += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
            started = [sys.executable, *(ours if name == "klankbord" else naive)]
            place = {**os.environ, "KLANKBORD_HOME": str(home)}
            with answering(started, port, Path(folder) / "log", place) as process:
                address, looks = f"http://127.0.0.1:{port}", LOOKS if name == "klankbord" else NAIVE
                load(address, 1, looks, lambda: True, EVERY)  # warm
                rest = usage(process)[1]
                for people in PEOPLE:
                    cpu, end = usage(process)[0], time.monotonic() + SECONDS
                    seen = load(address, people, looks, lambda end=end: time.monotonic() > end, EVERY)
                    if seen.errors:
                        raise SystemExit(f"the load is no measurement: {seen.errors[0]}")
                    used, memory = usage(process)
                    runs = len(seen.again) + len(seen.first)
                    half, most = seen.quantile(0.5), seen.quantile(0.95)
                    print(
                        f"  {name:10} {people:6} {len(seen.again):7} {half:6.2f} {most:6.2f}"
                        f" {statistics.median(seen.first):7.2f} {1000 * (used - cpu) / runs:13.0f}"
                        f" {seen.kilobytes / runs:9.0f} {memory:5} {(memory - rest) / people:10.1f}"
                    )


if __name__ == "__main__":
    main()
