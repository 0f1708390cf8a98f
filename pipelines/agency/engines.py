"""Engines: what does the works of a run, on this computer or on the workers of a Dask scheduler."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.agency.doing import do
from pipelines.agency.works import Work
from pipelines.ground.errors import Refused

PATIENCE = 30  # seconds to wait for a scheduler

# Works and the folder of their messages -> each work as it ends, with its exit code; None where it could not be done.
Engine = Callable[[Sequence[Work], Path], Iterator[tuple[Work, int | None]]]


def here(workers: int | None = None) -> Engine:
    """Processes on this computer, as many at a time as there are workers; without a number: as there are cores."""
    count = workers or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())

    def engine(works: Sequence[Work], folder: Path) -> Iterator[tuple[Work, int | None]]:
        pool = ThreadPoolExecutor(count)  # each thread only waits for a process
        try:
            begun = {pool.submit(do, work.steps, _place(folder, work)): work for work in works}
            for future in as_completed(begun):
                yield begun[future], _code(future)
        finally:
            pool.shutdown(cancel_futures=True)

    return engine


def on_dask(address: str) -> Engine:
    """The workers of a Dask scheduler, which see the same folders under the same names.

    Raises Refused without the library, or when nobody answers there.
    """
    try:
        import distributed
    except ImportError as lacking:
        raise Refused("agency_no_dask") from lacking
    try:
        place = urlsplit(address)
        # A client that finds nobody needs a minute to let go.
        socket.create_connection((place.hostname or "", place.port or 0), PATIENCE).close()
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as failure:
        raise Refused("agency_scheduler", address=address) from failure

    def engine(works: Sequence[Work], folder: Path) -> Iterator[tuple[Work, int | None]]:
        with client:
            # Not pure: the same command line is to be run again, not remembered.
            begun = {client.submit(do, work.steps, _place(folder, work), pure=False): work for work in works}
            for future in distributed.as_completed(begun, loop=client.loop):
                yield begun[future], _code(future)

    return engine


def _place(folder: Path, work: Work) -> str:
    return str(folder / work.board)


def _code(future: Any) -> int | None:
    """How a work ended; None where it could not begin: no folder, no memory, a worker that died."""
    try:
        return int(future.result())
    except Exception:
        return None
