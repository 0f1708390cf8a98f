"""Who may open which page, as access.toml says it: login by OpenID Connect, roles from its claims, expiry held by us.

`access.toml` in the home switches it on; without that file the dashboard serves this computer only, and everybody on
it is an adviser. The file holds secrets: only the dashboard's account may read it.
"""

from __future__ import annotations

import json
import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.readers import ROLES

FILE = "access.toml"
SHORTEST_SECRET = 32  # characters that sign the cookie
TEXTS = ("address", "provider", "client_id", "client_secret", "cookie_secret", "claim")
OPENID = "openid"  # the scope without which there is no login
KNOWN = {*TEXTS, "roles", "scope"}
OTHERS = 0o077  # rights of all but the owner of a file


class WrongAccess(Exception):
    """The file is there and cannot be trusted; `rule` names the sentence."""

    def __init__(self, rule: str, **where: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.where = where


@dataclass(frozen=True)
class Access:
    """What access.toml says."""

    address: str  # where readers find the dashboard, e.g. https://klankbord.example.nl
    provider: str  # address of the provider's discovery document
    client_id: str
    client_secret: str
    cookie_secret: str
    claim: str  # its name, or the way to it in others: realm_access.roles
    roles: Mapping[str, frozenset[str]]  # role -> values of the claim that give it, as text
    scope: str = OPENID  # what is asked of the provider

    def secrets(self) -> dict[str, Any]:
        """As Streamlit's login wants it."""
        return {
            "auth": {
                "redirect_uri": f"{self.address}/oauth2callback",
                "cookie_secret": self.cookie_secret,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "server_metadata_url": self.provider,
                "client_kwargs": {"scope": self.scope, "prompt": "login"},
            }
        }

    def role(self, claims: Mapping[str, Any], now: float) -> str | None:
        """The widest role these claims give; None without one, or when they have expired (or never would)."""
        expires = claims.get("exp")
        if not isinstance(expires, int | float) or not math.isfinite(expires) or now >= expires:
            return None
        values = set(_texts(_claim(claims, self.claim)))
        return next((role for role in ROLES if self.roles.get(role, frozenset()) & values), None)

    def claims_of(self, cookies: Mapping[str, str]) -> dict[str, Any]:
        """What the provider said of this reader; empty unless the cookie, Streamlit's, is signed with our secret."""

        def signed(name: str) -> bytes | None:
            cookie = cookies.get(name)
            value = decode_signed_value(self.cookie_secret, name, cookie.encode()) if cookie else None
            return value.encode() if isinstance(value, str) else value

        whole = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
        try:
            claims = json.loads(whole) if whole else {}
        except (ValueError, RecursionError):
            return {}
        is_ours = isinstance(claims, dict) and claims.get("origin") == self.address
        return claims if is_ours else {}


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name, which may have dots in it (an address), or else by the way to it; None without it."""
    if name in claims:
        return claims[name]
    found: object = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _texts(value: object) -> Iterator[str]:
    """The values of a claim as TOML would write them: text, numbers, true and false, alone, in lists or as keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, list | tuple | Mapping):
        for part in value:
            yield from _texts(part) if not isinstance(part, list | tuple | Mapping) else ()


def load(home: Path) -> Access | None:
    """Read access.toml; None without the file; WrongAccess when others can read it or something in it is not right."""
    path = home / FILE
    if not path.exists():
        return None
    if path.stat().st_mode & OTHERS and os.name == "posix":
        raise WrongAccess("mode", file=path)
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as mistake:
        raise WrongAccess("unreadable", file=path) from mistake
    _check_keys(path, settings)
    roles = _roles(path, settings.get("roles"))
    _check_safety(path, settings)
    return Access(**{key: settings[key] for key in TEXTS}, roles=roles, scope=settings.get("scope", OPENID))


def _check_keys(path: Path, settings: Mapping[str, Any]) -> None:
    """WrongAccess unless all texts are there, and nothing that has no meaning."""
    for key in sorted(set(settings) - KNOWN):
        raise WrongAccess("unknown", file=path, key=" ".join(key.split()))  # a sentence is one line
    for key in TEXTS:
        if not _is_text(settings.get(key)):
            raise WrongAccess("missing", file=path, key=key)
    scope = settings.get("scope", OPENID)
    if not isinstance(scope, str) or OPENID not in scope.split():
        raise WrongAccess("scope", file=path, openid=OPENID)


def _check_safety(path: Path, settings: Mapping[str, str]) -> None:
    """WrongAccess unless the secret is long and the addresses are safe."""
    if len(settings["cookie_secret"]) < SHORTEST_SECRET:
        raise WrongAccess("short", file=path, least=SHORTEST_SECRET)
    for key in ("address", "provider"):
        if not _is_safe(settings[key]):
            raise WrongAccess("scheme", file=path, key=key)
    if settings["address"] != "{0.scheme}://{0.netloc}".format(urlsplit(settings["address"])):
        raise WrongAccess("address", file=path)


def _roles(path: Path, roles: object) -> dict[str, frozenset[str]]:
    """The values of the claim that give each role; WrongAccess unless each role is ours and has some."""
    if not isinstance(roles, dict) or not roles or set(roles) - set(ROLES):
        raise WrongAccess("roles", file=path, roles=", ".join(ROLES))
    for role, values in roles.items():
        if not isinstance(values, list) or not values or not all(map(_is_value, values)):
            raise WrongAccess("values", file=path, key=role)
    return {role: frozenset(_texts(values)) for role, values in roles.items()}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_value(value: object) -> bool:
    return _is_text(value) or isinstance(value, int | float)


def _is_safe(address: str) -> bool:
    """Over https, or on this computer."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
    )
