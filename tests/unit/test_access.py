"""Who may come in: what access.toml must hold, which claims give which role, and what the wall lets through."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard.door.access import Access, WrongAccess, load
from dashboard.door.asgi import ADDRESSES, is_ours, say_rule
from dashboard.door.logins import Everybody, Logins
from dashboard.readers import NOTE, ROLES
from dashboard.wall import Wall, headers_for
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
        ({"scope": "profile"}, "scope"),
        ({"scope": ["openid"]}, "scope"),
        ({"password": "x"}, "unknown"),
        ({"roles": {}}, "roles"),
        ({"roles": {"director": ["x"]}}, "roles"),
        ({"roles": {"board": []}}, "values"),
        ({"roles": {"board": "board"}}, "values"),
        ({"roles": {"board": [""]}}, "values"),
        ({"roles": {"board": [["board"]]}}, "values"),
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
    ("claim", "values", "claims", "role"),
    [
        ("realm_access.roles", ["hr"], {"realm_access": {"roles": ["x", "hr"]}}, "adviser"),
        ("realm_access.roles", ["hr"], {"realm_access": {"roles": {"hr": {"1": "school.example"}}}}, "adviser"),
        ("realm_access.roles", ["hr"], {"realm_access": ["hr"]}, None),
        ("realm_access.roles", ["hr"], {"realm_access": None, "roles": ["hr"]}, None),
        ("https://school.example/roles", ["hr"], {"https://school.example/roles": "hr"}, "adviser"),
        ("level", [3], {"level": 3}, "adviser"),
        ("level", ["3"], {"level": [1, 3]}, "adviser"),
        ("level", [3], {"level": 30}, None),
        ("is_hr", [True], {"is_hr": True}, "adviser"),
        ("is_hr", [True], {"is_hr": "true"}, "adviser"),
        ("is_hr", [True], {"is_hr": 1}, None),
        ("is_hr", [True], {"is_hr": False}, None),
    ],
)
def test_a_claim_may_be_nested_a_number_or_yes_and_no(
    tmp_path: Path, claim: str, values: list[Any], claims: dict[str, Any], role: str | None
) -> None:
    access = load(write(tmp_path, SOUND | {"claim": claim, "roles": {"adviser": values}, "scope": "openid roles"}))
    assert access is not None
    assert access.role({**claims, "exp": 200}, now=100) == role
    assert access.secrets()["auth"]["client_kwargs"]["scope"] == "openid roles"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("roles"), inner),
)


@given(ANYTHING, ANYTHING)
def test_no_claim_of_any_shape_breaks_the_question_for_a_role(said: Any, expires: Any) -> None:
    nested = replace(ACCESS, claim="realm.roles")
    for claims in ({"roles": said, "exp": expires}, {"realm": said, "exp": expires}):
        assert {ACCESS.role(claims, now=100), nested.role(claims, now=100)} <= {*ROLES, None}


@pytest.mark.parametrize(
    ("cookies", "is_known"),
    [
        (cookie(), True),
        (cookie(secret="y" * 32), False),
        (cookie(origin="https://elsewhere.nl"), False),
        ({"_streamlit_user": "nonsense"}, False),
        ({}, False),
    ],
)
def test_only_a_cookie_we_signed_ourselves_says_something(cookies: dict[str, str], is_known: bool) -> None:
    assert bool(ACCESS.claims_of(cookies)) is is_known


@given(st.text())
def test_no_cookie_of_anybody_elses_making_breaks_or_opens_anything(text: str) -> None:
    assert ACCESS.claims_of({"_streamlit_user": text}) == {}


def logins(home: Path, now: float | None = None) -> Logins:
    access = load(write(home, SOUND))
    assert access is not None
    return Logins(home, access, clock=lambda: time.time() if now is None else now)


def test_a_login_counts_from_its_beginning_until_it_is_ended_for_every_copy_of_its_cookie(tmp_path: Path) -> None:
    known, mine, other = logins(tmp_path), cookie(nonce="1"), cookie(nonce="2")
    assert known.role(mine) is None  # signed by us, in another life of this server
    known.begin(mine)
    known.begin(other)
    copied = dict(mine)
    assert (known.role(mine), known.role(copied), known.role(other)) == ("adviser", "adviser", "adviser")
    known.end(copied)
    assert (known.role(mine), known.role(copied), known.role(other)) == (None, None, "adviser")


def test_an_expired_login_gives_no_role_and_is_forgotten(tmp_path: Path) -> None:
    known = logins(tmp_path, now=100)
    short, long = cookie(exp=99), cookie(exp=200)
    known.begin(short)
    known.begin(long)
    assert (known.role(short), known.role(long)) == (None, "adviser")
    known.begin({})
    assert len(known.live) == 1


def test_a_role_that_is_taken_away_in_the_file_is_gone_at_the_next_question(tmp_path: Path) -> None:
    known, mine = logins(tmp_path), cookie()
    known.begin(mine)
    write(tmp_path, SOUND | {"roles": {"board": ["hr"]}})
    assert known.role(mine) == "board"
    write(tmp_path, SOUND | {"roles": {"board": ["other"]}})
    assert known.role(mine) is None


@pytest.mark.parametrize("harm", ["gone", "broken", "readable by others"])
def test_a_file_that_cannot_be_trusted_any_more_gives_nobody_a_role(tmp_path: Path, harm: str) -> None:
    known, mine = logins(tmp_path), cookie()
    known.begin(mine)
    match harm:
        case "gone":
            (tmp_path / "access.toml").unlink()
        case "broken":
            (tmp_path / "access.toml").write_text("roles = [")
        case _:
            (tmp_path / "access.toml").chmod(0o644)
    assert known.role(mine) is None


def test_a_login_begins_with_the_answer_to_who_comes_back_and_ends_on_the_way_out(tmp_path: Path) -> None:
    mine, known = cookie(), logins(tmp_path)

    def answer(request: Request) -> PlainTextResponse:
        back = PlainTextResponse("")
        if request.url.path == "/oauth2callback":
            back.set_cookie("_streamlit_user", mine["_streamlit_user"])
        return back

    reader = client(known, answer)
    assert reader.get("/coverage").headers.get("set-cookie") is None
    assert known.role(mine) is None
    reader.get("/oauth2callback?code=x")
    assert known.role(mine) == "adviser"
    reader.cookies.set("_streamlit_user", mine["_streamlit_user"])
    assert reader.get("/media/a.csv").status_code == 200
    reader.get("/auth/logout")
    assert known.role(mine) is None
    assert reader.get("/media/a.csv").status_code == 403


def behind(_: Request) -> PlainTextResponse:
    return PlainTextResponse("behind the wall")


def client(known: Logins | None, answer: Callable[[Request], PlainTextResponse] = behind) -> TestClient:
    wall = Wall(
        Starlette(routes=[Route("/{path:path}", answer)]),
        guard=known or Everybody(),
        say=say_rule,
        pages={*ADDRESSES, NOTE},
        headers=headers_for("<script>let a = 1</script><script src='x.js'></script>"),
        address=SOUND["address"] if known else None,
    )
    return TestClient(wall, base_url="http://127.0.0.1:8501")


def somebody(home: Path, role: str | None) -> TestClient:
    """Somebody with a claim, logged in; None: not logged in."""
    known = logins(home)
    asked, mine = client(known), cookie(roles=[role]) if role else {}
    known.begin(mine)
    for name, value in mine.items():
        asked.cookies.set(name, value)
    return asked


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


@pytest.mark.parametrize(("host", "status"), [("klankbord.example.nl", 200), ("elsewhere.nl", 403), ("localhost", 200)])
def test_with_a_login_only_the_known_address_and_this_computer_answer(tmp_path: Path, host: str, status: int) -> None:
    headers = {"host": host, "x-forwarded-for": "10.0.0.1"}
    assert client(logins(tmp_path)).get("/", headers=headers).status_code == status


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "[::1]:8501"])
def test_without_a_login_this_computer_is_let_in(host: str) -> None:
    assert client(None).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(("role", "status"), [(None, 403), ("council", 403), ("board", 200), ("hr", 200)])
def test_what_a_page_made_is_given_to_those_who_may_take_it_along(
    tmp_path: Path, role: str | None, status: int
) -> None:
    assert somebody(tmp_path, role).get("/media/abc.csv").status_code == status


@pytest.mark.parametrize(
    ("role", "status"), [(None, 403), ("unknown", 403), ("council", 200), ("board", 200), ("hr", 200)]
)
def test_the_note_of_accountability_is_given_to_every_role_and_to_nobody_else(
    tmp_path: Path, role: str | None, status: int
) -> None:
    assert somebody(tmp_path, role).get(NOTE).status_code == status


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
