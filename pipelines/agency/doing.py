"""Doing the work of one board: its command lines, each in a process of its own, here or on a Dask worker.

In go paths and words, out comes an exit code; all else stays in the files of the board, on the storage of the agency.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from typing import BinaryIO

PROGRAM = ("-m", "pipelines.cli")
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
PRIVATE = 0o600


def do(steps: tuple[tuple[str, ...], ...], place: str) -> int:
    """Run command lines one after the other; what they say is in place.out and place.err. The highest exit code.

    A process that a signal ended has minus the number of the signal, which counts as the highest. While a process of a
    run that was killed is still at work for this board, this waits for it: it holds the lock.
    """
    with _private(f"{place}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _private(f"{place}.out") as out, _private(f"{place}.err") as err:
            for file in (out, err):
                file.truncate(0)
            codes = [
                subprocess.run(
                    [sys.executable, *PROGRAM, *words],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    env={**os.environ, **ONE_THREAD},
                    pass_fds=[lock.fileno()],
                    check=False,
                ).returncode
                for words in steps
            ]
            for file in (out, err):
                os.fsync(file.fileno())
    return min(codes) if min(codes) < 0 else max(codes)


def _private(path: str) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE), "ab")
