"""Boards of 25 to 300 leaders through `klankbord agency`: one worker, two workers, Dask with two.

For work on the agency. The same exports into the same homes three times; the publications of all three are compared
byte by byte. One board is damaged on purpose between import and publication. Seconds are by the clock, so the load of
the machine is printed; CPU is that of all processes. KLANKBORD_BENCH=quick: six boards instead of fifty.
"""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from pipelines import vault
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.agencies import dask, publications, run

QUICK = os.environ.get("KLANKBORD_BENCH") == "quick"
BOARDS = 6 if QUICK else 50
SMALLEST, LARGEST = 25, 300  # leaders
WAVE = "2026Q3"
DAMAGED = "board-03"
WAYS = ("one worker", "two workers", "dask, two")
EVERYTHING = ("status", "report", "backup")  # measured once, with two workers


def names() -> list[str]:
    """The boards, smallest first."""
    return [f"board-{number:02}" for number in range(1, BOARDS + 1)]


def make(folder: Path) -> Path:
    """Exports in inboxes, and a home for each board with the secret it will have everywhere."""
    lines = ["[boards]"]
    for number, name in enumerate(names()):
        leaders = SMALLEST + round((LARGEST - SMALLEST) * number / (BOARDS - 1))
        inbox, home = folder / "inbox" / name, Home(folder / "homes" / name)
        write_sample(inbox, load_instrument(), leaders, 1, number)
        vault.write_private(home.vault / "secret", hashlib.sha256(name.encode()).hexdigest())
        public = vault.make_backup_key(home, folder / f"{name}.txt")
        lines.append(f'{name} = {{ home = "homes/{name}", inbox = "inbox/{name}", to = "{public}" }}')
    (folder / "agency.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def damage(agency: Path) -> None:
    """Turn one bit of the file of a wave around."""
    file = agency / "homes" / DAMAGED / "vault" / "waves" / f"{WAVE}.duckdb"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@contextmanager
def words_of(way: str, folder: Path) -> Iterator[list[str]]:
    """What stands on the line for one way of working."""
    with dask(folder) if way == WAYS[2] else nullcontext() as address:
        yield ["--scheduler", address] if address else ["--workers", str(1 + WAYS.index(way))]


def timed(agency: Path, *words: str) -> tuple[float, str]:
    """Seconds of one run, and how it ended: the last line of its summary."""
    start = time.monotonic()
    code, said = run(agency, *words, "--lang", "en")
    line = next(one for one in reversed(said.splitlines()) if one.strip())
    return time.monotonic() - start, f"exit {code}: {line.partition('. ')[0]}"


def cpu() -> float:
    """CPU seconds of every process that was waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def size(folder: Path) -> float:
    """MiB of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def measure(template: Path, folder: Path) -> dict[str, dict[str, bytes]]:
    """Print a line per way and action; the publications of each way."""
    published = {}
    for way in WAYS:
        agency, before = shutil.copytree(template, folder / way.replace(", ", "-").replace(" ", "-")), cpu()
        with words_of(way, folder) as words:
            seconds, said = timed(agency, "import", "--wave", WAVE, *words)
            print(f"  {way:<12} import  {seconds:7.1f} s  {said}", flush=True)
            damage(agency)
            seconds, said = timed(agency, "publish", *words)
            print(f"  {way:<12} publish {seconds:7.1f} s  {said}", flush=True)
        print(f"  {way:<12} both    {cpu() - before:7.1f} s CPU  (load {os.getloadavg()[1]:.1f})", flush=True)
        published[way] = {
            f"{name}/{file}": content
            for name in names()
            for file, content in publications(agency / "homes" / name).items()
        }
    return published


def main() -> None:
    """The table of docs/agency.md."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        template = make(folder / "template")
        print(f"{BOARDS} boards of {SMALLEST} to {LARGEST} leaders, one wave, {DAMAGED} damaged after the import")
        published = measure(template, folder)
        first, *others = published.values()
        boards, are_equal = {name.partition("/")[0] for name in first}, all(one == first for one in others)
        print(f"  published: {len(boards)} boards, {len(first)} files; equal bytes: {are_equal}")
        agency = folder / "two-workers"
        for action in EVERYTHING:
            words, before = ["--wave", WAVE] if action == "report" else [], cpu()
            seconds, said = timed(agency, action, *words, "--workers", "2")
            print(f"  two workers  {action:<7} {seconds:7.1f} s  {cpu() - before:.1f} s CPU  {said}", flush=True)
        print(f"  homes {size(agency / 'homes'):.0f} MiB, back-ups {size(agency / 'backups'):.0f}, "
              f"reports {size(agency / 'reports'):.0f}, messages {size(agency / 'runs'):.1f}; "
              f"largest process {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")  # fmt: skip


if __name__ == "__main__":
    main()
