"""How cost grows with leaders and with waves: CPU of import, aggregate, audit, a page; the slope says how steeply.

A slope of 1 is in proportion; from plan and audit together no more than MOST_SLOPE is asked, and MOST_SECONDS of the
largest board. KLANKBORD_BENCH=quick: small boards, three waves.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from pipelines.counting import count, load
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.dice import Dice
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection import Draw, plan_families, prove
from pipelines.sample import write_sample
from tests import walled
from tests.bench.bench_pages import APP, cpu_ms
from tests.bench.harsh import WAVE, write_harsh
from tests.boards import grouped_of

QUICK = os.environ.get("KLANKBORD_BENCH") == "quick"
LEADERS, WAVES, BOARD = ((100, 400), 3, 60) if QUICK else ((120, 500, 1000, 2000, 10_000), 8, 120)
RERUNS = 5
PROVING = "plan and audit"
MOST_SLOPE, MOST_SECONDS = 1.2, 120


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of the work, and what it gave."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def of_board(folder: Path, leaders: int) -> dict[str, float]:
    """CPU seconds of each step for one wave of a board."""
    instrument, home = load_instrument(), Home(folder / "home")
    export, roster = write_harsh(folder / "files", instrument, leaders, 1)
    importing, _ = cpu(lambda: import_wave(home, Source(export, WAVE, roster=roster, is_sample=True)))

    def aggregated() -> Any:
        material = grouped_of(home, WAVE)
        return material, count(material)

    aggregating, (material, counts) = cpu(aggregated)
    record = load(home, Wave(WAVE))
    planning, plans = cpu(lambda: plan_families(home, record.now, material.structure, lambda _: None))
    draw = Draw(PublicationId.of(Wave(WAVE), 1), Dice(b"bench"))
    auditing, _ = cpu(lambda: prove(material, counts, plans, draw, (), (), lambda _: None))
    publish_wave(home, WAVE)
    os.environ["KLANKBORD_HOME"] = str(home.path)
    walled.stand()
    page = AppTest.from_file(str(APP))
    cpu_ms(page)
    rerun = statistics.median(cpu_ms(page) for _ in range(RERUNS)) / 1000
    return {
        "import": importing,
        "aggregate": aggregating,
        "plan of a year": planning,
        "audit": auditing,
        PROVING: planning + auditing,
        "page rerun": rerun,
    }


def main() -> None:
    """Print two tables."""
    with tempfile.TemporaryDirectory() as name:
        of_board(Path(name) / "warm", LEADERS[0])
        rows = {leaders: of_board(Path(name) / str(leaders), leaders) for leaders in LEADERS}
        print(
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\nCPU seconds by leaders"
            + " " * 6
            + "".join(f"{leaders:>8}" for leaders in LEADERS)
            + "   log-log slope"
        )
        for step in rows[LEADERS[0]]:
            costs = [rows[leaders][step] for leaders in LEADERS]
            slope = np.polyfit(np.log(LEADERS), np.log(costs), 1)[0]
            missed = step == PROVING and not QUICK and (slope > MOST_SLOPE or costs[-1] > MOST_SECONDS)
            print(
                f"  {step:26}" + "".join(f"{cost:8.2f}" for cost in costs) + f"   {slope:13.2f}" + "  too much" * missed
            )
        sample, home = Path(name) / "sample", Home(Path(name) / "waves")
        write_sample(sample, load_instrument(), BOARD, WAVES, 9)
        costs = []
        for file in sorted(sample.glob("responses_*.csv")):
            wave = file.stem.removeprefix("responses_")
            import_wave(home, Source(file, wave, roster=sample / "roster.csv", is_sample=True))
            costs.append(cpu(lambda wave=wave: publish_wave(home, wave))[0])
        print(f"CPU seconds to publish wave 1 to {WAVES} of a board of {BOARD}: no wave is audited again")
        print("  " + " ".join(f"{cost:.1f}" for cost in costs))


if __name__ == "__main__":
    main()
