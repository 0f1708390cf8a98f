"""A busy machine publishes what an idle one does: the same bytes, however long it takes; for whoever runs the vault."""

from __future__ import annotations

import hashlib
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.instruments import load_instrument
from pipelines.vault import publications
from tests.bench.harsh import WAVE, write_harsh
from tests.homes import fixed

BOARDS = {60: 1, 120: 2, 300: 3}  # leaders -> seed
BUSY = 4  # processes beside it


def _spin() -> None:
    while True:
        pass


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that do nothing but take time."""
    others = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(processes)]
    for other in others:
        other.start()
    try:
        yield
    finally:
        for other in others:
            other.terminate()


def published(folder: Path, leaders: int, seed: int) -> tuple[str, float]:
    """The hash of all frozen tables of a board, and the seconds they took."""
    export, roster = write_harsh(folder / "files", load_instrument(), leaders, seed)
    home = fixed(folder / "home")
    import_wave(home, Source(export, WAVE, roster=roster, is_sample=False))
    start = time.monotonic()
    publish_wave(home, WAVE)
    seconds = time.monotonic() - start
    (name,) = publications(home)
    files = sorted((home.vault / "publications" / name).glob("*.parquet"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files if file.stem != "publication")).hexdigest()
    return digest, seconds


def main() -> None:
    """Print one row per board."""
    print(f"{'leaders':>7} {'alone s':>8} {'beside ' + str(BUSY) + ' s':>10}  figures")
    for leaders, seed in BOARDS.items():
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            alone, quick = published(Path(one), leaders, seed)
            with busy(BUSY):
                beside, slow = published(Path(other), leaders, seed)
        print(f"{leaders:7} {quick:8.1f} {slow:10.1f}  {'the same' if alone == beside else 'OTHERS'}", flush=True)
        if alone != beside:
            raise SystemExit("what is published depends on how busy the machine is")


if __name__ == "__main__":
    main()
