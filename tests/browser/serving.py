"""A dashboard that really serves, and readers in headless Chromium whose every request is written down."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.patience import LOOK_AGAIN, PATIENCE

CHROMIUM = shutil.which("chromium")
ROOT = Path(__file__).parents[2]
MILLISECONDS = 1000 * PATIENCE

expect.set_options(timeout=MILLISECONDS)


@contextmanager
def serving(home: Path, lang: str = "nl", **how: Any) -> Iterator[str]:
    """The address of a dashboard; stopped with the signal `klankbord dashboard` passes on."""
    with served("dashboard", "serve", "--home", str(home), "--lang", lang, **how) as address:
        yield address


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    module: str, *command: str, log: Path | None = None, port: int = 0, within: Sequence[str] = ()
) -> Iterator[str]:
    """The address of any server of ours, in a process of its own; none stays behind. `within`: words before it."""
    port = port or free_port()
    started = [*within, sys.executable, "-m", module, *command, "--port", str(port)]
    with answering(started, port, log):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def desk(page: Page, home: Path, log: Path) -> Iterator[str]:
    """The address of a desk that this page may open: it went there once by the address the desk printed."""
    with served("pipelines.cli", "desk", "--home", str(home), log=log) as address:
        page.goto(printed(log))
        yield address


def printed(log: Path) -> str:
    """The newest address with a token in what a desk printed."""
    for _ in range(int(PATIENCE / LOOK_AGAIN)):
        found = re.findall(r"http://\S+token=[\w-]+", log.read_text(encoding="utf-8"))
        if found:
            return str(found[-1])
        time.sleep(LOOK_AGAIN)
    raise TimeoutError("the desk prints no address")


@contextmanager
def answering(
    started: Sequence[str], port: int, log: Path | None = None, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[int]:
    """A server that answers at its port; its process number."""
    told = log.open("wb") if log else None
    server = subprocess.Popen(started, cwd=cwd, stdout=told, stderr=told, env=env)
    try:
        until_it_answers(server, port)
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        ended = server.wait()
        if told:
            told.close()
        assert ended in (0, -signal.SIGTERM)


def until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server answers; one that ended, or never will, is a failure."""
    for _ in range(int(PATIENCE / LOOK_AGAIN)):
        assert server.poll() is None, "the server ended before it answered"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
        except OSError:
            time.sleep(LOOK_AGAIN)
        else:
            return
    raise TimeoutError("the server does not answer")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium; as root it only runs without its sandbox."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])


def reader(browser: Browser, **how: Any) -> tuple[BrowserContext, Page, list[str]]:
    """Somebody new: nothing remembered, and a list of every request that leaves this computer."""
    context = browser.new_context(**{"locale": "nl-NL", "viewport": {"width": 1440, "height": 1000}, **how})
    context.set_default_timeout(MILLISECONDS)
    context.add_init_script(WATCH)
    page, outside = context.new_page(), []
    page.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
    page.on("websocket", lambda socket: outside.append(socket.url) if is_outside(socket.url) else None)
    return context, page, outside


def is_outside(url: str) -> bool:
    return urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"


# In the page: how many frames were painted since anything changed, and whether a question to the server is unanswered.
WATCH = """
  window.still = 0; window.unanswered = false
  new MutationObserver(() => { window.still = 0 }).observe(
    document, {subtree: true, childList: true, attributes: true, characterData: true})
  const painted = () => { window.still += 1; requestAnimationFrame(painted) }
  requestAnimationFrame(painted)
  window.addEventListener('resize', () => { window.still = 0 })
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (...what) {
    if (!this.isHeard) this.addEventListener('message', () => { window.unanswered = false; window.still = 0 })
    this.isHeard = window.unanswered = true
    return send.apply(this, what)
  }
"""
STILL = 20  # frames; they come late where the machine is busy, so this is no length of time
DONE = f"""() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && !window.unanswered && window.still > {STILL}
  && document.querySelector('h1') && !document.querySelector('[data-testid=stSkeleton]')
  && [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(
    it => !it.offsetParent || it.querySelector('svg, canvas'))"""


def settled(page: Page) -> None:
    """Wait until the server has answered, the page runs no more, every chart is drawn and nothing moves any more."""
    page.wait_for_function(DONE)


def bring(page: Page, at: int, file: Path) -> None:
    """Choose a file in the uploader at that place, and see its name stand there before going on.

    Streamlit drops the answer to an uploader when another run of the page begins in the same moment
    (its queue keeps only some kinds of message), and the file is then not there; nobody's hand is that quick.
    """
    page.locator("input[type=file]").nth(at).set_input_files(file)
    expect(page.get_by_text(file.name, exact=True).first).to_be_visible()


def click_on(page: Page, mark: Locator) -> None:
    """A click on the middle of a mark of a picture, as a reader sees it, whatever lies on top of it."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
