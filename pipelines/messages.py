"""Sentences for the steward, in Dutch and English, from locales/*.toml."""

from __future__ import annotations

import tomllib
from functools import cache

from pipelines.errors import KlankbordError
from pipelines.settings import LOCALES


@cache
def sentences(lang: str) -> dict[str, str]:
    """All sentences of one language by key, e.g. "error.empty_file"."""
    sections = tomllib.loads((LOCALES / f"{lang}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}


def say(lang: str, key: str, **values: object) -> str:
    """One sentence, filled in."""
    return sentences(lang)[key].format(**values)


def explain(lang: str, error: KlankbordError) -> str:
    """The sentence of an error: the rule, the place and the next step."""
    return say(lang, f"error.{error.rule}", **error.where)
