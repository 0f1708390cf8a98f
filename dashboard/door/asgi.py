"""The web application: Streamlit's own, with first pages that say their language and name."""

from __future__ import annotations

import importlib
import time
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.file_util import get_static_dir
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.door.access import current
from dashboard.door.wall import Wall, headers_for, start_log, tell
from dashboard.language import DEFAULT
from dashboard.readers import NOTE, ROLES
from dashboard.report import note, note_name
from dashboard.story import find
from dashboard.words import choose_language, words

HERE = Path(__file__).resolve().parents[1]
FIRST = "overview"
PAGES = (FIRST, *sorted({path.stem for path in (HERE / "views").glob("*.py")} - {FIRST}))
ADDRESSES = ("/", *(f"/{page}" for page in PAGES))
WANTED, WAITS = "klankbord_wanted", 600  # seconds to log in


@cache
def first_page(lang: str) -> str:
    """Streamlit's index.html with the language attribute, title and script-less sentence it hard-codes in English."""
    say = words(lang)
    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    page = page.replace('<html lang="en">', f'<html lang="{lang}">', 1)
    page = page.replace("<title>Streamlit</title>", f"<title>{say('app')}</title>", 1)
    before, _, rest = page.partition("<noscript>")
    return f"{before}<noscript><p>{say('no_script')}</p></noscript>{rest.partition('</noscript>')[2]}"


def is_ours(address: str) -> bool:
    """Whether this leads to one of our pages and nowhere else; a cookie can come from anybody."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and parts.path in ADDRESSES


async def show_page(request: Request) -> Response:
    """Answer a page's address; all else on the page comes over Streamlit's own routes.

    Streamlit's login leads back to the front door: the page that was asked for before it is remembered in a cookie.
    """
    path, wanted = request.url.path, request.cookies.get(WANTED, "")
    if ACCESS and USER_COOKIE_NAME in request.cookies and path == "/" and is_ours(wanted):
        onward = RedirectResponse(wanted, 303)
        onward.delete_cookie(WANTED)
        return onward
    role = ACCESS.role_of_cookies(request.cookies, time.time()) if ACCESS else None
    mine = (ROLES[role] if role else None) or PAGES
    if path != "/" and (path[1:] not in mine or path[1:] in (FIRST, mine[0])):
        # Streamlit knows a role's first page by its address "/" only, and would say in English that there is none.
        return RedirectResponse(f"/?{request.url.query}" if path[1:] in mine else "/", 303)
    lang = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    page = HTMLResponse(first_page(lang), headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})
    if ACCESS and USER_COOKIE_NAME not in request.cookies:
        asked = path + (f"?{request.url.query}" if request.url.query else "")
        page.set_cookie(WANTED, asked, max_age=WAITS, httponly=True, samesite="lax", secure=ACCESS.is_https)
    return page


def give_note(request: Request) -> Response:
    """The page Accountability as PDF, of the wave asked for or else the newest; in a thread, for it takes a moment."""
    lang = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    snapshot = find().snapshot
    if snapshot is None:
        return PlainTextResponse(words(lang)("wall.nothing"), 404)
    asked = request.query_params.get("wave")
    wave = asked if asked in snapshot.waves() else snapshot.waves()[0]
    headers = {"Content-Disposition": f'attachment; filename="{note_name(wave, lang)}"', "Cache-Control": "no-store"}
    return Response(note(snapshot, wave, lang), media_type="application/pdf", headers=headers)


def apologise(_: Exception) -> bool:
    """One kind sentence on the page; Streamlit writes what went wrong in the log of this computer."""
    tell("broken")
    say = words(choose_language(st.query_params.get("lang"), st.context.locale))
    st.warning(say("notice.broken"))
    return True


ACCESS = current()
app = st.App(
    HERE / "app.py",
    secrets=ACCESS.secrets() if ACCESS else None,
    routes=[*(Route(path, show_page) for path in ADDRESSES), Route(NOTE, give_note)],
    middleware=[Middleware(Wall, access=ACCESS, pages=ADDRESSES, headers=headers_for(first_page(DEFAULT)))],
    on_script_error=apologise,
)


def run(address: str, port: int) -> None:
    """Serve until a signal ends it; colours and manners stand in .streamlit/config.toml beside this file."""
    # What a first chart or table loads. Loaded by two first readers at once, one of them finds half a library.
    for name in ("pandas", "pyarrow", "altair"):
        importlib.import_module(name)
    start_log()
    tell("serving", port=port, login=ACCESS is not None)
    app.run(config={"server.address": address, "server.port": port, "server.headless": True})
