"""What an import costs beside a bare DuckDB read_csv and beside pandas; for work on read, conform, score or vault.

Every figure is the CPU of the work alone in a process of its own, medians of alternating runs. The bare read takes
the answers only; an import also reads and keeps a roster as large, under codes in the place of its keys. The floor
does that the cheapest way we know and nothing else: it checks, types, scores and rejects nothing.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# leaders on the roster (three quarters answer), rounds, highest ratio to the bare read by the design
SIZES = ((130_000, 5, 2.5), (1_300_000, 3, 1.5))
TARGET_FLOOR, TARGET_PEAK = 1.75, 1.2  # highest ratio to the floor (docs/decisions/0021); GiB

# In a process of its own, like the ways: the highest memory of a process counts that of whoever started it.
SAMPLE = """
import sys
from pathlib import Path
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
write_sample(Path(sys.argv[1]), load_instrument(), leaders=int(sys.argv[2]), waves=1, seed=1)
"""
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
READ = (
    "duckdb.connect(str(out / '{0}.duckdb')).execute('create table bare as from read_csv($file)', {{'file': str({1})}})"
)
BARE = MEASURE.format(prepare="import duckdb", work=READ.format("answers", "export"))
BOTH = MEASURE.format(
    prepare="import duckdb",
    work=READ.format("answers", "export") + "\n" + READ.format("roster", "folder / 'roster.csv'"),
)
FLOOR = MEASURE.format(
    prepare="import duckdb\nimport polars as pl\nfrom polars import selectors as cs\n"
    "from pipelines.ground.settings import Home\nfrom pipelines.vault.codes import leader_codes, make_secret",
    work="""
def numbered(file):
    heads = pl.read_csv(file, n_rows=0).columns
    kinds = {head: pl.String if head.endswith('_key') else pl.Categorical for head in heads}
    return pl.read_csv(file, schema_overrides=kinds).with_columns(cs.categorical().to_physical())

make_secret(Home(out))
roster, answers = numbered(folder / 'roster.csv'), numbered(export)
known = roster.select('leader_key', code=leader_codes(Home(out), roster['leader_key']))
answers = answers.join(known, on='leader_key', how='left', maintain_order='left').drop('leader_key')
roster = roster.with_columns(leader_key=known['code'])
with duckdb.connect(str(out / 'kept.duckdb')) as kept:
    kept.execute('create table answers as from answers')
    kept.execute('create table roster as from roster')
""",
)
PANDAS = MEASURE.format(prepare="import pandas", work="pandas.read_csv(export).to_parquet(out / 'bare.parquet')")
OURS = "from pipelines.flow import Source, import_wave\nfrom pipelines.ground.settings import Home"
IMPORT = MEASURE.format(prepare=OURS, work="import_wave(Home(out), Source(export, wave, roster=folder / 'roster.csv'))")
ALONE = MEASURE.format(prepare=OURS, work="import_wave(Home(out), Source(export, wave))")
WAYS = {
    "bare read_csv": BARE,
    "bare, with roster": BOTH,
    "floor": FLOOR,
    "pandas, parquet": PANDAS,
    "import, no roster": ALONE,
    "klankbord import": IMPORT,
}


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
        subprocess.run([sys.executable, "-c", SAMPLE, folder, str(leaders)], check=True)
        export = next(Path(folder).glob("responses_*.csv"))
        wave = export.stem.removeprefix("responses_")
        with export.open(encoding="utf-8") as lines:
            rows = sum(1 for _ in lines) - 1
        runs = [{way: run(script, Path(folder), wave) for way, script in WAYS.items()} for _ in range(rounds)]
    cpu = {way: statistics.median(one[way][0] for one in runs) for way in WAYS}
    peak = {way: max(one[way][1] for one in runs) for way in WAYS}
    print(f"Import of {rows:,} responses, median of {rounds}")
    for way in WAYS:
        ratio = cpu[way] / cpu["bare read_csv"]
        print(f"  {way:<18}{cpu[way]:8.2f} s CPU {ratio:6.2f} x {peak[way]:8.2f} GiB")
    ours = cpu["klankbord import"]
    bare = ours / cpu["bare read_csv"]
    print(f"  design: <= {target} x the bare read, which is {bare:.2f} x; peak <= {TARGET_PEAK} GiB")
    print(f"  target: <= {TARGET_FLOOR} x the floor, which is {ours / cpu['floor']:.2f} x")


def main() -> None:
    """One table per size."""
    for size in SIZES:
        measure(*size)


if __name__ == "__main__":
    main()
