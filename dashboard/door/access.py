"""Who may open which page: login by OpenID Connect, roles from its claims, expiry held by us.

`access.toml` in the home switches it on; without that file the dashboard serves this computer only, and everybody on
it is an adviser. The file holds secrets: only the dashboard's account may read it.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.readers import ROLES
from dashboard.story import home_folder

FILE = "access.toml"
SHORTEST_SECRET = 32  # characters that sign the cookie
TEXTS = ("address", "provider", "client_id", "client_secret", "cookie_secret", "claim")
KNOWN = {*TEXTS, "roles"}
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
    claim: str
    roles: Mapping[str, frozenset[str]]  # role -> values of the claim that give it

    @property
    def is_https(self) -> bool:
        """Whether cookies may be kept to encrypted connections."""
        return self.address.startswith("https:")

    def secrets(self) -> dict[str, Any]:
        """As Streamlit's login wants it."""
        return {
            "auth": {
                "redirect_uri": f"{self.address}/oauth2callback",
                "cookie_secret": self.cookie_secret,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "server_metadata_url": self.provider,
                "client_kwargs": {"scope": "openid", "prompt": "login"},
            }
        }

    def role(self, claims: Mapping[str, Any], now: float) -> str | None:
        """The widest role these claims give; None without one, or when they have expired (or never would)."""
        expires = claims.get("exp")
        if not isinstance(expires, int | float) or now >= expires:
            return None
        claim = claims.get(self.claim)
        values = {claim} if isinstance(claim, str) else {str(value) for value in claim or ()}
        return next((role for role in ROLES if self.roles.get(role, frozenset()) & values), None)

    def role_of_cookies(self, cookies: Mapping[str, str], now: float) -> str | None:
        """The role of a request outside a page, e.g. a download; the cookie is Streamlit's, signed with our secret."""

        def signed(name: str) -> bytes | None:
            cookie = cookies.get(name)
            value = decode_signed_value(self.cookie_secret, name, cookie.encode()) if cookie else None
            return value.encode() if isinstance(value, str) else value

        whole = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
        try:
            claims = json.loads(whole) if whole else {}
        except ValueError:
            return None
        is_ours = isinstance(claims, dict) and claims.get("origin") == self.address
        return self.role(claims, now) if is_ours else None


@cache
def current() -> Access | None:
    """What access.toml of this home said when this process started."""
    return load(home_folder())


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
    return Access(**{key: settings[key] for key in TEXTS}, roles=roles)


def _check_keys(path: Path, settings: Mapping[str, Any]) -> None:
    """WrongAccess unless all texts are there, and nothing that has no meaning."""
    for key in sorted(set(settings) - KNOWN):
        raise WrongAccess("unknown", file=path, key=" ".join(key.split()))  # a sentence is one line
    for key in TEXTS:
        if not _is_text(settings.get(key)):
            raise WrongAccess("missing", file=path, key=key)


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
        if not isinstance(values, list) or not values or not all(map(_is_text, values)):
            raise WrongAccess("values", file=path, key=role)
    return {role: frozenset(values) for role, values in roles.items()}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_safe(address: str) -> bool:
    """Over https, or on this computer."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
    )
