"""What every step of the page needs: the home it works in, the language it speaks, and short ways to say things."""

from __future__ import annotations

from dataclasses import dataclass

from desk.words import Say
from pipelines.flow import Home, KlankbordError, explain

LONGEST_HEAD = 70  # letters of a head that are shown


@dataclass(frozen=True)
class Page:
    """The page of one steward."""

    home: Home
    lang: str
    say: Say

    def explain(self, refusal: KlankbordError) -> str:
        """The sentence of a refusal."""
        return explain(self.lang, refusal)


def short(head: str) -> str:
    """A head of an export on one line: some are a whole question."""
    text = " ".join(head.split())
    return text if len(text) <= LONGEST_HEAD else text[:LONGEST_HEAD] + "…"
