"""What a board paper is made of: ready words and figures, which PDF, slides and workbook only set out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.story import Picture

# A figure in ready words: what a chart's row holds, and what stands beside it in a table.
Row = dict[str, Any]
Note = tuple[str, str]
# Topics in the order of the paper and the slides.
PAPER = ("headlines", "coverage", "pillars", "starters", "risk", "needs", "asking", "beliefs")
# Pictures that are no table of their own follow the topic they belong to.
AFTER = {"headlines": ("rocks",), "coverage": ("trend",), "pillars": ("ladder",)}


class NotThere(Exception):
    """Something asked for was not published; the message is a sentence for people."""


@dataclass(frozen=True)
class Table:
    """Figures under one title; `head` says what the rows are, `message` what they tell."""

    title: str
    head: str
    rows: Sequence[Row]
    note: str = ""
    message: str = ""


@dataclass(frozen=True)
class Report:
    """All words and figures of one paper; `**` marks strong words, a leading `-` an item of a list.

    `author`: the board, empty where its name is not known.
    """

    lang: str
    made: datetime
    author: str
    title: str
    subtitle: str
    badge: str
    summary: str
    tables: Mapping[str, Sequence[Table]]
    pictures: Mapping[str, Picture]
    messages: Mapping[str, str]
    notes: Mapping[str, Sequence[Note]]
    footer: Sequence[str]

    @property
    def named(self) -> str:
        """What a file with this paper is called in its own properties."""
        return f"{f'{self.author}: ' if self.author else ''}{self.title} {self.subtitle}"
