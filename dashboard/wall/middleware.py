"""Which addresses answer, to whom, and with which headers: decided before Streamlit sees a request."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.wall.events import Repeats, log
from dashboard.wall.host import is_for_us, is_from_us, is_passed_on

# Streamlit's own routes that a reader's browser needs; its doors for agents, uploads and metrics stay shut.
OPEN = re.compile(
    r"/(static/.*|favicon\.png|auth/(login|logout)|oauth2callback|_stcore/(health|host-config|allowed-message-origins|stream))"
)
TAKEN = re.compile(r"/media/.+")  # pictures and downloads made by a page
CALLBACK = "/oauth2callback"  # where a provider sends a reader back to
READING = ("GET", "HEAD")
FORBIDDEN = 403  # statuses of HTTP
NOT_FOUND = 404
BUSY = 503
SESSIONS = 400  # open pages at once
STRANGERS = 100  # of which by people who have not logged in
YEAR = 365 * 24 * 3600  # seconds
RULES = {
    "default-src": "'none'",
    "script-src": "'self' {inline}",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit writes its styles while it runs
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def headers_for(first_page: str) -> dict[str, str]:
    """Headers of every answer; scripts may be ours only, and of those inside the page only the ones it came with."""
    scripts = re.findall(r"<script>(.*?)</script>", first_page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    inline = " ".join(f"'sha256-{one}'" for one in hashes)
    return {
        "Content-Security-Policy": "; ".join(f"{name} {rule}" for name, rule in RULES.items()).format(inline=inline),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@dataclass(frozen=True)
class Refusal:
    """The rule of the sentence a request is refused with, and the status of HTTP."""

    rule: str
    status: int


class Guard(Protocol):
    """What an application asks besides."""

    def check(self, request: HTTPConnection) -> Refusal | Response | None:
        """Refuse a request, answer it, or let it through."""

    def answered(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        """See the headers of an answer before they leave."""


class Wall:
    """ASGI middleware; refuses in one sentence and says nothing of what lies behind."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        guard: Guard,
        say: Callable[[str | None, str], str],
        pages: Collection[str],
        headers: dict[str, str],
        address: str | None = None,
        writes: re.Pattern[str] | None = None,
        is_known: Callable[[HTTPConnection], bool] = lambda _: True,
    ) -> None:
        """Stand before `app`.

        Args:
            app: what is let through to.
            guard: asked after the wall's own rules.
            say: the sentence of a rule, for an Accept-Language header.
            pages: paths that somebody may come to from elsewhere, by a link.
            headers: given to every answer.
            address: where readers find the application, as scheme://name; None when it is for this computer only.
            writes: paths that may be written to; None when there are none.
            is_known: whether who asks has logged in; of those who have not, fewer may have a page open.
        """
        self.app = app
        self.guard = guard
        self.say = say
        self.pages = pages
        self.headers = dict(headers)
        self.address = address
        self.writes = writes
        self.is_known = is_known
        self.is_https = bool(address and address.startswith("https:"))
        if self.is_https:
            self.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        self.open: Counter[bool] = Counter()  # pages that are open, by whether their reader is known
        self.refused = Repeats()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message.setdefault("headers", [])
                self._finish(request, MutableHeaders(scope=message))
            await send(message)

        found = self.refusal(request) or self.guard.check(request)
        if found is None:
            await self._let_through(request, receive, with_headers)
        elif scope["type"] == "websocket":
            self._tell(found)
            await send({"type": "websocket.close"})  # before it was accepted: a 403 without a word
        else:
            answer = found if isinstance(found, Response) else self._sentence(found, Headers(scope=scope))
            await answer(scope, receive, with_headers)

    def refusal(self, request: HTTPConnection) -> Refusal | None:
        """The wall's own rules, in their order; None to let a request through."""
        path, is_http = request.url.path, request.scope["type"] == "http"
        if self.address is None and is_passed_on(request):
            return Refusal("local", FORBIDDEN)
        if not is_for_us(request.headers, self.address):
            return Refusal("host" if self.address else "local", FORBIDDEN)
        if not is_from_us(request, self.address, is_navigation=path in self.pages or path == CALLBACK):
            return Refusal("origin", FORBIDDEN)
        is_written = bool(self.writes and self.writes.fullmatch(path))
        if is_http and request.scope["method"] not in READING and not is_written:
            return Refusal("nothing", NOT_FOUND)
        if not (path in self.pages or OPEN.fullmatch(path) or TAKEN.fullmatch(path) or is_written):
            return Refusal("nothing", NOT_FOUND)
        if not is_http and not self._has_room(self.is_known(request)):
            return Refusal("busy", BUSY)
        return None

    def _has_room(self, is_known: bool) -> bool:
        return self.open.total() < SESSIONS and (is_known or self.open[False] < STRANGERS)

    async def _let_through(self, request: HTTPConnection, receive: Receive, send: Send) -> None:
        scope = dict(request.scope, headers=list(request.scope["headers"]))
        headers = MutableHeaders(scope=scope)
        if scope["type"] == "http":
            # Judged already: Streamlit would look an origin up, and for that ask another server for our address.
            del headers["origin"]
            await self.app(scope, receive, send)
            return
        headers["host"] = urlsplit(headers["origin"]).netloc  # for the same reason: what is equal is not looked up
        is_known = self.is_known(request)
        self.open[is_known] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.open[is_known] -= 1

    def _finish(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        self.guard.answered(request, headers)
        for name, value in self.headers.items():
            headers[name] = value
        if self.is_https:
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")

    def _sentence(self, refusal: Refusal, headers: Headers) -> Response:
        self._tell(refusal)
        told = {"Connection": "close"}  # whatever else it was going to send, nobody reads
        return PlainTextResponse(self.say(headers.get("accept-language"), refusal.rule), refusal.status, told)

    def _tell(self, found: Refusal | Response) -> None:
        """A line in the log, of each rule as often as the log keeps what repeats."""
        if not isinstance(found, Refusal) or found.status == NOT_FOUND:
            return
        if self.refused.is_told(found.rule):
            log("refused", rule=found.rule, times=self.refused.times[found.rule])
