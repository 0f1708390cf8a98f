"""The sentences only the paper needs, by language; what is on screen too comes from dashboard.words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dashboard.words import LOCALES

Say = Callable[..., str]
PAPER = "paper."  # how their keys begin


def texts(lang: str) -> dict[str, str]:
    """All of them by key: 'wide' or 'title.rocks'."""
    return {key.removeprefix(PAPER): text for key, text in LOCALES.sentences(lang).items() if key.startswith(PAPER)}


def phrases(lang: str) -> Say:
    """From key to sentence."""
    return partial(_say, lang)


def _say(lang: str, key: str, /, **values: object) -> str:
    return LOCALES.say(lang, PAPER + key, **values)
