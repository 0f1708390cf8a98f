"""Who was at the terminal: a token in the address a program prints opens it for one browser, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hmac import compare_digest
from urllib.parse import urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from dashboard.wall.middleware import FORBIDDEN, Refusal

NAMED = "token"  # in the address
SEE_OTHER = 303  # a status of HTTP
HEALTH = "/_stcore/health"


class Tokens:
    """A guard for this computer only: other accounts on it reach the port, and know no token.

    A used token is worth nothing; the address with the next one is printed, for another browser. What the browser
    holds instead is a cookie that only this process knows.
    """

    def __init__(self, address: str, tell: Callable[[str], None]) -> None:
        """`address`: where the program is served; `tell` prints an address that opens it."""
        self.address = address
        self.tell = tell
        # A cookie is for a whole computer, whatever the port: two programs must not overwrite each other's.
        self.cookie = f"klankbord_{address.rpartition(':')[2]}"
        self.opened: set[str] = set()
        self.token = ""

    def renew(self) -> None:
        """Make a new token and print the address that has it."""
        self.token = secrets.token_urlsafe(32)
        self.tell(f"{self.address}/?{urlencode({NAMED: self.token})}")

    def check(self, request: HTTPConnection) -> Refusal | Response | None:
        """Let in who has the cookie; take a token and give the cookie for it; refuse others."""
        if request.url.path == HEALTH or request.cookies.get(self.cookie) in self.opened:
            return None
        said = request.query_params.get(NAMED, "")
        if request.scope["type"] != "http" or not self.token or not compare_digest(said.encode(), self.token.encode()):
            return Refusal("token", FORBIDDEN)
        kept = {key: value for key, value in request.query_params.items() if key != NAMED}
        onward = RedirectResponse(f"/?{urlencode(kept)}" if kept else "/", SEE_OTHER)
        held = secrets.token_urlsafe(32)
        self.opened.add(held)
        onward.set_cookie(self.cookie, held, httponly=True, samesite="strict")
        self.renew()
        return onward

    def answered(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        """Nothing to add to an answer."""
