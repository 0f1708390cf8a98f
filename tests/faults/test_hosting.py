"""The hosting kit of docs/hosting/: what systemd and nginx say of it, and a dashboard behind that nginx."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.browser.serving import ROOT, free_port
from tests.faults.test_wall import SHAKES, Server, request, status, with_login
from tests.patience import LOOK_AGAIN, PATIENCE

KIT = ROOT / "docs" / "hosting"
UNITS = sorted(path.name for path in KIT.iterdir() if path.suffix in (".service", ".timer"))
NAME = "klankbord.example.nl"
OURS = {"Host": NAME, "Origin": f"https://{NAME}"}
PROGRAM = "/srv/klankbord/app/bin/klankbord"


def needs(tool: str) -> pytest.MarkDecorator:
    """Skipped without a tool of Debian; in CI everything is there, or the test fails."""
    is_absent = shutil.which(tool) is None and "CI" not in os.environ
    return pytest.mark.skipif(is_absent, reason=f"{tool} is not installed (Debian: nginx-light, systemd)")


def complaints(folder: Path, unit: str) -> str:
    """What systemd says of a unit, on a computer where the program stands elsewhere."""
    for path in UNITS:
        text = (KIT / path).read_text(encoding="utf-8")
        (folder / path).write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", str(folder / unit)]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    return "".join(line for line in told.stderr.splitlines(True) if str(folder) in line or "klankbord" in line)


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_has_nothing_to_say_against_a_unit(unit: str, tmp_path: Path) -> None:
    assert complaints(tmp_path, unit) == ""


@needs("systemd-analyze")
def test_a_word_that_systemd_does_not_know_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = shutil.copytree(KIT, tmp_path / "kit")
    unit = kit / "klankbord-dashboard.service"
    unit.write_text(unit.read_text().replace("MemoryMax=", "MemoryMost="))
    monkeypatch.setattr(sys.modules[__name__], "KIT", kit)
    assert "MemoryMost" in complaints(tmp_path, unit.name)


def said(unit: str) -> dict[str, str]:
    """The keys of a unit and what they say, the last one counting."""
    return dict(re.findall(r"^(\w+)=(.*)$", (KIT / unit).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.endswith(".service")])
def test_every_service_has_an_account_limits_and_says_when_it_fails(unit: str) -> None:
    keys = said(unit)
    assert keys["User"] in ("klankbord-steward", "klankbord-dashboard")
    assert {"MemoryMax", "NoNewPrivileges", "ProtectHome"} <= keys.keys()
    assert keys["ProtectSystem"] == "strict"
    assert "@" in unit or keys["OnFailure"] == "klankbord-failure@%N.service"


@pytest.mark.parametrize("unit", ["klankbord-dashboard.service", "klankbord-actions.service"])
def test_the_accounts_of_the_dashboard_are_kept_from_the_vault(unit: str) -> None:
    keys = said(unit)
    assert keys["User"] == "klankbord-dashboard"
    assert "-/srv/klankbord/data/vault" in keys["InaccessiblePaths"].split()
    assert not {"/srv", "/srv/klankbord", "/srv/klankbord/data"} & set(keys["ReadWritePaths"].split())


def site(folder: Path, upstream: int, **changes: str) -> tuple[str, int, int]:
    """The site of the kit on ports that are free here, with a certificate of its own; and the two ports."""
    plain, tls = free_port(), free_port()
    text = (KIT / "klankbord.nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "server 127.0.0.1:8501;": f"server 127.0.0.1:{upstream};",
        f"/etc/letsencrypt/live/{NAME}": str(folder),
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{tls} ssl",
        **changes,
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    return text, plain, tls


def nginx(folder: Path, text: str) -> list[str]:
    """The words that start nginx with a site, apart from the nginx of this computer."""
    certificate = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"), "-days", "2"]
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", *certificate]
    subprocess.run(words, check=True, capture_output=True)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; {temporary} include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    return ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


@contextmanager
def proxied(folder: Path, upstream: int, **changes: str) -> Iterator[tuple[int, int]]:
    """The ports, plain and TLS, of the kit's nginx before a dashboard."""
    text, plain, tls = site(folder, upstream, **changes)
    with subprocess.Popen([*nginx(folder, text)], stderr=subprocess.PIPE) as process:
        try:
            while True:
                assert process.poll() is None, process.stderr.read() if process.stderr else ""
                try:
                    socket.create_connection(("127.0.0.1", tls), timeout=PATIENCE).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(LOOK_AGAIN)
            yield plain, tls
        finally:
            process.terminate()


def tls_line(port: int, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # a certificate of its own
    context.set_ciphers("ALL:@SECLEVEL=0")  # as weak as they come: it is the server that must refuse
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = newest
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    return context.wrap_socket(line, server_hostname=NAME)


def answer(line: socket.socket, asked: bytes) -> str:
    """The head of an answer."""
    line.sendall(asked)
    told = b""
    while b"\r\n\r\n" not in told and (more := line.recv(65536)):
        told += more
    return told.partition(b"\r\n\r\n")[0].decode("latin-1").lower()


@pytest.fixture(scope="module")
def hosted(home_25: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with with_login(tmp_path_factory.mktemp("behind"), home_25) as server:
        yield server


@pytest.fixture(scope="module")
def front(hosted: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    quick = {
        "client_header_timeout 10s": "client_header_timeout 1s",
        "client_body_timeout 10s": "client_body_timeout 1s",
    }
    with proxied(tmp_path_factory.mktemp("nginx"), hosted.port, **quick) as ports:
        yield ports


def ask(front: tuple[int, int], hosted: Server, path: str = "/", method: str = "GET", **headers: str) -> str:
    with tls_line(front[1]) as line:
        return answer(line, request(hosted, path, method, **{"Host": NAME, **headers}))


@needs("nginx")
def test_nginx_understands_the_site_as_it_stands(tmp_path: Path) -> None:
    text, _, _ = site(tmp_path, 8501)
    words = nginx(tmp_path, text)
    told = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "warn" not in told.stderr


@needs("nginx")
def test_a_page_comes_over_tls_with_hsts_once_and_unpacked(front: tuple[int, int], hosted: Server) -> None:
    told = ask(front, hosted)
    assert status(told) == 200
    assert told.count("strict-transport-security") == 1
    assert re.search(r"^set-cookie: .*; secure", told, re.MULTILINE)
    assert "content-encoding" not in ask(front, hosted, "/?q=secret", Accept_Encoding="gzip")


@needs("nginx")
def test_scripts_come_packed_through_it(front: tuple[int, int], hosted: Server) -> None:
    with tls_line(front[1]) as line:
        line.sendall(request(hosted, "/", Host=NAME, Connection="close"))
        page = b"".join(iter(lambda: line.recv(65536), b"")).decode("latin-1")
    script = re.search(r'src="\./(static/js/[^"]+\.js)"', page)
    assert script
    assert "content-encoding: gzip" in ask(front, hosted, f"/{script[1]}", Accept_Encoding="gzip")


@needs("nginx")
def test_plain_http_leads_to_tls_under_our_own_name(front: tuple[int, int], hosted: Server) -> None:
    with socket.create_connection(("127.0.0.1", front[0]), timeout=PATIENCE) as line:
        told = answer(line, request(hosted, "/coverage?lang=en", Host="evil.example"))
    assert status(told) == 301
    assert f"location: https://{NAME}/coverage?lang=en" in told


@needs("nginx")
def test_the_line_of_a_page_opens_through_it_and_only_for_our_own_page(front: tuple[int, int], hosted: Server) -> None:
    assert status(ask(front, hosted, "/_stcore/stream", **SHAKES, **OURS)) == 101
    evil = {**OURS, "Origin": "https://evil.example"}
    assert status(ask(front, hosted, "/_stcore/stream", **SHAKES, **evil)) == 403


@needs("nginx")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_tls_is_refused(front: tuple[int, int]) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        tls_line(front[1], newest=ssl.TLSVersion.TLSv1_1)
    with tls_line(front[1], newest=ssl.TLSVersion.TLSv1_2) as line:
        assert line.version() == "TLSv1.2"


@needs("nginx")
def test_a_large_body_is_refused_unread_and_with_hsts(front: tuple[int, int], hosted: Server) -> None:
    told = ask(front, hosted, "/", "POST", Content_Length=str(10**9))
    assert status(told) == 413
    assert "strict-transport-security" in told


@needs("nginx")
@pytest.mark.parametrize("half", [b"GET / HTTP/1.1\r\nHost: klankbord.example.nl\r\nX-Slow: ", b""])
def test_who_does_not_finish_a_request_is_hung_up_on(front: tuple[int, int], half: bytes) -> None:
    with tls_line(front[1]) as line:
        line.sendall(half)
        told = line.recv(65536)  # ends at the timeout of nginx, long before ours
    assert told == b"" or b" 408 " in told


@needs("nginx")
def test_this_computer_may_ask_through_it_whether_it_is_ready(front: tuple[int, int], hosted: Server) -> None:
    assert status(ask(front, hosted, "/ready")) == 200


@needs("nginx")
def test_who_asks_too_often_waits_while_scripts_come_on(hosted: Server, tmp_path: Path) -> None:
    few = {"rate=10r/s": "rate=1r/m", "burst=60": "burst=2"}
    with proxied(tmp_path, hosted.port, **few) as front:
        assert [status(ask(front, hosted)) for _ in range(5)] == [200, 200, 200, 429, 429]
        assert {status(ask(front, hosted, "/static/js/a.js")) for _ in range(5)} == {200}


@needs("nginx")
def test_who_opens_too_many_lines_gets_no_more(hosted: Server, tmp_path: Path) -> None:
    with proxied(tmp_path, hosted.port, **{"klankbord_lines 300": "klankbord_lines 2"}) as front:
        lines = [tls_line(front[1]) for _ in range(3)]
        shake = request(hosted, "/_stcore/stream", **SHAKES, **OURS)
        assert [status(answer(line, shake)) for line in lines] == [101, 101, 429]
        for line in lines:
            line.close()


def compose() -> dict[str, Any]:
    services = yaml.safe_load((KIT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return {
        name: service | {"mounts": [one.split(":")[1:] for one in service["volumes"]]}
        for name, service in services.items()
    }


def test_the_containers_of_the_two_accounts_hold_what_each_may_see() -> None:
    dashboard, steward = compose()["dashboard"], compose()["steward"]
    home = "/srv/klankbord/data"
    assert dashboard["mounts"] == [
        [f"{home}/published", "ro"],
        [f"{home}/status", "ro"],
        [f"{home}/access.toml", "ro"],
        [f"{home}/actions"],
    ]
    assert dashboard["user"] != steward["user"]
    assert steward["network_mode"] == "none"
    assert "ports" not in steward
    assert all(port.startswith("127.0.0.1:") for port in dashboard["ports"])
    for service in (dashboard, steward):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert {"mem_limit", "pids_limit"} <= service.keys()


def test_the_container_is_made_of_a_release_and_runs_under_the_account_of_the_dashboard() -> None:
    text = (KIT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    bases = [rest for word, rest in steps if word == "FROM"]
    assert all(base.split()[0].endswith("-slim") for base in bases)
    users = dict(re.findall(r"--uid (\d+) --gid 10001 .*?(klankbord-\w+)", text))
    assert [rest for word, rest in steps if word == "USER"] == ["10002:10001"]
    assert users == {"10001": "klankbord-steward", "10002": "klankbord-dashboard"}
    assert {service["user"].split(":")[0] for service in compose().values()} == users.keys()
    assert "--require-hashes --only-binary :all:" in text
    assert any(word == "HEALTHCHECK" and "/_stcore/health" in rest for word, rest in steps)
