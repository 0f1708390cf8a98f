"""What a first visit brings over the line, with scripts and styles packed and as they are; for hosts and slow lines.

In headless Chromium with nothing kept, until the Overview is drawn.
"""

import tempfile
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.serving import chromium, reader, serving, settled
from tests.homes import walk

MEGA = 10**6  # bytes
KINDS = ("Script", "Stylesheet", "Document", "Font", "Other")
SLOW = 1_250_000  # bytes a second: a line of 10 Mbit/s


def visit(browser: Browser, address: str, is_packed: bool) -> tuple[Counter[str], float]:
    """Bytes over the line by kind, and seconds until nothing moves any more."""
    context, page, _ = reader(browser)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": SLOW, "uploadThroughput": SLOW}
    line.send("Network.emulateNetworkConditions", limits)
    if not is_packed:
        line.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": "identity"}})
    kinds: dict[str, str] = {}
    came: Counter[str] = Counter()
    line.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    line.on(
        "Network.loadingFinished",
        lambda told: came.update({kinds.get(told["requestId"], "Other"): int(told["encodedDataLength"])}),
    )
    start = time.perf_counter()
    page.goto(address)
    settled(page)
    seconds = time.perf_counter() - start
    context.close()
    return came, seconds


def main() -> None:
    """Print one table: a visit of each kind, after one that nobody measures."""
    with tempfile.TemporaryDirectory() as folder:
        home = walk(Path(folder), leaders=120, waves=2)
        with serving(home) as address, chromium() as browser:
            visit(browser, address, is_packed=True)
            print("First visit, over a line of 10 Mbit/s, MB")
            print("            ", *(f"{kind:>11}" for kind in KINDS), f"{'all':>7} {'seconds':>8}")
            for name, is_packed in (("as they are", False), ("packed", True)):
                came, seconds = visit(browser, address, is_packed)
                columns = " ".join(f"{came[kind] / MEGA:11.3f}" for kind in KINDS)
                print(f"  {name:11} {columns} {came.total() / MEGA:7.2f} {seconds:8.1f}")


if __name__ == "__main__":
    main()
