"""Names as text: what rosters, exports and TOML call regions, kinds and measures is text wherever it is drawn.

Sentences have marks of their own; a name in them must add none. So a name is made text for its target where it enters
the words of a page or a paper, once, and made what it was again where a target reads no marks at all.
"""

from __future__ import annotations

import re

JOINER = "\u2060"  # seen by nobody, and between two letters enough to make a mark of neither
# Marks of Markdown, HTML and formulas: anywhere, at the edge of a word, or at the beginning of a line.
MARKS = re.compile(r"[\\`*\[\]<$~|]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)|^[-+=#>]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
# What Streamlit finds in text that Markdown has done with: addresses, :icons:, and arrows made of signs.
FOUND_LATER = re.compile(r":(?=\S)|(?<=\w)@(?=\w)|\bwww(?=\.)|[-<>=~](?=[-<>=~])", re.IGNORECASE)


def on_page(name: str) -> str:
    """A name for a page: escaped for Markdown as Streamlit reads it, on one line."""
    return _escaped(" ".join(name.split()))


def paper_on_page(text: str) -> str:
    """Words of a paper on a page: `**` is a mark of both, all else in them is text."""
    return "**".join(map(_escaped, text.split("**")))


def _escaped(line: str) -> str:
    return MARKS.sub(r"\\\g<0>", FOUND_LATER.sub(lambda found: found[0] + JOINER, line))


def on_paper(name: str) -> str:
    """A name for paper and slides, whose only marks are `**` and a dash that begins a line."""
    return re.sub(r"^-|\*(?=\*)", lambda found: found[0] + JOINER, " ".join(name.split()))


def unmarked(text: str) -> str:
    """Words of a page with names in them, for what reads no marks: a chart, a list of choices, a description."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", text).replace(JOINER, "")
