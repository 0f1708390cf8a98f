"""What it costs to start a command: none may load the libraries of a whole wave for a few words on the screen."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.homes import walk

ROUNDS = 7
MEBI = 1024  # KiB
LEADERS, ROWS = 120, 100
TOLD = "VmHWM:"  # the kernel's word for the most memory a process ever held, in KiB
START = f"""
import atexit, sys
def tell():
    print(next(line for line in open("/proc/self/status") if {TOLD!r} in line), file=sys.stderr)
atexit.register(tell)
"""
COMMAND = f"{START}from pipelines.cli import main; main()"


def cost(arguments: list[str]) -> tuple[float, float]:
    """CPU seconds and MiB at most of one process, its start included; a command that fails is no measurement."""
    before = os.times()
    done = subprocess.run([sys.executable, "-c", *arguments], check=True, capture_output=True, text=True)
    after = os.times()
    told = next(line for line in done.stderr.splitlines() if line.startswith(TOLD))
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return used, int(told.split()[1]) / MEBI


def main() -> None:
    """Print one table: the bare interpreter and three commands, with what each may cost."""
    with tempfile.TemporaryDirectory() as folder:
        home = walk(Path(folder), LEADERS, 2)
        sample = home.parent / "sample"
        export = Path(folder) / "export.csv"
        wave = sorted(sample.glob("responses_*.csv"))[-1]
        export.write_text("".join(wave.read_text(encoding="utf-8").splitlines(keepends=True)[: ROWS + 1]), "utf-8")
        named = wave.stem.removeprefix("responses_")
        check = ["check", str(export), "--wave", named, "--roster", str(sample / "roster.csv")]
        print(f"Start of a command, median of {ROUNDS}; board of {LEADERS}")
        for name, arguments, target in (
            ("python -c pass", [START], ""),
            ("klankbord --help", [COMMAND, "--help"], "<= 0.25 s"),
            ("klankbord waves", [COMMAND, "waves", "--home", str(home)], "<= 0.80 s"),
            (f"klankbord check, {ROWS} rows", [COMMAND, *check, "--home", f"{folder}/new"], "<= 1.00 s, 170 MiB"),
        ):
            rounds = [cost(arguments) for _ in range(ROUNDS)]
            seconds, size = (statistics.median(one[place] for one in rounds) for place in (0, 1))
            print(f"  {name:26} {seconds:.2f} s CPU  {size:4.0f} MiB   {target}")


if __name__ == "__main__":
    main()
