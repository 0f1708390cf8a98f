"""Readers without a browser: they speak Streamlit's own websocket protocol and remember what they saw."""

from __future__ import annotations

import asyncio
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.words import words

SNAPSHOT = re.compile(r"klankbord-\d{4,}")
RERUN = 2  # a run that a newer request cut short
BROKEN = words("nl")("notice.broken")
Look = tuple[str, dict[str, str]]  # a page and its query


@dataclass
class Seen:
    """What all readers of one load saw."""

    first: list[float] = field(default_factory=list)  # seconds of a first page
    again: list[float] = field(default_factory=list)  # seconds of each change after it
    kilobytes: float = 0
    errors: list[str] = field(default_factory=list)
    snapshots: set[str] = field(default_factory=set)
    mixes: int = 0  # pages that named more than one snapshot

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the changes was shown."""
        ordered = sorted(self.again)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Reader:
    """One open page."""

    def __init__(self, socket: websockets.ClientConnection, address: str, seen: Seen) -> None:
        self.socket, self.address, self.seen = socket, address, seen

    async def look(self, page: str, query: dict[str, str]) -> float:
        """Open a page or change it; seconds until its script has ended, with all of it on the screen."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, urlencode(query)
        told = asked.rerun_script.context_info
        told.locale, told.timezone, told.url = "nl-NL", "Europe/Amsterdam", f"{self.address}/{page}"
        start, texts = time.perf_counter(), []
        await self.socket.send(asked.SerializeToString())
        while True:
            data = await self.socket.recv()
            assert isinstance(data, bytes)
            self.seen.kilobytes += len(data) / 1000
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "script_finished" and message.script_finished != RERUN:
                break
            if message.WhichOneof("type") == "page_not_found":
                self.seen.errors.append(f"no page {page}")
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                texts.append(self._text(message.delta.new_element))
        names = set(SNAPSHOT.findall(" ".join(texts)))
        self.seen.snapshots |= names
        self.seen.mixes += len(names) > 1
        if not names:
            self.seen.errors.append(f"nothing on {page}")
        return time.perf_counter() - start

    def _text(self, element: Element) -> str:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.seen.errors.append(element.exception.message)
        body = str(getattr(getattr(element, kind), "body", ""))
        if BROKEN in body:
            self.seen.errors.append("the page said it could not be made")
        return body


async def read(
    address: str, looks: Sequence[Look], until: Callable[[], bool], every: float, seen: Seen, draw: random.Random
) -> None:
    """One visit of one person, who changes something once in `every` seconds until it is time to leave."""
    headers = {"origin": address}
    url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    await asyncio.sleep(draw.random() * every)  # nobody comes at the same moment
    async with websockets.connect(
        url, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, additional_headers=headers
    ) as socket:
        reader = Reader(socket, address, seen)
        seen.first.append(await reader.look("", {}))
        due = time.perf_counter() + draw.random() * every
        while not until():
            await asyncio.sleep(max(0.0, min(due - time.perf_counter(), 0.5)))
            if time.perf_counter() >= due:
                seen.again.append(await reader.look(*draw.choice(looks)))
                due = max(due + every, time.perf_counter())


def load(
    address: str, people: int, looks: Sequence[Look], until: Callable[[], bool], every: float, seen: Seen | None = None
) -> Seen:
    """So many people who change something once in `every` seconds, until told to stop; `seen` fills while they look."""
    seen = seen or Seen()

    async def all_of_them() -> Seen:
        draws = [random.Random(number) for number in range(people)]
        await asyncio.gather(*(read(address, looks, until, every, seen, draw) for draw in draws))
        return seen

    return asyncio.run(all_of_them())


def usage(process: int) -> tuple[float, int]:
    """CPU seconds and MiB that a process uses; Linux only."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    ticks = os.sysconf("SC_CLK_TCK")
    return (int(fields[11]) + int(fields[12])) / ticks, pages * os.sysconf("SC_PAGE_SIZE") // 2**20
