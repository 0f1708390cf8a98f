"""Texts: how words are written into the files of a steward."""

from __future__ import annotations

import json
from collections.abc import Sequence


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # which JSON lets stand and TOML does not


def listed(values: Sequence[str]) -> str:
    """A list of texts as TOML writes it."""
    return f"[{', '.join(map(quoted, values))}]"
