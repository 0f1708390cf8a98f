"""Fold: spellings of one word that nobody means to be two: capitals, accents, blanks, dashes and the like."""

from __future__ import annotations

import re
import unicodedata

DASHES = re.compile(r"[‐-―−]")  # hyphens, en and em dashes, minus
INVISIBLE = re.compile(r"[­​-‏﻿]")  # soft hyphens, widthless blanks, marks of direction
QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
NO_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """One spelling of dashes, quotes and blanks; nothing that cannot be seen."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(QUOTES)
    return " ".join(DASHES.sub("-", text).split())


def folded(text: str) -> str:
    """The same without capitals and accents, for two words that a person takes for one."""
    letters = unicodedata.normalize("NFKD", plain(text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def head(text: str) -> str:
    """A head without blanks, dashes and underscores either."""
    return NO_WORD.sub("", folded(text))
