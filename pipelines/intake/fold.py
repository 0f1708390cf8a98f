"""Fold: spellings of one word that nobody means to be two: capitals, accents, blanks, dashes and the like."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

DASHES = re.compile(r"[‐-―−]")  # hyphens, en and em dashes, minus
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens, marks of no width: nobody sees them
QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
NO_WORD = re.compile(r"[\W_]+")
REMEMBERED = 2**14  # words: those of a roster come several times over


def plain(text: str) -> str:
    """One spelling of dashes, quotes and blanks; nothing that cannot be seen."""
    text = UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(QUOTES)
    return " ".join(DASHES.sub("-", text).split())


@lru_cache(maxsize=REMEMBERED)
def folded(text: str) -> str:
    """The same without capitals and accents, for two words that a person takes for one."""
    letters = unicodedata.normalize("NFKD", plain(text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def head(text: str) -> str:
    """A head without blanks, dashes and underscores either."""
    return NO_WORD.sub("", folded(text))
