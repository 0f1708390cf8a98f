"""What stands between the network and Streamlit: which addresses answer, to whom, and with which headers."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.door.access import Access
from dashboard.door.log import log
from dashboard.readers import MAY_TAKE, NOTE, ROLES
from dashboard.words import choose_language, words

# Streamlit's own routes that a reader's browser needs; its doors for agents, uploads and metrics stay shut.
OPEN = re.compile(
    r"/(static/.*|favicon\.png|auth/(login|logout)|oauth2callback|_stcore/(health|host-config|allowed-message-origins|stream))"
)
FORBIDDEN = 403  # statuses of HTTP
NOT_FOUND = 404
POLICY_VIOLATION = 1008  # and of a websocket
TAKEN = re.compile(r"/media/.+")  # pictures and downloads made by a page
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


class Wall:
    """ASGI middleware; refuses in one sentence and says nothing of what lies behind."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access | None,
        pages: tuple[str, ...],
        headers: dict[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Stand before `app`: let through its `pages` by their addresses, and give every answer these headers."""
        self.app = app
        self.access = access
        self.pages = pages
        self.headers = headers
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        refusal = self.refusal(HTTPConnection(scope))
        if refusal is None:
            await self.app(scope, receive, with_headers)
            return
        rule, status = refusal
        if status != NOT_FOUND:
            log("refused", rule=rule)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        lang = choose_language(None, Headers(scope=scope).get("accept-language"))
        await PlainTextResponse(words(lang)(f"wall.{rule}"), status)(scope, receive, with_headers)

    def refusal(self, request: HTTPConnection) -> tuple[str, int] | None:
        """The rule and the status to refuse with; None to let it through."""
        if self.access is None and not is_local(request.headers):
            return "local", FORBIDDEN
        path = request.url.path
        if path in self.pages or OPEN.fullmatch(path):
            return None
        if path != NOTE and not TAKEN.fullmatch(path):
            return "nothing", NOT_FOUND
        may = ROLES if path == NOTE else MAY_TAKE
        if self.access and self.access.role_of_cookies(request.cookies, self.clock()) not in may:
            return "role", FORBIDDEN
        return None


def is_local(headers: Headers) -> bool:
    """Whether a browser on this computer asks, not a proxy for somebody else nor another site's name for it."""
    if any(name in headers for name in ("forwarded", "x-forwarded-for", "x-real-ip")):
        return False
    return is_loopback(re.sub(r":\d+$", "", headers.get("host", "")).strip("[]"))


def is_loopback(address: str) -> bool:
    """Whether a name or address is this computer."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
