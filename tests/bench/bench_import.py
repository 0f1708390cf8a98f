"""What an import costs beside a bare DuckDB read_csv of the same file; for work on read, conform or score.

Every figure is the CPU of the work alone in a process of its own, medians of three alternating runs.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.instruments import load_instrument
from pipelines.sample import write_sample

LEADERS = 130_000  # on the roster; about 100,000 answer
ROUNDS = 3
TARGET_RATIO, TARGET_PEAK = 2.5, 1.2

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


def main() -> None:
    """Print one table: each way with its CPU and memory, then the ratio beside its target."""
    with tempfile.TemporaryDirectory() as folder:
        write_sample(Path(folder), load_instrument(), leaders=LEADERS, waves=1, seed=1)
        export = next(Path(folder).glob("responses_*.csv"))
        wave = export.stem.removeprefix("responses_")
        with export.open(encoding="utf-8") as lines:
            rows = sum(1 for _ in lines) - 1
        runs = [(run(BARE, Path(folder), wave), run(IMPORT, Path(folder), wave)) for _ in range(ROUNDS)]
    bare, ours = (statistics.median(pair[way][0] for pair in runs) for way in (0, 1))
    bare_peak, peak = (max(pair[way][1] for pair in runs) for way in (0, 1))
    print(f"Import of {rows:,} responses, median of {ROUNDS} runs")
    print(f"  bare read_csv      {bare:6.2f} s CPU   {bare_peak:5.2f} GiB")
    print(f"  klankbord import   {ours:6.2f} s CPU   {peak:5.2f} GiB")
    print(f"  ratio {ours / bare:.2f}, target <= {TARGET_RATIO}; peak target <= {TARGET_PEAK} GiB")


if __name__ == "__main__":
    main()
