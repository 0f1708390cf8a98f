"""Who is logged in: a login is ours as long as this process knows it, whoever holds a copy of its cookie."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection

from dashboard.door.access import FILE, Access, WrongAccess, load
from dashboard.readers import MAY_TAKE, NOTE, ROLES
from dashboard.story import home_folder
from dashboard.wall import CALLBACK, FORBIDDEN, TAKEN, Refusal, log

LOGOUT = "/auth/logout"


class Logins:
    """The logins there are and the role each gives now; the dashboard's guard behind the wall.

    A login begins when the provider sends a reader back, and ends when that reader logs out, when the provider said it
    would, or when the process ends. Roles are read anew when access.toml changes; the rest of it counts from the start.
    """

    def __init__(self, home: Path, access: Access, clock: Callable[[], float] = time.time) -> None:
        self.file = home / FILE
        self.started = self.now = access
        self.clock = clock
        self.seen = self._stamp()
        self.live: dict[str, float] = {}  # what a login is known by -> when it expires

    def access(self) -> Access:
        """What access.toml says now; without it, or with something wrong in it, nobody has a role."""
        stamp = self._stamp()
        if stamp != self.seen:
            self.seen = stamp
            try:
                said = load(self.file.parent)
            except WrongAccess:
                said = None
            self.now = replace(self.started, claim=said.claim, roles=said.roles) if said else self._closed()
            log("access", readable=said is not None)
        return self.now

    def role(self, cookies: Mapping[str, str]) -> str | None:
        """The role of who sends these cookies, at this moment."""
        claims = self.started.claims_of(cookies)
        return self.access().role(claims, self.clock()) if _known_by(claims) in self.live else None

    def begin(self, cookies: Mapping[str, str]) -> None:
        """Know a login by the cookies its reader gets; forget those that have expired."""
        now = self.clock()
        self.live = {known: expires for known, expires in self.live.items() if expires > now}
        claims = self.started.claims_of(cookies)
        expires = claims.get("exp")
        if isinstance(expires, int | float):
            self.live[_known_by(claims)] = expires

    def end(self, cookies: Mapping[str, str]) -> None:
        """Forget a login: none of its copies is worth anything from now on."""
        self.live.pop(_known_by(self.started.claims_of(cookies)), None)

    def check(self, request: HTTPConnection) -> Refusal | None:
        """Give the note to every role, and what a page made to those who may take it along; end a login on its way."""
        path = request.url.path
        if path == LOGOUT:
            self.end(request.cookies)
        if path != NOTE and not TAKEN.fullmatch(path):
            return None
        may = ROLES if path == NOTE else MAY_TAKE
        return None if self.role(request.cookies) in may else Refusal("role", FORBIDDEN)

    def answered(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        """A login begins with the cookies of the answer to whom the provider sent back."""
        if request.url.path == CALLBACK:
            given: SimpleCookie = SimpleCookie()
            for cookie in headers.getlist("set-cookie"):
                given.load(cookie)
            self.begin({name: morsel.value for name, morsel in given.items()})

    def _stamp(self) -> tuple[int, ...]:
        try:
            said = self.file.stat()
        except OSError:
            return ()
        return said.st_mtime_ns, said.st_size, said.st_ino, said.st_mode

    def _closed(self) -> Access:
        return replace(self.started, roles={})


class Everybody:
    """The guard without a login: on this computer everybody may have everything."""

    def check(self, request: HTTPConnection) -> None:
        """Nothing to ask."""

    def answered(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        """Nothing to add."""


def _known_by(claims: Mapping[str, Any]) -> str:
    """What a login is known by: every login has claims of its own, with its moment and a number used once."""
    return hashlib.sha256(json.dumps(claims, sort_keys=True).encode()).hexdigest()


@cache
def current() -> Logins | None:
    """The logins of this process; None without access.toml. WrongAccess when it cannot be trusted."""
    home = home_folder()
    access = load(home)
    return Logins(home, access) if access else None
