"""Texts: how words are written into the files of a steward."""

from __future__ import annotations

import json
from collections.abc import Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # which JSON lets stand and TOML does not


def as_cell(value: object) -> object:
    """A value for a table that a spreadsheet opens: what begins like a formula is text, and is quoted to stay so."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def listed(values: Sequence[str]) -> str:
    """A list of texts as TOML writes it."""
    return f"[{', '.join(map(quoted, values))}]"
