"""Attacks on the wall, over real sockets: each is refused, and readers notice nothing."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from dashboard.door.asgi import ADDRESSES
from dashboard.wall.server import MESSAGE, WAITING
from tests.bench.load import usage
from tests.browser.serving import ROOT, answering, free_port, printed
from tests.patience import PATIENCE

EVIL = "http://evil.example"
STREAM = "/_stcore/stream"
LINES_OF_A_BREAK = 6_000  # bytes, the traceback and the line of one page that could not be made
ROOM = 1.3  # how much of its memory at rest a server may take under attack
# Read by Python when a process starts: whatever looks up or calls another computer is written down and fails.
ALONE = """
import pathlib, socket
told, connect, look_up = pathlib.Path({told!r}), socket.socket.connect, socket.getaddrinfo
def _tell(where):
    with told.open("a") as file:
        file.write(f"{{where}}\\n")
    raise OSError("blocked")
def _connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
        _tell(address)
    return connect(self, address)
def _look_up(host, *rest, **how):
    if host not in (None, "127.0.0.1", "localhost", "::1"):
        _tell(host)
    return look_up(host, *rest, **how)
socket.socket.connect, socket.getaddrinfo = _connect, _look_up
"""
ACCESS = """
address = "https://klankbord.example.nl"
provider = "https://login.example.nl/.well-known/openid-configuration"
client_id = "klankbord"
client_secret = "between-us"
cookie_secret = "{secret}"
claim = "realm_access.roles"
[roles]
adviser = ["hr"]
"""


@dataclass(frozen=True)
class Server:
    """One that serves, without a way out to other computers."""

    port: int
    process: int
    told: Path  # what it tried to reach
    log: Path

    @property
    def own(self) -> dict[str, str]:
        """What a browser on this computer says of itself."""
        return {"Host": f"127.0.0.1:{self.port}", "Origin": f"http://127.0.0.1:{self.port}"}


@contextmanager
def alone(folder: Path, *command: str) -> Iterator[Server]:
    port, told, log = free_port(), folder / "told", folder / "log"
    (folder / "sitecustomize.py").write_text(ALONE.format(told=str(told)))
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUNBUFFERED": "1"}
    with answering([sys.executable, "-m", *command, "--port", str(port)], port, log, env) as process:
        yield Server(port, process, told, log)


@pytest.fixture(scope="module")
def dashboard(home_25: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with alone(tmp_path_factory.mktemp("open"), "dashboard", "serve", "--home", str(home_25)) as server:
        yield server


@contextmanager
def with_login(folder: Path, home: Path) -> Iterator[Server]:
    """A dashboard of what a home published, with a login, at https://klankbord.example.nl behind a proxy."""
    shutil.copytree(home / "published", folder / "home" / "published")
    (folder / "home" / "access.toml").write_text(ACCESS.format(secret="c" * 64))
    (folder / "home" / "access.toml").chmod(0o600)
    with alone(folder, "dashboard", "serve", "--home", str(folder / "home")) as server:
        yield server


@pytest.fixture(scope="module")
def hosted(home_25: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with with_login(tmp_path_factory.mktemp("hosted"), home_25) as server:
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("desk")
    with alone(folder, "desk", "--home", str(folder / "home")) as server:
        yield server


def ask(server: Server, path: str = "/", method: str = "GET", version: str = "1.1", **headers: str | None) -> str:
    """Status and headers of an answer; underscores in names of headers stand for hyphens, None leaves one out."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line:
        line.sendall(request(server, path, method, version, **headers))
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = line.recv(65536)
            if not more:
                break
            answer += more
    return answer.partition(b"\r\n\r\n")[0].decode("latin-1")


def request(server: Server, path: str, method: str = "GET", version: str = "1.1", **headers: str | None) -> bytes:
    said = {"Host": server.own["Host"]} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in said.items() if value is not None]
    return "\r\n".join([f"{method} {path} HTTP/{version}", *lines, "", ""]).encode()


SHAKES: Mapping[str, str] = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Protocol": "streamlit",
}


def status(answer: str) -> int:
    return int(answer.split()[1])


def is_well(server: Server) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/_stcore/health", timeout=PATIENCE) as answer:
        return bool(answer.status == 200)


@pytest.mark.parametrize("where", ["dashboard", "desk"])
@pytest.mark.parametrize("origin", [EVIL, "null", None, "http://localhost:1", "https://127.0.0.1:{port}", ""])
def test_a_handshake_from_any_page_but_ours_is_refused_and_asks_no_other_computer(
    request: pytest.FixtureRequest, where: str, origin: str | None
) -> None:
    server: Server = request.getfixturevalue(where)
    said = origin.format(port=server.port) if origin is not None else None
    for cookie in (None, "_streamlit_user=x; klankbord=y"):
        assert status(ask(server, STREAM, **SHAKES, Origin=said, Cookie=cookie)) == 403
    assert is_well(server)
    assert not server.told.exists()


@pytest.mark.parametrize("where", ["dashboard", "desk"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "[::1", "127.0.0.1@evil.nl"],
)
def test_another_sites_name_for_this_computer_opens_nothing(
    request: pytest.FixtureRequest, where: str, host: str
) -> None:
    server: Server = request.getfixturevalue(where)
    assert status(ask(server, Host=host)) == 403
    assert status(ask(server, STREAM, **SHAKES, Host=host, Origin=f"http://{host}")) == 403
    assert not server.told.exists()


def test_our_own_page_opens_its_stream(dashboard: Server) -> None:
    assert status(ask(dashboard, STREAM, **SHAKES, Origin=dashboard.own["Origin"])) == 101


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
@pytest.mark.parametrize("path", ["/_stcore/host-config", "/media/a.csv", "/static/js/a.js", STREAM])
def test_what_a_browser_says_another_site_asks_for_is_refused(dashboard: Server, site: str, path: str) -> None:
    more = {**SHAKES, "Origin": dashboard.own["Origin"]} if path == STREAM else {}
    assert status(ask(dashboard, path, Sec_Fetch_Site=site, **more)) == 403


def test_a_link_on_another_site_leads_to_a_page_and_into_no_frame(dashboard: Server) -> None:
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    for page in ADDRESSES:
        assert status(ask(dashboard, page, **link, Sec_Fetch_Dest="document")) in (200, 303)
        assert status(ask(dashboard, page, **link, Sec_Fetch_Dest="iframe")) == 403
    assert status(ask(dashboard, "/auth/logout", **link, Sec_Fetch_Dest="document")) == 403  # nobody logs us out


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_written_to_the_dashboard(dashboard: Server, method: str) -> None:
    own = dashboard.own["Origin"]
    for path in ("/", STREAM, "/_stcore/upload_file/a/b"):
        assert status(ask(dashboard, path, method, Origin=own, Content_Length=str(10**9))) == 404
        assert status(ask(dashboard, path, method, Origin=EVIL, Content_Length="0")) == 403
        assert status(ask(dashboard, path, method, Cookie="a=b", Content_Length="0")) == 403


@pytest.mark.parametrize(
    "said",
    [
        {"X_Forwarded_For": "10.0.0.1"},
        {"X_Forwarded_Proto": "https"},
        {"Forwarded": "for=10.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X_Real_IP": "10.0.0.1"},
        {"version": "1.0"},  # what nginx speaks to what lies behind it, when nobody told it otherwise
        {"Host": "klankbord.example.nl"},
    ],
)
def test_behind_a_plain_proxy_a_dashboard_without_a_login_refuses(dashboard: Server, said: dict[str, str]) -> None:
    for page in ("/", "/accountability.pdf", "/_stcore/health"):
        assert status(ask(dashboard, page, **said)) == 403
    assert status(ask(dashboard, STREAM, **SHAKES, Origin="https://klankbord.example.nl")) == 403  # a mute proxy


def frame(length: int, *first: int) -> bytes:
    """The head of a binary message of so many bytes, masked with nothing, and its first bytes."""
    return bytes([0x82, 0x80 | 127, *length.to_bytes(8, "big"), 0, 0, 0, 0, *first])


def test_five_unfinished_frames_of_180_mb_are_hung_up_on(dashboard: Server) -> None:
    rest = usage(dashboard.process)[1]
    lines = []
    for _ in range(5):
        line = socket.create_connection(("127.0.0.1", dashboard.port), timeout=PATIENCE)
        line.sendall(request(dashboard, STREAM, **SHAKES, Origin=dashboard.own["Origin"]))
        assert line.recv(12).endswith(b"101")
        lines.append(line)
    for line in lines:
        _pour(line, frame(180_000_000) + bytes(MESSAGE * 10**6))
    for line in lines:
        assert _is_hung_up(line)
        line.close()
    assert is_well(dashboard)
    assert usage(dashboard.process)[1] < ROOM * rest


def _pour(line: socket.socket, data: bytes) -> None:
    try:
        line.sendall(data)
    except OSError:
        return  # the server hung up while we poured


def _is_hung_up(line: socket.socket) -> bool:
    try:
        while line.recv(65536):
            pass
    except ConnectionError:
        pass
    return True  # a line that stays open would have run into its timeout


def test_a_thousand_half_open_requests_leave_room_for_readers(dashboard: Server) -> None:
    rest, lines = usage(dashboard.process)[1], []
    for number in range(1000):
        line = socket.create_connection(("127.0.0.1", dashboard.port), timeout=PATIENCE)
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        lines.append(line)
        if number % 100 == 99:
            assert is_well(dashboard)
    assert usage(dashboard.process)[1] < ROOM * rest
    files = len(list(Path(f"/proc/{dashboard.process}/fd").iterdir()))
    assert files < 2 * WAITING + 64
    for line in lines:
        line.close()


def test_a_proxy_that_opens_a_line_for_each_file_of_a_first_visit_gets_them_all(dashboard: Server) -> None:
    lines = [socket.create_connection(("127.0.0.1", dashboard.port), timeout=PATIENCE) for _ in range(200)]
    for line in lines:
        line.sendall(request(dashboard, "/_stcore/health"))
    assert {line.recv(12)[-3:] for line in lines} == {b"200"}
    for line in lines:
        line.close()


def test_a_head_without_an_end_is_hung_up_on(dashboard: Server) -> None:
    with socket.create_connection(("127.0.0.1", dashboard.port), timeout=PATIENCE) as line:
        _pour(line, b"GET / HTTP/1.1\r\nX: " + b"a" * 10**6)
        assert _is_hung_up(line)
    assert is_well(dashboard)


def test_forged_answers_of_widgets_do_not_fill_the_log(dashboard: Server) -> None:
    """Each breaks the page, for the kind of answer is not the one the widget gives; the log of one was 10 kB."""
    often, before = 100, dashboard.log.stat().st_size
    url = f"ws://127.0.0.1:{dashboard.port}{STREAM}"
    protocols = [Subprotocol("streamlit")]
    with connect(
        url, subprotocols=protocols, max_size=None, additional_headers={"Origin": dashboard.own["Origin"]}
    ) as line:
        widgets = sorted({*_widgets_of(line, ()), *_widgets_of(line, ())})
        assert widgets
        for _ in range(often):
            _widgets_of(line, widgets)
    grown = dashboard.log.stat().st_size - before
    assert "TypeError" in dashboard.log.read_text(encoding="utf-8")
    assert grown < 10 * LINES_OF_A_BREAK
    assert is_well(dashboard)


def _widgets_of(line: ClientConnection, forged: Sequence[str]) -> set[str]:
    """Run a page, with forged answers of these widgets; the widgets that it shows."""
    asked = BackMsg()
    asked.rerun_script.page_name = "pillars"
    for widget in forged:
        asked.rerun_script.widget_states.widgets.add(id=widget, json_value="{}")
    line.send(asked.SerializeToString())
    found = set()
    while True:
        data = line.recv(timeout=PATIENCE)
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "script_finished":
            return found
        if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            found |= {str(getattr(getattr(element, str(element.WhichOneof("type"))), "id", ""))} - {""}


def test_every_cookie_of_an_https_address_is_for_https_only(hosted: Server) -> None:
    answer = ask(hosted, Host="klankbord.example.nl")
    assert status(answer) == 200
    assert re.search(r"(?im)^strict-transport-security: max-age=\d{8}", answer)
    cookies = re.findall(r"(?im)^set-cookie: (.*)$", answer)
    assert cookies
    again = ask(hosted, "/_stcore/health", Host="klankbord.example.nl")  # Streamlit's own
    assert re.findall(r"(?im)^set-cookie: (.*)$", again)
    for cookie in [*cookies, *re.findall(r"(?im)^set-cookie: (.*)$", again)]:
        assert "; secure" in cookie.lower().strip()


def test_without_https_there_is_no_promise_of_it(dashboard: Server) -> None:
    assert "strict-transport-security" not in ask(dashboard).lower()


def test_behind_a_proxy_only_the_known_address_is_ours_and_nobody_is_asked_for_it(hosted: Server) -> None:
    ours = {"Host": "klankbord.example.nl", "Origin": "https://klankbord.example.nl"}
    assert status(ask(hosted, STREAM, **SHAKES, **ours)) == 101
    assert status(ask(hosted, STREAM, **SHAKES, **ours | {"Host": hosted.own["Host"]})) == 101  # a proxy that says so
    assert status(ask(hosted, STREAM, **SHAKES, **ours | {"Origin": hosted.own["Origin"]})) == 403
    assert status(ask(hosted, STREAM, **SHAKES, **ours | {"Origin": EVIL})) == 403
    assert status(ask(hosted, Host="elsewhere.example.nl")) == 403
    assert not hosted.told.exists()


def test_whoever_watches_may_ask_whether_it_is_ready_and_learns_nothing_of_the_board(hosted: Server) -> None:
    for host in ("klankbord.example.nl", hosted.own["Host"]):
        with socket.create_connection(("127.0.0.1", hosted.port), timeout=PATIENCE) as line:
            line.sendall(request(hosted, "/ready", Host=host, Connection="close"))
            answer = b"".join(iter(lambda: line.recv(65536), b"")).decode("latin-1")
        assert status(answer) == 200
        assert re.fullmatch(
            r'\{"ready":true,"snapshot":"current","snapshot_age":\d+,"backup_age":null,'
            r'"failure":null,"failure_age":null\}',
            answer.partition("\r\n\r\n")[2],
        )
    assert status(ask(hosted, "/ready", Host="elsewhere.example.nl")) == 403
    assert status(ask(hosted, "/ready", "POST", Host="klankbord.example.nl")) in (403, 404)


def test_scripts_come_packed_and_no_page_of_words_of_a_reader_does(hosted: Server) -> None:
    takes = {"Accept_Encoding": "gzip", "Host": "klankbord.example.nl"}
    first = urllib.request.urlopen(f"http://127.0.0.1:{hosted.port}/").read().decode()
    script = re.search(r'src="\./(static/js/[^"]+\.js)"', first)
    assert script
    assert "content-encoding: gzip" in ask(hosted, f"/{script[1]}", **takes).lower()
    for path in ("/", "/?q=secret", "/ready", "/_stcore/host-config", "/auth/login"):
        assert "content-encoding" not in ask(hosted, path, **takes).lower()


def test_strangers_can_open_so_many_pages_and_no_more(hosted: Server) -> None:
    ours = {"Host": "klankbord.example.nl", "Origin": "https://klankbord.example.nl"}
    lines, answers = [], []
    for _ in range(104):
        line = socket.create_connection(("127.0.0.1", hosted.port), timeout=PATIENCE)
        line.sendall(request(hosted, STREAM, **SHAKES, **ours))
        answers.append(line.recv(12)[-3:])
        lines.append(line)
    assert answers[-4:] == [b"403"] * 4
    assert answers.count(b"101") == 100
    assert is_well(hosted)
    for line in lines:
        line.close()


def token_of(desk: Server) -> str:
    """The newest token the desk has printed."""
    return printed(desk.log).partition("token=")[2]


def test_another_account_on_this_computer_does_not_come_to_the_desk(desk: Server) -> None:
    token_of(desk)
    own = desk.own["Origin"]
    for path in ("/", "/?token=", "/?token=guessed", "/static/index.html", "/media/a.pdf"):
        assert status(ask(desk, path)) == 403
    assert status(ask(desk, STREAM, **SHAKES, Origin=own)) == 403
    assert status(ask(desk, "/_stcore/upload_file/a/b", "PUT", Origin=own, Content_Length="0")) == 403


def test_the_token_of_the_desk_opens_it_once_and_its_cookie_afterwards(desk: Server) -> None:
    token = token_of(desk)
    answer = ask(desk, f"/?token={token}&lang=en")
    assert status(answer) == 303
    assert re.search(r"(?im)^location: /\?lang=en\s*$", answer)
    told = re.search(r"(?im)^set-cookie: (klankbord_\d+=[\w-]+); (.*)$", answer)
    assert told
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in told[2].split(";")}
    assert status(ask(desk, f"/?token={token}")) == 403  # somebody who read it in a history
    assert status(ask(desk, Cookie=told[1])) == 200
    assert status(ask(desk, STREAM, **SHAKES, Origin=desk.own["Origin"], Cookie=told[1])) == 101
    assert status(ask(desk, STREAM, **SHAKES, Origin=EVIL, Cookie=told[1])) == 403
    assert token_of(desk) != token


@pytest.mark.parametrize("script", ["dashboard/app.py", "desk/app.py"])
def test_streamlit_run_shows_nothing_of_either(script: str, home_25: Path, tmp_path: Path) -> None:
    from streamlit.testing.v1 import AppTest

    from tests.walled import without_wall

    with without_wall():
        page = AppTest.from_file(str(ROOT / script), default_timeout=PATIENCE).run()
    assert not page.exception
    assert not page.metric
    assert not page.sidebar
    told = " ".join(block.value for block in [*page.markdown, *page.warning])
    assert "klankbord" in told
    assert "muur" in told


@pytest.mark.parametrize("app", ["dashboard.door.asgi:app", "desk.asgi:app"])
def test_no_other_server_finds_something_to_serve(app: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "uvicorn", app, "--port", str(free_port())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert 'Attribute "app" not found' in ended.stderr
