"""The sentences only the paper needs, by language; what is on screen too comes from dashboard.story.words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

Say = Callable[..., str]


@lru_cache(maxsize=2)
def texts(lang: str) -> dict[str, Any]:
    """The sentences of one language, by section."""
    return tomllib.loads(Path(__file__).with_name(f"words_{lang}.toml").read_text(encoding="utf-8"))


def phrases(lang: str) -> Say:
    """From key to sentence: 'wide' or 'title.rocks'."""
    found: Any = texts(lang)
    return lambda key, **values: str(reduce(lambda part, name: part[name], key.split("."), found)).format(**values)
