"""The leaflet for school leaders: where support is and how to ask for it, since a survey cannot answer who needs help.

Where support is comes from a file of the board (`support_places`); without it the leaflet leaves lines to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from pipelines.ground.errors import Refused
from pipelines.ground.language import in_language
from pipelines.ground.messages import say, sentences
from pipelines.instruments import Model, Policy
from pipelines.questionnaire.board_file import Line, line_of, read_toml
from pipelines.questionnaire.paper import pages, typeset

TEMPLATE = Path(__file__).with_name("leaflet.typ")
SIDES = 2  # one sheet
PARTS = ("question", "belief", "ask", "step")  # of the leaflet; how the keys of their texts begin
MORE = "_more"  # how the key of a text ends that stands under another


class Place(Model):
    """Somebody a leader can turn to: the role in both languages, and the way there as the board wrote it."""

    nl: Line
    en: Line
    how: Line


class Places(Model):
    """The file of the board."""

    support_places: tuple[Place, ...]


def read_places(file: Path) -> tuple[Place, ...]:
    """The places the board names; Refused with file and line when the file holds a mistake, OSError without it."""
    text, content = read_toml(file)
    try:
        return Places.model_validate(content).support_places
    except ValidationError as mistakes:
        where = mistakes.errors()[0]["loc"]
        key = [str(part) for part in where if isinstance(part, str)][-1]
        line = line_of(text, where, key)
        raise Refused("leaflet_place", file=file.name, line=line, key=key) from mistakes


def leaflet(places: tuple[Place, ...], policy: Policy, lang: str) -> bytes:
    """The leaflet as a tagged A4 PDF of two pages; Refused when the places take more room than there is."""
    words = {key.removeprefix("leaflet."): text for key, text in sentences(lang).items() if key.startswith("leaflet.")}
    figures = {name: getattr(policy, name) for name in ("k_coverage", "k_outcome", "retention_waves")}
    data = {
        "lang": lang,
        "words": words | {"privacy": say(lang, "leaflet.privacy", **figures)},
        "places": [{"who": in_language(place, lang), "how": place.how} for place in places],
        **{part: _paragraphs(words, part) for part in PARTS},
    }
    if pages(TEMPLATE, data) != SIDES:
        raise Refused("leaflet_too_long", places=len(places))
    return typeset(TEMPLATE, data)


def _paragraphs(words: Mapping[str, str], part: str) -> list[list[str]]:
    """Each text of a part of the leaflet with what more is said under it, if anything."""
    heads = [key for key in words if key.startswith(f"{part}_") and not key.endswith(MORE)]
    return [[words[key], words.get(f"{key}{MORE}", "")] for key in heads]
