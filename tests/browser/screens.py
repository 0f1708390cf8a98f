"""`make screens`: every page in both languages, light and dark, wide and narrow, for boards of four sizes.

The pictures are for people to look at; they land in .cache/screens, where git does not look. The boards are made once
and kept beside them; remove .cache/boards after a change of the plan or the pipelines.
ARGS narrows it down: `make screens ARGS="120 overview nl light 1440"`.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dashboard.agreements.store import Action, Store
from tests.browser.serving import ROOT, chromium, reader, serving, settled
from tests.homes import walk

BOARDS = {25: 2, 60: 4, 120: 6, 1000: 2}  # leaders -> waves
PAGES = sorted(path.stem for path in (ROOT / "dashboard" / "views").glob("*.py"))
WAYS = (("nl", "en"), ("light", "dark"), (1440, 390))
HEIGHT = 900
OUT, HOMES = ROOT / ".cache" / "screens", ROOT / ".cache" / "boards"


def main(wanted: set[str]) -> None:
    """Write one PNG per board, page, language, theme and width."""

    def asked(choices: Iterable[Any]) -> list[Any]:
        return [one for one in choices if str(one) in wanted] or list(choices)

    OUT.mkdir(parents=True, exist_ok=True)
    pages, ways, taken = asked(PAGES), [*itertools.product(*map(asked, WAYS))], 0
    for leaders in asked(BOARDS):
        waves = BOARDS[leaders]
        home = HOMES / f"{leaders}x{waves}"
        if not (home / "home" / "published" / "CURRENT").exists():
            agree(walk(home, leaders, waves))
        with serving(home / "home") as address, chromium() as browser:
            for lang, theme, width in ways:
                size = {"width": width, "height": HEIGHT}
                context, page, _ = reader(browser, viewport=size, color_scheme=theme)
                for name in pages:
                    page.set_viewport_size(size)
                    page.goto(f"{address}/{'' if name == 'overview' else name}?lang={lang}")
                    settled(page)
                    # Streamlit scrolls inside the page: only a window as tall as its contents shows them all.
                    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                    page.set_viewport_size({"width": width, "height": max(HEIGHT, min(tall, 12000))})
                    page.wait_for_timeout(400)
                    page.screenshot(path=OUT / f"{leaders}-{name}-{lang}-{theme}-{width}.png")
                    taken += 1
                context.close()
    print(f"{taken} pictures in {OUT.relative_to(ROOT)}")


def agree(home: Path) -> None:
    """Agreements of the first wave and of the newest, so that pictures show what came of them."""
    waves = [path.stem for path in sorted((home / "vault" / "waves").glob("*.duckdb"))]
    for advice, base, status in (
        ("buddy_monthly", waves[0], "running"),
        ("mentor_early", waves[0], "done"),
        ("asking", waves[-1], "planned"),
    ):
        Store(home).save(Action(advice, "total", "", "hr_adviser", base, "2027Q2", status, base))


if __name__ == "__main__":
    main(set(sys.argv[1:]))
