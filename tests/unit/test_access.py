"""Who may come in: what access.toml must hold, which claims give which role, and what the wall lets through."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard.door.access import Access, WrongAccess, load
from dashboard.door.asgi import ADDRESSES, is_ours
from dashboard.door.wall import Wall, headers_for
from dashboard.readers import NOTE, ROLES
from dashboard.words import sentences, words

SOUND: dict[str, Any] = {
    "address": "https://klankbord.example.nl",
    "provider": "https://login.example.nl/.well-known/openid-configuration",
    "client_id": "klankbord",
    "client_secret": "between us",
    "cookie_secret": "x" * 32,
    "claim": "roles",
    "roles": {"adviser": ["hr"], "board": ["board"], "council": ["council"]},
}
ACCESS = Access(**{**SOUND, "roles": {role: frozenset(said) for role, said in SOUND["roles"].items()}})


def write(home: Path, said: dict[str, Any], mode: int = 0o600) -> Path:
    lines = [f"{key} = {json.dumps(value)}" for key, value in said.items() if key != "roles"]
    if "roles" in said:
        lines += ["[roles]", *(f"{role} = {json.dumps(values)}" for role, values in said["roles"].items())]
    (home / "access.toml").write_text("\n".join(lines))
    (home / "access.toml").chmod(mode)
    return home


def test_without_the_file_there_is_no_login(tmp_path: Path) -> None:
    assert load(tmp_path) is None


def test_a_sound_file_is_read_as_it_stands(tmp_path: Path) -> None:
    assert load(write(tmp_path, SOUND)) == ACCESS


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cookie_secret": "x" * 31}, "short"),
        ({"address": "http://klankbord.example.nl"}, "scheme"),
        ({"provider": "ftp://login.example.nl"}, "scheme"),
        ({"address": "https://klankbord.example.nl/"}, "address"),
        ({"address": "https://klankbord.example.nl/a"}, "address"),
        ({"address": "https://"}, "scheme"),
        ({"client_secret": ""}, "missing"),
        ({"claim": 3}, "missing"),
        ({"password": "x"}, "unknown"),
        ({"roles": {}}, "roles"),
        ({"roles": {"director": ["x"]}}, "roles"),
        ({"roles": {"board": []}}, "values"),
        ({"roles": {"board": "board"}}, "values"),
        ({"roles": {"board": [""]}}, "values"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_by_its_rule(
    tmp_path: Path, change: dict[str, Any], rule: str
) -> None:
    with pytest.raises(WrongAccess) as wrong:
        load(write(tmp_path, SOUND | change))
    assert wrong.value.rule == rule
    for lang in ("nl", "en"):
        assert "access.toml" in words(lang)(f"access.{rule}", **wrong.value.where)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(WrongAccess) as wrong:
        load(write(tmp_path, SOUND, mode))
    assert wrong.value.rule == "mode"


@given(st.text())
def test_whatever_stands_in_the_file_is_read_or_refused_in_a_sentence(tmp_path_factory: Any, text: str) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "access.toml").write_text(text, encoding="utf-8")
    (home / "access.toml").chmod(0o600)
    with pytest.raises(WrongAccess) as wrong:
        load(home)
    assert f"access.{wrong.value.rule}" in sentences("nl")


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"roles": ["hr"], "exp": 200}, "adviser"),
        ({"roles": "board", "exp": 200}, "board"),
        ({"roles": ["council", "hr"], "exp": 200}, "adviser"),  # the widest
        ({"roles": ["teacher", "council"], "exp": 200}, "council"),
        ({"roles": ["teacher"], "exp": 200}, None),
        ({"roles": ["hr"], "exp": 100}, None),  # just expired
        ({"roles": ["hr"], "exp": 100.5}, "adviser"),
        ({"roles": ["hr"]}, None),  # would never expire
        ({"roles": ["hr"], "exp": "200"}, None),
        ({"roles": ["hr"], "exp": None}, None),
        ({"roles": None, "exp": 200}, None),
        ({"groups": ["hr"], "exp": 200}, None),
        ({"roles": ["HR"], "exp": 200}, None),
        ({"roles": {"hr": True}, "exp": 200}, "adviser"),
        ({}, None),
    ],
)
def test_claims_give_the_widest_role_until_they_expire(claims: dict[str, Any], role: str | None) -> None:
    assert ACCESS.role(claims, now=100) == role


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())))
def test_no_claims_without_an_expiry_and_a_named_value_give_a_role(claims: dict[str, Any]) -> None:
    assert ACCESS.role(claims, now=100) is None or {"roles", "exp"} <= set(claims)


def cookie(secret: str = "x" * 32, **claims: Any) -> dict[str, str]:
    said = {"roles": ["hr"], "exp": time.time() + 10**8, "origin": SOUND["address"], **claims}  # drawn at collection
    return {"_streamlit_user": create_signed_value(secret, "_streamlit_user", json.dumps(said)).decode()}


@pytest.mark.parametrize(
    ("cookies", "role"),
    [
        (cookie(), "adviser"),
        (cookie(roles=["council"]), "council"),
        (cookie(secret="y" * 32), None),
        (cookie(exp=0), None),
        (cookie(origin="https://elsewhere.nl"), None),
        ({"_streamlit_user": "nonsense"}, None),
        ({}, None),
    ],
)
def test_only_a_cookie_we_signed_ourselves_counts(cookies: dict[str, str], role: str | None) -> None:
    assert ACCESS.role_of_cookies(cookies, time.time()) == role


@given(st.text())
def test_no_cookie_of_anybody_elses_making_breaks_or_opens_anything(text: str) -> None:
    assert ACCESS.role_of_cookies({"_streamlit_user": text}, 0) is None


def client(access: Access | None) -> TestClient:
    async def behind(_: object) -> PlainTextResponse:
        return PlainTextResponse("behind the wall")

    wall = Middleware(
        Wall,
        access=access,
        pages=ADDRESSES,
        headers=headers_for("<script>let a = 1</script><script src='x.js'></script>"),
    )
    return TestClient(
        Starlette(routes=[Route("/{path:path}", behind)], middleware=[wall]), base_url="http://127.0.0.1:8501"
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/coverage", 200),
        ("/static/js/index.js", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
        ("/media/abc.csv", 200),
        (NOTE, 200),
        (f"{NOTE}/x", 404),
        ("/_stcore/metrics", 404),
        ("/_stcore/upload_file/a/b", 404),
        ("/_stcore/agent/interact", 404),
        ("/_stcore/agent/mcp", 404),
        ("/_stcore/script-health-check", 404),
        ("/component/x/y.html", 404),
        ("/app/static/x", 404),
        ("/vault/secret", 404),
        ("/media/", 404),
    ],
)
def test_only_the_addresses_a_reader_needs_answer(path: str, status: int) -> None:
    answer = client(None).get(path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("behind the wall" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "klankbord.example.nl"},
        {"host": "127.0.0.1.example.nl:8501"},
        {"host": ""},
        {"x-forwarded-for": "10.0.0.1"},
        {"forwarded": "for=10.0.0.1"},
        {"x-real-ip": "10.0.0.1"},
    ],
)
def test_without_a_login_nobody_from_another_computer_is_let_in(headers: dict[str, str]) -> None:
    assert client(None).get("/", headers=headers).status_code == 403
    assert client(ACCESS).get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "[::1]:8501"])
def test_without_a_login_this_computer_is_let_in(host: str) -> None:
    assert client(None).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(("role", "status"), [(None, 403), ("council", 403), ("board", 200), ("hr", 200)])
def test_what_a_page_made_is_given_to_those_who_may_take_it_along(role: str | None, status: int) -> None:
    asked = client(ACCESS)
    for name, value in (cookie(roles=[role]) if role else {}).items():
        asked.cookies.set(name, value)
    assert asked.get("/media/abc.csv").status_code == status


@pytest.mark.parametrize(
    ("role", "status"), [(None, 403), ("unknown", 403), ("council", 200), ("board", 200), ("hr", 200)]
)
def test_the_note_of_accountability_is_given_to_every_role_and_to_nobody_else(role: str | None, status: int) -> None:
    asked = client(ACCESS)
    for name, value in (cookie(roles=[role]) if role else {}).items():
        asked.cookies.set(name, value)
    assert asked.get(NOTE).status_code == status


def test_a_refusal_is_one_sentence_in_the_readers_language() -> None:
    asked = client(None)
    seen = {
        lang: asked.get("/", headers={"x-real-ip": "1.2.3.4", "accept-language": lang}).text for lang in ("nl", "en")
    }
    assert seen["nl"].startswith("Dit Klankbord")
    assert seen["en"].startswith("This Klankbord")


def test_only_scripts_the_first_page_came_with_may_stand_inside_it() -> None:
    policy = client(None).get("/").headers["content-security-policy"]
    assert policy.count("'sha256-") == 1
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'sha256-" in policy


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("/coverage?region=Oost", True),
        ("/", True),
        ("//evil.example/coverage", False),
        ("https://evil.example/coverage", False),
        ("/\\evil.example", False),
        ("coverage", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_the_way_back_after_a_login_leads_to_our_own_pages_only(address: str, ours: bool) -> None:
    assert is_ours(address) is ours


def test_every_role_but_the_council_reads_every_page() -> None:
    assert {role for role, pages in ROLES.items() if pages is not None} == {"council"}
