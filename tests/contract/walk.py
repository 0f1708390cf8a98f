"""The way of a wave as it is really walked: `python -m tests.contract.walk` prints which rooms flow.py calls, in order.

A small board is imported and published under Python's own profiler hook; what is written down are the calls that
flow.py itself makes into another package. The picture in README.md must be this walk: a test compares.
"""

from __future__ import annotations

import inspect
import itertools
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import FrameType

from pipelines import flow
from pipelines.ground.settings import ROOT
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.homes import fixed

LEADERS = 40
PIPELINES = Path(flow.__file__).parent
BELOW = {"ground", "instruments"}  # floors that every room stands on: no step of the way
CHAPTER = re.compile(r"^## The way of a wave\n+```\n(.*?)^```", re.MULTILINE | re.DOTALL)
STAGE = re.compile(r"^\W*([a-z]+): +(\w+(?: *(?:->|→|─+) *\w+)*)", re.MULTILINE)


def traced(work: Callable[[], object]) -> list[str]:
    """The calls that flow.py makes while it works, in order: "room.function"."""
    calls: list[str] = []
    begun: list[FrameType] = []  # a generator is one call, however often it is resumed

    def note(frame: FrameType, event: str, _: object) -> None:
        room = _room(frame)
        if event != "call" or room in (None, "", *BELOW) or _room(_caller(frame)) != "" or frame in begun:
            return
        calls.append(f"{room}.{frame.f_code.co_qualname}")
        if frame.f_code.co_flags & inspect.CO_GENERATOR:
            begun.append(frame)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def _caller(frame: FrameType) -> FrameType | None:
    """The nearest frame of the pipelines above: between may stand a library, as that of context managers."""
    above = frame.f_back
    while above is not None and _room(above) is None:
        above = above.f_back
    return above


def _room(frame: FrameType | None) -> str | None:
    """The package of the pipelines a frame is in; "" for flow.py, None outside the pipelines."""
    return None if frame is None else _room_of(frame.f_code.co_filename)


@cache  # it is asked at every call of a whole publication
def _room_of(file: str) -> str | None:
    try:
        parts = Path(file).relative_to(PIPELINES).parts
    except ValueError:
        return None
    return "" if parts == ("flow.py",) else parts[0].removesuffix(".py")


def walk() -> dict[str, list[str]]:
    """What flow.py calls to import a wave, and to publish it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder, load_instrument(), LEADERS, 1, 3)
        home, (file,) = fixed(folder / "home"), folder.glob("responses_*.csv")
        wave = flow.Wave(file.stem.removeprefix("responses_"))
        source = flow.Source(file, wave, roster=folder / "roster.csv")
        return {
            "import": traced(lambda: flow.import_wave(home, source)),
            "publish": traced(lambda: flow.publish_wave(home, wave)),
        }


def picture(page: str) -> list[tuple[str, str]]:
    """The steps that a picture of the way shows, in order: (room, verb)."""
    chapter = CHAPTER.search(page)
    stages = STAGE.findall(chapter[1]) if chapter else []
    return [(room, verb.lower()) for room, verbs in stages for verb in re.findall(r"\w+", verbs)]


def steps(calls: Sequence[str], pictured: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pictured steps that calls take, in the order in which each is first taken: the verb is a word of its name."""
    taken: list[tuple[str, str]] = []
    for call in calls:
        room, _, function = call.partition(".")
        words = re.findall(r"[a-z]+", function.lower())
        taken += [step for step in pictured if step[0] == room and step[1] in words and step not in taken]
    return taken


def printed(walked: dict[str, list[str]]) -> Iterator[str]:
    """One line a call; the same call several times over is one line."""
    for command, calls in walked.items():
        yield command
        for call, again in itertools.groupby(calls):
            times = len(list(again))
            yield f"  {call}{f'  ({times} times)' if times > 1 else ''}"


def main() -> None:
    """Print the walk, and beside it the steps of README.md."""
    walked = walk()
    print("\n".join(printed(walked)))
    pictured = picture((ROOT / "README.md").read_text(encoding="utf-8"))
    taken = steps([call for calls in walked.values() for call in calls], pictured)
    print("README.md  ", " > ".join(".".join(step) for step in pictured))
    print("as walked  ", " > ".join(".".join(step) for step in taken))


if __name__ == "__main__":
    main()
