"""The languages of an application: a folder of TOML each, its sentences by key, and which one is spoken.

A language is a folder named by its code, as babel knows it (`nl`, `fy`), its files cut as is handy; what stands in them
as `[page] title = "..."` has the key `page.title`. What a language does not say is said in English. The dashboard may
not import the pipelines: both have this module, and a test holds the two files equal.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

DEFAULT = "nl"
FALLBACK = "en"
# An instrument and a snapshot carry their labels in these; the sentences in them are whole, which a test holds.
CARRIED = (DEFAULT, FALLBACK)
ONE, OTHER = ".one", ".other"


class Locales:
    """The sentences of one application, by language."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language there is, the default first."""
        found = {file.parent.name for file in self.folder.glob("*/*.toml")}
        return DEFAULT, *sorted(found - {DEFAULT})

    def sentences(self, lang: str) -> Mapping[str, str]:
        """All sentences of a language by key, in the order of its files."""
        return _sentences(self.folder, lang)

    def say(self, lang: str, key: str, /, **values: object) -> str:
        """One sentence, filled in; `count` chooses between its forms, such as `.one` and `.other`."""
        texts = self.sentences(lang)
        if "count" in values and key not in texts:
            form = f"{key}.{_form(lang, values['count'])}"
            key = form if form in texts else key + OTHER
        return texts[key].format(**values)

    def choose(self, asked: str | None, locale: str | None) -> str:
        """What was asked for binds; else what this process was started with; else the first language of a reader."""
        first = re.match("[a-z]*", (locale or "").lower())
        wishes = (asked, os.environ.get("KLANKBORD_LANG"), first and first[0])
        known = self.languages
        return next((wish for wish in wishes if wish in known), DEFAULT)


def carried(lang: str) -> str:
    """The language of labels for who reads this one."""
    return lang if lang in CARRIED else FALLBACK


def in_language(thing: Any, lang: str, part: str = "") -> Any:
    """What a row or an object carries in a language, as `nl` or with a part as `definition_nl`; else its English."""
    name = f"{part}_{carried(lang)}" if part else carried(lang)
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)


def own_name(lang: str) -> str:
    """What a language is called by those who speak it."""
    from babel.core import Locale

    name = str(Locale.parse(lang).get_display_name(lang))
    return name[:1].upper() + name[1:]


@cache
def _sentences(folder: Path, lang: str) -> dict[str, str]:
    own = _read(folder / lang)
    if lang in CARRIED:
        return own
    said = {_stem(key) for key in own}  # by any form: of one sentence the forms of two languages never mix
    return {key: text for key, text in _read(folder / FALLBACK).items() if key in own or _stem(key) not in said} | own


def _read(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        texts |= _flat(tomllib.loads(file.read_text(encoding="utf-8")))
    return texts


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from _flat(value, f"{prefix}{key}.")


def _stem(key: str) -> str:
    return key.removesuffix(ONE).removesuffix(OTHER)


@cache
def _rule(lang: str) -> Any:
    from babel.core import Locale  # a command that counts nothing does not wait for it

    return Locale.parse(lang).plural_form


def _form(lang: str, count: Any) -> str:
    return str(_rule(lang)(count))
