"""Sentences for the steward, in Dutch and English, from locales/*.toml."""

from __future__ import annotations

import json
import tomllib
from functools import cache

from pipelines.ground.errors import KlankbordError, RefusedColumns
from pipelines.ground.settings import LOCALES

LONGEST = 80  # characters of a name that is repeated in a sentence
MANY = 8  # columns that are named one by one


@cache
def sentences(lang: str) -> dict[str, str]:
    """All sentences of one language by key, e.g. "error.empty_file"."""
    sections = tomllib.loads((LOCALES / f"{lang}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}


def say(lang: str, key: str, /, **values: object) -> str:
    """One sentence, filled in."""
    return sentences(lang)[key].format(**values)


def explain(lang: str, error: KlankbordError) -> str:
    """The sentence of an error: the rule, the place and the next step."""
    where = {name: short(value) for name, value in error.where.items()}
    if isinstance(error, RefusedColumns):
        kinds = [f"‘{short(found.column)}’ ({found.nl if lang == 'nl' else found.en})" for found in error.found]
        more = " …" if len(kinds) > MANY else ""
        where["columns"] = ", ".join(kinds[:MANY]) + more
        where["drop"] = json.dumps([found.column for found in error.found[:MANY]], ensure_ascii=False) + more
    return say(lang, f"error.{error.rule}", **where)


def short(value: object) -> object:
    """A name out of a file on one line: a head may be a page long."""
    text = " ".join(value.split()) if isinstance(value, str) else value
    return text if not isinstance(text, str) or len(text) <= LONGEST else text[:LONGEST] + "…"
