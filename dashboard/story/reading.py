"""Reading along: which words of the glossary a page uses, and where pages, figures and words are found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from dashboard.story.wave import Story, remembered

NO_FIGURES = ("word", "scale", "pillar")  # kinds of the dictionary that say what they mean
EXPLAINED = (*NO_FIGURES, "measure")
ENDINGS = "(?:s|'s|en|n|es)?"  # by which a word may be one of many
MOST = 8  # hits; more is a list to read


@dataclass(frozen=True)
class Hit:
    """Something that was looked for: its name, the page it stands on, what to choose there, what it means."""

    name: str
    page: str
    choices: Mapping[str, str] = field(default_factory=dict)
    meaning: str = ""


@remembered
def glossary(story: Story) -> tuple[tuple[str, str], ...]:
    """Every word that is explained, with its meaning, by the alphabet; one source, the dictionary of the snapshot."""
    return _explained(story, EXPLAINED)


def _explained(story: Story, kinds: Sequence[str]) -> tuple[tuple[str, str], ...]:
    words = story.words
    known = {(label, words.definition(kind, code)) for (kind, code), label in words.labels.items() if kind in kinds}
    return tuple(sorted((pair for pair in known if pair[1]), key=lambda pair: (folded(pair[0]), pair)))


def used(story: Story, said: Iterable[str]) -> list[tuple[str, str]]:
    """The words of the glossary that stand in these texts, one or many of a thing; a word within another is not it."""
    text = folded(" \n ".join(said))
    found: dict[str, tuple[str, str]] = {}
    for label, meaning in glossary(story):
        if _pattern(label).search(text):
            found.setdefault(folded(label), (label, meaning))
    return list(found.values())


def look_for(story: Story, asked: str, pages: Sequence[str]) -> list[Hit]:
    """Pages, figures and words in which every word asked for stands; of these pages only, best first."""
    parts = folded(asked).split()
    if not parts:
        return []
    hits = [*_pages(story, pages), *_figures(story, pages), *_words(story, pages)]
    found = [hit for hit in hits if all(part in folded(f"{hit.name} {hit.meaning}") for part in parts)]
    return sorted(found, key=lambda hit: _rank(hit, parts))[:MOST]


def folded(text: str) -> str:
    """A text without capitals, accents and marks of strong words."""
    plain = unicodedata.normalize("NFD", text.replace("**", "")).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def _pattern(label: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(folded(label))}{ENDINGS}(?!\w)")


def _rank(hit: Hit, parts: Sequence[str]) -> tuple[bool, bool]:
    """In its name before in its meaning; a name that begins with it first. Otherwise pages, figures, words."""
    name = folded(hit.name)
    return not all(part in name for part in parts), not name.startswith(parts[0])


def _pages(story: Story, pages: Sequence[str]) -> list[Hit]:
    words = story.words
    titles = {page: words(f"{'trust' if page == 'accountability' else page}.title") for page in pages}
    return [Hit(words(f"menu.{page}"), page, meaning=title) for page, title in titles.items()]


def _figures(story: Story, pages: Sequence[str]) -> list[Hit]:
    """Every published figure, on the page that draws any of them through the waves."""
    if "trend" not in pages:
        return []
    meaning = story.words.definition
    return [Hit(story.label(code), "trend", {"measure": code}, meaning("measure", code)) for code in story.measures()]


def _words(story: Story, pages: Sequence[str]) -> list[Hit]:
    """Every word that is explained and is no figure, on the page that holds them all."""
    if "accountability" not in pages:
        return []
    return [Hit(label, "accountability", meaning=meaning) for label, meaning in _explained(story, NO_FIGURES)]
