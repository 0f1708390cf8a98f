"""What it costs to start a command: `klankbord --help` must not load the libraries of a whole wave."""

import os
import statistics
import subprocess
import sys

ROUNDS = 7
TARGET = 0.3


def cpu(arguments: list[str]) -> float:
    """CPU seconds of one process, its start included."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def main() -> None:
    """Print one table: the bare interpreter and the help text."""
    print(f"Start of a command, median of {ROUNDS}; target for --help < {TARGET} s CPU")
    for name, arguments in {
        "python -c pass": ["-c", "pass"],
        "klankbord --help": ["-c", "from pipelines.cli import main; main()", "--help"],
    }.items():
        print(f"  {name:18} {statistics.median(cpu(arguments) for _ in range(ROUNDS)):.2f} s CPU")


if __name__ == "__main__":
    main()
