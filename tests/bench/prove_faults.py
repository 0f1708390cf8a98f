"""Every fault we know how to make, tried on a whole home: what survived, and what was lost (nothing may be).

A kill after each step of everything that writes; full and read-only disks; broken, foreign, missing files and other
versions; commands and readers at the same time. KLANKBORD_PROVE=quick: every tenth step.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults import failing, harms, kills
from tests.faults.scene import make_scene, nursery

STRIDE = 10 if os.environ.get("KLANKBORD_PROVE") == "quick" else 1
CALLS = 7 * STRIDE  # of the calls to the disk one in so many is tried, each time another
FREE = (0, 4_096, 65_536, 300_000, 1_000_000)  # bytes left on the disk


def trial(fault: str, attempts: list[Callable[[], object]]) -> int:
    """Try a fault some times and print its row; how often something was lost."""
    lost = []
    for attempt in attempts:
        try:
            attempt()
        except AssertionError as mistake:
            lost.append(str(mistake))
    print(f"{fault:58} {len(attempts):5} {len(attempts) - len(lost):8} {len(lost):5}", flush=True)
    for mistake in lost:
        print("   ", mistake.splitlines()[0] if mistake else "-")
    return len(lost)


def main() -> None:
    """Print the table."""
    print(f"{'fault':58} {'tried':>5} {'survived':>8} {'lost':>5}")
    lost = 0
    with tempfile.TemporaryDirectory() as name, nursery() as born:
        folder, disk = Path(name), Path(name) / "disk"
        template = make_scene(folder / "template")
        ready = {work: kills.Tried(work, template, born, folder / work.name) for work in kills.WORKS}
        for work, tried in ready.items():
            steps = range(1, tried.steps + 1, STRIDE)
            lost += trial(f"kill -9: {work.name}", [lambda tried=tried, at=at: tried.die_after(at) for at in steps])
        for work, tried in ready.items() if harms.can_mount() else ():
            lost += trial(
                f"full disk: {work.name}",
                [lambda tried=tried, free=free: harms.full_disk(tried, disk, free) for free in FREE],
            )
            lost += trial(f"read-only disk: {work.name}", [lambda tried=tried: harms.read_only(tried, disk)])
        for number, (work, tried) in enumerate(ready.items()) if failing.COMPILER else ():
            with nursery(failing.build(folder)) as struck:
                calls = failing.calls_of(tried, struck)
                for each, (fault, harm) in enumerate({**failing.KILLS, **failing.ERRORS}.items(), number):
                    lost += trial(
                        f"{fault}: {work.name}",
                        [
                            lambda tried=tried, struck=struck, at=at, harm=harm: failing.meet(tried, struck, at, harm)
                            for at in range(1 + each % CALLS, calls + 1, CALLS)
                        ],
                    )
        for fault, harm in harms.HARMS.items():
            lost += trial(fault, [lambda harm=harm, fault=fault: harm(template.copy(folder / fault), born)])
    print(f"lost = {lost}")
    if lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
