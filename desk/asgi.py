"""The web application of the desk: Streamlit's own, with a first page that says its language and name."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from dashboard.wall import Tokens, Wall, headers_for, serve, start_log
from desk.words import LOCALES, choose_language, words

HERE = Path(__file__).resolve().parent
UPLOADED = re.compile(r"/_stcore/upload_file/[^/]+/[^/]+")  # where a page brings a file to


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


def say_rule(accept_language: str | None, rule: str) -> str:
    """The sentence a request is refused with."""
    return words(choose_language(None, accept_language))(f"wall.{rule}")


def make_app(tokens: Tokens) -> Wall:
    """The desk behind its wall: for this computer, and for whoever has the token of its address."""
    return Wall(
        st.App(HERE / "app.py", routes=[Route("/", show_page)], on_script_error=apologise),
        guard=tokens,
        say=say_rule,
        pages={"/"},
        headers=headers_for(first_page(LOCALES.languages[0])),
        writes=UPLOADED,
    )


def run(address: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until a signal ends it, and tell the address that opens it.

    Colours and manners stand in .streamlit/config.toml beside app.py.
    """
    # What a first table loads. Loaded by two first pages at once, one of them finds half a library.
    for name in ("pandas", "pyarrow"):
        importlib.import_module(name)
    tokens = Tokens(f"http://{address}:{port}", tell)
    tokens.renew()
    app = make_app(tokens)
    start_log()
    serve(app, address, port)
