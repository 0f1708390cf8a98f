"""How a page stands on screens of every width: what is cut off, covered or moves; a window is made narrower."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page

from dashboard.words import words
from tests.browser.serving import reader, settled

# The widths people have, and 1440 and 1280 at 200 %, which halves them.
WIDTHS = (1440, 1366, 1280, 1024, 820, 768, 720, 640, 390)
TALL = 9000  # pixels: all of a page is in the window, for only there one can ask what lies on top
LAPTOP, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A window for each language; and the size in which a page first comes in.
FIRST = {"nl": LAPTOP, "en": TELEPHONE}
MOVES = 0.1  # the most that a page may shift while it comes in, as browsers count it
FAULTS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
COUNT_SHIFTS = """
  window.shifted = 0
  const add = list => list.getEntries().filter(it => !it.hadRecentInput).forEach(it => { window.shifted += it.value })
  new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true})
"""
# Every picture has its new width, or was given time for it, and nothing has moved for some frames.
FOLLOWED = """() => {
  const pictures = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].filter(it => it.offsetParent)
  const isBehind = it => Math.abs((it.querySelector('svg')?.width.baseVal.value ?? 0) - it.clientWidth) > 1
  const places = [...document.querySelectorAll('[data-testid=stMain], [data-testid=stSidebar]')]
    .map(it => it.getBoundingClientRect()).flatMap(it => [it.left, it.right])
  const now = [...places, document.querySelector('[data-testid=stMain]').scrollHeight].join()
  window.frames_same = now === window.seen ? window.frames_same + 1 : 0
  window.seen = now
  return !window.unanswered && window.frames_same > (pictures.some(isBehind) ? 60 : 3)
}"""
# The menu comes and goes at once.
STILL = "[data-testid=stSidebar], [data-testid=stSidebar] * {transition: none !important}"


def windows(browser: Browser) -> dict[str, Page]:
    """A window for each language, that counts how much a page shifts."""
    opened = {}
    for lang, size in FIRST.items():
        context, page, _ = reader(browser, viewport=size, locale=lang)
        context.add_init_script(COUNT_SHIFTS)
        opened[lang] = page
    return opened


def faults_at_every_width(opened: Mapping[str, Page], address: str, name: str) -> list[str]:
    """What does not stand well on one page, in both languages and at all widths, and how much it moved coming in."""
    found = []
    for lang, page in opened.items():
        page.set_viewport_size(FIRST[lang])
        page.goto(f"{address}/{'' if name == 'overview' else name}?lang={lang}", wait_until="commit")
    for lang, page in opened.items():
        settled(page)
        shifted = page.evaluate("window.shifted")
        found += [f"{lang}: shifts by {shifted:.2f} at {FIRST[lang]['width']}"] if shifted >= MOVES else []
        found += [f"{lang}: broken"] if words(lang)("notice.broken") in page.content() else []
        page.add_style_tag(content=STILL)
    for width in WIDTHS:
        for page in opened.values():
            page.set_viewport_size({"width": width, "height": TALL})
        for lang, page in opened.items():
            page.wait_for_function(FOLLOWED)
            found += [f"{lang} at {width}: {fault}" for fault in page.evaluate(FAULTS)]
    return found
