"""Sentences for the steward, in the languages of pipelines/locales."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipelines.ground.errors import KlankbordError, Reason, RefusedAll, RefusedColumns, RefusedFor
from pipelines.ground.language import Locales, in_language
from pipelines.ground.settings import ROOT
from pipelines.ground.told import Label, Told

LONGEST = 80  # characters of a name that is repeated in a sentence
MANY = 8  # columns that are named one by one

LOCALES = Locales(ROOT / "pipelines" / "locales")
sentences = LOCALES.sentences
say = LOCALES.say


def explain(lang: str, error: KlankbordError) -> str:
    """The sentence of an error: the rule, the place and the next step; of several each on a line."""
    if isinstance(error, RefusedAll):
        lines = [f"{number}. {explain(lang, one)}" for number, one in enumerate(error.found, 1)]
        return "\n".join([say(lang, "error.several", **error.where), *lines])
    where = filled(lang, error.where)
    if isinstance(error, RefusedColumns):
        kinds = [f"‘{short(found.column)}’ ({in_language(found, lang)})" for found in error.found]
        more = " …" if len(kinds) > MANY else ""
        where["columns"] = ", ".join(kinds[:MANY]) + more
        where["drop"] = json.dumps([found.column for found in error.found[:MANY]], ensure_ascii=False) + more
    sentence = say(lang, f"error.{error.rule}", **where)
    if isinstance(error, RefusedFor):
        return "\n".join([sentence, *(f"  - {explain_reason(lang, one)}" for one in error.reasons)])
    return sentence


def explain_reason(lang: str, reason: Reason) -> str:
    """The sentence of one of the reasons of a refusal."""
    return say(lang, reason.key, **reason.values)


def tell_of(lang: str, one: Told) -> str:
    """The sentence of one thing that is told of an import."""
    return say(lang, f"told.{one.kind}", count=one.count, place=one.place, **filled(lang, one.also))


def filled(lang: str, where: Mapping[str, object]) -> dict[str, object]:
    """What fills a sentence in: names on one line, and of a thing with labels the label."""
    return {
        name: in_language(value, lang) if isinstance(value, Label) else short(value) for name, value in where.items()
    }


def short(value: object) -> object:
    """A name out of a file on one line: a head may be a page long."""
    text = " ".join(value.split()) if isinstance(value, str) else value
    return text if not isinstance(text, str) or len(text) <= LONGEST else text[:LONGEST] + "…"
