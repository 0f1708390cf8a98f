"""Scripts and styles of Streamlit, packed once and kept: of a first visit they are almost all that travels.

Only these, which are the same for everybody: what holds a secret beside words of the reader is never packed, for its
length would tell of the secret (BREACH).
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAME_FOR_ALL = re.compile(r"/static/.+\.(?:js|css)")
OK = 200  # a status of HTTP


class Packed:
    """ASGI middleware that keeps the packed form of each file it was asked for, by the hash of what is in it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[bytes, bytes] = {}  # no more than there are files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a file packed, where the browser takes that; all else as it is."""
        if scope["type"] != "http" or not SAME_FOR_ALL.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        may_pack = scope["method"] == "GET" and "gzip" in asked.get("accept-encoding", "") and "range" not in asked
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                MutableHeaders(scope=start).add_vary_header("Accept-Encoding")  # for caches on the way
                if may_pack and start["status"] == OK:
                    return
                await send(start)
            elif not may_pack or start["status"] != OK:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._answer(start, bytes(body), send)

        await self.app(scope, receive, gather)

    async def _answer(self, start: Message, body: bytes, send: Send) -> None:
        headers = MutableHeaders(scope=start)
        packed = await asyncio.to_thread(self._packed, body)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(packed))
        if "etag" in headers:
            headers["ETag"] = "W/" + headers["etag"].removeprefix("W/")  # the same file, not the same bytes
        await send(start)
        await send({"type": "http.response.body", "body": packed})

    def _packed(self, body: bytes) -> bytes:
        known_by = hashlib.sha256(body).digest()
        if known_by not in self.kept:
            self.kept[known_by] = gzip.compress(body, mtime=0)
        return self.kept[known_by]
