"""The leaflet for school leaders: where support is and how to ask for it, since a survey cannot answer who needs help.

Where support is comes from a file of the board (`support_places`); without it the leaflet leaves lines to fill in.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError

from pipelines.ground.errors import Refused
from pipelines.ground.language import in_language
from pipelines.ground.messages import say, sentences
from pipelines.instruments import Policy
from pipelines.instruments.rules import Model
from pipelines.questionnaire.paper import pages, typeset

TEMPLATE = Path(__file__).with_name("leaflet.typ")
SIDES = 2  # one sheet

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


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
    text, told = read_toml(file)
    try:
        return Places.model_validate(told).support_places
    except ValidationError as mistakes:
        where = mistakes.errors()[0]["loc"]
        key = [str(part) for part in where if isinstance(part, str)][-1]
        line = _line_of(text, where, key)
        raise Refused("leaflet_place", file=file.name, line=line, key=key) from mistakes


def read_toml(file: Path) -> tuple[str, dict[str, Any]]:
    """A file of the board, as text and as what it says; Refused with the line that is no TOML, OSError without it."""
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as mistake:
        line = raw.count(b"\n", 0, mistake.start) + 1
        raise Refused("leaflet_not_toml", file=file.name, line=line) from mistake
    except (ValueError, RecursionError) as mistake:  # no TOML, or a number or a depth without end
        found = re.search(r"at line (\d+)", str(mistake))
        line = int(found[1]) if found else max(1, len(text.splitlines()))
        raise Refused("leaflet_not_toml", file=file.name, line=line) from mistake


def _line_of(text: str, where: tuple[int | str, ...], key: str) -> int:
    """The line of a key, or of the place that lacks it; tomllib keeps no lines."""
    lines = text.splitlines() or [""]
    begins = [at for at, line in enumerate(lines) if line.lstrip().startswith("[[")]
    begins = begins or [at for at, line in enumerate(lines) if "{" in line] or [0]
    is_top = len(where) == 1
    place = 0 if is_top else min(int(where[1]), len(begins) - 1)
    first = 0 if is_top else begins[place]
    last = len(lines) if is_top or place + 1 == len(begins) else begins[place + 1]
    named = re.compile(rf"\W*{re.escape(key)}\W*[=\]]")
    return next((at for at in range(first, last) if named.match(lines[at])), first) + 1


def leaflet(places: tuple[Place, ...], policy: Policy, lang: str) -> bytes:
    """The leaflet as a tagged A4 PDF of two pages; Refused when the places take more room than there is."""
    own = {key.removeprefix("leaflet."): text for key, text in sentences(lang).items() if key.startswith("leaflet.")}
    figures = {name: getattr(policy, name) for name in ("k_coverage", "k_outcome", "retention_waves")}
    parts = ("question", "belief", "ask", "step")
    data = {
        "lang": lang,
        "words": own | {"privacy": say(lang, "leaflet.privacy", **figures)},
        "places": [{"who": in_language(place, lang), "how": place.how} for place in places],
        **{part: [[own[key], own.get(f"{key}_more", "")] for key in _heads(own, part)] for part in parts},
    }
    if pages(TEMPLATE, data) != SIDES:
        raise Refused("leaflet_too_long", places=len(places))
    return typeset(TEMPLATE, data)


def _heads(own: dict[str, str], part: str) -> list[str]:
    return [key for key in own if key.startswith(f"{part}_") and not key.endswith("_more")]
