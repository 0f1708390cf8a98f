"""What every step of the page needs: the home it works in, the language it speaks, and short ways to say things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from desk.words import LOCALES, Say
from pipelines.flow import Choices, Home, KlankbordError, Reason, explain, explain_reason, filled

MARKS = re.compile(r"([\\*\[\]$<>`~#|]|(?<!\w)_|_(?!\w)|:(?=\w))")  # what Markdown and Streamlit make something of
LONGEST_HEAD = 70  # letters of a head that are shown


@dataclass(frozen=True)
class Page:
    """The page of one steward."""

    home: Home
    lang: str
    say: Say

    @property
    def choices(self) -> Choices:
        """What may be chosen, as it is now."""
        return Choices(self.home, self.lang)

    def explain(self, refusal: KlankbordError) -> str:
        """The sentence of a refusal; where the page offers the next step itself, its own."""
        own = self._own(f"stop.{refusal.rule}", refusal.where)
        return as_text(own or explain(self.lang, refusal))

    def reason(self, reason: Reason) -> str:
        """The sentence of one of the reasons of a refusal."""
        own = self._own(f"stop.{reason.key.replace('.', '_')}", reason.values)
        return as_text(own or explain_reason(self.lang, reason))

    def _own(self, key: str, where: Mapping[str, object]) -> str:
        """The desk's own sentence, where there is one."""
        is_there = {key, f"{key}.other"} & set(LOCALES.sentences(self.lang))
        return self.say(key, **filled(self.lang, where)) if is_there else ""


def as_text(words: str) -> str:
    """Words for a place that reads Markdown, as they are: names come out of files."""
    return MARKS.sub(r"\\\1", words)


def short(head: str) -> str:
    """A head of an export on one line: some are a whole question."""
    text = " ".join(head.split())
    return text if len(text) <= LONGEST_HEAD else text[:LONGEST_HEAD] + "…"
