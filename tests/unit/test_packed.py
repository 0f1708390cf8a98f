"""Scripts and styles of a first visit come packed, once made; all else comes as it is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from dashboard.door.packed import Packed

SCRIPT = "export const rock = 1;\n" * 20_000
TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.query_params.get("q", "") + SCRIPT)


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    (tmp_path / "a.js").write_text(SCRIPT)
    (tmp_path / "a.css").write_text("b{}" * 1000)
    (tmp_path / "a.woff2").write_text(SCRIPT)
    app = Starlette(
        routes=[
            Route("/", answer),
            Route("/media/a.js", answer),
            Route("/static/moved.js", lambda _: PlainTextResponse(SCRIPT, 203)),
            Mount("/static", StaticFiles(directory=tmp_path)),
        ]
    )
    return TestClient(Packed(app))


@pytest.mark.parametrize("path", ["/static/a.js", "/static/a.css"])
def test_what_is_the_same_for_all_comes_packed_and_is_the_same(browser: TestClient, path: str) -> None:
    plain = browser.get(path, headers={"Accept-Encoding": "identity"})
    packed = browser.get(path, headers=TAKES)
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 10
    assert packed.content == plain.content
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert packed.headers["content-type"] == plain.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/?q=secret", "/media/a.js?q=secret", "/static/a.woff2", "/static/moved.js"])
def test_nothing_else_is_packed(browser: TestClient, path: str) -> None:
    assert "content-encoding" not in browser.get(path, headers=TAKES).headers


def test_a_part_a_head_and_what_the_browser_has_are_answered_as_they_are(browser: TestClient) -> None:
    part = browser.get("/static/a.js", headers={**TAKES, "Range": "bytes=0-5"})
    assert (part.status_code, part.text) == (206, "export")
    head = browser.head("/static/a.js", headers=TAKES)
    assert (head.headers["content-length"], head.content) == (str(len(SCRIPT)), b"")
    known = browser.get("/static/a.js", headers=TAKES).headers["etag"]
    again = browser.get("/static/a.js", headers={**TAKES, "If-None-Match": known})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.get("/static/none.js", headers=TAKES).status_code == 404


def test_a_file_is_packed_once(browser: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[int] = []
    pack = gzip.compress
    monkeypatch.setattr(gzip, "compress", lambda body, **how: packed.append(len(body)) or pack(body, **how))
    for _ in range(3):
        browser.get("/static/a.js", headers=TAKES)
    assert packed == [len(SCRIPT)]
    (tmp_path / "a.js").write_text("let rock = 2")  # another Streamlit
    assert browser.get("/static/a.js", headers=TAKES).text == "let rock = 2"
