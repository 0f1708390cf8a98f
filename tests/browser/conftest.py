"""What the journeys share: one dashboard of the board of 120 that serves, and one Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.serving import chromium, reader, serving
from tests.browser.standing import windows


@pytest.fixture(scope="module")
def address(home_120: Path) -> Iterator[str]:
    with serving(home_120) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def stranger(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Somebody's page, and every request that leaves this computer from it."""
    context, page, outside = reader(browser)
    yield page, outside
    context.close()


@pytest.fixture(scope="module")
def opened(browser: Browser) -> dict[str, Page]:
    """A window of every width to look at pages in."""
    return windows(browser)
