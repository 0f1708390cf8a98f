"""What an import costs beside a bare DuckDB read_csv and beside pandas; for work on read, conform, score or vault.

Every figure is the CPU of the work alone in a process of its own, medians of alternating runs.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.instruments import load_instrument
from pipelines.sample import write_sample

# leaders on the roster (three quarters answer), rounds, highest ratio to the bare read
SIZES = ((130_000, 3, 2.5), (1_300_000, 1, 1.5))
TARGET_PEAK = 1.2  # GiB

MEASURE = """
import json, resource, sys, time
from pathlib import Path
{prepare}
folder, wave, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
export = folder / f"responses_{{wave}}.csv"
start = time.process_time()
{work}
cpu = time.process_time() - start
print(json.dumps([cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20]))
"""
BARE = MEASURE.format(
    prepare="import duckdb",
    work="duckdb.connect(str(out / 'bare.duckdb')).execute("
    "'create table answers as from read_csv($file)', {'file': str(export)})",
)
PANDAS = MEASURE.format(prepare="import pandas", work="pandas.read_csv(export).to_parquet(out / 'bare.parquet')")
IMPORT = MEASURE.format(
    prepare="from pipelines.flow import Source, import_wave\nfrom pipelines.settings import Home",
    work="import_wave(Home(out), Source(export, wave, roster=folder / 'roster.csv'))",
)


def run(script: str, folder: Path, wave: str) -> tuple[float, float]:
    """CPU seconds and peak GiB of one piece of work."""
    with tempfile.TemporaryDirectory() as out:
        told = subprocess.run(
            [sys.executable, "-c", script, str(folder), wave, out], check=True, capture_output=True, text=True
        )
    cpu, peak = json.loads(told.stdout.splitlines()[-1])
    return cpu, peak


def measure(leaders: int, rounds: int, target: float) -> None:
    """Print one table: each way with its CPU and memory, then the ratio beside its target."""
    with tempfile.TemporaryDirectory() as folder:
        write_sample(Path(folder), load_instrument(), leaders=leaders, waves=1, seed=1)
        export = next(Path(folder).glob("responses_*.csv"))
        wave = export.stem.removeprefix("responses_")
        with export.open(encoding="utf-8") as lines:
            rows = sum(1 for _ in lines) - 1
        ways = {"bare read_csv": BARE, "pandas, parquet": PANDAS, "klankbord import": IMPORT}
        runs = [{way: run(script, Path(folder), wave) for way, script in ways.items()} for _ in range(rounds)]
    cpu = {way: statistics.median(one[way][0] for one in runs) for way in ways}
    peak = {way: max(one[way][1] for one in runs) for way in ways}
    print(f"Import of {rows:,} responses, median of {rounds}")
    for way in ways:
        print(f"  {way:<18}{cpu[way]:8.2f} s CPU {peak[way]:8.2f} GiB")
    ratio = cpu["klankbord import"] / cpu["bare read_csv"]
    print(f"  ratio to the bare read {ratio:.2f}, target <= {target}; peak target <= {TARGET_PEAK} GiB")


def main() -> None:
    """One table per size."""
    for size in SIZES:
        measure(*size)


if __name__ == "__main__":
    main()
