"""Whose request this is, by what a browser says of it and a page from elsewhere cannot make it say otherwise."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

# What a proxy adds; without a login nobody may ask for somebody else.
PASSED_ON = re.compile(r"forwarded|via|x-forwarded-.+|x-real-ip|x-client-ip|true-client-ip|cf-.+")
OLD = ("0.9", "1.0")  # of HTTP: no browser speaks it, and a plain nginx speaks it to what lies behind it
OWN = ("same-origin", "none")  # what Sec-Fetch-Site says of our own page and of an address that was typed


def is_loopback(name: str) -> bool:
    """Whether a name or address is this computer."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_for_us(headers: Headers, address: str | None) -> bool:
    """Whether the Host is the address readers know, or this computer: another site's name for it is neither."""
    hosts = headers.getlist("host")
    if len(hosts) != 1:
        return False
    name = re.sub(r":\d+$", "", hosts[0])  # a proxy may leave the port out or keep its own
    return bool(address and name.lower() == urlsplit(address).hostname) or is_loopback(name.strip("[]"))


def is_passed_on(request: HTTPConnection) -> bool:
    """Whether a proxy asks for somebody else, on whatever computer that is."""
    return request.scope.get("http_version") in OLD or any(PASSED_ON.fullmatch(name) for name in request.headers)


def is_from_us(request: HTTPConnection, address: str | None, *, is_navigation: bool) -> bool:
    """Whether one of our own pages asks, or somebody who follows a link to a page (`is_navigation`).

    Browsers say with every websocket and every change where it comes from (Origin), and newer ones with every request
    (Sec-Fetch-Site). Origin is only missing where nothing can change: at a plain reading over HTTP.
    """
    headers = request.headers
    own = (address or f"http://{headers.get('host', '')}").lower()
    origins = [origin.lower() for origin in headers.getlist("origin")]
    is_reading = request.scope["type"] == "http" and request.scope["method"] in ("GET", "HEAD")
    if origins != [own] and not (is_reading and not origins):
        return False
    if headers.get("sec-fetch-site", "none").lower() in OWN:
        return True
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return is_reading and is_navigation and is_link
