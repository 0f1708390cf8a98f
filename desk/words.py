"""The sentences of the desk, in Dutch and English."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("nl", "en")
Say = Callable[..., str]


@cache
def _sentences(lang: str) -> dict[str, str]:
    sections = tomllib.loads((LOCALES / f"{lang}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}


def _say(lang: str, key: str, /, **values: object) -> str:
    return _sentences(lang)[key].format(**values)


def words(lang: str) -> Say:
    """`say("file.title")`: one sentence of this language, filled in."""
    return partial(_say, lang)


def choose_language(asked: str | None, locale: str | None) -> str:
    """?lang= binds; else the language the desk was started with; else English for an English reader."""
    for lang in (asked, os.environ.get("KLANKBORD_LANG"), (locale or "")[:2].lower()):
        if lang in LANGUAGES:
            return str(lang)
    return LANGUAGES[0]
