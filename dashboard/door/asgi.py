"""The web application: Streamlit's own, behind our first page."""

from __future__ import annotations

import importlib
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.door.first import first_page
from dashboard.door.logins import Everybody, Logins, current
from dashboard.door.packed import Packed
from dashboard.door.ready import ADDRESS as READY
from dashboard.door.ready import give_ready
from dashboard.language import DEFAULT
from dashboard.readers import NOTE, ROLES
from dashboard.report import accountability_note, note_name
from dashboard.story import find
from dashboard.wall import Wall, headers_for, log, log_break, serve, start_log
from dashboard.words import choose_language, words

HERE = Path(__file__).resolve().parents[1]
FIRST = "overview"
PAGES = (FIRST, *sorted({path.stem for path in (HERE / "views").glob("*.py")} - {FIRST}))
FRONT = "/"  # the address of the front door
ADDRESSES = (FRONT, *(f"{FRONT}{page}" for page in PAGES))
WANTED = "klankbord_wanted"  # the cookie with the page that was asked for before logging in
WAITS = 600  # seconds to log in
SEE_OTHER = 303  # statuses of HTTP
NOT_FOUND = 404


def is_ours(address: str) -> bool:
    """Whether this leads to one of our pages and nowhere else; a cookie can come from anybody."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and parts.path in ADDRESSES


class Pages:
    """Answers the address of a page; all else on the page comes over Streamlit's own routes."""

    def __init__(self, logins: Logins | None) -> None:
        self.logins = logins

    async def show(self, request: Request) -> Response:
        """The first page, or the way to the page that this reader is after.

        Streamlit's login leads back to the front door: the page that was asked for before it is remembered in a cookie.
        """
        path = request.url.path
        wanted = request.cookies.get(WANTED, "")
        is_logged_in = USER_COOKIE_NAME in request.cookies
        if self.logins and is_logged_in and path == FRONT and is_ours(wanted):
            onward = RedirectResponse(wanted, SEE_OTHER)
            onward.delete_cookie(WANTED)
            return onward
        elsewhere = self._elsewhere(request)
        if elsewhere:
            return RedirectResponse(elsewhere, SEE_OTHER)
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
        page = HTMLResponse(first_page(_language_of(request)), headers=headers)
        if self.logins and not is_logged_in:
            address = path + (f"?{request.url.query}" if request.url.query else "")
            page.set_cookie(WANTED, address, max_age=WAITS, httponly=True, samesite="lax")
        return page

    def _elsewhere(self, request: Request) -> str | None:
        """Where this reader must go instead: to the front door for a page of others, or for its own first page.

        Streamlit knows a role's first page by the front door only, and would say in English that there is none.
        """
        role = self.logins.role(request.cookies) if self.logins else None
        own_pages = (ROLES[role] if role else None) or PAGES
        page = request.url.path.removeprefix(FRONT)
        if not page or (page in own_pages and page not in (FIRST, own_pages[0])):
            return None
        return f"{FRONT}?{request.url.query}" if page in own_pages else FRONT


def give_note(request: Request) -> Response:
    """The page Accountability as PDF, of the wave asked for or else the newest; in a thread, for it takes a moment."""
    lang = _language_of(request)
    snapshot = find().snapshot
    if snapshot is None:
        return PlainTextResponse(words(lang)("wall.nothing"), NOT_FOUND)
    asked = request.query_params.get("wave")
    wave = asked if asked in snapshot.waves() else snapshot.waves()[0]
    headers = {"Content-Disposition": f'attachment; filename="{note_name(wave, lang)}"', "Cache-Control": "no-store"}
    return Response(accountability_note(snapshot, wave, lang), media_type="application/pdf", headers=headers)


def _language_of(request: Request) -> str:
    return choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))


def apologise(error: Exception) -> bool:
    """One kind sentence on the page; Streamlit writes what went wrong in the log of this computer."""
    log_break(error)
    say = words(choose_language(st.query_params.get("lang"), st.context.locale))
    st.warning(say("notice.broken"))
    return True


def say_rule(accept_language: str | None, rule: str) -> str:
    """The sentence a request is refused with."""
    return words(choose_language(None, accept_language))(f"wall.{rule}")


def make_app(logins: Logins | None) -> Wall:
    """The application behind its wall, for who may come in by these logins, or for this computer only without them."""
    pages = Pages(logins)
    app = st.App(
        HERE / "app.py",
        secrets=logins.started.secrets() if logins else None,
        routes=[*(Route(path, pages.show) for path in ADDRESSES), Route(NOTE, give_note), Route(READY, give_ready)],
        on_script_error=apologise,
    )
    return Wall(
        Packed(app),
        guard=logins or Everybody(),
        say=say_rule,
        pages={*ADDRESSES, NOTE, READY},
        headers=headers_for(first_page(DEFAULT)),
        address=logins.started.address if logins else None,
        is_known=lambda request: logins is None or logins.role(request.cookies) is not None,
    )


def run(address: str, port: int) -> None:
    """Serve until a signal ends it; colours and manners stand in .streamlit/config.toml beside app.py."""
    # What a first chart or table loads. Loaded by two first readers at once, one of them finds half a library.
    for name in ("pandas", "pyarrow", "altair"):
        importlib.import_module(name)
    logins = current()
    app = make_app(logins)
    start_log()
    log("serving", port=port, login=logins is not None)
    serve(app, address, port)
