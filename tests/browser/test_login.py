"""Login end to end: a real provider of OpenID Connect, the real server, headless Chromium."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from dashboard.door.asgi import PAGES
from dashboard.readers import NOTE
from tests.browser.serving import CHROMIUM, free_port, reader, serving, settled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib"),  # the provider for tests uses older names
]
LASTS = timedelta(hours=1)  # a login
PEOPLE = {"adviseur": ["hr"], "bestuurder": "bestuur", "raad": ["mr", "leraar"], "voorbijganger": ["leraar"]}
ACCESS = """
address = "http://127.0.0.1:{port}"
provider = "http://localhost:{provider}/.well-known/openid-configuration"
client_id = "klankbord"
client_secret = "between-us"
cookie_secret = "{cookie}"
claim = "roles"

[roles]
adviser = ["hr"]
board = ["bestuur"]
council = ["mr"]
"""


@dataclass(frozen=True)
class Behind:
    """A dashboard behind a login."""

    address: str
    log: Path
    provider: str

    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def behind(home_120: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    with _behind(home_120, tmp_path_factory.mktemp("login")) as found:
        yield found


def _access(home: Path, port: int, provider: int) -> None:
    path = home / "access.toml"
    path.write_text(ACCESS.format(port=port, provider=provider, cookie="c" * 64))
    path.chmod(0o600)


# Read by Python when a process starts: its clock is ahead by the seconds in a file.
CLOCK = """
import pathlib, time
ahead, real = pathlib.Path({ahead!r}), time.time
time.time = lambda: real() + float(ahead.read_text())
"""


@contextmanager
def _behind(home_120: Path, folder: Path, **how: Any) -> Iterator[Behind]:
    home, port = folder / "home", free_port()
    shutil.copytree(home_120 / "published", home / "published")
    people = [User(sub=name, claims={"roles": roles}) for name, roles in PEOPLE.items()]
    with run_server_in_thread(access_token_max_age=LASTS, user_claims=people) as provider:
        _access(home, port, provider.server_port)
        with serving(home, log=folder / "log", port=port, **how) as address:
            yield Behind(address, folder / "log", f"localhost:{provider.server_port}")


def enter(page: Page, address: str, who: str) -> None:
    """Open an address, be sent to the provider, come back."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in om verder te gaan")
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("button", name=who, exact=True).click()
    settled(page)


def test_somebody_unknown_logs_in_and_comes_where_they_wanted_to_be(browser: Browser, behind: Behind) -> None:
    context, page, _ = reader(browser)
    enter(page, f"{behind.address}/coverage?experience_band=2-5&lang=nl", "adviseur")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie heeft een rots, en welke?")
    assert page.url.startswith(f"{behind.address}/coverage?experience_band=2-5&lang=nl")
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url(f"http://{behind.provider}/**")  # the provider ends its session too
    page.goto(behind.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in om verder te gaan")
    assert {"event": "opened", "role": "adviser"} in [{k: e.get(k) for k in ("event", "role")} for e in behind.events()]
    assert "adviseur" not in behind.log.read_text()
    context.close()


@pytest.mark.parametrize(
    ("who", "pages", "takes"), [("adviseur", 11, True), ("bestuurder", 11, True), ("raad", 0, False)]
)
def test_each_role_sees_its_own_pages(browser: Browser, behind: Behind, who: str, pages: int, takes: bool) -> None:
    context, page, _ = reader(browser)
    enter(page, behind.address, who)
    assert page.get_by_test_id("stSidebarNavLink").count() == pages  # one page needs no menu
    assert page.get_by_role("button", name="Rapport").count() == takes
    assert page.get_by_role("button", name="Leg vast").count() == (3 if who == "adviseur" else 0)  # the board reads
    context.close()


def test_a_council_login_reaches_nothing_but_accountability(browser: Browser, behind: Behind) -> None:
    adviser, page, _ = reader(browser)
    enter(page, f"{behind.address}/overview", "adviseur")
    links = []
    page.on("request", lambda request: links.append(request.url) if "/media/" in request.url else None)
    page.get_by_role("button", name="Rapport").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.path().stat().st_size > 0
    assert links
    link = download.value.url if "/media/" in download.value.url else links[-1]
    assert page.request.get(link).ok

    council, other, _ = reader(browser)
    enter(other, behind.address, "raad")
    for name in set(PAGES) - {"accountability"}:
        other.goto(f"{behind.address}/{name}")
        settled(other)
        expect(other.get_by_role("heading", level=1)).to_have_text("Kunnen leiders hierop vertrouwen?")
    with other.expect_download() as download:
        other.get_by_role("link", name="Deze pagina als notitie om af te drukken").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    assert other.request.get(link).status == 403
    for door in ("_stcore/metrics", "_stcore/agent/openapi.json", "_stcore/upload_file/a/b", "app/static/x"):
        assert other.request.get(f"{behind.address}/{door}").status == 404
    stranger, nobody, _ = reader(browser)
    assert nobody.request.get(link).status == 403
    assert nobody.request.get(f"{behind.address}{NOTE}").status == 403
    for context in (adviser, council, stranger):
        context.close()


def test_after_logging_out_no_copy_of_the_cookies_opens_anything(browser: Browser, behind: Behind) -> None:
    context, page, _ = reader(browser)
    enter(page, behind.address, "adviseur")
    thief, other, _ = reader(browser)
    thief.add_cookies(context.cookies(behind.address))
    other.goto(f"{behind.address}/coverage")
    expect(other.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url(f"http://{behind.provider}/**")
    assert other.request.get(f"{behind.address}{NOTE}").status == 403
    other.get_by_role("button", name="Rapport").click()  # on a page that was open already
    expect(other.get_by_role("heading", level=1)).to_have_text("Inloggen lukt nu niet")
    other.goto(f"{behind.address}/coverage")
    expect(other.get_by_role("heading", level=1)).to_have_text("Inloggen lukt nu niet")
    for one in (context, thief):
        one.close()


def test_an_account_without_a_role_is_told_so_and_sees_no_figure(browser: Browser, behind: Behind) -> None:
    context, page, _ = reader(browser)
    enter(page, f"{behind.address}/risk", "voorbijganger")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen lukt nu niet")
    assert page.get_by_test_id("stMetricValue").count() == page.get_by_test_id("stVegaLiteChart").count() == 0
    context.close()


def test_a_login_ends_when_the_provider_said_it_would(browser: Browser, home_120: Path, tmp_path: Path) -> None:
    ahead = tmp_path / "ahead"
    ahead.write_text("0")
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(ahead=str(ahead)))
    with _behind(home_120, tmp_path, within=["env", f"PYTHONPATH={tmp_path}"]) as ticking:
        context, page, _ = reader(browser)
        enter(page, ticking.address, "adviseur")
        page.reload()
        expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        ahead.write_text(str(LASTS.total_seconds() + 1))
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen lukt nu niet")
        context.close()


def test_scripts_from_elsewhere_and_frames_are_forbidden_and_every_chart_is_still_drawn(
    browser: Browser, behind: Behind
) -> None:
    context, page, _ = reader(browser)
    wrong: list[str] = []
    enter(page, f"{behind.address}/overview", "bestuurder")
    page.on("console", lambda told: wrong.append(told.text) if "Content Security Policy" in told.text else None)
    for name in ("", "coverage", "pillars", "risk", "trend", "report", "accountability"):
        answer = page.goto(f"{behind.address}/{name}")
        settled(page)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "'unsafe-eval'" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert wrong == []
    context.close()
