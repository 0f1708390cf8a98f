"""Ten minutes of broken and hostile files: whatever comes, a wave is whole or refused in one sentence."""

import json
import subprocess
import sys
import time

from pipelines.ground.settings import ROOT

MINUTES, WORKERS = 10, 2
LIMIT = 2.0  # GiB
PATIENCE = 300  # seconds after the last trial began


def main() -> int:
    """Print one table: trials, what came of them, the highest memory; 1 when anything failed."""
    start = int(time.time())
    seeds = [0, *range(start, start + WORKERS - 1)]  # seed 0 begins with the bombs
    command = [sys.executable, "-m", "tests.faults.fuzzing"]
    running = [
        subprocess.Popen(
            [*command, str(seed), f"{60 * MINUTES}s"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for seed in seeds
    ]
    told, noise = [], []
    for process in running:
        try:
            out, err = process.communicate(timeout=max(1, start + 60 * MINUTES + PATIENCE - time.time()))
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        noise.append(err.decode(errors="replace"))
        told.append(json.loads(out) if process.returncode == 0 else {"failures": ["the process died"], "outcomes": {}})
    failures = [failure for one in told for failure in one["failures"]]
    outcomes: dict[str, int] = {}
    for one in told:
        for outcome, count in one["outcomes"].items():
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    peak = max(one.get("peak_gib", 0) for one in told)
    print(f"Fuzzing the import for {MINUTES} minutes, seeds {seeds}")
    print(f"  trials {sum(outcomes.values()):,}   failures {len(failures)}   peak {peak:.2f} GiB, limit {LIMIT}")
    for outcome, count in sorted(outcomes.items(), key=lambda one: -one[1]):
        print(f"  {outcome:<22}{count:>7,}")
    print("".join(f"  FAILED {failure}\n" for failure in failures) + "".join(noise), end="")
    return int(bool(failures) or peak >= LIMIT or any(noise))


if __name__ == "__main__":
    sys.exit(main())
