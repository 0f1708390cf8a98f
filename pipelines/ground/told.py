"""Told: what a steward should know of an import that stops nothing; never an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Label:
    """What something is called in each language, to fill a sentence in with."""

    nl: str
    en: str


@dataclass(frozen=True)
class Told:
    """One thing about a file: its kind is the key of a sentence in the section [told] of the locales."""

    kind: str
    count: int = 1
    place: str = ""  # where, as a person finds it: a sheet, a head, numbers of rows
    also: dict[str, object] = field(default_factory=dict)  # what else fills the sentence in


def places(numbers: Sequence[object], most: int = 8) -> str:
    """Numbers of rows, or names, as they stand in a sentence: the first few, and a sign that there are more."""
    return ", ".join(map(str, numbers[:most])) + (" …" if len(numbers) > most else "")
