"""Can everybody use the pages that test_access leaves to another process? The same questions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.barriers import PAGES, barriers_everywhere
from tests.browser.test_access import HALF, pytestmark

__all__ = ["pytestmark"]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(PAGES) - set(HALF)))
def test_every_page_is_free_of_barriers_of_ours(stranger: tuple[Page, list[str]], address: str, name: str) -> None:
    page, outside = stranger
    assert barriers_everywhere(page, address, name) == []
    assert outside == []
