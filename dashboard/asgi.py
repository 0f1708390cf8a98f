"""The web application: Streamlit's own, with first pages that say their language and name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from dashboard.words import choose_language, words

HERE = Path(__file__).resolve().parent
PAGES = sorted(path.stem for path in (HERE / "views").glob("*.py"))


@cache
def first_page(lang: str) -> str:
    """Streamlit's index.html with the language attribute, title and script-less sentence it hard-codes in English."""
    say = words(lang)
    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    page = page.replace('<html lang="en">', f'<html lang="{lang}">', 1)
    page = page.replace("<title>Streamlit</title>", f"<title>{say('app')}</title>", 1)
    before, _, rest = page.partition("<noscript>")
    return f"{before}<noscript><p>{say('no_script')}</p></noscript>{rest.partition('</noscript>')[2]}"


async def show_page(request: Request) -> HTMLResponse:
    """Answer a page's address; all else on the page comes over Streamlit's own routes."""
    lang = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    return HTMLResponse(first_page(lang), headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})


def apologise(_: Exception) -> bool:
    """One kind sentence on the page; Streamlit writes what went wrong in the log of this computer."""
    say = words(choose_language(st.query_params.get("lang"), st.context.locale))
    st.warning(say("notice.broken"))
    return True


app = st.App(
    HERE / "app.py",
    routes=[Route(path, show_page) for path in ("/", *(f"/{page}" for page in PAGES))],
    on_script_error=apologise,
)


def run(address: str, port: int) -> None:
    """Serve until a signal ends it; colours and manners stand in .streamlit/config.toml beside this file."""
    app.run(config={"server.address": address, "server.port": port, "server.headless": True})
