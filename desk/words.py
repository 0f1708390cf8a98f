"""The sentences of the desk, by language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipelines.flow import Locales

Say = Callable[..., str]

LOCALES = Locales(Path(__file__).parent / "locales")
choose_language = LOCALES.choose


def words(lang: str) -> Say:
    """`say("file.title")`: one sentence of this language, filled in."""
    return partial(LOCALES.say, lang)
