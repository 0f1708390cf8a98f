"""The web application of the desk: Streamlit's own, with a first page that says its language and name."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from desk.words import choose_language, words

HERE = Path(__file__).resolve().parent


@cache
def first_page(lang: str) -> str:
    """Streamlit's index.html with the language and title it hard-codes in English."""
    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    page = page.replace('<html lang="en">', f'<html lang="{lang}">', 1)
    return page.replace("<title>Streamlit</title>", f"<title>{words(lang)('page.title')}</title>", 1)


async def show_page(request: Request) -> HTMLResponse:
    """Answer the page's address; all else comes over Streamlit's own routes."""
    lang = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    return HTMLResponse(first_page(lang), headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})


def apologise(_: Exception) -> bool:
    """One kind sentence instead of a traceback."""
    st.warning(words(choose_language(st.query_params.get("lang"), st.context.locale))("page.broken"))
    return True


app = st.App(HERE / "app.py", routes=[Route("/", show_page)], on_script_error=apologise)


def run(address: str, port: int) -> None:
    """Serve until a signal ends it; colours and manners stand in .streamlit/config.toml beside this file."""
    # What a first table loads. Loaded by two first pages at once, one of them finds half a library.
    for name in ("pandas", "pyarrow"):
        importlib.import_module(name)
    app.run(config={"server.address": address, "server.port": port, "server.headless": True})
