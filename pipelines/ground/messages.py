"""Sentences for the steward, in the languages of pipelines/locales."""

from __future__ import annotations

import json

from pipelines.ground.errors import KlankbordError, RefusedColumns, RefusedFor
from pipelines.ground.language import Locales, in_language
from pipelines.ground.settings import ROOT

LONGEST = 80  # characters of a name that is repeated in a sentence
MANY = 8  # columns that are named one by one

LOCALES = Locales(ROOT / "pipelines" / "locales")
sentences = LOCALES.sentences
say = LOCALES.say


def explain(lang: str, error: KlankbordError) -> str:
    """The sentence of an error: the rule, the place and the next step."""
    where = {name: short(value) for name, value in error.where.items()}
    if isinstance(error, RefusedColumns):
        kinds = [f"‘{short(found.column)}’ ({in_language(found, lang)})" for found in error.found]
        more = " …" if len(kinds) > MANY else ""
        where["columns"] = ", ".join(kinds[:MANY]) + more
        where["drop"] = json.dumps([found.column for found in error.found[:MANY]], ensure_ascii=False) + more
    sentence = say(lang, f"error.{error.rule}", **where)
    if isinstance(error, RefusedFor):
        return "\n".join([sentence, *(f"  - {say(lang, one.key, **one.values)}" for one in error.reasons)])
    return sentence


def short(value: object) -> object:
    """A name out of a file on one line: a head may be a page long."""
    text = " ".join(value.split()) if isinstance(value, str) else value
    return text if not isinstance(text, str) or len(text) <= LONGEST else text[:LONGEST] + "…"
